// Monte Carlo search: random changes, each kept if the energy rose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/state/proposal.hpp"
#include "idea/strategies/progress.hpp"
#include "idea/strategies/random.hpp"

namespace idea {

// Draws a pixel and a value, 0 or 1, and sets it if the energy rises strictly; again and again. The
// draws come in turn as 4096 pixels and 4096 values, so that neither `every` nor `steps` changes
// the path.
template <typename State, typename AtStep>
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
        draws[n] = {static_cast<std::size_t>(pixels[n]), static_cast<float>(values[n]), 0};
    }
    if (!at_step(Progress{step, steps, step % every == 0})) return;
    end = stretch_end(step, steps, every, kDraws);
    const Proposal* first = draws.data() + step % kDraws;
    state.walk(first, first + (end - step), [](const Proposal&) {});
  }
}

}  // namespace idea
