// Guided search: flips in the order of their gains, each checked before it is made.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "idea/state/proposal.hpp"
#include "idea/strategies/climb.hpp"
#include "idea/strategies/progress.hpp"
#include "idea/strategies/ranking.hpp"

namespace idea {

// Ranks all flips, tries those that gain, best first, and makes each that still gains; repeats. It
// ends at a local optimum, or after `rounds`. Greys are rounded first. A step is a flip tried.
template <typename State, typename AtStep>
void guided(State& state, std::uint64_t every, std::uint64_t rounds, AtStep at_step) {
  const std::uint64_t steps = rounds * state.image().size();
  std::uint64_t step = 0;
  if (!at_step(Progress{step, steps, true})) return;
  binarise(state);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::vector<Proposal> flips = flips_of(state, improving(state));
    if (flips.empty()) return;
    const Proposal* const end = flips.data() + flips.size();
    for (const Proposal* next = flips.data(); next != end;) {
      const auto left = static_cast<std::uint64_t>(end - next);
      const auto tried = std::min(left, every - step % every);
      state.walk(next, next + tried, [](const Proposal&) {});
      next += tried;
      step += tried;
      if (!at_step(Progress{step, steps, step % every == 0})) return;
    }
  }
}

}  // namespace idea
