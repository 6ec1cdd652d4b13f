// The loops over changes of maps in single precision. Not a standalone header:
// map_loops.hpp includes it.

// Listed numbers, and a row's length.
struct Listed {
  const std::uint32_t* rows;
  const float* values;
  std::size_t size;
  std::size_t width;
};

// The sums of U vectors in a row of the listed numbers, each times its row of taps.
template <std::size_t U>
inline void sum_rows(Vec (&total)[U], const float* taps, const Listed& listed) {
  for (Vec& each : total) each = splat(0);
  for (std::size_t n = 0; n < listed.size; ++n) {
    const Vec value = splat(listed.values[n]);
    const float* row = taps + listed.rows[n] * listed.width;
    for (std::size_t u = 0; u < U; ++u)
      total[u] = fma(value, load(row + u * Vec::kLanes), total[u]);
  }
}

// Multiples of a step, so that an inner loop needs no products.
template <std::size_t W>
struct Strides {
  explicit Strides(const Steps& steps) {
    for (std::size_t w = 0; w < W; ++w) across[w] = static_cast<std::ptrdiff_t>(w) * steps.across;
  }
  std::ptrdiff_t across[W] = {};
};

// The same for U vectors at each of H × W positions. To the right and downwards, sums lie `across`
// and `down` further on, and the taps that belong to them further back.
template <std::size_t H, std::size_t W, std::size_t U>
inline void add_to_tile(float* sums, const Steps& sum_steps, const float* taps,
                        const Steps& tap_steps, const Listed& listed) {
  Vec total[H][W][U];
  for (std::size_t h = 0; h < H; ++h)
    for (std::size_t w = 0; w < W; ++w)
      for (std::size_t u = 0; u < U; ++u)
        total[h][w][u] = load(sums + sum_steps.place(h, w) + u * Vec::kLanes);
  const Strides<W> left(tap_steps);
  for (std::size_t n = 0; n < listed.size; ++n) {
    const Vec value = splat(listed.values[n]);
    const float* row = taps + listed.rows[n] * listed.width;
    for (std::size_t h = 0; h < H; ++h, row -= tap_steps.down)
      for (std::size_t w = 0; w < W; ++w)
        for (std::size_t u = 0; u < U; ++u)
          total[h][w][u] = fma(value, load(row - left.across[w] + u * Vec::kLanes), total[h][w][u]);
  }
  for (std::size_t h = 0; h < H; ++h)
    for (std::size_t w = 0; w < W; ++w)
      for (std::size_t u = 0; u < U; ++u)
        store(sums + sum_steps.place(h, w) + u * Vec::kLanes, total[h][w][u]);
}

// The sides of a tile, and its vectors: so that its sums fit into the registers. Maps fill whole
// cache lines, which is what four of the shortest vectors are.
constexpr std::size_t kTileHeight = Vec::kLanes == 4 ? 1 : 3;
constexpr std::size_t kTileWidth = 3;
constexpr std::size_t kTileDepth = Vec::kLanes == 4 ? 4 : Vec::kLanes == 8 ? 1 : 2;

// Calls step(N) for a number from 1 to N that is known only now.
template <std::size_t N, typename Step>
inline void with_count(std::size_t count, Step step) {
  if constexpr (N > 1)
    if (count < N) return with_count<N - 1>(count, step);
  step(Count<N>());
}

