// Bounds of the rounding errors of the estimated gains of a dense network.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"

namespace idea {

// After so many corrections Columns and Neighbourhood rebuild what they store, to remove the
// corrections' rounding errors.
inline constexpr std::size_t kMaxCorrections = 2048;

// For each row i of W, the sum of |W[i][k]| * x[k].
inline Matrix absolute_product(const Matrix& W, const Matrix& x, const Kernels& kernels) {
  Matrix sums(1, W.rows());
  for (std::size_t i = 0; i < W.rows(); ++i)
    sums.row(0)[i] = static_cast<float>(kernels.absolute_dot(W.row(i), x.row(0), W.stride()));
  return sums;
}

// For each pixel a bound of the rounding error of an estimate, for a step of 1: some units in the
// last place of the sum of the absolute values of all summands. A few, unless the errors may add
// up: then as many as there are additions, including those that correct what is stored.
// out: the output layer's rows for the outputs.
// Cost: two multiply-adds for each weight of the hidden layers.
inline std::vector<double> estimate_rounding(const Network& network, const Matrix& out,
                                             const Kernels& kernels) {
  Matrix influence(1, out.columns());  // of each unit on a logit, at most
  for (std::size_t o = 0; o < out.rows(); ++o)
    for (std::size_t k = 0; k < out.columns(); ++k)
      influence.row(0)[k] = std::max(influence.row(0)[k], std::abs(out.row(o)[k]));
  const Matrix& first = network.layers()[0].W;
  if (network.hidden() == 2)
    influence = absolute_product(network.layers()[1].W, influence, kernels);
  const Matrix sums = absolute_product(first, influence, kernels);
  constexpr double kFew = 4;
  constexpr double kCorrections = 2 * kMaxCorrections;  // of Columns and Neighbourhood
  const double units =
      network.in_general_position()
          ? kFew
          : kCorrections + static_cast<double>(first.rows() + first.columns() + out.columns());
  // Includes the underflow of float.
  std::vector<double> bounds(first.rows());
  for (std::size_t i = 0; i < first.rows(); ++i) {
    const float* weights = first.row(i);
    if (std::any_of(weights, weights + first.columns(), [](float w) { return w != 0; }))
      bounds[i] = units * std::numeric_limits<float>::epsilon() * sums.row(0)[i] +
                  std::numeric_limits<float>::min();
  }
  return bounds;
}

}  // namespace idea
