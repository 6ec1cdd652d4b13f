// The loop over what one pixel changes of the first layer. Not a standalone header:
// float_map_loops.hpp includes it.

// The taps that a pixel has in the sum at a position. none: zeros, for positions whose windows don't
// hold it.
inline const double* taps_at(const Convolution& layer, const PixelReach& reach, std::size_t oy,
                             std::size_t ox, const double* none) {
  if (!reach.positions.holds(oy, ox)) return none;
  return layer.row(reach.y + layer.pads.top - oy * layer.stride.height,
                   reach.x + layer.pads.left - ox * layer.stride.width, 0);
}

// The sums that a result of the first layer is the largest of, and by which taps a pixel changes
// them.
template <std::size_t N>
struct FirstSums {
  const double* sums[N];
  const double* taps[N];
};

template <std::size_t N>
inline FirstSums<N> first_sums(const Maps& sums, const Convolution& layer, const PixelReach& reach,
                               std::size_t cy, std::size_t cx, const double* none) {
  constexpr std::size_t kStep = N == 1 ? 1 : 2;
  FirstSums<N> found;
  for (std::size_t n = 0; n < N; ++n) {
    const std::size_t oy = kStep * cy + n / 2;
    const std::size_t ox = kStep * cx + n % 2;
    found.sums[n] = sums.at(oy, ox);
    found.taps[n] = taps_at(layer, reach, oy, ox, none);
  }
  return found;
}

// Lists the changes of the first layer's results: after(cy, cx) returns a function of k, which
// returns eight results of a cell after the change.
template <typename After>
inline void list_pixel_changes_by(const Maps& results, const Convolution& layer, const Box& cells,
                                  bool flat, ChangeList& list, After after) {
  list.clear();
  Eight squares = zeros();
  for (std::size_t cy = cells.top; cy < cells.bottom; ++cy)
    for (std::size_t cx = cells.left; cx < cells.right; ++cx) {
      const auto result = after(cy, cx);
      const double* before = results.at(cy, cx);
      const std::size_t row = flat ? (cy * layer.results().width + cx) * layer.outputs : 0;
      std::size_t size = list.size;
      for (std::size_t k = 0; k < layer.width; k += kEight) {
        const Eight change = difference(result(k), load_eight(before + k));
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

// Where a result is the largest of N sums.
template <std::size_t N>
inline void list_pixel_changes_of(const Maps& sums, const Maps& results, const Convolution& layer,
                                  const PixelReach& reach, double step, const double* none,
                                  bool flat, ChangeList& list) {
  list_pixel_changes_by(
      results, layer, reach.cells, flat, list, [&](std::size_t cy, std::size_t cx) {
        const FirstSums<N> first = first_sums<N>(sums, layer, reach, cy, cx, none);
        return [first, step](std::size_t k) {
          Eight after = zeros();
          for (std::size_t n = 0; n < N; ++n) {
            Eight sum = load_eight(first.sums[n] + k);
            add_product(sum, step, first.taps[n] + k);
            after = larger(sum, after);
          }
          return after;
        };
      });
}

// With a pool of any kind.
inline void list_pooled_pixel_changes(const Maps& sums, const Maps& results,
                                      const Convolution& layer, const PixelReach& reach,
                                      double step, const double* none, bool flat,
                                      ChangeList& list) {
  const Pool& pool = layer.pool;
  list_pixel_changes_by(
      results, layer, reach.cells, flat, list, [&](std::size_t cy, std::size_t cx) {
        const Box window = pool.windows.covered(Box::cell(cy, cx));
        return [&, window](std::size_t k) {
          Eight after = zeros();
          for (std::size_t oy = window.top; oy < window.bottom; ++oy)
            for (std::size_t ox = window.left; ox < window.right; ++ox) {
              Eight sum = load_eight(sums.at(oy, ox) + k);
              add_product(sum, step, taps_at(layer, reach, oy, ox, none) + k);
              const Eight rectified = larger(sum, zeros());
              after = pool.average ? total(after, rectified) : larger(rectified, after);
            }
          const double divisor = static_cast<double>(pool.windows.size.area());
          return pool.average ? quotient(after, divisor) : after;
        };
      });
}

// Lists by how much the first layer's results change when a pixel changes by a step. none: a row of
// zeros.
inline void list_pixel_changes(const Maps& sums, const Maps& results, const Convolution& layer,
                               const PixelReach& reach, double step, const double* none, bool flat,
                               ChangeList& list) {
  if (layer.kind == Pool::Kind::kHalves)
    list_pixel_changes_of<4>(sums, results, layer, reach, step, none, flat, list);
  else if (layer.kind == Pool::Kind::kNone)
    list_pixel_changes_of<1>(sums, results, layer, reach, step, none, flat, list);
  else
    list_pooled_pixel_changes(sums, results, layer, reach, step, none, flat, list);
}
