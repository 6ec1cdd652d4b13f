// How to search.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "idea/error.hpp"
#include "idea/files/vf.hpp"
#include "idea/image.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/strategies/strategies.hpp"
#include "idea/strategies/terms.hpp"

namespace idea {

struct Options : MethodOptions, Terms {
  Method method = Method::kGreedy;
  std::uint64_t seed = 0;      // equal seeds give equal ideals
  std::uint64_t restarts = 1;  // the best of so many runs is kept, the first of equals
  std::optional<Image> start;  // else uniform random greys, new ones for each run
  std::uint64_t every = 200;   // steps between two frames

  // Without effect on the ideal:
  bool frames = false;                             // whether to keep them
  std::size_t jobs = 1;                            // threads
  const Kernels* kernels = nullptr;                // else those chosen by the environment
  const std::atomic<bool>* interrupted = nullptr;  // ends the search once it is set
};

inline void require_whole(bool right, const std::string& name, unsigned least,
                          const std::string& found) {
  if (!right)
    throw Error(name + " must be a whole number, " + std::to_string(least) + " or more, not " +
                found);
}

// task: of the start.
inline void check(const Options& options, const Task& task) {
  const auto require_some = [](const std::string& name, std::uint64_t count) {
    require_whole(count > 0, name, 1, std::to_string(count));
  };
  require_some("restarts", options.restarts);
  require_some("every", options.every);
  require_some("jobs", options.jobs);
  require_some("sweeps", options.sweeps);
  require_some("steps", options.steps.value_or(1));
  require_some("flips", options.flips);
  require_some("rounds", options.rounds);
  require_some("starts", options.best.starts);
  require_some("patience", options.best.patience);
  if (!options.start) return;
  require_pixels(*options.start, task, "start");
  if (!is_random(options.method) && options.restarts > 1)
    throw Error(name_of(options.method) +
                " is deterministic, so restarts from the same start are identical; leave out "
                "either the start or the restarts");
}

}  // namespace idea
