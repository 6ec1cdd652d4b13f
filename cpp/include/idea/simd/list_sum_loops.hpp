// The loop that adds what maps list to a layer's sums, in double precision. Not a standalone header:
// map_loops.hpp includes it.
//
// Each sum is taken in the order of the cells, and of the maps in each, and no product is fused with
// it: the same bits on every instruction set, and whatever the tiles.

// The weights as they are read, and a row's length. They are floats, and so half as much to load; but
// where there is no fast instruction that converts them, doubles take a quarter less time.
#if defined(IDEA_SIMD_AVX512) || defined(IDEA_SIMD_AVX2)
using Weight = float;
inline const Weight* weights_of(const FloatTaps& taps) { return taps.values.at(0); }
inline std::size_t row_of(const FloatTaps& taps) { return taps.width; }
#else
using Weight = double;
inline const Weight* weights_of(const FloatTaps& taps) { return taps.layer->taps.at(0); }
inline std::size_t row_of(const FloatTaps& taps) { return taps.layer->width; }
#endif

// The sides of a tile of positions whose sums fit into the registers.
constexpr std::size_t kHighTile = Eight::kParts == 1 ? 3 : 1;
constexpr std::size_t kWideTile = Eight::kParts <= 2 ? 3 : 2;

// What a cell lists.
struct ListedCell {
  const std::uint32_t* maps;
  const double* values;
  std::size_t size;
};

// Adds what a cell lists, each number times its row of taps, to U eights of the sums of each of H × W
// positions, which lie as in add_to_tile.
template <std::size_t H, std::size_t W, std::size_t U>
inline void list_tile(double* sums, const Steps& sum_steps, const Weight* taps,
                      const Steps& tap_steps, const ListedCell& cell, std::size_t width) {
  Eight total[H][W][U];
  for (std::size_t h = 0; h < H; ++h)
    for (std::size_t w = 0; w < W; ++w)
      for (std::size_t u = 0; u < U; ++u)
        total[h][w][u] = load_eight(sums + sum_steps.place(h, w) + u * kEight);
  const Strides<W> left(tap_steps);
  for (std::size_t n = 0; n < cell.size; ++n) {
    const Weight* row = taps + cell.maps[n] * width;
    for (std::size_t h = 0; h < H; ++h, row -= tap_steps.down)
      for (std::size_t w = 0; w < W; ++w)
        for (std::size_t u = 0; u < U; ++u)
          add_product(total[h][w][u], cell.values[n], row - left.across[w] + u * kEight);
  }
  for (std::size_t h = 0; h < H; ++h)
    for (std::size_t w = 0; w < W; ++w)
      for (std::size_t u = 0; u < U; ++u)
        store_eight(sums + sum_steps.place(h, w) + u * kEight, total[h][w][u]);
}

// Adds what a cell lists to the sums of all positions whose windows hold it.
inline void add_list_of(Maps& sums, std::size_t cy, std::size_t cx, const ListedCell& cell,
                        const FloatTaps& taps) {
  const Convolution& layer = *taps.layer;
  const std::size_t row = row_of(taps);
  const Box reached = layer.reach(Box::cell(cy, cx));
  const Steps tap_steps = layer.tap_steps(row);
  const Steps sum_steps{static_cast<std::ptrdiff_t>(layer.width),
                        static_cast<std::ptrdiff_t>(layer.width * layer.positions().width)};
  for (std::size_t oy = reached.top; oy < reached.bottom; oy += kHighTile)
    for (std::size_t ox = reached.left; ox < reached.right; ox += kWideTile) {
      double* sum = sums.at(oy, ox);
      const Weight* first = weights_of(taps) + layer.tap(cy, cx, oy, ox) * layer.inputs * row;
      with_count<kHighTile>(reached.bottom - oy, [&](auto height) {
        with_count<kWideTile>(reached.right - ox, [&](auto width) {
          constexpr std::size_t kDeep = kHighTile == 1 ? 1 : 2;
          std::size_t k = 0;
          for (; k + kDeep * kEight <= layer.width; k += kDeep * kEight)
            list_tile<height, width, kDeep>(sum + k, sum_steps, first + k, tap_steps, cell, row);
          for (; k < layer.width; k += kEight)
            list_tile<height, width, 1>(sum + k, sum_steps, first + k, tap_steps, cell, row);
        });
      });
    }
}

// Adds all that is listed to U eights of the sums of the one position that reads all cells.
template <std::size_t U>
inline void add_flat(double* sums, const CellList<double>& list, const Weight* taps,
                     std::size_t width) {
  Eight total[U];
  for (std::size_t u = 0; u < U; ++u) total[u] = load_eight(sums + u * kEight);
  for (std::size_t n = 0; n < list.size; ++n) {
    const Weight* row = taps + list.rows[n] * width;
    for (std::size_t u = 0; u < U; ++u) add_product(total[u], list.values[n], row + u * kEight);
  }
  for (std::size_t u = 0; u < U; ++u) store_eight(sums + u * kEight, total[u]);
}

// y += what is listed, each number times its row of taps.
// Cost: a multiply-add for each listed number, position whose window it lies in, and output map.
inline void add_list(Maps& sums, const CellList<double>& x, const FloatTaps& taps) {
  if (taps.dense)
    return for_eights(0, taps.layer->width, [&](auto units, std::size_t k) {
      add_flat<units>(sums.at(0, 0) + k, x, weights_of(taps) + k, row_of(taps));
    });
  for (std::size_t c = 0; c < x.count; ++c) {
    const auto& [cy, cx, begin, end] = x.cells[c];
    add_list_of(sums, cy, cx, {x.rows.data() + begin, x.values.data() + begin, end - begin}, taps);
  }
}
