// What a few changes of one layer make of the next, for a common form of that: windows of 3×3, one
// at every position, pools of 2×2, and no more maps than the widest vectors have lanes. Not a
// standalone header: float_map_loops.hpp includes it.
//
// The changes lie in 2×2 cells, and so reach 4×4 positions: their sums stay in registers. (With more
// maps than that, a list is passed several times, and what that costs exceeds what it saves.)

inline bool fits_tile(const FloatTaps& taps, const Box& cells) {
  const Convolution& layer = *taps.layer;
  return kHasTiles && taps.width == Vec::kLanes && layer.kind == Pool::Kind::kHalves &&
         layer.window.height == 3 && layer.window.width == 3 && layer.stride.area() == 1 &&
         !cells.empty() && cells.bottom - cells.top <= 2 && cells.right - cells.left <= 2;
}

// The changes of the sums of 4×4 positions.
using Tile = Vec[4][4];

// Adds what the cell at A, B of the 2×2 lists: it lies in the windows of 3×3 of the positions.
template <std::size_t A, std::size_t B>
IDEA_SIMD_INLINE inline void add_in_tile(Tile& tile, const float* taps, std::size_t step,
                                         const Listed& listed) {
  for (std::size_t n = 0; n < listed.size; ++n) {
    const Vec value = splat(listed.values[n]);
    const float* row = taps + listed.rows[n] * listed.width;
    for (std::size_t dy = 0; dy < 3; ++dy)
      for (std::size_t dx = 0; dx < 3; ++dx) {
        Vec& sum = tile[A + 2 - dy][B + 2 - dx];
        sum = fma(value, load(row + (dy * 3 + dx) * step), sum);
      }
  }
}

// The same for all cells.
IDEA_SIMD_INLINE inline void add_cells_in_tile(Tile& tile, const ChangeList& x,
                                               const FloatTaps& taps) {
  const float* first = taps.values.at(0);
  const std::size_t step = taps.layer->inputs * taps.width;
  for (std::size_t c = 0; c < x.count; ++c) {
    const ChangeList::Cell& cell = x.cells[c];
    const Listed listed{x.rows.data() + cell.begin, x.values.data() + cell.begin,
                        cell.end - cell.begin, taps.width};
    switch (2 * (cell.y - x.box.top) + cell.x - x.box.left) {
      case 0: add_in_tile<0, 0>(tile, first, step, listed); break;
      case 1: add_in_tile<0, 1>(tile, first, step, listed); break;
      case 2: add_in_tile<1, 0>(tile, first, step, listed); break;
      default: add_in_tile<1, 1>(tile, first, step, listed);
    }
  }
}

// The first result that a tile is part of; −1 where its pool would lie before all others. Y and X of
// the positions of that lie before the tile.
struct TilePlace {
  std::ptrdiff_t y;
  std::ptrdiff_t x;
};

// Calls step(Count<N>()) for each of the numbers.
template <typename Step, std::size_t... N>
IDEA_SIMD_INLINE inline void for_each_count(std::index_sequence<N...> /*numbers*/, Step step) {
  (step(Count<N>()), ...);
}

// Lists by how much results change.
template <std::size_t Y, std::size_t X>
IDEA_SIMD_INLINE inline void list_tile(const Tile& tile, const TilePlace& place,
                                       const Slacks& level, const Convolution& layer, bool flat,
                                       ChangeList& list) {
  const std::size_t down = level.columns * level.width;
  ChangeList::End end;
  Vec squares = splat(0);
  for_each_count(std::make_index_sequence<2 + Y>(), [&](auto a) IDEA_SIMD_INLINE {
    const std::size_t y = static_cast<std::size_t>(place.y) + a;  // huge where there is none
    if (y >= layer.results().height) return;
    for_each_count(std::make_index_sequence<2 + X>(), [&](auto b) IDEA_SIMD_INLINE {
      const std::size_t x = static_cast<std::size_t>(place.x) + b;
      if (x >= layer.results().width) return;
      const float* slack = level.slack.at(level.position(2 * y, 2 * x));
      const auto at = [&](auto h, auto w) IDEA_SIMD_INLINE {
        constexpr std::size_t row = 2 * a + h - Y;  // huge before the tile
        constexpr std::size_t column = 2 * b + w - X;
        const Vec before = load(slack + h * down + w * level.width);
        if constexpr (row < 4 && column < 4) return add(before, tile[row][column]);
        return before;
      };
      const Count<0> zero;
      const Count<1> one;
      const Vec change =
          max(max(max(at(zero, zero), at(zero, one)), max(at(one, zero), at(one, one))),
              load(level.floor.at(level.cell(y, x))));
      squares = fma(change, change, squares);
      const std::size_t first = flat ? (y * level.result_columns + x) * layer.outputs : 0;
      list.close_cell(y, x, list_lanes(change, first, end.size, list), end);
      list.squares.count += Vec::kLanes;
    });
  });
  list.close(end);
  list.squares.sum = sum(squares);
}

// Lists by how much results change with those of the layer below.
inline void list_tiles(const Slacks& level, const ChangeList& x, const FloatTaps& taps, bool flat,
                       ChangeList& list) {
  const Convolution& layer = *taps.layer;
  const auto place = [](std::size_t cell, std::size_t pad) {
    return static_cast<std::ptrdiff_t>(cell + pad) - 2;  // of the first position
  };
  const std::ptrdiff_t top = place(x.box.top, layer.pads.top);
  const std::ptrdiff_t left = place(x.box.left, layer.pads.left);
  const TilePlace first{(top - (top & 1)) / 2, (left - (left & 1)) / 2};
  Tile tile;
  for (auto& row : tile)
    for (Vec& each : row) each = splat(0);
  add_cells_in_tile(tile, x, taps);
  switch (2 * (top & 1) + (left & 1)) {
    case 0: list_tile<0, 0>(tile, first, level, layer, flat, list); break;
    case 1: list_tile<0, 1>(tile, first, level, layer, flat, list); break;
    case 2: list_tile<1, 0>(tile, first, level, layer, flat, list); break;
    default: list_tile<1, 1>(tile, first, level, layer, flat, list);
  }
}
