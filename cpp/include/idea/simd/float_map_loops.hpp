// The loops over changes of maps in single precision. Not a standalone header:
// map_loops.hpp includes it.

// What isn't inlined has no registers.
#define IDEA_SIMD_INLINE __attribute__((always_inline))

// Whether there are registers enough for the sums of a tile of positions.
constexpr bool kHasTiles = Vec::kLanes == 16;

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

#include "idea/simd/small_map_loops.hpp"

// The change of a layer's sums at all positions of a box that holds those that the list reaches.
// Cost: a multiply-add for each listed number, position whose window it lies in, and output map.
inline void convolve_list(Slacks& y, const Box& positions, const ChangeList& x,
                          const FloatTaps& taps) {
  if (kHasTiles && is_small(*taps.layer)) return convolve_small(y, x, taps);
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

#include "idea/simd/result_change_loops.hpp"
// These use it.
#include "idea/simd/change_tile_loops.hpp"
#include "idea/simd/dense_change_loops.hpp"

// Where sums and results change with those of the layer below.
struct Reached {
  Reached(const Convolution& layer, const ChangeList& x)
      : positions(layer.reach(x.changed())),
        cells(layer.made_of(positions)),
        used(cells.empty() ? Box{} : layer.pool.windows.covered(cells).hull(positions)) {}

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
  list.squares = write_changes(level, layer.kind, reached.cells);
  list_changes_in(level, reached.cells, layer.outputs, flat, list);
}

// How much a layer's results change with those of the layer below, times the output layer's weights.
inline Squares sum_next_changes(Slacks& level, const ChangeList& x, const FloatTaps& taps,
                                const Matrix& weights, double* gains) {
  if (taps.dense) {
    float* changes = level.changes.at(0);
    const Squares squares = for_dense_changes(
        level, x, taps,
        [changes](std::size_t k, const Vec& change) { store(changes + k, change); });
    sum_changes(level, Box::cell(0, 0), weights, gains);
    return squares;
  }
  const Reached reached(*taps.layer, x);
  if (reached.cells.empty()) return {};
  convolve_list(level, reached.used, x, taps);
  const Squares squares = write_changes(level, taps.layer->kind, reached.cells);
  sum_changes(level, reached.cells, weights, gains);
  return squares;
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

#undef IDEA_SIMD_INLINE

inline constexpr FloatMapKernels kFloatMapKernels{list_next_changes, sum_next_changes,
                                                  largest_slack, renew_slacks, list_pixel_changes};
