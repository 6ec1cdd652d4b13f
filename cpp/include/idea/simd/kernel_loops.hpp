// The kernels' loops. Not a standalone header: kernels.hpp includes it once for each instruction
// set. All arrays of floats are rows of a Matrix: their length `size` is a multiple of kLine, and
// the values after the last unit are zero and stay so.

#include "idea/simd/simd.hpp"

// Calls step(U, k) for blocks of U vectors that begin at k and cover begin…end: large ones while
// they last, then smaller ones.
template <typename Step>
inline void for_blocks(std::size_t begin, std::size_t end, Step step) {
  constexpr std::size_t kMost = Vec::kUnroll;
  std::size_t k = begin;
  for (; k + kMost * Vec::kLanes <= end; k += kMost * Vec::kLanes) step(Count<kMost>(), k);
  if (k + 2 * Vec::kLanes <= end) {
    step(Count<2>(), k);
    k += 2 * Vec::kLanes;
  }
  if (k < end) step(Count<1>(), k);
}

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
  for_blocks(0, size, [=](auto units, std::size_t k) { add_rows_at<units>(y, rows, count, k); });
}

// How many rows ahead to fetch weights: they lie too far apart for the processor to guess.
constexpr std::size_t kPrefetch = 16;

template <std::size_t G, std::size_t U>
inline void combine_at(float* const* y, const float* const* x, const Matrix& W,
                       const std::vector<std::uint32_t>& chosen, std::size_t k) {
  Vec sums[G][U];
  for (std::size_t g = 0; g < G; ++g)
    for (std::size_t u = 0; u < U; ++u) sums[g][u] = load(y[g] + k + u * Vec::kLanes);
  for (std::size_t n = 0; n < chosen.size(); ++n) {
    const std::uint32_t j = chosen[n];
    const float* ahead = W.row(chosen[std::min(n + kPrefetch, chosen.size() - 1)]) + k;
    for (std::size_t u = 0; u < U * Vec::kLanes; u += kLine) __builtin_prefetch(ahead + u);
    Vec row[U];
    for (std::size_t u = 0; u < U; ++u) row[u] = load(W.row(j) + k + u * Vec::kLanes);
    for (std::size_t g = 0; g < G; ++g) {
      const Vec c = splat(x[g][j]);
      for (std::size_t u = 0; u < U; ++u) sums[g][u] = fma(c, row[u], sums[g][u]);
    }
  }
  for (std::size_t g = 0; g < G; ++g)
    for (std::size_t u = 0; u < U; ++u) store(y[g] + k + u * Vec::kLanes, sums[g][u]);
}

template <std::size_t G>
inline void combine_group(float* const* y, const float* const* x, const Matrix& W,
                          const std::vector<std::uint32_t>& chosen) {
  for_blocks(0, W.stride(),
             [&](auto units, std::size_t k) { combine_at<G, units>(y, x, W, chosen, k); });
}

// y[g] += the sum over the chosen j of x[g][j] * row j of W, for `count` vectors, up to kGroup.
// The sums of a block of units stay in registers while all rows pass by, so each weight is fetched
// once for the whole group.
// Cost: count * chosen * size multiply-adds.
inline void combine(float* const* y, const float* const* x, std::size_t count, const Matrix& W,
                    const std::vector<std::uint32_t>& chosen) {
  static_assert(kGroup == 6, "a case for each");
  switch (count) {
    case 1: return combine_group<1>(y, x, W, chosen);
    case 2: return combine_group<2>(y, x, W, chosen);
    case 3: return combine_group<3>(y, x, W, chosen);
    case 4: return combine_group<4>(y, x, W, chosen);
    case 5: return combine_group<5>(y, x, W, chosen);
    default: return combine_group<6>(y, x, W, chosen);
  }
}

// Sets bit k % 64 of word k / 64 where a[k] is above zero, and clears the others.
inline void list_signs(const float* a, std::size_t size, std::uint64_t* words) {
  std::fill_n(words, (size + 63) / 64, 0);
  for (std::size_t k = 0; k < size; k += Vec::kLanes)
    words[k / 64] |= static_cast<std::uint64_t>(above_zero(load(a + k))) << (k % 64);
}

