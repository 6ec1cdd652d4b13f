// Comparing gains with each other, by exact gains where estimates leave the order open.
//
// An estimate and its error bound are an interval that contains the exact gain. Where intervals
// overlap, double precision narrows them, and where they still do, exact gains decide. So the order
// is that of the exact gains in every state. The rules are those of Python's
// idea/core/strategies/ranking.py.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

namespace idea {

// Some pixels and, for each, its gain and the error bound of that.
struct RankedGains {
  std::size_t size() const { return pixels.size(); }
  double least(std::size_t n) const { return gains[n] - bounds[n]; }
  double most(std::size_t n) const { return gains[n] + bounds[n]; }

  // Indices by descending gain; of equal gains the lower pixel's first.
  std::vector<std::size_t> order() const {
    std::vector<std::size_t> order(size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [this](std::size_t one, std::size_t other) {
      return gains[one] > gains[other];
    });
    return order;
  }

  std::vector<std::size_t> pixels;
  std::vector<double> gains;
  std::vector<double> bounds;
};

// Selections of the indices of gains whose comparison is open.
namespace open {

// Those whose rank is open.
inline std::vector<bool> overlapping(const RankedGains& ranked) {
  std::vector<bool> open(ranked.size());
  const std::vector<std::size_t> order = ranked.order();
  // In descending order: the least possible gain so far against the largest possible next one.
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n + 1 < order.size(); ++n) {
    least = std::min(least, ranked.least(order[n]));
    if (ranked.most(order[n + 1]) >= least) open[order[n]] = open[order[n + 1]] = true;
  }
  return open;
}

// Those that may be the largest, if there is more than one.
inline std::vector<bool> possibly_largest(const RankedGains& ranked) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n < ranked.size(); ++n) largest = std::max(largest, ranked.least(n));
  std::vector<bool> open(ranked.size());
  for (std::size_t n = 0; n < ranked.size(); ++n) open[n] = ranked.most(n) >= largest;
  if (std::count(open.begin(), open.end(), true) <= 1) open.assign(ranked.size(), false);
  return open;
}

// The number that has so many lower ones.
inline double with_rank(std::vector<double> numbers, std::size_t rank) {
  const auto place = numbers.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(numbers.begin(), place, numbers.end());
  return *place;
}

// Those whose magnitude may be the median, or one of the two it lies between.
inline std::vector<bool> possibly_median(const RankedGains& ranked) {
  const std::size_t size = ranked.size();
  std::vector<bool> open(size);
  if (size == 0) return open;
  std::vector<double> smallest(size);
  std::vector<double> largest(size);
  for (std::size_t n = 0; n < size; ++n) {
    smallest[n] = std::abs(ranked.gains[n]) - ranked.bounds[n];
    largest[n] = std::abs(ranked.gains[n]) + ranked.bounds[n];
  }
  const double least = with_rank(smallest, (size - 1) / 2);
  const double most = with_rank(largest, size / 2);
  for (std::size_t n = 0; n < size; ++n) open[n] = largest[n] >= least && smallest[n] <= most;
  return open;
}

}  // namespace open

// Narrows the selected gains: to double precision, or to the exact gains.
template <typename State>
void narrow(State& state, RankedGains& ranked, std::vector<bool> selected, bool exactly) {
  std::vector<std::size_t> places;
  std::vector<std::size_t> pixels;
  for (std::size_t n = 0; n < ranked.size(); ++n) {
    if (!selected[n] || ranked.bounds[n] == 0) continue;
    places.push_back(n);
    pixels.push_back(ranked.pixels[n]);
  }
  if (pixels.empty()) return;
  std::vector<double> bounds(pixels.size());
  const std::vector<double> gains =
      exactly ? state.exact_gains(pixels) : state.closer_gains(pixels, bounds);
  for (std::size_t k = 0; k < places.size(); ++k) {
    ranked.gains[places[k]] = gains[k];
    ranked.bounds[places[k]] = bounds[k];
  }
}

// The pixels whose gains are chosen(gain), precise enough to leave no comparison open.
template <typename State, typename Chosen, typename FindOpen>
RankedGains resolved(State& state, Chosen chosen, FindOpen find_open) {
  std::vector<double> bounds;
  const std::vector<double> gains = state.gains(&bounds);
  RankedGains ranked;
  for (std::size_t pixel = 0; pixel < gains.size(); ++pixel) {
    if (!chosen(gains[pixel])) continue;
    ranked.pixels.push_back(pixel);
    ranked.gains.push_back(gains[pixel]);
    ranked.bounds.push_back(bounds[pixel]);
  }
  narrow(state, ranked, find_open(ranked), false);
  narrow(state, ranked, find_open(ranked), true);
  return ranked;
}

// The pixels of a binary image whose flips gain, by descending gain; of equal gains the lower pixel
// comes first.
template <typename State>
std::vector<std::size_t> improving(State& state) {
  const RankedGains ranked = resolved(
      state, [](double gain) { return gain > 0; }, open::overlapping);
  std::vector<std::size_t> pixels;
  pixels.reserve(ranked.size());
  for (const std::size_t n : ranked.order()) pixels.push_back(ranked.pixels[n]);
  return pixels;
}

// The pixel whose flip gains most, the lower of equal ones; nothing where none gains.
template <typename State>
std::optional<std::size_t> best_flip(State& state) {
  const RankedGains ranked = resolved(
      state, [](double gain) { return gain > 0; }, open::possibly_largest);
  if (ranked.size() == 0) return std::nullopt;
  const auto best = std::max_element(ranked.gains.begin(), ranked.gains.end());
  return ranked.pixels[static_cast<std::size_t>(best - ranked.gains.begin())];
}

// The median magnitude of the exact gains that aren't 0, or 0: a unit of temperature. About half of
// all flips of a binary image lose more than that.
template <typename State>
double median_gain(State& state) {
  const RankedGains ranked = resolved(
      state, [](double gain) { return std::isfinite(gain) && gain != 0; }, open::possibly_median);
  if (ranked.size() == 0) return 0;
  std::vector<double> sizes;
  for (const double gain : ranked.gains) sizes.push_back(std::abs(gain));
  const std::size_t size = sizes.size();
  const double upper = open::with_rank(sizes, size / 2);
  return size % 2 == 1 ? upper : (open::with_rank(sizes, size / 2 - 1) + upper) / 2;
}

}  // namespace idea
