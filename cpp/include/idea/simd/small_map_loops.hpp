// The changes of the sums of a layer of 3×3 positions, whose windows are of 3×3 cells. Not a
// standalone header: float_map_loops.hpp includes it.
//
// Such layers end many convolutional networks: of an image of 28×28 pixels, two convolutions and
// pools leave 5×5 cells. The sums of all positions stay in registers.

inline bool is_small(const Convolution& layer) {
  return layer.window.height == 3 && layer.window.width == 3 && layer.stride.area() == 1 &&
         layer.cells.height == 5 && layer.cells.width == 5 && layer.pads.top == 0 &&
         layer.pads.left == 0 && layer.pads.bottom == 0 && layer.pads.right == 0;
}

// Adds what the cell at Y, X lists to the sums of all positions whose windows hold it.
template <std::size_t Y, std::size_t X, std::size_t U>
IDEA_SIMD_INLINE inline void add_small_cell(Vec (&total)[3][3][U], const float* taps,
                                            std::size_t step, const Listed& listed) {
  constexpr Box kReached{Y < 2 ? 0 : Y - 2, Y < 3 ? Y + 1 : 3, X < 2 ? 0 : X - 2,
                         X < 3 ? X + 1 : 3};
  for (std::size_t n = 0; n < listed.size; ++n) {
    const Vec value = splat(listed.values[n]);
    const float* row = taps + listed.rows[n] * listed.width;
    for (std::size_t oy = kReached.top; oy < kReached.bottom; ++oy)
      for (std::size_t ox = kReached.left; ox < kReached.right; ++ox)
        for (std::size_t u = 0; u < U; ++u) {
          const float* weights = row + ((Y - oy) * 3 + X - ox) * step + u * Vec::kLanes;
          total[oy][ox][u] = fma(value, load(weights), total[oy][ox][u]);
        }
  }
}

// The changes of U vectors of all sums, from map k on.
template <std::size_t U>
inline void convolve_small_vectors(Slacks& level, const ChangeList& x, const FloatTaps& taps,
                                   std::size_t k) {
  const float* first = taps.values.at(k);
  const std::size_t step = taps.layer->inputs * taps.width;
  Vec total[3][3][U];
  for (std::size_t n = 0; n < 9; ++n)
    for (std::size_t u = 0; u < U; ++u) total[n / 3][n % 3][u] = splat(0);
  for (std::size_t c = 0; c < x.count; ++c) {
    const ChangeList::Cell& cell = x.cells[c];
    const Listed listed{x.rows.data() + cell.begin, x.values.data() + cell.begin,
                        cell.end - cell.begin, taps.width};
#define IDEA_SIMD_CASE(n) \
  case n: add_small_cell<(n) / 5, (n) % 5>(total, first, step, listed); break;
    switch (5 * cell.y + cell.x) {
      IDEA_SIMD_CASE(0)
      IDEA_SIMD_CASE(1)
      IDEA_SIMD_CASE(2)
      IDEA_SIMD_CASE(3)
      IDEA_SIMD_CASE(4)
      IDEA_SIMD_CASE(5)
      IDEA_SIMD_CASE(6)
      IDEA_SIMD_CASE(7)
      IDEA_SIMD_CASE(8)
      IDEA_SIMD_CASE(9)
      IDEA_SIMD_CASE(10)
      IDEA_SIMD_CASE(11)
      IDEA_SIMD_CASE(12)
      IDEA_SIMD_CASE(13)
      IDEA_SIMD_CASE(14)
      IDEA_SIMD_CASE(15)
      IDEA_SIMD_CASE(16)
      IDEA_SIMD_CASE(17)
      IDEA_SIMD_CASE(18)
      IDEA_SIMD_CASE(19)
      IDEA_SIMD_CASE(20)
      IDEA_SIMD_CASE(21)
      IDEA_SIMD_CASE(22)
      IDEA_SIMD_CASE(23)
      IDEA_SIMD_CASE(24)
      default: break;
    }
#undef IDEA_SIMD_CASE
  }
  for (std::size_t n = 0; n < 9; ++n)
    for (std::size_t u = 0; u < U; ++u)
      store(level.moved.at(n * level.width + k + u * Vec::kLanes), total[n / 3][n % 3][u]);
}

// The changes of all sums.
inline void convolve_small(Slacks& level, const ChangeList& x, const FloatTaps& taps) {
  std::size_t k = 0;
  for (; k + 2 * Vec::kLanes <= taps.width; k += 2 * Vec::kLanes)
    convolve_small_vectors<2>(level, x, taps, k);
  if (k < taps.width) convolve_small_vectors<1>(level, x, taps, k);
}
