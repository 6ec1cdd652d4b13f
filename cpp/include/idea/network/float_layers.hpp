// The layers of a convolutional network in single precision, with bounds of what they make of a
// change and of a rounding error.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "idea/network/operator_norm.hpp"
#include "idea/simd/float_maps.hpp"
#include "idea/simd/maps.hpp"

namespace idea {

struct FloatLayer {
  explicit FloatLayer(const Convolution& layer)
      : taps(layer),
        norm(operator_norm(layer, false)),
        absolute(operator_norm(layer, true)),
        pool(pool_norm(layer)),
        averaged(layer.pool.average ? layer.pool.windows.size.area() : 0),
        root(std::sqrt(static_cast<double>(layer.positions().area() * layer.outputs))) {}

  FloatTaps taps;
  double norm;           // how many times larger its sums change than its input, at most
  double absolute;       // the same, with the absolute values of its weights
  double pool;           // how many times larger its results change than its sums, at most
  std::size_t averaged;  // how many sums a result is the average of; else 0
  double root;           // of the number of its sums
};

}  // namespace idea
