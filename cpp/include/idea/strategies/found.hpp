// The results of climbs, and which of them is higher.
#pragma once

#include <algorithm>
#include <cmath>

#include "idea/image.hpp"

namespace idea {

struct Found {
  template <typename State>
  static Found of(const State& state) {
    return {state.energy(), state.error_bound(), state.image()};
  }

  double energy = 0;
  double error_bound = 0;
  Image image;
};

// The difference of two energies, exact if they are close; 0 for equal images. The state's image
// stays as it is.
template <typename State>
double difference(State& state, const Found& one, const Found& other) {
  // Energies closer than this, relative to their magnitude, may be one energy found twice.
  constexpr double kSame = 1e-9;
  const double near = std::max(one.error_bound + other.error_bound, kSame * std::abs(other.energy));
  if (std::abs(one.energy - other.energy) > near) return one.energy - other.energy;
  if (one.image == other.image) return 0;
  const Image present = state.image();
  const auto exact_energy = [&state](const Found& found) {
    state.set_image(found.image);
    return state.exact_energy();
  };
  const double higher = exact_energy(one);
  const double gain = higher - exact_energy(other);
  state.set_image(present);
  return gain;
}

}  // namespace idea
