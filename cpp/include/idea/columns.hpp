// How each pixel moves the second hidden layer while no unit of the first switches.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/image.hpp"
#include "idea/kernels.hpp"
#include "idea/matrix.hpp"
#include "idea/pattern.hpp"

namespace idea {

// The columns M[:, i] of the linear map M = W2 · D · W1 from pixels to the second layer, where D
// keeps the units of the first layer that are on.
//
// Each column remembers the pattern D that it was made for. Brought up to date, it is corrected by
// the units in which that differs from the present pattern, a few as a rule; where these are more
// than half of those that are on, it is built anew, several columns at once.
class Columns {
 public:
  // first: W1 (784, units); second: W2 (units, units of the second layer).
  Columns(const Matrix& first, const Matrix& second, const Kernels& kernels)
      : first_(first),
        second_(second),
        kernels_(kernels),
        words_(Pattern::words_for(first.columns())),
        values_(kPixels, second.columns()),
        patterns_(kPixels * words_),
        patched_(kPixels, kUnbuilt),
        signed_inputs_(kGroup, first.columns()),
        rows_(first.columns()) {}

  // The column as it was last brought up to date.
  const float* at(std::size_t pixel) const { return values_.row(pixel); }

  // Whether it takes enough to bring a column up to date to look for others to do with it.
  bool late(std::size_t pixel, const Pattern& now) const {
    return stale(pixel, now) || lag(pixel, now) >= kLate;
  }

  // Whether two columns take much the same rows of W2 to be brought up to date.
  bool alike(std::size_t one, std::size_t other, const Pattern& now) const {
    if (stale(one, now) || stale(other, now)) return stale(one, now) && stale(other, now);
    return 4 * kernels_.differences(then(one), then(other), words_) <= lag(one, now);
  }

  // Brings up to kGroup columns that are alike up to date.
  // Cost: for each column and unit of the second layer, a multiply-add for each unit that has
  // switched since, or where that is less, for each that is on.
  void update(const std::size_t* pixels, std::size_t count, const Pattern& now) {
    if (count == 1 && !stale(pixels[0], now)) return correct(pixels[0], now);
    std::array<float*, kGroup> columns{};
    std::array<const float*, kGroup> inputs{};
    const bool anew = stale(pixels[0], now);
    if (anew)
      now.list(units_);
    else
      list_switched(pixels, count, now);
    for (std::size_t g = 0; g < count; ++g) {
      const std::size_t pixel = pixels[g];
      columns[g] = values_.row(pixel);
      inputs[g] = anew ? first_.row(pixel) : signed_inputs_.row(g);
      if (anew) std::fill_n(columns[g], values_.stride(), 0.0F);
      patched_[pixel] = anew ? 0 : patched_[pixel] + units_.size();
      std::copy_n(now.words(), words_, then(pixel));
    }
    kernels_.combine(columns.data(), inputs.data(), count, second_, units_);
  }

 private:
  // Each correction leaves a rounding error; after so many the column is built anew.
  static constexpr std::size_t kMostPatches = 2048;
  static constexpr std::size_t kUnbuilt = kMostPatches;

  // So many units take about as long to be added to a column as to look for company.
  static constexpr std::size_t kLate = 16;

  std::uint64_t* then(std::size_t pixel) { return patterns_.data() + pixel * words_; }
  const std::uint64_t* then(std::size_t pixel) const { return patterns_.data() + pixel * words_; }

  // How many units have switched since.
  std::size_t lag(std::size_t pixel, const Pattern& now) const {
    return kernels_.differences(now.words(), then(pixel), words_);
  }

  // Whether to build a column anew rather than correct it.
  bool stale(std::size_t pixel, const Pattern& now) const {
    return patched_[pixel] >= kMostPatches || 2 * lag(pixel, now) > now.count();
  }

  // Brings one column up to date without the preparations that a group takes.
  void correct(std::size_t pixel, const Pattern& now) {
    rows_.clear();
    const float* inputs = first_.row(pixel);
    now.visit_differences(then(pixel), [&](std::size_t j) {
      rows_.add(second_.row(j), now.on(j) ? inputs[j] : -inputs[j]);
    });
    if (rows_.size() == 0) return;
    patched_[pixel] += rows_.size();
    std::copy_n(now.words(), words_, then(pixel));
    kernels_.add_rows(values_.row(pixel), rows_.data(), rows_.size(), values_.stride());
  }

  // Lists the units that have switched since any of the columns was right, and with what sign their
  // rows are added to each.
  void list_switched(const std::size_t* pixels, std::size_t count, const Pattern& now) {
    units_.clear();
    for (std::size_t w = 0; w < words_; ++w) {
      std::uint64_t any = 0;
      for (std::size_t g = 0; g < count; ++g) any |= then(pixels[g])[w] ^ now.words()[w];
      for (; any != 0; any &= any - 1) {
        const auto bit = static_cast<std::size_t>(__builtin_ctzll(any));
        const std::size_t j = 64 * w + bit;
        units_.push_back(static_cast<std::uint32_t>(j));
        const float sign = now.on(j) ? 1 : -1;
        for (std::size_t g = 0; g < count; ++g) {
          const bool switched = ((then(pixels[g])[w] ^ now.words()[w]) >> bit & 1) != 0;
          signed_inputs_.row(g)[j] = switched ? sign * first_.row(pixels[g])[j] : 0;
        }
      }
    }
  }

  const Matrix& first_;
  const Matrix& second_;
  const Kernels& kernels_;
  std::size_t words_;  // of a pattern
  Matrix values_;      // (784, units of the second layer)
  std::vector<std::uint64_t> patterns_;
  std::vector<std::size_t> patched_;  // how many corrections each column has had
  // Scratch.
  std::vector<std::uint32_t> units_;
  Matrix signed_inputs_;  // (kGroup, units)
  Rows rows_;
};

}  // namespace idea