// Adds what a cell lists to the sums of all positions whose windows hold it.
inline void add_cell(Slacks& y, const ChangeList::Cell& cell, const Listed& listed,
                     const FloatTaps& taps) {
  const Convolution& layer = *taps.layer;
  const Box reached = layer.reach(Box::cell(cell.y, cell.x));
  const Steps tap_steps = layer.tap_steps(taps.width);
  const auto position = static_cast<std::ptrdiff_t>(y.width);
  const Steps sum_steps{position, position * static_cast<std::ptrdiff_t>(y.columns)};
  for (std::size_t oy = reached.top; oy < reached.bottom; oy += kTileHeight)
    for (std::size_t ox = reached.left; ox < reached.right; ox += kTileWidth) {
      float* sums = y.moved.at(y.position(oy, ox));
      const float* first =
          taps.values.at(layer.tap(cell.y, cell.x, oy, ox) * layer.inputs * taps.width);
      with_count<kTileHeight>(reached.bottom - oy, [&](auto height) {
        with_count<kTileWidth>(reached.right - ox, [&](auto width) {
          std::size_t k = 0;
          for (; k + kTileDepth * Vec::kLanes <= taps.width; k += kTileDepth * Vec::kLanes)
            add_to_tile<height, width, kTileDepth>(sums + k, sum_steps, first + k, tap_steps,
                                                   listed);
          if constexpr (kLine % (kTileDepth * Vec::kLanes) != 0)
            for (; k < taps.width; k += Vec::kLanes)
              add_to_tile<height, width, 1>(sums + k, sum_steps, first + k, tap_steps, listed);
        });
      });
    }
}

// Calls step(U, k) for blocks of U vectors that begin at k and cover begin…size, whole cache lines:
// as large as possible.
template <std::size_t U = (Vec::kLanes == 4 ? 4 : 8), typename Step>
inline void for_vectors(std::size_t begin, std::size_t size, Step step) {
  std::size_t k = begin;
  for (; k + U * Vec::kLanes <= size; k += U * Vec::kLanes) step(Count<U>(), k);
  if constexpr (U * Vec::kLanes > kLine)
    if (k < size) for_vectors<U - kLine / Vec::kLanes>(k, size, step);
}

