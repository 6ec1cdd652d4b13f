// Simulated annealing: changes that lose are accepted, less and less often.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "idea/state/proposal.hpp"
#include "idea/strategies/climb.hpp"
#include "idea/strategies/metropolis.hpp"
#include "idea/strategies/progress.hpp"
#include "idea/strategies/random.hpp"
#include "idea/strategies/ranking.hpp"

namespace idea {

// Proposes random changes, a pixel and a value each, and accepts them by Metropolis' rule, while the
// temperature falls geometrically; then climbs to a local optimum. Greys are rounded first. A step
// is a draw; half of them propose the value that the pixel has already.
template <typename State, typename AtStep>
void anneal(State& state, Generator& rng, std::uint64_t every, std::uint64_t steps,
            AtStep at_step) {
  const std::vector<std::size_t> pixels = state.relevant_pixels();
  std::optional<Cooling> cooling;
  std::vector<Proposal> block;
  std::uint64_t end = 0;
  for (std::uint64_t step = 0; step < steps; step = end) {
    if (!at_step(Progress{step, steps, step % every == 0})) return;
    if (!cooling) {
      binarise(state);
      cooling = Cooling{median_gain(state), State::temperatures(), steps};
    }
    if (step % kBlock == 0) block = draw_block(rng, pixels, *cooling, step);
    end = stretch_end(step, steps, every, kBlock);
    const Proposal* first = block.data() + step % kBlock;
    state.walk(first, first + (end - step), [](const Proposal&) {});
  }
  climb(state, [&] { return at_step(Progress{steps, steps, false}); });
}

}  // namespace idea
