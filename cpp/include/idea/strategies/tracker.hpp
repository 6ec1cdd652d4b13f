// The best image so far of a search of many climbs, and its steps.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "idea/image.hpp"
#include "idea/strategies/climb.hpp"
#include "idea/strategies/found.hpp"
#include "idea/strategies/metropolis.hpp"
#include "idea/strategies/progress.hpp"
#include "idea/strategies/random.hpp"

namespace idea {

// A step is a climb. Its methods return whether to go on: at_step may end the search, or the time
// is over.
template <typename State, typename AtStep>
class Tracker {
 public:
  using Clock = std::chrono::steady_clock;

  // least: the number of steps of one round; seconds: how long to go on, or 0.
  Tracker(State& state, std::uint64_t every, std::uint64_t least, double seconds, AtStep at_step)
      : state_(state),
        every_(every),
        least_(least),
        seconds_(seconds),
        at_step_(std::move(at_step)) {}

  std::uint64_t step() const { return step_; }

  bool begin() { return at_step_(Progress{0, least_, true}); }

  // Anneals the present image, then climbs.
  bool annealed(Generator& rng, const Cooling& cooling) {
    return metropolis(state_, rng, cooling, [this] { return goes_on(); }) && climbed();
  }

  // Climbs from the present image, and counts the step.
  bool climbed() {
    if (!climb(state_, [this] { return poll(false); })) return false;
    Found found = Found::of(state_);
    if (!best_ || difference(state_, found, *best_) > 0) best_ = std::move(found);
    ++step_;
    return take_frame() && !is_late();
  }

  // Sets the state to the best image.
  void show() {
    if (best_) state_.set_image(best_->image);
  }

 private:
  bool poll(bool frame) { return at_step_(Progress{step_, steps(), frame}); }

  bool goes_on() { return poll(false) && !is_late(); }

  bool take_frame() {
    if (step_ % every_ != 0) return true;
    const Image present = state_.image();
    show();
    const bool going = poll(true);
    state_.set_image(present);
    return going;
  }

  double elapsed() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

  bool is_late() const { return seconds_ > 0 && elapsed() > seconds_; }

  // Estimates the total number of steps.
  std::uint64_t steps() const {
    if (seconds_ <= 0) return std::max(least_, step_);
    const double share = std::clamp(elapsed() / seconds_, 1e-3, 1.0);
    return std::max(step_,
                    static_cast<std::uint64_t>(std::llround(static_cast<double>(step_) / share)));
  }

  State& state_;
  std::uint64_t every_;
  std::uint64_t least_;
  double seconds_;
  AtStep at_step_;
  std::uint64_t step_ = 0;
  Clock::time_point began_ = Clock::now();
  std::optional<Found> best_;
};

}  // namespace idea
