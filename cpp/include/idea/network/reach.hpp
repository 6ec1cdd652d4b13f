// How far a change of one pixel can move each hidden unit, for any image.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"

namespace idea {

inline Matrix transposed(const Matrix& W) {
  Matrix T(W.columns(), W.rows());
  for (std::size_t i = 0; i < W.rows(); ++i)
    for (std::size_t j = 0; j < W.columns(); ++j) T.row(j)[i] = W.row(i)[j];
  return T;
}

// For each x[g], rows of X from `begin` on, the sum of x[g][j] * row j of W over the chosen j,
// handed to use(index, values).
template <typename Use>
void combine_rows(const Kernels& kernels, const Matrix& X, const std::vector<std::size_t>& rows,
                  const Matrix& W, const std::vector<std::uint32_t>& chosen, Use use) {
  Matrix sums(kGroup, W.columns());
  for (std::size_t begin = 0; begin < rows.size(); begin += kGroup) {
    std::array<const float*, kGroup> x{};
    std::array<float*, kGroup> y{};
    const std::size_t count = std::min(kGroup, rows.size() - begin);
    for (std::size_t g = 0; g < count; ++g) {
      x[g] = X.row(rows[begin + g]);
      y[g] = sums.row(g);
      std::fill_n(y[g], sums.stride(), 0.0F);
    }
    kernels.combine(y.data(), x.data(), count, W, chosen);
    for (std::size_t g = 0; g < count; ++g) use(rows[begin + g], y[g]);
  }
}

// A ReLU changes by a factor in 0…1 of its input's change. So a change of pixel i by at
// most 1 moves unit j of the first layer by at most |W1[j, i]|, and unit k of the second by a sum
// of t_j * W2[k, j] * W1[j, i] with each t_j in 0…1: by at most the larger of the sums of the
// positive and of the negative products.
struct Reach {
  // Cost: for two hidden layers, two products of their matrices.
  Reach(const Matrix& W1, const Matrix* W2, const Kernels& kernels)
      : first_rows(transposed(W1)), first(largest(first_rows)) {
    if (W2 == nullptr) return;
    second_rows = transposed(*W2);
    std::vector<std::uint32_t> all(first_rows.rows());
    std::iota(all.begin(), all.end(), 0);
    std::vector<std::size_t> units(second_rows.rows());
    std::iota(units.begin(), units.end(), 0);
    // The sum of the absolute products plus the absolute sum of the products, halved.
    const std::size_t pixels = W1.rows();
    Matrix sums(units.size(), pixels);
    combine_rows(kernels, second_rows, units, first_rows, all,
                 [&](std::size_t k, const float* y) { std::copy_n(y, pixels, sums.row(k)); });
    second.resize(units.size());
    combine_rows(kernels, absolute(second_rows), units, absolute(first_rows), all,
                 [&](std::size_t k, const float* y) {
                   for (std::size_t i = 0; i < pixels; ++i)
                     second[k] = std::max(second[k], (y[i] + std::abs(sums.row(k)[i])) / 2);
                 });
    for (float& reach : second) reach *= kRounding;
    for (float& reach : first) reach *= kRounding;
  }

  Matrix first_rows;          // W1 (units, pixels)
  Matrix second_rows;         // W2 (units of the second layer, units)
  std::vector<float> first;   // the largest move of each unit of the first layer
  std::vector<float> second;  // and of the second

 private:
  // The bounds are sums in float; this covers their rounding errors.
  static constexpr float kRounding = 1.001F;

  static Matrix absolute(const Matrix& W) {
    Matrix result(W.rows(), W.columns());
    for (std::size_t j = 0; j < W.rows(); ++j)
      std::transform(W.row(j), W.row(j) + W.columns(), result.row(j),
                     [](float weight) { return std::abs(weight); });
    return result;
  }

  static std::vector<float> largest(const Matrix& W) {
    std::vector<float> result(W.rows());
    for (std::size_t j = 0; j < W.rows(); ++j)
      for (std::size_t i = 0; i < W.columns(); ++i)
        result[j] = std::max(result[j], std::abs(W.row(j)[i]));
    return result;
  }
};

}  // namespace idea
