// Numbers over the cells of a rectangle: the inputs and outputs of convolutions.
//
// Maps come last: the numbers of one cell, one for each map, are contiguous. They begin on a
// cache line and end in zeros, so that vector code needs no tail.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

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
  // The smallest that holds both.
  Box hull(const Box& other) const {
    if (empty()) return other;
    if (other.empty()) return *this;
    return {std::min(top, other.top), std::max(bottom, other.bottom), std::min(left, other.left),
            std::max(right, other.right)};
  }
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

// Windows of one size over a line of cells, one every stride. Cells are counted with those that are
// added before them.
struct Windows {
  std::size_t size;
  std::size_t stride;

  // How many fit into so many cells.
  std::size_t within(std::size_t cells) const {
    return cells < size ? 0 : strides(cells - size) + 1;
  }
  // The first that ends after a cell.
  std::size_t first(std::size_t cell) const { return cell < size ? 0 : strides(cell - size) + 1; }
  // The first that begins at a cell or after it.
  std::size_t end(std::size_t cell) const { return strides(cell + stride - 1); }

 private:
  // How many whole ones there are in some cells; most are 1 or 2, and divisions slow.
  std::size_t strides(std::size_t cells) const {
    return stride == 1 ? cells : stride == 2 ? cells / 2 : cells / stride;
  }
};

// Windows over a rectangle.
struct WindowGrid {
  Extent size{1, 1};
  Extent stride{1, 1};

  Windows down() const { return {size.height, stride.height}; }
  Windows across() const { return {size.width, stride.width}; }
  Extent within(const Extent& cells) const {
    return {down().within(cells.height), across().within(cells.width)};
  }
  // The cells of a box of windows.
  Box covered(const Box& box) const {
    if (box.empty()) return {};
    return {box.top * stride.height, (box.bottom - 1) * stride.height + size.height,
            box.left * stride.width, (box.right - 1) * stride.width + size.width};
  }
  // The windows that meet a box of cells, of so many.
  Box meeting(const Box& box, const Extent& count) const {
    return {down().first(box.top), std::min(count.height, down().end(box.bottom)),
            across().first(box.left), std::min(count.width, across().end(box.right))};
  }
};

// A pool over windows of positions: the largest number of each, or the mean.
struct Pool {
  WindowGrid windows{};
  bool average = false;

  static Pool halves() { return {{{2, 2}, {2, 2}}}; }

  enum class Kind : std::uint8_t { kNone, kHalves, kOther };
  Kind kind() const {
    const auto& [size, stride] = windows;
    if (size.area() == 1 && stride.area() == 1) return Kind::kNone;
    const bool halves =
        size.height == 2 && size.width == 2 && stride.height == 2 && stride.width == 2;
    return halves && !average ? Kind::kHalves : Kind::kOther;
  }
};

// Rows and columns of zeros around maps.
struct Pads {
  std::size_t top = 0;
  std::size_t left = 0;
  std::size_t bottom = 0;
  std::size_t right = 0;
};

// What a convolution does with its window: the steps that it takes, from where to where, and what
// comes after the ReLU.
struct Geometry {
  Extent stride{1, 1};
  Pads pads{};
  Pool pool{};
};

// How far numbers of neighbouring positions lie from each other.
struct Steps {
  std::ptrdiff_t across;
  std::ptrdiff_t down;

  std::ptrdiff_t place(std::size_t h, std::size_t w) const {
    return static_cast<std::ptrdiff_t>(h) * down + static_cast<std::ptrdiff_t>(w) * across;
  }
};

// A convolution, followed by ReLU and perhaps by a pool. A dense layer is one whose window is its
// whole input.
struct Convolution {
  Convolution(std::size_t inputs, std::size_t outputs, const Extent& cells, const Extent& window,
              const Geometry& geometry = {})
      : inputs(inputs),
        outputs(outputs),
        cells(cells),
        window(window),
        stride(geometry.stride),
        pads(geometry.pads),
        pool(geometry.pool),
        kind(pool.kind()),
        width(whole_eights(outputs)),
        taps(window.area() * inputs * width),
        bias(width),
        positions_(windows().within(
            {cells.height + pads.top + pads.bottom, cells.width + pads.left + pads.right})),
        results_(pool.windows.within(positions_)),
        used_(pool.windows.covered(Box::whole(results_))) {}

  std::size_t inputs;   // maps
  std::size_t outputs;  // maps
  Extent cells;         // of its input
  Extent window;        // what one position reads
  Extent stride;        // from one position to the next
  Pads pads;            // zeros around the input
  Pool pool;
  Pool::Kind kind;
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

  // Which cell of a position's window a cell of the input is.
  std::size_t tap(std::size_t cy, std::size_t cx, std::size_t oy, std::size_t ox) const {
    return (cy + pads.top - oy * stride.height) * window.width + cx + pads.left - ox * stride.width;
  }
  // How far the weights of the same cell lie before these in the next position, in rows of a width.
  Steps tap_steps(std::size_t row) const {
    return {static_cast<std::ptrdiff_t>(stride.width * inputs * row),
            static_cast<std::ptrdiff_t>(stride.height * window.width * inputs * row)};
  }

  WindowGrid windows() const { return {window, stride}; }
  const Extent& positions() const { return positions_; }
  // After the pool.
  const Extent& results() const { return results_; }
  // The positions that results are computed from: a pool drops those that fill no window.
  const Box& used() const { return used_; }
  // Those of them whose windows meet a box of cells.
  Box reach(const Box& box) const {
    return windows().meeting(with_pads(box), {used_.bottom, used_.right});
  }
  // The results that are computed from a box of positions.
  Box made_of(const Box& box) const {
    return kind == Pool::Kind::kNone ? box : pool.windows.meeting(box, results_);
  }
  // A box of cells, counted with the zeros around them.
  Box with_pads(const Box& box) const {
    return {box.top + pads.top, box.bottom + pads.top, box.left + pads.left, box.right + pads.left};
  }
  // The cells of the input in a box that counts the zeros around it.
  Box without_pads(const Box& box) const {
    const auto inner = [](std::size_t place, std::size_t pad, std::size_t side) {
      return std::min(std::max(place, pad) - pad, side);
    };
    return {inner(box.top, pads.top, cells.height), inner(box.bottom, pads.top, cells.height),
            inner(box.left, pads.left, cells.width), inner(box.right, pads.left, cells.width)};
  }

 private:
  Extent positions_;
  Extent results_;
  Box used_;
};

}  // namespace idea
