// A gain as far as it is known.
#pragma once

#include <algorithm>
#include <limits>

namespace idea {

// A gain, and how far it may be off.
struct Gain {
  void raise(const Gain& other) {
    gain = std::max(gain, other.gain);
    error_bound = std::max(error_bound, other.error_bound);
  }

  double gain = -std::numeric_limits<double>::infinity();
  double error_bound = 0;
};

}  // namespace idea
