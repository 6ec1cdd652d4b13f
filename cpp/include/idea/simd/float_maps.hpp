// Changes of maps in single precision: the layers they pass through, and lists of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/simd/aligned_array.hpp"
#include "idea/simd/cell_list.hpp"
#include "idea/simd/maps.hpp"
#include "idea/simd/matrix.hpp"

namespace idea {

// The weights of a convolution, and how maps are laid out: those of a cell are contiguous, and end
// in zeros that fill a cache line.
struct FloatTaps {
  explicit FloatTaps(const Convolution& layer)
      : layer(&layer),
        width(padded(layer.outputs)),
        dense(layer.kind == Pool::Kind::kNone && layer.positions().area() == 1 &&
              layer.cells.height == layer.window.height &&
              layer.cells.width == layer.window.width && layer.pads.top == 0 &&
              layer.pads.left == 0),
        values(layer.window.area() * layer.inputs * width) {
    for (std::size_t row = 0; row < layer.window.area() * layer.inputs; ++row)
      std::transform(layer.taps.at(row * layer.width),
                     layer.taps.at(row * layer.width) + layer.outputs, values.at(row * width),
                     [](double weight) { return static_cast<float>(weight); });
  }

  const Convolution* layer;
  std::size_t width;
  bool dense;                  // one position reads all cells, and nothing else
  AlignedArray<float> values;  // (window, window, inputs, width)
};

// What a pixel reaches of the first layer: results, and the sums that these are computed from.
struct PixelReach {
  // Where the sums of a position begin, and the taps that the pixel has in them. Positions whose
  // windows don't hold it have those after the layer's last: zeros.
  struct Place {
    std::uint32_t sums;
    std::uint32_t taps;
  };

  PixelReach(const Convolution& layer, std::size_t y, std::size_t x) {
    const Box positions = layer.reach(Box::cell(y, x));
    cells = layer.made_of(positions);
    for (std::size_t cy = cells.top; cy < cells.bottom; ++cy)
      for (std::size_t cx = cells.left; cx < cells.right; ++cx) {
        const Box pool = layer.pool.windows.covered(Box::cell(cy, cx));
        for (std::size_t oy = pool.top; oy < pool.bottom; ++oy)
          for (std::size_t ox = pool.left; ox < pool.right; ++ox) {
            const std::size_t tap =
                positions.holds(oy, ox) ? layer.tap(y, x, oy, ox) : layer.window.area();
            places.push_back(
                {static_cast<std::uint32_t>((oy * layer.positions().width + ox) * layer.width),
                 static_cast<std::uint32_t>(tap * layer.width)});
          }
      }
  }

  Box cells{};
  std::vector<Place> places;  // of each cell those of its pool
};

using ChangeList = CellList<float>;

// What a layer's sums are compared with when some of them change. A result is r = max(0, s…) over
// its sums s; it changes by max(floor, (slack + change of s)…) with slack = s - r and floor = -r.
// All three are small where they matter, so that single precision suffices. A pool of averages is
// preceded by the ReLU of each sum, as if that were a result.
struct Slacks {
  explicit Slacks(const FloatTaps& taps)
      : pool(taps.layer->pool),
        columns(taps.layer->positions().width),
        result_columns(taps.layer->results().width),
        width(taps.width),
        own(taps.layer->kind == Pool::Kind::kOther && !pool.average),
        slack((own ? taps.layer->results().area() * pool.windows.size.area()
                   : taps.layer->positions().area()) *
              width),
        floor((pool.average ? taps.layer->positions() : taps.layer->results()).area() * width),
        moved(taps.layer->positions().area() * width),
        changes(taps.layer->results().area() * width) {
    // Where there is no map, as a unit that is off.
    const std::size_t places = own ? taps.layer->results().area() * pool.windows.size.area()
                                   : taps.layer->positions().area();
    std::fill_n(slack.at(0), places * width, -1.0F);
  }

  std::size_t position(std::size_t y, std::size_t x) const { return (y * columns + x) * width; }
  std::size_t cell(std::size_t y, std::size_t x) const { return (y * result_columns + x) * width; }
  // Where the slack of the n-th position of a cell's pool is.
  std::size_t slack_of(std::size_t y, std::size_t x, std::size_t n, std::size_t oy,
                       std::size_t ox) const {
    return own ? (y * result_columns + x) * pool.windows.size.area() * width + n * width
               : position(oy, ox);
  }

  Pool pool;
  std::size_t columns;         // of positions
  std::size_t result_columns;  // of results
  std::size_t width;
  bool own;                   // whether each cell has its own slacks, for pools may overlap
  AlignedArray<float> slack;  // (positions, width); own: (results, positions of a pool, width)
  AlignedArray<float> floor;  // (results, width); averages: (positions, width)
  // Scratch.
  AlignedArray<float> moved;    // (positions, width): by how much the sums change
  AlignedArray<float> changes;  // (results, width)
};

}  // namespace idea