// Finds the units whose sign differs from their bit in `on` where `a` moves by s * w, writes them
// to `found`, which has room for kLine more, and returns their number.
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
    count += list_bits(bits, static_cast<std::uint32_t>(k), found + count);
  }
  return count;
}

// Finds the places where `a` moved by s[k] * w[k] is on the other side of zero, writes them to
// `found`, which has room for kLine more, and returns their number: the same for one unit and many
// changes.
// Cost: size multiply-adds and comparisons.
inline std::size_t find_switching(float a, const float* w, const float* s, std::size_t size,
                                  std::uint32_t* found) {
  const Vec start = splat(a);
  const std::uint32_t on = a > 0 ? 0xFFFFU : 0;
  std::size_t count = 0;
  for (std::size_t k = 0; k < size; k += kLine) {
    std::uint32_t bits = 0;
    for (std::size_t u = 0; u < kLine; u += Vec::kLanes)
      bits |= above_zero(fma(load(s + k + u), load(w + k + u), start)) << u;
    count += list_bits(bits ^ on, static_cast<std::uint32_t>(k), found + count);
  }
  return count;
}

constexpr float kLargest = std::numeric_limits<float>::max();

// By how much the units' activations change where their pre-activations -negated move by a column.
template <std::size_t U>
inline void activation_change_at(Vec (&move)[U], const Column& column, const float* negated,
                                 std::size_t k) {
  const Vec step = splat(column.step);
  for (std::size_t u = 0; u < U; ++u) {
    const Vec zero = splat(0);
    move[u] = fma(step, load(column.values + k + u * Vec::kLanes), zero);
  }
  accumulate(move, column.rows, column.count, k);
  for (std::size_t u = 0; u < U; ++u) {
    const Vec floor = min(load(negated + k + u * Vec::kLanes), splat(kLargest));
    move[u] = sub(max(move[u], floor), max(floor, splat(0)));
  }
}

template <std::size_t U>
inline void add_gain(Vec (&total)[Vec::kUnroll], const Column& column, const float* negated,
                     const float* w, std::size_t k) {
  Vec change[U];
  activation_change_at(change, column, negated, k);
  for (std::size_t u = 0; u < U; ++u)
    total[u] = fma(load(w + k + u * Vec::kLanes), change[u], total[u]);
}

// The gain where unit k's pre-activation a[k] = -negated[k] moves by d[k] = step * values[k] plus
// the rows: the sum of w[k] * (relu(a[k] + d[k]) - relu(a[k])). The difference is computed as
// max(d, -a) - max(-a, 0): where no sign changes it is d or exactly 0, so large activations cost no
// precision, and infinite ones are harmless. Sums over the units from begin to end, both multiples
// of kLine.
// Cost: rows + 3 operations for each.
inline double gain_sum(const Column& column, const float* negated, const float* w,
                       std::size_t begin, std::size_t end) {
  Vec total[Vec::kUnroll];
  for (Vec& part : total) part = splat(0);
  for_blocks(begin, end,
             [&](auto units, std::size_t k) { add_gain<units>(total, column, negated, w, k); });
  for (std::size_t u = 1; u < Vec::kUnroll; ++u) total[0] = add(total[0], total[u]);
  return static_cast<double>(sum(total[0]));
}

// gains[o] += the sum of w[o][k] times a change for N outputs from `first` on, whose sums stay in
// registers: changes_at(U vectors, k) writes the changes from k on.
template <std::size_t N, typename Changes>
inline void add_products(Changes changes_at, const Matrix& w, std::size_t first, std::size_t begin,
                         std::size_t end, double* gains) {
  Vec total[N];
  const float* rows[N];
  for (Vec& part : total) part = splat(0);
  for (std::size_t o = 0; o < N; ++o) rows[o] = w.row(first + o);
  for_blocks(begin, end, [&](auto units, std::size_t k) {
    Vec change[units];
    changes_at(change, k);
    for (std::size_t o = 0; o < N; ++o)
      for (std::size_t u = 0; u < units; ++u)
        total[o] = fma(load(rows[o] + k + u * Vec::kLanes), change[u], total[o]);
  });
  for (std::size_t o = 0; o < N; ++o) gains[first + o] += static_cast<double>(sum(total[o]));
}

