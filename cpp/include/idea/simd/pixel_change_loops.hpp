// The loop over what one pixel changes of the first layer. Not a standalone header:
// float_map_loops.hpp includes it.

// The sums that a result of the first layer is the largest of, and by which taps a pixel changes
// them.
template <std::size_t N>
struct FirstSums {
  const double* sums[N];
  const double* taps[N];
};

// none: zeros, for positions whose windows don't hold the pixel.
template <std::size_t N>
inline FirstSums<N> first_sums(const Maps& sums, const Convolution& layer, const PixelReach& reach,
                               std::size_t cy, std::size_t cx, const double* none) {
  constexpr std::size_t kStep = N == 1 ? 1 : 2;
  FirstSums<N> found;
  for (std::size_t n = 0; n < N; ++n) {
    const std::size_t oy = kStep * cy + n / 2;
    const std::size_t ox = kStep * cx + n % 2;
    found.sums[n] = sums.at(oy, ox);
    found.taps[n] = reach.positions.holds(oy, ox) ? layer.row(reach.y - oy, reach.x - ox, 0) : none;
  }
  return found;
}

template <std::size_t N>
inline void list_pixel_changes_of(const Maps& sums, const Maps& results, const Convolution& layer,
                                  const PixelReach& reach, double step, const double* none,
                                  bool flat, ChangeList& list) {
  list.clear();
  const Box& cells = reach.cells;
  Eight squares = zeros();
  for (std::size_t cy = cells.top; cy < cells.bottom; ++cy)
    for (std::size_t cx = cells.left; cx < cells.right; ++cx) {
      const FirstSums<N> first = first_sums<N>(sums, layer, reach, cy, cx, none);
      const double* before = results.at(cy, cx);
      const std::size_t row = flat ? (cy * layer.results().width + cx) * layer.outputs : 0;
      std::size_t size = list.size;
      for (std::size_t k = 0; k < layer.width; k += kEight) {
        Eight after = zeros();
        for (std::size_t n = 0; n < N; ++n) {
          Eight sum = load_eight(first.sums[n] + k);
          add_product(sum, step, first.taps[n] + k);
          after = larger(sum, after);
        }
        const Eight change = difference(after, load_eight(before + k));
        add_squares(squares, change);
        double values[kEight];
        const std::size_t count = list_nonzero(change, static_cast<std::uint32_t>(row + k),
                                               list.rows.data() + size, values);
        for (std::size_t n = 0; n < kEight; ++n)
          list.values[size + n] = static_cast<float>(values[n]);
        size += count;
      }
      list.close_cell(cy, cx, size);
    }
  list.squares = static_cast<float>(sum(squares));
}

// Lists by how much the first layer's results change when a pixel changes by a step. none: a row of
// zeros.
inline void list_pixel_changes(const Maps& sums, const Maps& results, const Convolution& layer,
                               const PixelReach& reach, double step, const double* none, bool flat,
                               ChangeList& list) {
  if (layer.pool)
    list_pixel_changes_of<4>(sums, results, layer, reach, step, none, flat, list);
  else
    list_pixel_changes_of<1>(sums, results, layer, reach, step, none, flat, list);
}
