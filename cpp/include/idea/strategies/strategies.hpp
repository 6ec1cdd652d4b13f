// The methods of search by name: each drives a state, independently of the network.
//
// run(method, state, rng, every, options, at_step) changes the state in place. It calls
// at_step(progress) as described in progress.hpp; `every` doesn't change its path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "idea/strategies/anneal.hpp"
#include "idea/strategies/best.hpp"
#include "idea/strategies/greedy.hpp"
#include "idea/strategies/guided.hpp"
#include "idea/strategies/monte_carlo.hpp"
#include "idea/strategies/progress.hpp"
#include "idea/strategies/random.hpp"
#include "idea/strategies/steepest.hpp"

namespace idea {

enum class Method { kGreedy, kMonteCarlo, kSteepest, kGuided, kAnneal, kBest };

inline constexpr Method kMethods[] = {Method::kGreedy, Method::kMonteCarlo, Method::kSteepest,
                                      Method::kGuided, Method::kAnneal,     Method::kBest};

inline std::string name_of(Method method) {
  switch (method) {
    case Method::kGreedy: return "greedy";
    case Method::kMonteCarlo: return "mc";
    case Method::kSteepest: return "steepest";
    case Method::kGuided: return "guided";
    case Method::kAnneal: return "anneal";
    case Method::kBest: break;
  }
  return "best";
}

// Whether it draws random numbers; if not, equal starts lead to equal ideals.
inline bool is_random(Method method) {
  return method == Method::kMonteCarlo || method == Method::kAnneal || method == Method::kBest;
}

// The methods' own options.
struct MethodOptions {
  std::uint64_t sweeps = 5;            // of greedy
  std::optional<std::uint64_t> steps;  // of mc, 10000 by default, and of anneal, 100000
  std::uint64_t flips = 10000;         // of steepest
  std::uint64_t rounds = 100;          // of guided
  BestOptions best;
};

template <typename State, typename AtStep>
void run(Method method, State& state, Generator& rng, std::uint64_t every,
         const MethodOptions& options, AtStep at_step) {
  constexpr std::uint64_t kMonteCarloSteps = 10000;
  constexpr std::uint64_t kAnnealingSteps = 100000;
  switch (method) {
    case Method::kGreedy: return greedy(state, every, options.sweeps, std::move(at_step));
    case Method::kMonteCarlo:
      return monte_carlo(state, rng, every, options.steps.value_or(kMonteCarloSteps),
                         std::move(at_step));
    case Method::kSteepest: return steepest(state, every, options.flips, std::move(at_step));
    case Method::kGuided: return guided(state, every, options.rounds, std::move(at_step));
    case Method::kAnneal:
      return anneal(state, rng, every, options.steps.value_or(kAnnealingSteps), std::move(at_step));
    case Method::kBest: return best(state, rng, every, options.best, std::move(at_step));
  }
}

}  // namespace idea
