// Climbing to a local optimum by ranked flips: a part of several methods.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "idea/image.hpp"
#include "idea/state/proposal.hpp"
#include "idea/strategies/ranking.hpp"

namespace idea {

// The flips of pixels of a binary image, each to be made if it gains.
template <typename State>
std::vector<Proposal> flips_of(const State& state, const std::vector<std::size_t>& pixels) {
  std::vector<Proposal> flips;
  flips.reserve(pixels.size());
  for (const std::size_t pixel : pixels) flips.push_back({pixel, 1 - state.image()[pixel], 0});
  return flips;
}

// Makes flips until none gains: ranks them, tries each in this order, and ranks again. Returns
// false where go_on(), called before each round, did.
template <typename State, typename GoOn>
bool climb(State& state, GoOn go_on) {
  // As in Python, where a model's outputs may depend on more than the image; no climb of an exact
  // state takes so many.
  constexpr int kRounds = 1000;
  for (int round = 0; round < kRounds; ++round) {
    if (!go_on()) return false;
    const std::vector<Proposal> flips = flips_of(state, improving(state));
    if (flips.empty()) return true;
    state.walk(flips.data(), flips.data() + flips.size(), [](const Proposal&) {});
  }
  return true;
}

// Rounds greys to 0 or 1; 0.5 to 1.
template <typename State>
void binarise(State& state) {
  Image image = state.image();
  if (std::all_of(image.begin(), image.end(), is_binary)) return;
  for (float& value : image) value = value >= 0.5F ? 1 : 0;
  state.set_image(image);
}

}  // namespace idea
