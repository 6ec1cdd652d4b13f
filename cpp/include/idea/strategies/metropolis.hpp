// Random changes accepted by Metropolis' rule: the steps of annealing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/state/proposal.hpp"
#include "idea/state/temperatures.hpp"
#include "idea/strategies/elementary.hpp"
#include "idea/strategies/random.hpp"

namespace idea {

// Changes drawn at once: in turn pixels, values and uniform numbers, whatever the frames.
inline constexpr std::size_t kBlock = 4096;

// A geometric schedule of temperatures.
struct Cooling {
  double unit;          // of temperature: see median_gain
  Temperatures ends;    // in units
  std::uint64_t steps;  // the number of temperatures

  // Calls use(n, temperature) for the n-th of a block of steps from `begin` on: each temperature is
  // the one before it times the same factor.
  template <typename Use>
  void visit_block(std::uint64_t begin, Use use) const {
    const auto last = static_cast<double>(std::max<std::uint64_t>(steps, 2) - 1);
    const double rate = logarithm(ends.cold / ends.hot) / last;
    const double factor = exponential(rate);
    double temperature = unit * ends.hot * exponential(static_cast<double>(begin) * rate);
    for (std::size_t n = 0; n < kBlock; ++n) {
      use(n, temperature);
      temperature *= factor;
    }
  }
};

// Draws a block of changes of some pixels, for the temperatures from a step on. At temperature T a
// gain above T times the logarithm of a uniform number is accepted.
inline std::vector<Proposal> draw_block(Generator& rng, const std::vector<std::size_t>& pixels,
                                        const Cooling& cooling, std::uint64_t begin) {
  const std::vector<std::uint64_t> drawn = rng.integers(pixels.size(), kBlock);
  const std::vector<std::uint64_t> values = rng.integers(2, kBlock);
  std::vector<Proposal> block(kBlock);
  cooling.visit_block(begin, [&](std::size_t n, double temperature) {
    block[n] = {pixels[drawn[n]], static_cast<float>(values[n]),
                temperature * logarithm(1 - rng.uniform())};
  });
  return block;
}

// Proposes a random change at each temperature. Returns false where go_on(), called after each
// block, did.
template <typename State, typename GoOn>
bool metropolis(State& state, Generator& rng, const Cooling& cooling, GoOn go_on) {
  const std::vector<std::size_t> pixels = state.relevant_pixels();
  for (std::uint64_t begin = 0; begin < cooling.steps; begin += kBlock) {
    const std::vector<Proposal> block = draw_block(rng, pixels, cooling, begin);
    const auto count = std::min<std::uint64_t>(kBlock, cooling.steps - begin);
    state.walk(block.data(), block.data() + count, [](const Proposal&) {});
    if (!go_on()) return false;
  }
  return true;
}

}  // namespace idea
