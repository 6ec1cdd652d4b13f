// One run from one start, and the best of several.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "idea/image.hpp"
#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/state/state.hpp"
#include "idea/strategies/ideal.hpp"
#include "idea/strategies/options.hpp"
#include "idea/strategies/random.hpp"
#include "idea/strategies/start.hpp"
#include "idea/strategies/strategies.hpp"

namespace idea {

// Thrown where a search was interrupted.
struct Interrupted {};

using Clock = std::chrono::steady_clock;

// One run from one start.
struct Run {
  std::uint64_t number;
  Terms terms;
  Clock::time_point began;
  std::unique_ptr<State> state;  // at its end
  std::vector<Image> frames;
  Logits logits;
  double energy;
};

// logits: of all classes.
inline double energy_of(const Objective& objective, const Logits& logits, const Image& image) {
  const bool one = objective.aim == Aim::kLogit;
  return objective.value(one ? Logits{logits[objective.target]} : logits) - objective.price(image);
}

// stopped() is polled.
template <typename Stopped>
Run run_once(const std::shared_ptr<const Network>& network, std::size_t target,
             const Options& options, std::uint64_t number, Stopped stopped) {
  const Clock::time_point began = Clock::now();
  Generator rng = generator_of_run(options.seed, number);
  const Image start = options.start ? *options.start : random_greys(rng, network->task());
  const Objective objective = options.of(network->task(), target);
  auto state = std::make_unique<State>(network, objective, start, *options.kernels);
  std::vector<Image> frames;
  const auto at_step = [&](const Progress& progress) {
    if (options.frames && progress.frame) frames.push_back(state->image());
    return !stopped();
  };
  // Without frames, longer stretches are faster; they don't change the path.
  const std::uint64_t every =
      options.frames ? options.every : std::numeric_limits<std::uint64_t>::max();
  idea::run(options.method, *state, rng, every, options, at_step);
  if (stopped()) throw Interrupted();
  // Recomputed by a full forward pass.
  const Logits logits = network->logits(state->image());
  const double energy = energy_of(objective, logits, state->image());
  return {number,
          static_cast<const Terms&>(options),
          began,
          std::move(state),
          std::move(frames),
          logits,
          energy};
}

// The best of a target's runs, and totals over all of them. The result doesn't depend on the order
// in which the runs are added.
class Tally {
 public:
  explicit Tally(std::size_t target) : target_(target) {}

  std::size_t target() const { return target_; }
  std::uint64_t runs() const { return energies_.size(); }

  void add(Run run) {
    energies_.push_back(run.energy);
    evaluations_ += run.state->evaluations();
    began_ = std::min(began_, run.began);
    if (!best_ || run.energy > best_->energy ||
        (run.energy == best_->energy && run.number < best_->number))
      best_ = std::move(run);
  }

  // Once all runs have been added.
  Ideal ideal() {
    const Image image = best_->state->image();
    const std::vector<double> gains = best_->state->gains();
    const double best_gain = *std::max_element(gains.begin(), gains.end());
    const bool binary = std::all_of(image.begin(), image.end(),
                                    [](float value) { return value == 0 || value == 1; });
    Ideal ideal;
    ideal.image = image;
    ideal.target = target_;
    ideal.terms = best_->terms;
    ideal.energy = best_->energy;
    ideal.logits = best_->logits;
    ideal.flat = std::all_of(gains.begin(), gains.end(), [](double gain) {
      return gain == 0 || gain == -std::numeric_limits<double>::infinity();
    });
    ideal.locally_optimal = best_gain <= 0 && binary && !ideal.flat;
    ideal.best_gain_left = best_gain;
    ideal.evaluations = evaluations_;
    ideal.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    ideal.restarts = runs();
    ideal.agreeing = agreeing();
    ideal.frames = std::move(best_->frames);
    return ideal;
  }

 private:
  // How many runs came to the best energy, up to rounding.
  std::uint64_t agreeing() const {
    constexpr double kSame = 1e-9;
    const double best = best_->energy;
    return static_cast<std::uint64_t>(
        std::count_if(energies_.begin(), energies_.end(), [best](double energy) {
          return std::abs(energy - best) <= kSame * std::max(std::abs(energy), std::abs(best));
        }));
  }

  std::size_t target_;
  std::optional<Run> best_;
  std::vector<double> energies_;
  std::size_t evaluations_ = 0;
  Clock::time_point began_ = Clock::time_point::max();
};

}  // namespace idea
