// The change of the second hidden layer with each pixel while no unit of the first switches.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"
#include "idea/state/pattern.hpp"
#include "idea/state/rounding.hpp"

namespace idea {

// The columns M[:, i] of the linear map M = W2 · D · W1 from pixels to the second layer, where D
// keeps the units of the first layer that are on.
//
// Each column is stored with the pattern D that it was computed for. An update corrects it by the
// units in which that differs from the present pattern, usually a few; if these are more than half
// of those that are on, the column is rebuilt, several at once.
class Columns {
 public:
  // first: W1 (pixels, units); second: W2 (units, units of the second layer).
  Columns(const Matrix& first, const Matrix& second, const Kernels& kernels)
      : first_(first),
        second_(second),
        kernels_(kernels),
        words_(Pattern::words_for(first.columns())),
        values_(first.rows(), second.columns()),
        patterns_(first.rows() * words_),
        corrections_(first.rows(), kNeverBuilt),
        signed_inputs_(kGroup, first.columns()),
        rows_(first.columns()) {}

  // The column as of its last update.
  const float* at(std::size_t pixel) const { return values_.row(pixel); }

  // Whether the update of a column takes so long that others should be searched to group with it.
  bool needs_many_updates(std::size_t pixel, const Pattern& now) const {
    return needs_rebuild(pixel, now) || switched_since(pixel, now) >= kGroupThreshold;
  }

  // Whether the updates of two columns add mostly the same rows of W2.
  bool have_similar_updates(std::size_t one, std::size_t other, const Pattern& now) const {
    if (needs_rebuild(one, now) || needs_rebuild(other, now))
      return needs_rebuild(one, now) && needs_rebuild(other, now);
    return 4 * kernels_.differences(pattern_of(one), pattern_of(other), words_) <=
           switched_since(one, now);
  }

  // Updates up to kGroup columns whose updates are similar.
  // Cost: for each column and unit of the second layer, a multiply-add for each unit that has
  // switched since, or for each that is on if these are fewer.
  void update(const std::size_t* pixels, std::size_t count, const Pattern& now) {
    if (count == 1 && !needs_rebuild(pixels[0], now)) return correct(pixels[0], now);
    std::array<float*, kGroup> columns{};
    std::array<const float*, kGroup> inputs{};
    const bool rebuild = needs_rebuild(pixels[0], now);
    if (rebuild)
      now.list(units_);
    else
      list_switched(pixels, count, now);
    for (std::size_t g = 0; g < count; ++g) {
      const std::size_t pixel = pixels[g];
      columns[g] = values_.row(pixel);
      inputs[g] = rebuild ? first_.row(pixel) : signed_inputs_.row(g);
      if (rebuild) std::fill_n(columns[g], values_.stride(), 0.0F);
      corrections_[pixel] = rebuild ? 0 : corrections_[pixel] + units_.size();
      std::copy_n(now.words(), words_, pattern_of(pixel));
    }
    kernels_.combine(columns.data(), inputs.data(), count, second_, units_);
  }

 private:
  static constexpr std::size_t kNeverBuilt = kMaxCorrections;

  // So many units take about as long to be added to a column as to find similar columns.
  static constexpr std::size_t kGroupThreshold = 16;

  std::uint64_t* pattern_of(std::size_t pixel) { return patterns_.data() + pixel * words_; }
  const std::uint64_t* pattern_of(std::size_t pixel) const {
    return patterns_.data() + pixel * words_;
  }

  // How many units have switched since a column's last update.
  std::size_t switched_since(std::size_t pixel, const Pattern& now) const {
    return kernels_.differences(now.words(), pattern_of(pixel), words_);
  }

  // Whether to rebuild a column rather than correct it.
  bool needs_rebuild(std::size_t pixel, const Pattern& now) const {
    return corrections_[pixel] >= kMaxCorrections || 2 * switched_since(pixel, now) > now.count();
  }

  // Updates one column without the preparations of a group.
  void correct(std::size_t pixel, const Pattern& now) {
    rows_.clear();
    const float* inputs = first_.row(pixel);
    now.visit_differences(pattern_of(pixel), [&](std::size_t j) {
      rows_.add(second_.row(j), now.on(j) ? inputs[j] : -inputs[j]);
    });
    if (rows_.size() == 0) return;
    corrections_[pixel] += rows_.size();
    std::copy_n(now.words(), words_, pattern_of(pixel));
    kernels_.add_rows(values_.row(pixel), rows_.data(), rows_.size(), values_.stride());
  }

  // Lists the units that have switched since the last update of any of the columns, and the factors
  // by which their rows are added to each.
  void list_switched(const std::size_t* pixels, std::size_t count, const Pattern& now) {
    units_.clear();
    for (std::size_t w = 0; w < words_; ++w) {
      std::uint64_t any = 0;
      for (std::size_t g = 0; g < count; ++g) any |= pattern_of(pixels[g])[w] ^ now.words()[w];
      for (; any != 0; any &= any - 1) {
        const auto bit = static_cast<std::size_t>(__builtin_ctzll(any));
        const std::size_t j = 64 * w + bit;
        units_.push_back(static_cast<std::uint32_t>(j));
        const float sign = now.on(j) ? 1 : -1;
        for (std::size_t g = 0; g < count; ++g) {
          const bool switched = ((pattern_of(pixels[g])[w] ^ now.words()[w]) >> bit & 1) != 0;
          signed_inputs_.row(g)[j] = switched ? sign * first_.row(pixels[g])[j] : 0;
        }
      }
    }
  }

  const Matrix& first_;
  const Matrix& second_;
  const Kernels& kernels_;
  std::size_t words_;  // of a pattern
  Matrix values_;      // (pixels, units of the second layer)
  std::vector<std::uint64_t> patterns_;
  std::vector<std::size_t> corrections_;  // of each column since it was built
  // Scratch.
  std::vector<std::uint32_t> units_;
  Matrix signed_inputs_;  // (kGroup, units)
  Rows rows_;
};

}  // namespace idea
