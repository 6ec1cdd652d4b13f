// The progress of a strategy, and how its steps are divided.
//
// A strategy calls at_step(progress), which returns whether to go on, often enough to stop it
// within some milliseconds. Where it returns false, the strategy ends with the image that it has, or
// the best so far.
#pragma once

#include <algorithm>
#include <cstdint>

namespace idea {

struct Progress {
  std::uint64_t step;   // steps done
  std::uint64_t steps;  // in total, unless the search ends early
  // Whether a frame may be taken: before the first step, and at every multiple of `every`. Between
  // frames the present image may be one that the method rejects.
  bool frame;
};

// The end of the stretch that begins at a step: the next multiple of either length, or the last
// step.
inline std::uint64_t stretch_end(std::uint64_t begin, std::uint64_t steps, std::uint64_t every,
                                 std::uint64_t length) {
  return std::min({steps, begin + (every - begin % every), begin + (length - begin % length)});
}

}  // namespace idea
