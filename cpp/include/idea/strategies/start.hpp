// Where runs start: random greys, and the generators that they come from.
#pragma once

#include <algorithm>
#include <cstdint>

#include "idea/image.hpp"
#include "idea/strategies/random.hpp"

namespace idea {

inline Image random_greys(Generator& rng, const Task& task) {
  Image image(task.pixels());
  std::generate(image.begin(), image.end(), [&rng] { return rng.random(); });
  return image;
}

// The seed's own generator, then independent ones for the further runs.
inline Generator generator_of_run(std::uint64_t seed, std::uint64_t number) {
  return number == 0 ? Generator(seed) : Generator(seed, {number - 1});
}

}  // namespace idea
