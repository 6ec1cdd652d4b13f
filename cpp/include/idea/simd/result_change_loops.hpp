// By how much a layer's results change once it is known by how much its sums do. Not a standalone
// header: float_map_loops.hpp includes it.

// Writes the lanes that aren't zero after the first `size` of a list, with their rows; returns how
// many there are then.
inline std::size_t list_lanes(const Vec& change, std::size_t first, std::size_t size,
                              ChangeList& list) {
  const std::uint32_t bits = not_zero(change);
  list_values(bits, change, list.values.data() + size);
  return size + list_bits(bits, static_cast<std::uint32_t>(first), list.rows.data() + size);
}

// By how much the results of a cell under a pool of any kind change, from map k on.
inline Vec pooled_change_at(const Slacks& level, std::size_t y, std::size_t x, std::size_t k) {
  const bool average = level.pool.average;
  const Box window = level.pool.windows.covered(Box::cell(y, x));
  Vec change = average ? splat(0) : load(level.floor.at(level.cell(y, x)) + k);
  std::size_t n = 0;
  for (std::size_t oy = window.top; oy < window.bottom; ++oy)
    for (std::size_t ox = window.left; ox < window.right; ++ox) {
      const Vec moved = load(level.moved.at(level.position(oy, ox)) + k);
      const std::size_t place = level.slack_of(y, x, n++, oy, ox) + k;
      const Vec each = add(load(level.slack.at(place)), moved);
      change = average ? add(change, max(each, load(level.floor.at(place)))) : max(change, each);
    }
  if (!average) return change;
  return fma(change, splat(1 / static_cast<float>(level.pool.windows.size.area())), splat(0));
}

// By how much a cell's results change, from map k on.
template <Pool::Kind kKind>
inline Vec change_at(const Slacks& level, std::size_t y, std::size_t x, std::size_t k) {
  if constexpr (kKind == Pool::Kind::kOther) return pooled_change_at(level, y, x, k);
  constexpr std::size_t kStep = kKind == Pool::Kind::kHalves ? 2 : 1;
  const std::size_t first = level.position(kStep * y, kStep * x) + k;
  const float* slack = level.slack.at(first);
  const float* moved = level.moved.at(first);
  const auto at = [&](std::size_t place) { return add(load(slack + place), load(moved + place)); };
  const Vec least = load(level.floor.at(level.cell(y, x)) + k);
  if constexpr (kKind == Pool::Kind::kNone) return max(at(0), least);
  const std::size_t down = level.columns * level.width;
  return max(max(max(at(0), at(level.width)), max(at(down), at(down + level.width))), least);
}

// Writes the changes of all results in a box of cells to `changes`, and returns their squares.
template <Pool::Kind kKind>
inline Squares write_changes_of(Slacks& level, const Box& cells) {
  Vec squares = splat(0);
  for (std::size_t y = cells.top; y < cells.bottom; ++y)
    for (std::size_t x = cells.left; x < cells.right; ++x)
      for (std::size_t k = 0; k < level.width; k += Vec::kLanes) {
        const Vec change = change_at<kKind>(level, y, x, k);
        squares = fma(change, change, squares);
        store(level.changes.at(level.cell(y, x)) + k, change);
      }
  return {sum(squares), (cells.bottom - cells.top) * (cells.right - cells.left) * level.width};
}

inline Squares write_changes(Slacks& level, Pool::Kind kind, const Box& cells) {
  if (kind == Pool::Kind::kNone) return write_changes_of<Pool::Kind::kNone>(level, cells);
  if (kind == Pool::Kind::kHalves) return write_changes_of<Pool::Kind::kHalves>(level, cells);
  return write_changes_of<Pool::Kind::kOther>(level, cells);
}

// Lists the changes that were written. flat: their rows are those of a dense layer.
inline void list_changes_in(const Slacks& level, const Box& cells, std::size_t outputs, bool flat,
                            ChangeList& list) {
  ChangeList::End end;
  for (std::size_t y = cells.top; y < cells.bottom; ++y)
    for (std::size_t x = cells.left; x < cells.right; ++x) {
      const float* changes = level.changes.at(level.cell(y, x));
      const std::size_t first = flat ? (y * level.result_columns + x) * outputs : 0;
      std::size_t size = end.size;
      for (std::size_t k = 0; k < level.width; k += Vec::kLanes)
        size = list_lanes(load(changes + k), first + k, size, list);
      list.close_cell(y, x, size, end);
    }
  list.close(end);
}

// The changes that were written times the output layer's weights: gains[o] is the sum over a box of
// cells and the maps. weights: (outputs, results, width).
inline void sum_changes(const Slacks& level, const Box& cells, const Matrix& weights,
                        double* gains) {
  for (std::size_t o = 0; o < weights.rows(); ++o) {
    Vec total = splat(0);
    for (std::size_t y = cells.top; y < cells.bottom; ++y) {
      const std::size_t end = level.cell(y, cells.right);
      for (std::size_t k = level.cell(y, cells.left); k < end; k += Vec::kLanes)
        total = fma(load(level.changes.at(k)), load(weights.row(o) + k), total);
    }
    gains[o] = static_cast<double>(sum(total));
  }
}
