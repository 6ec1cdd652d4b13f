// The loops over maps. Not a standalone header: kernel_loops.hpp includes it, once for each
// instruction set. Their sums and lists are the same to the last bit on all of them, see
// simd_eights.hpp.

#include "idea/simd/simd_eights.hpp"

// Calls step(U, k) for blocks of U eights that begin at k and cover begin…size: as large as
// registers hold, then one for the rest.
template <std::size_t U = Eight::kUnroll, typename Step>
inline void for_eights(std::size_t begin, std::size_t size, Step step) {
  std::size_t k = begin;
  for (; k + U * kEight <= size; k += U * kEight) step(Count<U>(), k);
  if constexpr (U > 1)
    if (k < size) for_eights<U - 1>(k, size, step);
}

// y = start + the sum over the listed numbers in a box of cells, each times its row of taps at the
// distance from (oy, ox), where the position's window begins, for U eights from k on. Both count
// the zeros around the cells.
template <std::size_t U>
inline void convolve_at(double* y, const double* start, const Lists& x, const Box& box,
                        const Convolution& layer, std::size_t oy, std::size_t ox, std::size_t k) {
  Eight sums[U];
  for (std::size_t u = 0; u < U; ++u) sums[u] = load_eight(start + k + u * kEight);
  for (std::size_t py = box.top; py < box.bottom; ++py)
    for (std::size_t px = box.left; px < box.right; ++px) {
      const double* taps = layer.row(py - oy, px - ox, 0) + k;
      const std::size_t cy = py - layer.pads.top;
      const std::size_t cx = px - layer.pads.left;
      const std::uint32_t* maps = x.maps(cy, cx);
      const double* values = x.values(cy, cx);
      const std::size_t size = x.size(cy, cx);
      for (std::size_t n = 0; n < size; ++n) {
        const double* row = taps + maps[n] * layer.width;
        for (std::size_t u = 0; u < U; ++u) add_product(sums[u], values[n], row + u * kEight);
      }
    }
  for (std::size_t u = 0; u < U; ++u) store_eight(y + k + u * kEight, sums[u]);
}

// At each of the positions, y = start + the sum over the numbers that are listed in a box of cells,
// each times its row of taps: in the order of the cells, and of the maps in each. The pointer
// start(oy, ox) is to the position's start.
// Cost: a multiply-add for each number in a position's window and each output map.
template <typename Start>
inline void convolve_from(Maps& y, const Box& positions, Start start, const Lists& x,
                          const Box& box, const Convolution& layer) {
  const Box padded = layer.with_pads(box);
  for (std::size_t oy = positions.top; oy < positions.bottom; ++oy)
    for (std::size_t ox = positions.left; ox < positions.right; ++ox) {
      const std::size_t top = oy * layer.stride.height;
      const std::size_t left = ox * layer.stride.width;
      const Box met{std::max(top, padded.top), std::min(top + layer.window.height, padded.bottom),
                    std::max(left, padded.left), std::min(left + layer.window.width, padded.right)};
      for_eights(0, layer.width, [&](auto units, std::size_t k) {
        convolve_at<units>(y.at(oy, ox), start(oy, ox), x, met, layer, top, left, k);
      });
    }
}

// y = bias + the sum over all that is listed.
inline void convolve(Maps& y, const Box& positions, const Lists& x, const Convolution& layer) {
  const double* bias = layer.bias.at(0);
  convolve_from(
      y, positions, [bias](std::size_t, std::size_t) { return bias; }, x, Box::whole(layer.cells),
      layer);
}

// y = before + the sum over what is listed in a box of cells.
inline void convolve_changes(Maps& y, const Box& positions, const Maps& before, const Lists& x,
                             const Box& box, const Convolution& layer) {
  convolve_from(
      y, positions, [&before](std::size_t oy, std::size_t ox) { return before.at(oy, ox); }, x, box,
      layer);
}

// Eight results of a cell from map k on, where a box of positions moved, and the others are as
// before.
inline Eight result_at(const Maps& moved, const Box& box, const Maps& before,
                       const Convolution& layer, std::size_t y, std::size_t x, std::size_t k) {
  const auto sum = [&](std::size_t oy, std::size_t ox) {
    return load_eight((box.holds(oy, ox) ? moved : before).at(oy, ox) + k);
  };
  if (layer.kind == Pool::Kind::kNone) return larger(sum(y, x), zeros());
  if (layer.kind == Pool::Kind::kHalves)
    return larger(larger(larger(sum(2 * y, 2 * x), sum(2 * y, 2 * x + 1)),
                         larger(sum(2 * y + 1, 2 * x), sum(2 * y + 1, 2 * x + 1))),
                  zeros());
  const Pool& pool = layer.pool;
  const Box window = pool.windows.covered(Box::cell(y, x));
  Eight result = zeros();
  for (std::size_t oy = window.top; oy < window.bottom; ++oy)
    for (std::size_t ox = window.left; ox < window.right; ++ox) {
      const Eight rectified = larger(sum(oy, ox), zeros());
      result = pool.average ? total(result, rectified) : larger(rectified, result);
    }
  return pool.average ? quotient(result, static_cast<double>(pool.windows.size.area())) : result;
}

// Lists by how much results differ from those before where a box of positions moved; returns the
// smallest box of cells that holds all differences.
inline Box list_changes(const Maps& moved, const Box& box, const Maps& before, const Maps& results,
                        const Convolution& layer, Lists& changes) {
  const Box cells = layer.made_of(box);
  Box changed{};
  for (std::size_t y = cells.top; y < cells.bottom; ++y)
    for (std::size_t x = cells.left; x < cells.right; ++x) {
      std::uint32_t size = 0;
      for (std::size_t k = 0; k < layer.width; k += kEight)
        size += list_nonzero(difference(result_at(moved, box, before, layer, y, x, k),
                                        load_eight(results.at(y, x) + k)),
                             static_cast<std::uint32_t>(k), changes.maps(y, x) + size,
                             changes.values(y, x) + size);
      changes.size(y, x) = size;
      if (size != 0) changed.include(y, x);
    }
  return changed;
}

// Brings results, and their lists, up to date where a box of positions moved.
inline void renew(const Maps& sums, const Box& box, const Convolution& layer, Maps& results,
                  Lists& lists) {
  const Box cells = layer.made_of(box);
  for (std::size_t y = cells.top; y < cells.bottom; ++y)
    for (std::size_t x = cells.left; x < cells.right; ++x) {
      std::uint32_t size = 0;
      for (std::size_t k = 0; k < layer.width; k += kEight) {
        const Eight result = result_at(sums, box, sums, layer, y, x, k);
        store_eight(results.at(y, x) + k, result);
        size += list_nonzero(result, static_cast<std::uint32_t>(k), lists.maps(y, x) + size,
                             lists.values(y, x) + size);
      }
      lists.size(y, x) = size;
    }
}

#include "idea/simd/float_map_loops.hpp"
