// The loop over what one pixel changes of the first layer. Not a standalone header:
// float_map_loops.hpp includes it.

// Lists by how much the first layer's results change when a pixel changes by a step; kSums: how many
// sums each is the largest of, or 0 for a pool of any kind. taps: the layer's, then zeros.
template <std::size_t kSums>
inline void list_pixel_changes_of(const Maps& sums, const Maps& results, const Convolution& layer,
                                  const double* taps, const PixelReach& reach, double step,
                                  bool flat, ChangeList& list) {
  const bool average = kSums == 0 && layer.pool.average;
  const std::size_t count = kSums == 0 ? layer.pool.windows.size.area() : kSums;
  const double* first = sums.at(0, 0);
  const PixelReach::Place* places = reach.places.data();
  list.clear();
  list.box = reach.cells;
  ChangeList::End end;
  Eight squares = zeros();
  for (std::size_t cy = reach.cells.top; cy < reach.cells.bottom; ++cy)
    for (std::size_t cx = reach.cells.left; cx < reach.cells.right; ++cx, places += count) {
      const double* before = results.at(cy, cx);
      const std::size_t row = flat ? (cy * layer.results().width + cx) * layer.outputs : 0;
      std::size_t size = end.size;
      for (std::size_t k = 0; k < layer.width; k += kEight) {
        Eight after = zeros();
        for (std::size_t n = 0; n < count; ++n) {
          Eight sum = load_eight(first + places[n].sums + k);
          add_product(sum, step, taps + places[n].taps + k);
          after = average ? total(after, larger(sum, zeros())) : larger(sum, after);
        }
        if (average) after = quotient(after, static_cast<double>(count));
        const Eight change = difference(after, load_eight(before + k));
        add_squares(squares, change);
        size += list_nonzero(change, static_cast<std::uint32_t>(row + k), list.rows.data() + size,
                             list.values.data() + size);
      }
      list.close_cell(cy, cx, size, end);
    }
  list.close(end);
  list.squares = {static_cast<float>(sum(squares)), list.size};
}

inline void list_pixel_changes(const Maps& sums, const Maps& results, const Convolution& layer,
                               const double* taps, const PixelReach& reach, double step, bool flat,
                               ChangeList& list) {
  if (layer.kind == Pool::Kind::kHalves)
    list_pixel_changes_of<4>(sums, results, layer, taps, reach, step, flat, list);
  else if (layer.kind == Pool::Kind::kNone)
    list_pixel_changes_of<1>(sums, results, layer, taps, reach, step, flat, list);
  else
    list_pixel_changes_of<0>(sums, results, layer, taps, reach, step, flat, list);
}
