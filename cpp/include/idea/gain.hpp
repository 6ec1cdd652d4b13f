// A gain as far as it is known.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

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

// The gains themselves, and, if that is asked for, how far each may be off.
inline std::vector<double> values_of(const std::vector<Gain>& gains,
                                     std::vector<double>* error_bounds) {
  std::vector<double> values;
  values.reserve(gains.size());
  if (error_bounds != nullptr) error_bounds->clear();
  for (const Gain& each : gains) {
    values.push_back(each.gain);
    if (error_bounds != nullptr) error_bounds->push_back(each.error_bound);
  }
  return values;
}

}  // namespace idea