// The same for all outputs from `first` on, in groups of N while there are so many, then in one of
// the rest.
template <std::size_t N, typename Changes>
inline void add_all_products(Changes changes_at, const Matrix& w, std::size_t first,
                             std::size_t begin, std::size_t end, double* gains) {
  for (; first + N <= w.rows(); first += N)
    add_products<N>(changes_at, w, first, begin, end, gains);
  if constexpr (N > 1)
    if (first < w.rows()) add_all_products<N - 1>(changes_at, w, first, begin, end, gains);
}

// The same as gain_sum for several outputs, each with its row of w; added to their gains. More than
// a group of them share the changes of the units' activations by way of `changes`, which has room
// for a row of w.
// Cost: rows + 2 + outputs operations for each unit.
inline void gain_sums(const Column& column, const float* negated, const Matrix& w,
                      std::size_t begin, std::size_t end, float* changes, double* gains) {
  const auto computed = [&](auto& change, std::size_t k) {
    activation_change_at(change, column, negated, k);
  };
  if (w.rows() == kOutputGroup)
    return add_products<kOutputGroup>(computed, w, 0, begin, end, gains);
  for_blocks(begin, end, [&](auto units, std::size_t k) {
    Vec change[units];
    computed(change, k);
    for (std::size_t u = 0; u < units; ++u) store(changes + k + u * Vec::kLanes, change[u]);
  });
  const auto stored = [changes](auto& change, std::size_t k) {
    for (std::size_t u = 0; u < std::size(change); ++u)
      change[u] = load(changes + k + u * Vec::kLanes);
  };
  add_all_products<kOutputGroup>(stored, w, 0, begin, end, gains);
}

// The sum of |x[k]| * y[k].
inline double absolute_dot(const float* x, const float* y, std::size_t size) {
  Vec total = splat(0);
  for (std::size_t k = 0; k < size; k += Vec::kLanes) {
    const Vec value = load(x + k);
    total = fma(max(value, sub(splat(0), value)), load(y + k), total);
  }
  return static_cast<double>(sum(total));
}

// y += x * row, in double precision.
inline void add_exactly(double* y, double x, const float* row, std::size_t size) {
  for (std::size_t k = 0; k < size; ++k) y[k] += x * static_cast<double>(row[k]);
}

// sums += x * row, whose products must be exact in double precision. The rounding error of each
// addition is added to `residuals`, and its absolute value to `size`: after Knuth, "The art of
// computer programming", 4.2.2.
template <typename Number>
inline void add_with_residual(double* sums, double* residuals, double* size, double x,
                              const Number* row, std::size_t width) {
  for (std::size_t k = 0; k < width; ++k) {
    const double term = x * static_cast<double>(row[k]);
    const double before = sums[k];
    const double sum = before + term;
    const double part = sum - before;
    const double rest = (before - (sum - part)) + (term - part);
    sums[k] = sum;
    residuals[k] += rest;
    size[k] += std::abs(rest);
  }
}

// y = x times a sign, rounded; what float can't hold becomes infinite.
inline void round(float* y, const double* x, double sign, std::size_t size) {
  for (std::size_t k = 0; k < size; ++k) y[k] = static_cast<float>(sign * x[k]);
}

// How many bits differ.
inline std::size_t differences(const std::uint64_t* x, const std::uint64_t* y, std::size_t words) {
  std::size_t total = 0;
  for (std::size_t w = 0; w < words; ++w)
    total += static_cast<std::size_t>(__builtin_popcountll(x[w] ^ y[w]));
  return total;
}

#include "idea/simd/map_loops.hpp"
#include "idea/simd/prior_loops.hpp"

inline constexpr Kernels kKernels{IDEA_SIMD_NAME,
                                  add_rows,
                                  combine,
                                  list_signs,
                                  find_switched,
                                  find_switching,
                                  gain_sum,
                                  gain_sums,
                                  absolute_dot,
                                  log_product,
                                  logistic,
                                  add_exactly,
                                  {add_with_residual<float>, add_with_residual<double>},
                                  round,
                                  differences,
                                  add_list,
                                  list_changes,
                                  renew,
                                  renew_and_list,
                                  kFloatMapKernels};