// The change of a layer's sums at all positions of a box that holds those that the list reaches.
// Cost: a multiply-add for each listed number, position whose window it lies in, and output map.
inline void convolve_list(Slacks& y, const Box& positions, const ChangeList& x,
                          const FloatTaps& taps) {
  if (taps.dense) {
    const Listed listed{x.rows.data(), x.values.data(), x.size, taps.width};
    return for_vectors(0, taps.width, [&](auto units, std::size_t k) {
      Vec total[units];
      sum_rows(total, taps.values.at(k), listed);
      for (std::size_t u = 0; u < units; ++u) store(y.moved.at(k + u * Vec::kLanes), total[u]);
    });
  }
  for (std::size_t oy = positions.top; oy < positions.bottom; ++oy)
    std::fill(y.moved.at(y.position(oy, positions.left)),
              y.moved.at(y.position(oy, positions.right - 1)) + y.width, 0.0F);
  for (std::size_t c = 0; c < x.count; ++c) {
    const ChangeList::Cell& cell = x.cells[c];
    add_cell(y, cell,
             {x.rows.data() + cell.begin, x.values.data() + cell.begin, cell.end - cell.begin,
              taps.width},
             taps);
  }
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

// Calls take(y, x, k, change) for the changes of all results in a box of cells, and returns the sum
// of their squares.
template <Pool::Kind kKind, typename Take>
inline float for_changes_of(const Slacks& level, const Box& cells, Take take) {
  Vec squares = splat(0);
  for (std::size_t y = cells.top; y < cells.bottom; ++y)
    for (std::size_t x = cells.left; x < cells.right; ++x)
      for (std::size_t k = 0; k < level.width; k += Vec::kLanes) {
        const Vec change = change_at<kKind>(level, y, x, k);
        squares = fma(change, change, squares);
        take(y, x, k, change);
      }
  return sum(squares);
}

template <typename Take>
inline float for_changes(const Slacks& level, Pool::Kind kind, const Box& cells, Take take) {
  if (kind == Pool::Kind::kNone) return for_changes_of<Pool::Kind::kNone>(level, cells, take);
  if (kind == Pool::Kind::kHalves) return for_changes_of<Pool::Kind::kHalves>(level, cells, take);
  return for_changes_of<Pool::Kind::kOther>(level, cells, take);
}

// Writes the lanes that aren't zero after the first `size` of a list, with their rows; returns how
// many there are then.
inline std::size_t list_lanes(const Vec& change, std::size_t first, std::size_t size,
                              ChangeList& list) {
  const std::uint32_t bits = not_zero(change);
  list_values(bits, change, list.values.data() + size);
  return size + list_bits(bits, static_cast<std::uint32_t>(first), list.rows.data() + size);
}

#include "idea/simd/change_tile_loops.hpp"
#include "idea/simd/dense_change_loops.hpp"

// Where sums and results change with those of the layer below.
struct Reached {
  Reached(const Convolution& layer, const ChangeList& x)
      : positions(layer.reach(x.changed())),
        cells(layer.made_of(positions)),
        used(cells.empty() ? Box{} : layer.pool.windows.covered(cells).hull(positions)) {}

  std::size_t results() const {
    return cells.empty() ? 0 : (cells.bottom - cells.top) * (cells.right - cells.left);
  }

  Box positions;
  Box cells;
  Box used;  // by the results' pools, and the positions
};

// Lists by how much a layer's results change with those of the layer below. flat: their rows are
// those of a dense layer.
inline void list_next_changes(Slacks& level, const ChangeList& x, const FloatTaps& taps, bool flat,
                              ChangeList& list) {
  const Convolution& layer = *taps.layer;
  list.clear();
  if (taps.dense) return list_dense_changes(level, x, taps, list);
  if constexpr (kHasTiles)
    if (fits_tile(taps, x.box)) return list_tiles(level, x, taps, flat, list);
  const Reached reached(layer, x);
  if (reached.cells.empty()) return;
  convolve_list(level, reached.used, x, taps);
  list.squares.count = reached.results() * level.width;
  std::size_t size = 0;
  ChangeList::End end;
  list.squares.sum = for_changes(
      level, layer.kind, reached.cells,
      [&](std::size_t y, std::size_t x, std::size_t k, const Vec& change) {
        const std::size_t first = flat ? (y * level.result_columns + x) * layer.outputs : 0;
        size = list_lanes(change, first + k, size, list);
        if (k + Vec::kLanes == level.width) list.close_cell(y, x, size, end);
      });
  list.close(end);
}

// The changes of results, as written to `changes`, times the output layer's weights: gains[o] is the
// sum over a box of cells and the maps. weights: (outputs, results, width).
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

// How much a layer's results change with those of the layer below, times the output layer's weights.
inline Squares sum_next_changes(Slacks& level, const ChangeList& x, const FloatTaps& taps,
                                const Matrix& weights, double* gains) {
  const auto keep = [&level](std::size_t y, std::size_t x, std::size_t k, const Vec& change) {
    store(level.changes.at(level.cell(y, x)) + k, change);
  };
  if (taps.dense) {
    const Squares squares = for_dense_changes(
        level, x, taps, [&](std::size_t k, const Vec& change) { keep(0, 0, k, change); });
    sum_changes(level, Box::cell(0, 0), weights, gains);
    return squares;
  }
  const Reached reached(*taps.layer, x);
  if (reached.cells.empty()) return {};
  convolve_list(level, reached.used, x, taps);
  const float squares = for_changes(level, taps.layer->kind, reached.cells, keep);
  sum_changes(level, reached.cells, weights, gains);
  return {squares, reached.results() * level.width};
}

// The largest slack of the positions that changes of the layer below reach, before and after it.
inline float largest_slack(Slacks& level, const ChangeList& x, const FloatTaps& taps) {
  const Reached reached(*taps.layer, x);
  convolve_list(level, reached.used, x, taps);
  Vec most = splat(-std::numeric_limits<float>::infinity());
  for (std::size_t oy = reached.positions.top; oy < reached.positions.bottom; ++oy)
    for (std::size_t ox = reached.positions.left; ox < reached.positions.right; ++ox) {
      const std::size_t place = level.position(oy, ox);
      for (std::size_t k = 0; k < level.width; k += Vec::kLanes) {
        const Vec slack = load(level.slack.at(place) + k);
        most = max(most, max(slack, add(slack, load(level.moved.at(place) + k))));
      }
    }
  float lanes[Vec::kLanes];
  store(lanes, most);
  return *std::max_element(lanes, lanes + Vec::kLanes);
}

#include "idea/simd/pixel_change_loops.hpp"
#include "idea/simd/slack_loops.hpp"

inline constexpr FloatMapKernels kFloatMapKernels{list_next_changes, sum_next_changes,
                                                  largest_slack, renew_slacks, list_pixel_changes};
