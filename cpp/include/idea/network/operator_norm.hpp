// Upper bounds of the norms of layers, as maps between Euclidean spaces.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "idea/simd/maps.hpp"

namespace idea {

namespace norms {

// A symmetric matrix, row by row.
using Square = std::vector<double>;

inline Square squared(const Square& A, std::size_t side) {
  Square product(side * side);
  for (std::size_t i = 0; i < side; ++i)
    for (std::size_t k = 0; k < side; ++k)
      for (std::size_t j = 0; j < side; ++j)
        product[i * side + j] += A[i * side + k] * A[k * side + j];
  return product;
}

// The products of all pairs of columns of a layer's weights, or of their absolute values.
inline Square gram(const Convolution& layer, bool absolute) {
  const std::size_t side = layer.outputs;
  Square products(side * side);
  std::vector<double> row(side);
  for (std::size_t r = 0; r < layer.window.area() * layer.inputs; ++r) {
    for (std::size_t j = 0; j < side; ++j) {
      const double weight = *layer.taps.at(r * layer.width + j);
      row[j] = absolute ? std::abs(weight) : weight;
    }
    for (std::size_t i = 0; i < side; ++i)
      for (std::size_t j = 0; j <= i; ++j) products[i * side + j] += row[i] * row[j];
  }
  for (std::size_t i = 0; i < side; ++i)
    for (std::size_t j = 0; j < i; ++j) products[j * side + i] = products[i * side + j];
  return products;
}

// More take longer than the closer bound is worth.
inline constexpr std::size_t kMostOutputs = 256;
inline constexpr std::size_t kMostProducts = 160'000'000;

// The trace of that matrix, a bound of its largest eigenvalue.
inline double squares(const Convolution& layer) {
  double total = 0;
  for (std::size_t k = 0; k < layer.window.area() * layer.inputs * layer.width; ++k)
    total += *layer.taps.at(k) * *layer.taps.at(k);
  return total;
}

// A bound of the largest eigenvalue of a positive semidefinite matrix. That of a power of it is at
// most the largest sum of the absolute values of a row.
inline double largest_eigenvalue(Square A, std::size_t side) {
  double scale = 0;
  for (std::size_t i = 0; i < side; ++i) scale = std::max(scale, A[i * side + i]);
  if (scale == 0) return 0;
  for (double& each : A) each /= scale;
  for (int n = 0; n < 3; ++n) A = squared(A, side);
  double most = 0;
  for (std::size_t i = 0; i < side; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < side; ++j) sum += std::abs(A[i * side + j]);
    most = std::max(most, sum);
  }
  return scale * std::pow(most, 1.0 / 8);
}

// In how many of so many windows a cell lies, at most.
inline double windows_of_a_cell(const WindowGrid& windows, const Extent& count) {
  const auto most = [](const Windows& line, std::size_t number) {
    return static_cast<double>(std::min((line.size + line.stride - 1) / line.stride, number));
  };
  return most(windows.down(), count.height) * most(windows.across(), count.width);
}

}  // namespace norms

// A bound of |y| / |x| with x the changes of the sums, and y those of what a pool makes of them, or
// of what it makes of their errors. If each x lies in the windows of at most n results: a maximum
// changes by no more than the largest change in its window, so |y|² is at most n |x|²; and the
// square of a mean of N is at most the mean of the squares, so |y|² is at most n / N |x|².
inline double pool_norm(const Convolution& layer) {
  const auto& [windows, average] = layer.pool;
  const double most = norms::windows_of_a_cell(windows, layer.results());
  const double terms = average ? static_cast<double>(windows.size.area()) : 1;
  return (1 + 1e-9) * std::sqrt(most / terms);
}

// A bound of |W x| / |x| over all changes x of a layer's input, where W x is the change of its sums
// at all positions; absolute: with the absolute values of the weights.
//
// The sums at one position are W' x', with W' the weights as a matrix (outputs, inputs of a window)
// and x' the cells in the window. |W'|² is at most the largest eigenvalue of W' W'ᵀ, and if each
// cell lies in the windows of at most n positions, |W x|² is at most n |W'|² |x|².
inline double operator_norm(const Convolution& layer, bool absolute) {
  const double most = norms::windows_of_a_cell(layer.windows(), layer.positions());
  const bool quick =
      layer.outputs > norms::kMostOutputs ||
      layer.window.area() * layer.inputs * layer.outputs * layer.outputs > norms::kMostProducts;
  double square = norms::squares(layer);
  if (!quick)
    square =
        std::min(square, norms::largest_eigenvalue(norms::gram(layer, absolute), layer.outputs));
  constexpr double kRounding = 1 + 1e-6;
  return kRounding * std::sqrt(most * square);
}

}  // namespace idea
