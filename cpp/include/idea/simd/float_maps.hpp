// Changes of maps in single precision: the layers they pass through, and lists of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/simd/aligned_array.hpp"
#include "idea/simd/maps.hpp"
#include "idea/simd/matrix.hpp"

namespace idea {

// The weights of a convolution, and how maps are laid out: those of a cell are contiguous, and end
// in zeros that fill a cache line.
struct FloatTaps {
  explicit FloatTaps(const Convolution& layer)
      : layer(&layer),
        width(padded(layer.outputs)),
        values(layer.window.area() * layer.inputs * width) {
    for (std::size_t row = 0; row < layer.window.area() * layer.inputs; ++row)
      std::transform(layer.taps.at(row * layer.width),
                     layer.taps.at(row * layer.width) + layer.outputs, values.at(row * width),
                     [](double weight) { return static_cast<float>(weight); });
  }

  // One position reads all cells, and nothing else.
  bool dense() const {
    const auto& [height, width] = layer->window;
    return layer->positions().area() == 1 && layer->cells.height == height &&
           layer->cells.width == width && layer->pads.top == 0 && layer->pads.left == 0;
  }

  const Convolution* layer;
  std::size_t width;
  AlignedArray<float> values;  // (window, window, inputs, width)
};

// A pixel, and what of the first layer it reaches.
struct PixelReach {
  PixelReach(const Convolution& layer, std::size_t y, std::size_t x)
      : y(y), x(x), positions(layer.reach(Box::cell(y, x))), cells(layer.made_of(positions)) {}

  std::size_t y;
  std::size_t x;
  Box positions;
  Box cells;
};

// Those numbers of a few cells that change, and by how much.
struct ChangeList {
  struct Cell {
    std::size_t y;
    std::size_t x;
    std::size_t begin;  // of its numbers
    std::size_t end;
  };

  // Room for all numbers of all cells, and for what vector code writes after the last.
  explicit ChangeList(const Extent& extent, std::size_t maps)
      : rows(extent.area() * padded(maps) + kLine), values(rows.size()) {
    cells.reserve(extent.area());
  }

  void clear() {
    cells.clear();
    size = 0;
    squares = 0;
    changed = Box{};
  }

  // Adds a cell whose numbers were written from `size` to `end`.
  void close_cell(std::size_t y, std::size_t x, std::size_t end) {
    if (end == size) return;
    cells.push_back({y, x, size, end});
    changed.include(y, x);
    size = end;
  }

  std::vector<std::uint32_t> rows;  // which of the taps' rows of a window's cell; dense: of all
  std::vector<float> values;
  std::size_t size = 0;
  std::vector<Cell> cells;  // that have some
  Box changed{};            // the smallest that holds them
  float squares = 0;        // the sum of the squared values, as float adds them
};

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
        changes(taps.layer->results().area() * width) {}

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
