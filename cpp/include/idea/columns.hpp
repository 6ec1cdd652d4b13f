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
        rows_(first.columns()) {}

  // The column as it was last brought up to date.
  const float* at(std::size_t pixel) const { return values_.row(pixel); }

  // Whether to build a column anew rather than correct it.
  bool stale(std::size_t pixel, const Pattern& now) const {
    return patched_[pixel] >= kMostPatches ||
           2 * kernels_.differences(now.words(), patterns_.data() + pixel * words_, words_) >
               now.count();
  }

  // Builds up to kGroup columns from nothing.
  // Cost: units on * units of the second layer multiply-adds for each.
  void build(const std::size_t* pixels, std::size_t count, const Pattern& now) {
    now.list(on_);
    std::array<float*, kGroup> columns{};
    std::array<const float*, kGroup> inputs{};
    for (std::size_t g = 0; g < count; ++g) {
      columns[g] = values_.row(pixels[g]);
      inputs[g] = first_.row(pixels[g]);
      patched_[pixels[g]] = 0;
      std::copy_n(now.words(), words_, patterns_.data() + pixels[g] * words_);
    }
    kernels_.combine(columns.data(), inputs.data(), count, second_, on_);
  }

  // Brings a column up to date: corrects it by the units that have switched since, or builds it.
  // Cost: units switched, or on, * units of the second layer multiply-adds.
  void update(std::size_t pixel, const Pattern& now) {
    if (stale(pixel, now)) return build(&pixel, 1, now);
    rows_.clear();
    std::uint64_t* then = patterns_.data() + pixel * words_;
    const float* inputs = first_.row(pixel);
    now.visit_differences(then, [&](std::size_t j) {
      rows_.add(second_.row(j), now.on(j) ? inputs[j] : -inputs[j]);
    });
    if (rows_.size() == 0) return;
    patched_[pixel] += rows_.size();
    std::copy_n(now.words(), words_, then);
    kernels_.add_rows(values_.row(pixel), rows_.data(), rows_.size(), values_.stride());
  }

 private:
  // Each correction leaves a rounding error; after so many the column is built anew.
  static constexpr std::size_t kMostPatches = 2048;
  static constexpr std::size_t kUnbuilt = kMostPatches;

  const Matrix& first_;
  const Matrix& second_;
  const Kernels& kernels_;
  std::size_t words_;  // of a pattern
  Matrix values_;      // (784, units of the second layer)
  std::vector<std::uint64_t> patterns_;
  std::vector<std::size_t> patched_;  // how many corrections each column has had
  // Scratch.
  std::vector<std::uint32_t> on_;
  Rows rows_;
};

}  // namespace idea
