// Random starts that look different to a network; those of Python's idea/core/state/
// diverse_start.py. Whether a pixel is white is the sign of an exact sum.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "idea/image.hpp"
#include "idea/network/network.hpp"
#include "idea/simd/exact_sum.hpp"
#include "idea/strategies/elementary.hpp"
#include "idea/strategies/random.hpp"

namespace idea {

// Multiples of 2^-23 in -1…1.
inline std::vector<float> uniform_signs(Generator& rng, std::size_t count) {
  std::vector<float> numbers(count);
  std::generate(numbers.begin(), numbers.end(), [&rng] { return 2 * rng.random() - 1; });
  return numbers;
}

// Whether the sum of the products of two rows is above 0, exactly.
inline bool is_positive(const std::vector<float>& one, const float* other) {
  double sum = 0;
  double size = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double product = static_cast<double>(one[i]) * static_cast<double>(other[i]);
    sum += product;
    size += std::abs(product);
  }
  const auto terms = static_cast<double>(one.size());
  if (std::abs(sum) > terms * std::numeric_limits<double>::epsilon() * size) return sum > 0;
  ExactSum exact;
  for (std::size_t i = 0; i < one.size(); ++i)
    exact.add(static_cast<double>(one[i]) * static_cast<double>(other[i]));
  return exact.rounded() > 0;
}

// For an MLP a random direction among its first units, propagated back to the pixels: white are
// those with a positive coefficient. Images of independent random pixels would look much alike to a
// dense layer, each of whose units sums hundreds of them.
inline Image diverse_start(const Network& network, Generator& rng) {
  const Layer& first = network.layers().front();
  const std::vector<float> direction = uniform_signs(rng, first.b.size());
  Image image(network.task().pixels());
  for (std::size_t i = 0; i < image.size(); ++i)
    image[i] = is_positive(direction, first.W.row(i)) ? 1 : 0;
  return image;
}

// The weights of a circular blur by their distance, a Gaussian's, as whole numbers: with these all
// sums of a blur are exact in double precision.
inline std::vector<double> blur_weights(std::size_t size, double scale) {
  constexpr double kPeak = 1024;
  std::vector<double> weights(size / 2 + 1);
  for (std::size_t n = 0; n < weights.size(); ++n) {
    const auto d = static_cast<double>(n);
    const double weight = kPeak * exponential(-(d * d) / (2 * scale * scale));
    weights[n] = std::floor(weight + 0.5);
  }
  return weights;
}

// Blurs rows of numbers: `size` numbers that lie `step` apart, from `first` on.
inline void blur(const double* first, double* result, std::size_t size, std::size_t step,
                 const std::vector<double>& weights) {
  for (std::size_t i = 0; i < size; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < size; ++j) {
      const std::size_t shift = i > j ? i - j : j - i;
      sum += weights[std::min(shift, size - shift)] * first[j * step];
    }
    result[i * step] = sum;
  }
}

// For networks whose first layer sees small windows, random patches of a random width.
template <typename Network>
Image diverse_start(const Network& network, Generator& rng) {
  // The widths of patches, in pixels, from fine grain to half a digit.
  constexpr double kFinest = 0.3;
  constexpr double kCoarsest = 4.0;
  const Task& task = network.task();
  const double scale = kFinest * power(kCoarsest / kFinest, rng.uniform());
  const std::vector<float> numbers = uniform_signs(rng, task.pixels());
  const std::vector<double> noise(numbers.begin(), numbers.end());
  std::vector<double> rows(task.pixels());
  const std::vector<double> along_rows = blur_weights(task.width, scale);
  for (std::size_t y = 0; y < task.height; ++y)
    blur(&noise[y * task.width], &rows[y * task.width], task.width, 1, along_rows);
  std::vector<double> field(task.pixels());
  const std::vector<double> along_columns = blur_weights(task.height, scale);
  for (std::size_t x = 0; x < task.width; ++x)
    blur(&rows[x], &field[x], task.height, task.width, along_columns);
  Image image(task.pixels());
  std::transform(field.begin(), field.end(), image.begin(),
                 [](double value) { return value > 0 ? 1.0F : 0.0F; });
  return image;
}

}  // namespace idea
