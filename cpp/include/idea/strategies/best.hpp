// The method best: diverse starts, annealing, then iterated local search from the best of them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "idea/image.hpp"
#include "idea/strategies/climb.hpp"
#include "idea/strategies/diverse_start.hpp"
#include "idea/strategies/found.hpp"
#include "idea/strategies/kick.hpp"
#include "idea/strategies/metropolis.hpp"
#include "idea/strategies/random.hpp"
#include "idea/strategies/ranking.hpp"
#include "idea/strategies/tracker.hpp"

namespace idea {

struct BestOptions {
  std::uint64_t starts = 20;     // of a round
  std::uint64_t patience = 150;  // kicks without success
  double seconds = 0;            // how long rounds follow each other; 0: one round
  // The annealing steps of the first round, and of a kick that is a short annealing.
  std::uint64_t annealing_steps = 100000;
  std::uint64_t reheating_steps = 5000;
};

// How long to continue without success: a number of failures or, if seconds are given, that time.
class Patience {
 public:
  using Clock = std::chrono::steady_clock;

  Patience(std::uint64_t failures, bool by_time, Clock::duration time)
      : allowed_(failures), by_time_(by_time), time_(time) {}

  void renew() {
    failures_ = 0;
    since_ = Clock::now();
  }

  // Counts an attempt, and returns whether it is one too many.
  bool is_over() {
    ++failures_;
    return by_time_ ? Clock::now() - since_ > time_ : failures_ > allowed_;
  }

 private:
  std::uint64_t allowed_;
  bool by_time_;
  Clock::duration time_;
  std::uint64_t failures_ = 0;
  Clock::time_point since_ = Clock::now();
};

// One search by the method best; see below. Its methods return whether to go on.
template <typename State, typename AtStep>
class BestSearch {
 public:
  BestSearch(State& state, Generator& rng, std::uint64_t every, const BestOptions& options,
             AtStep at_step)
      : state_(state),
        rng_(rng),
        options_(options),
        tracker_(state, every, options.starts + kContinued * (1 + options.patience),
                 options.seconds, std::move(at_step)) {}

  void run() {
    if (!tracker_.begin()) return;
    binarise(state_);
    unit_ = median_gain(state_);
    std::uint64_t steps = options_.annealing_steps;
    while (round(steps) && options_.seconds > 0) steps *= 2;
    tracker_.show();
  }

 private:
  static constexpr std::uint64_t kContinued = 2;  // climbs that are continued

  bool round(std::uint64_t steps) {
    std::vector<Found> found;
    if (!climb_from_starts(found)) return false;
    return std::all_of(found.begin(), found.end(),
                       [&](const Found& each) { return continue_from(each, steps); });
  }

  // Anneals a climb's result, and improves the higher of both.
  bool continue_from(const Found& found, std::uint64_t steps) {
    const Patience::Clock::time_point began = Patience::Clock::now();
    state_.set_image(found.image);
    if (!tracker_.annealed(rng_, Cooling{unit_, State::temperatures(), steps})) return false;
    if (difference(state_, found, Found::of(state_)) > 0) state_.set_image(found.image);
    return improve(
        Patience(options_.patience, options_.seconds > 0, Patience::Clock::now() - began));
  }

  // Climbs from some starts, the present image first; gives the best and one of the others.
  bool climb_from_starts(std::vector<Found>& found) {
    for (std::uint64_t n = 0; n < options_.starts; ++n) {
      if (tracker_.step() > 0) state_.set_image(start());
      if (!tracker_.climbed()) return false;
      Found climbed = Found::of(state_);
      const auto place = std::upper_bound(found.begin(), found.end(), climbed,
                                          [this](const Found& one, const Found& other) {
                                            return difference(state_, one, other) > 0;
                                          });
      found.insert(place, std::move(climbed));
    }
    if (found.size() < 2) return true;
    std::swap(found[1], found[1 + rng_.integer(found.size() - 1)]);
    found.resize(2);
    return true;
  }

  Image start() {
    if (rng_.uniform() < 0.5) return diverse_start(state_.network(), rng_);
    const std::vector<std::uint64_t> values = rng_.integers(2, state_.image().size());
    return {values.begin(), values.end()};
  }

  // Kicks the present image and climbs, keeps what is higher, until patience is over.
  bool improve(Patience patience) {
    Found highest = Found::of(state_);
    while (!patience.is_over()) {
      if (!attempt(highest)) return false;
      Found found = Found::of(state_);
      if (difference(state_, found, highest) > 0) {
        highest = std::move(found);
        patience.renew();
      } else {
        state_.set_image(highest.image);
      }
    }
    return true;
  }

  bool attempt(const Found& highest) {
    // The share of kicks that are a short annealing, and the range of its first temperature.
    constexpr double kReheated = 0.03;
    constexpr double kCoolest = 0.03;
    constexpr double kHottest = 0.5;
    constexpr double kReheatedCold = 0.02;
    if (rng_.uniform() < kReheated) {
      const double hot = kCoolest * power(kHottest / kCoolest, rng_.uniform());
      return tracker_.annealed(rng_,
                               Cooling{unit_, {hot, kReheatedCold}, options_.reheating_steps});
    }
    for (const std::size_t pixel : kick(rng_, state_.task()))
      state_.set(pixel, 1 - highest.image[pixel]);
    return tracker_.climbed();
  }

  State& state_;
  Generator& rng_;
  BestOptions options_;
  Tracker<State, AtStep> tracker_;
  double unit_ = 0;
};

// Searches for the highest energy: local ascents from diverse starts, then simulated annealing and
// iterated local search from two of the results; Python's idea/core/strategies/best.py describes
// it. A step is a climb; frames show the best image so far.
template <typename State, typename AtStep>
void best(State& state, Generator& rng, std::uint64_t every, const BestOptions& options,
          AtStep at_step) {
  BestSearch<State, AtStep>(state, rng, every, options, std::move(at_step)).run();
}

}  // namespace idea
