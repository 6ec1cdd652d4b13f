// Greedy search: one pixel after the other, each set to its better value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "idea/image.hpp"
#include "idea/state/proposal.hpp"
#include "idea/strategies/progress.hpp"

namespace idea {

// Sets each of the pixels in turn to its better value; returns whether any changed.
//
// First proposes 1, to be made unless it loses, then 0, to be made if it wins. A grey pixel is set
// to 1 unconditionally, so that 0 is compared with 1 and not with the grey.
template <typename State>
bool settle_pixels(State& state, std::size_t begin, std::size_t end) {
  // Gains above this are gains of 0 or more.
  constexpr double kJustBelowZero = -std::numeric_limits<double>::denorm_min();
  std::vector<Proposal> proposals;
  proposals.reserve(2 * (end - begin));
  for (std::size_t pixel = begin; pixel < end; ++pixel) {
    const bool grey = !is_binary(state.image()[pixel]);
    proposals.push_back(
        {pixel, 1, grey ? -std::numeric_limits<double>::infinity() : kJustBelowZero});
    proposals.push_back({pixel, 0, 0});
  }
  bool changed = false;
  state.walk(proposals.data(), proposals.data() + proposals.size(),
             [&changed](const Proposal&) { changed = true; });
  return changed;
}

// Sweeps over the pixels in order and sets each to the better of 0 and 1; to 1 on a tie. A step is a
// pixel. A sweep that changes nothing is the last, for another would change nothing either.
template <typename State, typename AtStep>
void greedy(State& state, std::uint64_t every, std::uint64_t sweeps, AtStep at_step) {
  const std::size_t pixels = state.image().size();
  const std::uint64_t steps = sweeps * pixels;
  bool changed = true;
  std::uint64_t end = 0;
  for (std::uint64_t step = 0; step < steps; step = end) {
    if (step % pixels == 0) {
      if (!changed) return;
      changed = false;
    }
    if (!at_step(Progress{step, steps, step % every == 0})) return;
    end = stretch_end(step, steps, every, pixels);
    const std::size_t pixel = step % pixels;
    if (settle_pixels(state, pixel, pixel + (end - step))) changed = true;
  }
}

}  // namespace idea
