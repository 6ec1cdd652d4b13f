// Sums that double precision holds exactly.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "idea/simd/maps.hpp"

namespace idea {

// The exponent of the last bit of a number that is a float.
inline int last_bit(double number) {
  int exponent = 0;
  auto mantissa = static_cast<long>(std::ldexp(std::frexp(number, &exponent), 24));
  exponent -= 24;
  for (; mantissa % 2 == 0; mantissa /= 2) ++exponent;
  return exponent;
}

// Whether every sum of a layer's bias and some of its weights is exact in double precision, in any
// order: all its terms are whole multiples of a power of two that is 2⁵³ times smaller than the sum
// of their absolute values.
inline bool sums_are_exact(const Convolution& layer) {
  for (std::size_t j = 0; j < layer.outputs; ++j) {
    double size = 0;
    int last = std::numeric_limits<int>::max();
    const auto add = [&](double term) {
      if (term == 0) return;
      size += std::abs(term);
      last = std::min(last, last_bit(term));
    };
    add(layer.bias.at(0)[j]);
    for (std::size_t row = 0; row < layer.window.area() * layer.inputs; ++row)
      add(layer.taps.at(row * layer.width)[j]);
    if (size != 0 && !(std::ldexp(size, -last) < std::ldexp(1.0, 53))) return false;
  }
  return true;
}

}  // namespace idea
