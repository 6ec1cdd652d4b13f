// Numbers over the cells of a rectangle: the inputs and outputs of convolutions.
//
// Maps come last: the numbers of one cell, one for each map, are contiguous. They begin on a
// cache line and end in zeros, so that vector code needs no tail.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/simd/aligned_array.hpp"

namespace idea {

// Doubles in a cache line and in the widest vector register.
inline constexpr std::size_t kEight = kCacheLine / sizeof(double);

constexpr std::size_t whole_eights(std::size_t size) {
  return (size + kEight - 1) / kEight * kEight;
}

// The height and width of a rectangle of cells.
struct Extent {
  std::size_t height;
  std::size_t width;

  std::size_t area() const { return height * width; }
};

// Cells from top to bottom and left to right, their ends not included.
struct Box {
  std::size_t top;
  std::size_t bottom;
  std::size_t left;
  std::size_t right;

  static Box whole(const Extent& extent) { return {0, extent.height, 0, extent.width}; }
  static Box cell(std::size_t y, std::size_t x) { return {y, y + 1, x, x + 1}; }

  bool empty() const { return top >= bottom || left >= right; }
  bool holds(std::size_t y, std::size_t x) const {
    return y >= top && y < bottom && x >= left && x < right;
  }
  void include(std::size_t y, std::size_t x) {
    if (empty()) *this = cell(y, x);
    *this = {std::min(top, y), std::max(bottom, y + 1), std::min(left, x), std::max(right, x + 1)};
  }
};

// A number for each cell and map.
class Maps {
 public:
  Maps(const Extent& cells, std::size_t maps)
      : columns_(cells.width), width_(whole_eights(maps)), values_(cells.area() * width_) {}

  double* at(std::size_t y, std::size_t x) { return values_.at((y * columns_ + x) * width_); }
  const double* at(std::size_t y, std::size_t x) const {
    return values_.at((y * columns_ + x) * width_);
  }

  // Copies a box of cells from maps of the same size.
  void copy(const Maps& other, const Box& box) {
    if (box.empty()) return;
    for (std::size_t y = box.top; y < box.bottom; ++y)
      std::copy_n(other.at(y, box.left), (box.right - box.left) * width_, at(y, box.left));
  }

 private:
  std::size_t columns_;
  std::size_t width_;  // the numbers of a cell, with the zeros at their end
  AlignedArray<double> values_;
};

// For each cell a list of those maps whose number isn't zero, in order, with the number.
class Lists {
 public:
  Lists(const Extent& cells, std::size_t maps)
      : columns_(cells.width),
        room_(whole_eights(maps)),
        sizes_(cells.area()),
        maps_(cells.area() * room_),
        values_(cells.area() * room_) {}

  std::uint32_t& size(std::size_t y, std::size_t x) { return sizes_[y * columns_ + x]; }
  std::uint32_t size(std::size_t y, std::size_t x) const { return sizes_[y * columns_ + x]; }
  std::uint32_t* maps(std::size_t y, std::size_t x) { return &maps_[(y * columns_ + x) * room_]; }
  const std::uint32_t* maps(std::size_t y, std::size_t x) const {
    return &maps_[(y * columns_ + x) * room_];
  }
  double* values(std::size_t y, std::size_t x) { return values_.at((y * columns_ + x) * room_); }
  const double* values(std::size_t y, std::size_t x) const {
    return values_.at((y * columns_ + x) * room_);
  }

  // Sets the list of a cell, if there is one map.
  void assign(std::size_t y, std::size_t x, double value) {
    size(y, x) = value == 0 ? 0 : 1;
    *maps(y, x) = 0;
    *values(y, x) = value;
  }

 private:
  std::size_t columns_;
  std::size_t room_;
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint32_t> maps_;
  AlignedArray<double> values_;
};

// A convolution with stride 1 and without padding, followed by ReLU and optionally by a max pool
// over 2×2 positions. A dense layer is one whose window is its whole input.
struct Convolution {
  Convolution(std::size_t inputs, std::size_t outputs, const Extent& cells, const Extent& window,
              bool pool)
      : inputs(inputs),
        outputs(outputs),
        cells(cells),
        window(window),
        pool(pool),
        width(whole_eights(outputs)),
        taps(window.area() * inputs * width),
        bias(width) {}

  std::size_t inputs;   // maps
  std::size_t outputs;  // maps
  Extent cells;         // of its input
  Extent window;        // what one position reads
  bool pool;
  std::size_t width;          // of a row, see Maps
  AlignedArray<double> taps;  // (window, window, inputs, width): the weights
  AlignedArray<double> bias;  // (width)

  // The weights of an input map in the outputs of a position, from the cell at this distance.
  double* row(std::size_t dy, std::size_t dx, std::size_t input) {
    return taps.at(((dy * window.width + dx) * inputs + input) * width);
  }
  const double* row(std::size_t dy, std::size_t dx, std::size_t input) const {
    return taps.at(((dy * window.width + dx) * inputs + input) * width);
  }

  Extent positions() const {
    return {cells.height - window.height + 1, cells.width - window.width + 1};
  }
  // After the pool.
  Extent results() const {
    const auto [height, width] = positions();
    return pool ? Extent{height / 2, width / 2} : Extent{height, width};
  }
  // The positions that results are computed from: a pool drops an odd row and column.
  Box used() const {
    const auto [height, width] = results();
    return pool ? Box{0, height * 2, 0, width * 2} : Box{0, height, 0, width};
  }
  // Those of them whose windows meet a box of cells.
  Box reach(const Box& box) const {
    const auto first = [](std::size_t cell, std::size_t side) {
      return cell + 1 - std::min(cell + 1, side);
    };
    const Box all = used();
    return {first(box.top, window.height), std::min(all.bottom, box.bottom),
            first(box.left, window.width), std::min(all.right, box.right)};
  }
  // The results that are computed from a box of positions.
  Box made_of(const Box& box) const {
    if (!pool) return box;
    return {box.top / 2, (box.bottom + 1) / 2, box.left / 2, (box.right + 1) / 2};
  }
};

}  // namespace idea
