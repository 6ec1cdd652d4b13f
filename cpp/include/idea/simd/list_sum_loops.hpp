// The loop that adds what maps list to a layer's sums, in double precision. Not a standalone header:
// map_loops.hpp includes it.
//
// The weights are floats, so their rows are read as such. Each sum is taken in the order of the
// cells, and of the maps in each, and no product is fused with it: the same bits on every
// instruction set, and whatever the tiles.

// The sides of a tile of positions whose sums fit into the registers.
constexpr std::size_t kHighTile = Eight::kParts == 1 ? 3 : 1;
constexpr std::size_t kWideTile = Eight::kParts <= 2 ? 3 : 2;

// What a cell lists.
struct ListedCell {
  const std::uint32_t* maps;
  const double* values;
  std::size_t size;
};

// Adds what a cell lists, each number times its row of taps, to eight sums of each of H × W
// positions, which lie as in add_to_tile.
template <std::size_t H, std::size_t W>
inline void list_tile(double* sums, const Steps& sum_steps, const float* taps,
                      const Steps& tap_steps, const ListedCell& cell, std::size_t width) {
  Eight total[H][W];
  for (std::size_t h = 0; h < H; ++h)
    for (std::size_t w = 0; w < W; ++w) total[h][w] = load_eight(sums + sum_steps.place(h, w));
  for (std::size_t n = 0; n < cell.size; ++n) {
    const float* row = taps + cell.maps[n] * width;
    for (std::size_t h = 0; h < H; ++h)
      for (std::size_t w = 0; w < W; ++w)
        add_product(total[h][w], cell.values[n], row - tap_steps.place(h, w));
  }
  for (std::size_t h = 0; h < H; ++h)
    for (std::size_t w = 0; w < W; ++w) store_eight(sums + sum_steps.place(h, w), total[h][w]);
}

// Adds what a cell lists to the sums of all positions whose windows hold it.
inline void add_list_of(Maps& sums, std::size_t cy, std::size_t cx, const ListedCell& cell,
                        const FloatTaps& taps) {
  const Convolution& layer = *taps.layer;
  const Box reached = layer.reach(Box::cell(cy, cx));
  const Steps tap_steps = taps.steps();
  const Steps sum_steps{static_cast<std::ptrdiff_t>(layer.width),
                        static_cast<std::ptrdiff_t>(layer.width * layer.positions().width)};
  for (std::size_t oy = reached.top; oy < reached.bottom; oy += kHighTile)
    for (std::size_t ox = reached.left; ox < reached.right; ox += kWideTile) {
      double* sum = sums.at(oy, ox);
      const float* first = taps.at(cy, cx, oy, ox);
      with_count<kHighTile>(reached.bottom - oy, [&](auto height) {
        with_count<kWideTile>(reached.right - ox, [&](auto width) {
          for (std::size_t k = 0; k < layer.width; k += kEight)
            list_tile<height, width>(sum + k, sum_steps, first + k, tap_steps, cell, taps.width);
        });
      });
    }
}

// U eights of the sums of the one position that reads all cells.
template <std::size_t U>
inline void add_to_sums(double* sums, const Lists& x, const Box& box, const float* taps,
                        std::size_t inputs, std::size_t columns, std::size_t width) {
  Eight total[U];
  for (std::size_t u = 0; u < U; ++u) total[u] = load_eight(sums + u * kEight);
  for (std::size_t cy = box.top; cy < box.bottom; ++cy)
    for (std::size_t cx = box.left; cx < box.right; ++cx) {
      const float* rows = taps + (cy * columns + cx) * inputs * width;
      const std::uint32_t* maps = x.maps(cy, cx);
      const double* values = x.values(cy, cx);
      const std::size_t size = x.size(cy, cx);
      for (std::size_t n = 0; n < size; ++n)
        for (std::size_t u = 0; u < U; ++u)
          add_product(total[u], values[n], rows + maps[n] * width + u * kEight);
    }
  for (std::size_t u = 0; u < U; ++u) store_eight(sums + u * kEight, total[u]);
}

// y += what is listed in a box of cells, each number times its row of taps.
// Cost: a multiply-add for each listed number, position whose window it lies in, and output map.
inline void add_lists(Maps& sums, const Lists& x, const Box& box, const FloatTaps& taps) {
  const Convolution& layer = *taps.layer;
  if (taps.dense)
    return for_eights(0, layer.width, [&](auto units, std::size_t k) {
      add_to_sums<units>(sums.at(0, 0) + k, x, box, taps.values.at(k), layer.inputs,
                         layer.cells.width, taps.width);
    });
  for (std::size_t cy = box.top; cy < box.bottom; ++cy)
    for (std::size_t cx = box.left; cx < box.right; ++cx)
      if (x.size(cy, cx) != 0)
        add_list_of(sums, cy, cx, {x.maps(cy, cx), x.values(cy, cx), x.size(cy, cx)}, taps);
}
