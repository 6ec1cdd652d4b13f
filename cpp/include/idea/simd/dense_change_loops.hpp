// What changes of one layer make of a dense one above it. Not a standalone header:
// float_map_loops.hpp includes it.

// Calls take(k, change) for the vectors of changes of a dense layer's units, and returns the sum of
// their squares.
template <typename Take>
inline Squares for_dense_changes(const Slacks& level, const ChangeList& x, const FloatTaps& taps,
                                 Take take) {
  const Listed listed{x.rows.data(), x.values.data(), x.size, taps.width};
  Vec squares = splat(0);
  for_vectors(0, taps.width, [&](auto units, std::size_t begin) {
    Vec total[units];
    sum_rows(total, taps.values.at(begin), listed);
    for (std::size_t u = 0; u < units; ++u) {
      const std::size_t k = begin + u * Vec::kLanes;
      const Vec change = max(add(load(level.slack.at(k)), total[u]), load(level.floor.at(k)));
      squares = fma(change, change, squares);
      take(k, change);
    }
  });
  return {sum(squares), taps.width};
}

// Lists them.
inline void list_dense_changes(const Slacks& level, const ChangeList& x, const FloatTaps& taps,
                               ChangeList& list) {
  std::size_t size = 0;
  list.squares = for_dense_changes(level, x, taps, [&](std::size_t k, const Vec& change) {
    size = list_lanes(change, k, size, list);
  });
  ChangeList::End end;
  list.close_cell(0, 0, size, end);
  list.close(end);
}
