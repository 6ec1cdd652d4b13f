// The loops that bring slacks up to date with the sums they are of. Not a standalone header:
// float_map_loops.hpp includes it.

// The slack and the floor of each sum in a box of positions whose results are averaged.
inline void renew_averaged(const Maps& sums, const Convolution& layer, const Box& positions,
                           Slacks& level) {
  for (std::size_t oy = positions.top; oy < positions.bottom; ++oy)
    for (std::size_t ox = positions.left; ox < positions.right; ++ox) {
      const std::size_t place = level.position(oy, ox);
      for (std::size_t k = 0; k < layer.width; k += kEight) {
        const Eight sum = load_eight(sums.at(oy, ox) + k);
        const Eight result = larger(sum, zeros());
        store_rounded(level.floor.at(place) + k, difference(zeros(), result));
        store_rounded(level.slack.at(place) + k, difference(sum, result));
      }
    }
}

// Eight results of a cell from map k on, each the largest of so many sums or 0: of one, or of a pool
// of 2×2. Brings their slacks up to date.
template <std::size_t kSums>
inline Eight result_with_slacks(const Maps& sums, const Convolution& layer, std::size_t y,
                                std::size_t x, std::size_t k, Slacks& level) {
  constexpr std::size_t kStep = kSums == 4 ? 2 : 1;
  const double* first = sums.at(kStep * y, kStep * x) + k;
  float* slack = level.slack.at(level.position(kStep * y, kStep * x)) + k;
  const std::size_t down = layer.positions().width;
  const std::size_t places[4] = {0, 1, down, down + 1};
  Eight each[kSums];
  Eight result = zeros();
  for (std::size_t n = 0; n < kSums; ++n) {
    each[n] = load_eight(first + places[n] * layer.width);
    result = larger(each[n], result);
  }
  for (std::size_t n = 0; n < kSums; ++n)
    store_rounded(slack + places[n] * level.width, difference(each[n], result));
  store_rounded(level.floor.at(level.cell(y, x)) + k, difference(zeros(), result));
  return result;
}

// Brings slacks up to date where results are computed from sums that changed: a box of cells.
inline void renew_slacks(const Maps& sums, const Maps& results, const Convolution& layer,
                         const Box& cells, Slacks& level) {
  const WindowGrid& windows = layer.pool.windows;
  if (layer.pool.average) return renew_averaged(sums, layer, windows.covered(cells), level);
  for (std::size_t y = cells.top; y < cells.bottom; ++y)
    for (std::size_t x = cells.left; x < cells.right; ++x) {
      const Box window = windows.covered(Box::cell(y, x));
      for (std::size_t k = 0; k < layer.width; k += kEight) {
        const Eight result = load_eight(results.at(y, x) + k);
        store_rounded(level.floor.at(level.cell(y, x)) + k, difference(zeros(), result));
        std::size_t n = 0;
        for (std::size_t oy = window.top; oy < window.bottom; ++oy)
          for (std::size_t ox = window.left; ox < window.right; ++ox)
            store_rounded(level.slack.at(level.slack_of(y, x, n++, oy, ox)) + k,
                          difference(load_eight(sums.at(oy, ox) + k), result));
      }
    }
}
