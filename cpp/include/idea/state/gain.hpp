// A gain with its error bound.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

namespace idea {

struct Gain {
  // Replaces both members by the maximum of the two.
  void max_with(const Gain& other) {
    gain = std::max(gain, other.gain);
    error_bound = std::max(error_bound, other.error_bound);
  }

  double gain = -std::numeric_limits<double>::infinity();
  double error_bound = 0;
};

// The gains themselves; their error bounds are written to `error_bounds` if given.
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
