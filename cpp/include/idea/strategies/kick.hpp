// The pixels that iterated local search flips to leave a local optimum.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "idea/image.hpp"
#include "idea/strategies/elementary.hpp"
#include "idea/strategies/random.hpp"

namespace idea {

// The pixels of a random square: those at most 1 to 4 rows and columns from its centre.
inline std::vector<std::size_t> square_of(Generator& rng, const Task& task) {
  constexpr std::uint64_t kMinHalf = 1;
  constexpr std::uint64_t kMaxHalf = 4;
  const std::size_t half = kMinHalf + rng.integer(kMaxHalf + 1 - kMinHalf);
  const std::size_t row = rng.integer(task.height);
  const std::size_t column = rng.integer(task.width);
  const auto bounds = [half](std::size_t centre, std::size_t size) {
    return std::pair{centre - std::min(centre, half), std::min(centre + half + 1, size)};
  };
  const auto [top, bottom] = bounds(row, task.height);
  const auto [left, right] = bounds(column, task.width);
  std::vector<std::size_t> places;
  for (std::size_t y = top; y < bottom; ++y)
    for (std::size_t x = left; x < right; ++x) places.push_back(y * task.width + x);
  return places;
}

// Chooses pixels to flip: from the whole image or, as often, from a small square of it. Their number
// is log-uniform, 2 to 25; they are drawn by the first steps of Fisher and Yates' shuffle.
inline std::vector<std::size_t> kick(Generator& rng, const Task& task) {
  constexpr std::size_t kMinFlips = 2;
  constexpr std::size_t kMaxFlips = 25;
  constexpr double kRange = static_cast<double>(kMaxFlips + 1) / kMinFlips;
  const auto drawn = static_cast<std::size_t>(kMinFlips * power(kRange, rng.uniform()));
  std::vector<std::size_t> places(task.pixels());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  if (rng.uniform() < 0.5) places = square_of(rng, task);
  const std::size_t count = std::min({drawn, kMaxFlips, places.size()});
  for (std::size_t n = 0; n < count; ++n)
    std::swap(places[n], places[n + rng.integer(places.size() - n)]);
  places.resize(count);
  return places;
}

}  // namespace idea
