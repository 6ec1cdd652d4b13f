// Steepest ascent: repeatedly the flip with the largest gain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "idea/strategies/climb.hpp"
#include "idea/strategies/progress.hpp"
#include "idea/strategies/ranking.hpp"

namespace idea {

// Makes the flip with the largest gain, the first of equal ones, until none gains. Greys are rounded
// first. A step is a flip; a local optimum takes some hundreds.
template <typename State, typename AtStep>
void steepest(State& state, std::uint64_t every, std::uint64_t flips, AtStep at_step) {
  for (std::uint64_t step = 0; step < flips; ++step) {
    if (!at_step(Progress{step, flips, step % every == 0})) return;
    if (step == 0) binarise(state);
    const std::optional<std::size_t> best = best_flip(state);
    if (!best) return;
    state.set(*best, 1 - state.image()[*best]);
  }
}

}  // namespace idea
