// Lists of the numbers of a few cells and maps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/simd/maps.hpp"
#include "idea/simd/matrix.hpp"

namespace idea {

// A sum of the squares of so many numbers, as float adds them.
struct Squares {
  float sum = 0;
  std::size_t count = 0;
};

// Those numbers of a few cells that aren't zero, one cell's after the other's.
template <typename Number>
struct CellList {
  struct Cell {
    std::size_t y;
    std::size_t x;
    std::size_t begin;  // of its numbers
    std::size_t end;
  };

  // The end of a list that is being written, in registers.
  struct End {
    std::size_t size = 0;
    std::size_t count = 0;
  };

  // Room for all numbers of all cells, and for what vector code writes after the last.
  CellList(const Extent& extent, std::size_t maps)
      : rows(extent.area() * padded(maps) + kLine), values(rows.size()), cells(extent.area() + 1) {}

  void clear() {
    count = 0;
    size = 0;
    squares = {};
    box = {};
  }

  // The smallest box that holds the cells.
  Box changed() const {
    Box changed{};
    for (std::size_t c = 0; c < count; ++c) changed.include(cells[c].y, cells[c].x);
    return changed;
  }

  // Adds a cell whose numbers were written from the end to `size_now`.
  void close_cell(std::size_t y, std::size_t x, std::size_t size_now, End& end) {
    cells[end.count] = {y, x, end.size, size_now};
    end.count += size_now != end.size ? 1 : 0;  // without a branch, which would be mispredicted
    end.size = size_now;
  }

  void close(const End& end) {
    size = end.size;
    count = end.count;
  }

  // Adds a cell of one number, unless that is zero.
  void add(std::size_t y, std::size_t x, std::size_t row, Number value) {
    rows[size] = static_cast<std::uint32_t>(row);
    values[size] = value;
    End end{size, count};
    close_cell(y, x, size + (value != 0 ? 1 : 0), end);
    close(end);
  }

  std::vector<std::uint32_t> rows;  // which of the taps' rows of a window's cell; dense: of all
  std::vector<Number> values;
  std::size_t size = 0;
  std::vector<Cell> cells;  // that have some, and room for one more
  std::size_t count = 0;    // of the cells
  // Of changes: a box that holds the cells, or none if it isn't known, and of all values.
  Box box{};
  Squares squares;
};

}  // namespace idea
