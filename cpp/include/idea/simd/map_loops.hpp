// The loops over maps. Not a standalone header: kernel_loops.hpp includes it, once for each
// instruction set. Their sums and lists are the same to the last bit on all of them, see
// simd_eights.hpp.

#include "idea/simd/simd_eights.hpp"

// Calls step(U, k) for blocks of U eights that begin at k and cover begin…size: as large as
// registers hold, then one for the rest.
template <std::size_t U = Eight::kUnroll, typename Step>
inline void for_eights(std::size_t begin, std::size_t size, Step step) {
  std::size_t k = begin;
  for (; k + U * kEight <= size; k += U * kEight) step(Count<U>(), k);
  if constexpr (U > 1)
    if (k < size) for_eights<U - 1>(k, size, step);
}

// Eight results of a cell from map k on; sums_at(oy, ox) returns the sums of a position.
template <typename SumsAt>
inline Eight result_of(SumsAt sums_at, const Convolution& layer, std::size_t y, std::size_t x,
                       std::size_t k) {
  const auto sum = [&](std::size_t oy, std::size_t ox) { return load_eight(sums_at(oy, ox) + k); };
  if (layer.kind == Pool::Kind::kNone) return larger(sum(y, x), zeros());
  if (layer.kind == Pool::Kind::kHalves)
    return larger(larger(larger(sum(2 * y, 2 * x), sum(2 * y, 2 * x + 1)),
                         larger(sum(2 * y + 1, 2 * x), sum(2 * y + 1, 2 * x + 1))),
                  zeros());
  const Pool& pool = layer.pool;
  const Box window = pool.windows.covered(Box::cell(y, x));
  Eight result = zeros();
  for (std::size_t oy = window.top; oy < window.bottom; ++oy)
    for (std::size_t ox = window.left; ox < window.right; ++ox) {
      const Eight rectified = larger(sum(oy, ox), zeros());
      result = pool.average ? total(result, rectified) : larger(rectified, result);
    }
  return pool.average ? quotient(result, static_cast<double>(pool.windows.size.area())) : result;
}

// The same where a box of positions moved, and the others are as before.
inline Eight result_at(const Maps& moved, const Box& box, const Maps& before,
                       const Convolution& layer, std::size_t y, std::size_t x, std::size_t k) {
  const auto sums_at = [&](std::size_t oy, std::size_t ox) {
    return (box.holds(oy, ox) ? moved : before).at(oy, ox);
  };
  return result_of(sums_at, layer, y, x, k);
}

// Calls renew(y, x, k, place) for eights of a box of cells, which returns a number to list, and lists
// it in that place. flat: the numbers' rows are those of a dense layer.
template <typename Renew>
inline void list_cells(const Convolution& layer, const Box& cells, bool flat,
                       CellList<double>& list, Renew renew) {
  CellList<double>::End end;
  std::uint32_t* rows = list.rows.data();
  double* values = list.values.data();
  for (std::size_t y = cells.top; y < cells.bottom; ++y)
    for (std::size_t x = cells.left; x < cells.right; ++x) {
      const std::size_t first = flat ? (y * layer.results().width + x) * layer.outputs : 0;
      std::size_t size = end.size;
      for (std::size_t k = 0; k < layer.width; k += kEight)
        size += list_nonzero(renew(y, x, k), static_cast<std::uint32_t>(first + k), rows + size,
                             values + size);
      list.close_cell(y, x, size, end);
    }
  list.close(end);
}

// Lists by how much results differ from those before where a box of positions moved.
inline void list_changes(const Maps& moved, const Box& box, const Maps& before, const Maps& results,
                         const Convolution& layer, bool flat, CellList<double>& changes) {
  list_cells(layer, layer.made_of(box), flat, changes,
             [&](std::size_t y, std::size_t x, std::size_t k) {
               return difference(result_at(moved, box, before, layer, y, x, k),
                                 load_eight(results.at(y, x) + k));
             });
}

// Brings results, and the list of those of all cells, up to date with their sums.
inline void renew(const Maps& sums, const Convolution& layer, Maps& results, bool flat,
                  CellList<double>& list) {
  const auto sum = [&sums](std::size_t oy, std::size_t ox) { return sums.at(oy, ox); };
  list_cells(layer, Box::whole(layer.results()), flat, list,
             [&](std::size_t y, std::size_t x, std::size_t k) {
               const Eight result = result_of(sum, layer, y, x, k);
               store_eight(results.at(y, x) + k, result);
               return result;
             });
}

#include "idea/simd/float_map_loops.hpp"

// Brings results up to date where a box of positions moved, and lists by how much they change; and
// the slacks of these positions, if given.
inline void renew_and_list(const Maps& sums, const Box& box, const Convolution& layer,
                           Maps& results, bool flat, CellList<double>& changes, Slacks* slacks) {
  const auto sum = [&sums](std::size_t oy, std::size_t ox) { return sums.at(oy, ox); };
  const Box cells = layer.made_of(box);
  const auto renew_by = [&](auto result_at) {
    list_cells(layer, cells, flat, changes, [&](std::size_t y, std::size_t x, std::size_t k) {
      double* result = results.at(y, x) + k;
      const Eight after = result_at(y, x, k);
      const Eight change = difference(after, load_eight(result));
      store_eight(result, after);
      return change;
    });
  };
  if (slacks != nullptr && layer.kind == Pool::Kind::kHalves)
    return renew_by([&](std::size_t y, std::size_t x, std::size_t k) {
      return result_with_slacks<4>(sums, layer, y, x, k, *slacks);
    });
  if (slacks != nullptr && layer.kind == Pool::Kind::kNone)
    return renew_by([&](std::size_t y, std::size_t x, std::size_t k) {
      return result_with_slacks<1>(sums, layer, y, x, k, *slacks);
    });
  renew_by(
      [&](std::size_t y, std::size_t x, std::size_t k) { return result_of(sum, layer, y, x, k); });
  if (slacks != nullptr) renew_slacks(sums, results, layer, cells, *slacks);
}

#include "idea/simd/list_sum_loops.hpp"
