// The methods of search: each drives a state, independently of the network.
//
// A strategy calls at_step(step) where a frame may be taken: before the first step, and from then
// on at every multiple of `every`, at some other steps too. An exception from it ends the search.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "idea/image.hpp"
#include "idea/state/state.hpp"
#include "idea/strategies/random.hpp"

namespace idea {

// The end of the stretch that begins at a step: the next multiple of either length, or the last
// step.
inline std::uint64_t stretch_end(std::uint64_t begin, std::uint64_t steps, std::uint64_t every,
                                 std::uint64_t length) {
  return std::min({steps, begin + (every - begin % every), begin + (length - begin % length)});
}

// Sets each of the pixels in turn to its better value; returns whether any changed.
//
// First proposes 1, to be made unless it loses, then 0, to be made if it wins. A grey pixel is set
// to 1 unconditionally, so that 0 is compared with 1 and not with the grey.
inline bool settle_pixels(State& state, std::size_t begin, std::size_t end) {
  // Gains above this are gains of 0 or more.
  constexpr double kJustBelowZero = -std::numeric_limits<double>::denorm_min();
  std::vector<Proposal> proposals;
  proposals.reserve(2 * (end - begin));
  for (std::size_t pixel = begin; pixel < end; ++pixel) {
    const float now = state.image()[pixel];
    const bool grey = now != 0 && now != 1;
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
template <typename AtStep>
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
    at_step(step);
    end = stretch_end(step, steps, every, pixels);
    const std::size_t pixel = step % pixels;
    if (settle_pixels(state, pixel, pixel + (end - step))) changed = true;
  }
}

// Draws a pixel and a value, 0 or 1, and sets it if the energy rises strictly; again and again. The
// draws come in turn as 4096 pixels and 4096 values, so that neither `every` nor `steps` changes
// the path.
template <typename AtStep>
void monte_carlo(State& state, Generator& rng, std::uint64_t every, std::uint64_t steps,
                 AtStep at_step) {
  constexpr std::size_t kDraws = 4096;
  std::vector<Proposal> draws(kDraws);
  std::uint64_t end = 0;
  for (std::uint64_t step = 0; step < steps; step = end) {
    if (step % kDraws == 0) {
      const std::vector<std::uint64_t> pixels = rng.integers(state.image().size(), kDraws);
      const std::vector<std::uint64_t> values = rng.integers(2, kDraws);
      for (std::size_t n = 0; n < kDraws; ++n)
        draws[n] = {pixels[n], static_cast<float>(values[n]), 0};
    }
    at_step(step);
    end = stretch_end(step, steps, every, kDraws);
    const Proposal* first = draws.data() + step % kDraws;
    state.walk(first, first + (end - step), [](const Proposal&) {});
  }
}

}  // namespace idea
