// The kernels' loops. Not a header of its own: kernels.hpp includes it once for each instruction
// set, after simd.hpp. All arrays of floats are rows of a Matrix: their length `size` is a multiple
// of kLine, and what lies behind the last unit is zero and stays so.

// y += sum of the rows, each times its coefficient, for `U` vectors from k on.
template <std::size_t U>
inline void accumulate(Vec (&y)[U], const Row* rows, std::size_t count, std::size_t k) {
  for (std::size_t r = 0; r < count; ++r) {
    const Vec c = splat(rows[r].coefficient);
    for (std::size_t u = 0; u < U; ++u)
      y[u] = fma(c, load(rows[r].values + k + u * Vec::kLanes), y[u]);
  }
}

template <std::size_t U>
inline void add_rows_at(float* y, const Row* rows, std::size_t count, std::size_t k) {
  Vec sums[U];
  for (std::size_t u = 0; u < U; ++u) sums[u] = load(y + k + u * Vec::kLanes);
  accumulate(sums, rows, count, k);
  for (std::size_t u = 0; u < U; ++u) store(y + k + u * Vec::kLanes, sums[u]);
}

// y += sum of the rows, each times its coefficient.
// Cost: count * size multiply-adds.
inline void add_rows(float* y, const Row* rows, std::size_t count, std::size_t size) {
  constexpr std::size_t kBlock = Vec::kUnroll * Vec::kLanes;
  std::size_t k = 0;
  for (; k + kBlock <= size; k += kBlock) add_rows_at<Vec::kUnroll>(y, rows, count, k);
  for (; k < size; k += Vec::kLanes) add_rows_at<1>(y, rows, count, k);
}

template <std::size_t U>
inline void combine_at(float* const* y, const float* const* x, const Matrix& W,
                       const std::vector<std::uint32_t>& chosen, std::size_t k) {
  Vec sums[kGroup][U];
  for (auto& column : sums)
    for (Vec& part : column) part = splat(0);
  for (const std::uint32_t j : chosen) {
    Vec row[U];
    for (std::size_t u = 0; u < U; ++u) row[u] = load(W.row(j) + k + u * Vec::kLanes);
    for (std::size_t g = 0; g < kGroup; ++g) {
      const Vec c = splat(x[g][j]);
      for (std::size_t u = 0; u < U; ++u) sums[g][u] = fma(c, row[u], sums[g][u]);
    }
  }
  for (std::size_t g = 0; g < kGroup; ++g)
    for (std::size_t u = 0; u < U; ++u) store(y[g] + k + u * Vec::kLanes, sums[g][u]);
}

// y[g] = sum over the chosen j of x[g][j] * row j of W, for the kGroup vectors of a group.
// The sums of a block of units stay in registers while all rows pass by, so each weight is fetched
// once for the whole group.
// Cost: kGroup * chosen * size multiply-adds.
inline void combine(float* const* y, const float* const* x, const Matrix& W,
                    const std::vector<std::uint32_t>& chosen) {
  constexpr std::size_t kBlock = Vec::kUnroll * Vec::kLanes;
  std::size_t k = 0;
  for (; k + kBlock <= W.stride(); k += kBlock) combine_at<Vec::kUnroll>(y, x, W, chosen, k);
  for (; k < W.stride(); k += Vec::kLanes) combine_at<1>(y, x, W, chosen, k);
}

// Finds the units whose sign differs from their bit in `on` where `a` moves by s * w, writes them to
// `found`, and gives their number.
// Cost: size multiply-adds and comparisons.
inline std::size_t find_switched(const float* a, const float* w, float s, const std::uint64_t* on,
                                 std::size_t size, std::uint32_t* found) {
  const Vec step = splat(s);
  std::size_t count = 0;
  for (std::size_t k = 0; k < size; k += kLine) {
    std::uint32_t bits = 0;
    for (std::size_t u = 0; u < kLine; u += Vec::kLanes)
      bits |= above_zero(fma(step, load(w + k + u), load(a + k + u))) << u;
    bits ^= static_cast<std::uint32_t>(on[k / 64] >> (k % 64)) & 0xFFFFU;
    for (; bits != 0; bits &= bits - 1)
      found[count++] = static_cast<std::uint32_t>(k) + trailing_zeros(bits);
  }
  return count;
}

template <std::size_t U>
inline void judge_at(Vec (&total)[U], const Column& column, const float* low, const float* w,
                     std::size_t k) {
  Vec move[U];
  const Vec step = splat(column.step);
  for (std::size_t u = 0; u < U; ++u) {
    const Vec zero = splat(0);
    move[u] = fma(step, load(column.values + k + u * Vec::kLanes), zero);
  }
  accumulate(move, column.rows, column.count, k);
  for (std::size_t u = 0; u < U; ++u) {
    const Vec floor = load(low + k + u * Vec::kLanes);
    const Vec rise = sub(max(move[u], floor), max(floor, splat(0)));
    total[u] = fma(load(w + k + u * Vec::kLanes), rise, total[u]);
  }
}

// The gain where unit k's pre-activation a[k] = -low[k] moves by d[k] = step * values[k] plus the
// rows: the sum of w[k] * (relu(a[k] + d[k]) - relu(a[k])).
// The difference is taken as max(d, -a) - max(-a, 0): where no sign changes it is d or exactly 0, so
// large activations cost no precision.
// Cost: (rows + 3) * size operations.
inline double judge(const Column& column, const float* low, const float* w, std::size_t size) {
  constexpr std::size_t kBlock = Vec::kUnroll * Vec::kLanes;
  Vec total[Vec::kUnroll];
  for (Vec& part : total) part = splat(0);
  Vec rest[1] = {splat(0)};
  std::size_t k = 0;
  for (; k + kBlock <= size; k += kBlock) judge_at(total, column, low, w, k);
  for (; k < size; k += Vec::kLanes) judge_at(rest, column, low, w, k);
  double gain = sum(rest[0]);
  for (const Vec& part : total) gain += sum(part);
  return gain;
}

// The sum of |x[k]| * y[k].
inline double absolute_dot(const float* x, const float* y, std::size_t size) {
  Vec total = splat(0);
  for (std::size_t k = 0; k < size; k += Vec::kLanes) {
    const Vec value = load(x + k);
    total = fma(max(value, sub(splat(0), value)), load(y + k), total);
  }
  return sum(total);
}

// y += x * row, in double precision.
inline void add_exactly(double* y, double x, const float* row, std::size_t size) {
  for (std::size_t k = 0; k < size; ++k) y[k] += x * static_cast<double>(row[k]);
}

inline constexpr Kernels kKernels{IDEA_SIMD_NAME, add_rows, combine,      find_switched,
                                  judge,          absolute_dot, add_exactly};
