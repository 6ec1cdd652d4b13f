// The search itself: from random starts to the best image found.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/ideal.hpp"
#include "idea/image.hpp"
#include "idea/kernels.hpp"
#include "idea/network.hpp"
#include "idea/random.hpp"
#include "idea/state.hpp"
#include "idea/strategies.hpp"

namespace idea {

enum class Method { kGreedy, kMonteCarlo };

struct Options {
  Method method = Method::kGreedy;
  std::uint64_t seed = 0;      // equal seeds give equal ideals
  std::uint64_t restarts = 1;  // the best of so many runs is kept, the first of equals
  std::optional<Image> start;  // else uniform random greys, new ones for each run
  std::uint64_t every = 200;   // steps between two frames
  std::uint64_t sweeps = 5;    // of greedy
  std::uint64_t steps = 10000;  // of Monte Carlo

  // What changes nothing of the ideal:
  bool frames = false;  // whether to keep them
  std::size_t jobs = 1;  // threads
  const Kernels* kernels = &chosen_kernels();
  const std::atomic<bool>* interrupted = nullptr;  // ends the search once it is set
};

// Thrown where a search was ended from outside.
struct Interrupted {};

// One start and what became of it.
struct Run {
  std::uint64_t number;
  Image image;
  Logits logits;
  double energy;
  std::size_t evaluations;
  std::vector<Image> frames;
};

inline Image random_greys(Generator& rng) {
  Image image{};
  std::generate(image.begin(), image.end(), [&rng] { return rng.random(); });
  return image;
}

// The seed's own generator, then independent ones for the further runs.
inline Generator generator_of_run(std::uint64_t seed, std::uint64_t number) {
  return number == 0 ? Generator(seed) : Generator(seed, {number - 1});
}

// stopped() is asked now and then.
template <typename Stopped>
Run run_once(const std::shared_ptr<const Network>& network, std::size_t digit,
             const Options& options, std::uint64_t number, Stopped stopped) {
  Generator rng = generator_of_run(options.seed, number);
  State state(network, digit, options.start ? *options.start : random_greys(rng), *options.kernels);
  std::vector<Image> frames;
  const auto at_step = [&](std::uint64_t step) {
    if (stopped()) throw Interrupted();
    if (options.frames && step % options.every == 0) frames.push_back(state.image());
  };
  // Where no frames are kept, longer stretches are faster; they don't change the path.
  const std::uint64_t every =
      options.frames ? options.every : std::numeric_limits<std::uint64_t>::max();
  if (options.method == Method::kGreedy)
    greedy(state, every, options.sweeps, at_step);
  else
    monte_carlo(state, rng, every, options.steps, at_step);
  // Judged anew: nothing summed up on the way enters the result.
  const Logits logits = network->logits(state.image());
  return {number, state.image(), logits, logits[digit], state.evaluations(), std::move(frames)};
}

// The best of a digit's runs, and as much of the others as an ideal tells. The result doesn't depend
// on the order in which the runs are added.
class Tally {
 public:
  explicit Tally(std::size_t digit) : digit_(digit) {}

  std::size_t digit() const { return digit_; }
  std::uint64_t runs() const { return energies_.size(); }

  void add(Run run) {
    energies_.push_back(run.energy);
    evaluations_ += run.evaluations;
    if (!best_ || run.energy > best_->energy ||
        (run.energy == best_->energy && run.number < best_->number))
      best_ = std::move(run);
  }

  Ideal ideal(const std::shared_ptr<const Network>& network, const Kernels& kernels) const {
    std::vector<double> gains = State(network, digit_, best_->image, kernels).gains();
    const double best_gain = *std::max_element(gains.begin(), gains.end());
    const bool binary = std::all_of(best_->image.begin(), best_->image.end(),
                                    [](float value) { return value == 0 || value == 1; });
    return {best_->image, digit_,       best_->energy, best_->logits, best_gain <= 0 && binary,
            best_gain,    evaluations_, 0,             runs(),        agreeing(),
            best_->frames};
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

  std::size_t digit_;
  std::optional<Run> best_;
  std::vector<double> energies_;
  std::size_t evaluations_ = 0;
};

// The searches for several digits. Their runs are spread over threads, those of the first digit
// first.
class Search {
 public:
  Search(std::shared_ptr<const Network> network, const std::vector<std::size_t>& digits,
         Options options)
      : network_(std::move(network)), options_(std::move(options)) {
    for (const std::size_t digit : digits) tallies_.emplace_back(digit);
    ideals_.resize(digits.size());
    const std::uint64_t threads = std::min<std::uint64_t>(options_.jobs, runs());
    try {
      while (threads_.size() < threads) threads_.emplace_back([this] { work(); });
    } catch (...) {
      end();
      throw;
    }
  }

  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;
  ~Search() { end(); }

  // Waits for the next digit's ideal; may be called once for each.
  Ideal next() {
    std::unique_lock<std::mutex> lock(mutex_);
    std::optional<Ideal>& ideal = ideals_[given_++];
    changed_.wait(lock, [&] { return ideal.has_value() || failure_ != nullptr; });
    if (!ideal) std::rethrow_exception(failure_);
    return *std::exchange(ideal, std::nullopt);
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::uint64_t runs() const { return tallies_.size() * options_.restarts; }

  bool stopped() const {
    return stopped_ || (options_.interrupted != nullptr && *options_.interrupted);
  }

  void end() {
    stopped_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

  // What each thread does: takes one run after the other.
  void work() {
    try {
      for (std::uint64_t n = taken_++; n < runs(); n = taken_++)
        work_on(n / options_.restarts, n % options_.restarts);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (failure_ == nullptr) failure_ = std::current_exception();
      stopped_ = true;
      changed_.notify_all();
    }
  }

  void work_on(std::size_t index, std::uint64_t number) {
    Tally& tally = tallies_[index];
    const Clock::time_point began = Clock::now();
    Run run = run_once(network_, tally.digit(), options_, number, [this] { return stopped(); });
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (tally.runs() == 0 || began < tally_began_[index]) tally_began_[index] = began;
      tally.add(std::move(run));
      if (tally.runs() < options_.restarts) return;
    }
    // The last run of a digit: nobody else touches its tally.
    Ideal ideal = tally.ideal(network_, *options_.kernels);
    ideal.seconds = std::chrono::duration<double>(Clock::now() - tally_began_[index]).count();
    const std::lock_guard<std::mutex> lock(mutex_);
    ideals_[index] = std::move(ideal);
    changed_.notify_all();
  }

  std::shared_ptr<const Network> network_;
  Options options_;
  std::vector<std::thread> threads_;
  std::atomic<std::uint64_t> taken_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<Tally> tallies_;
  std::vector<std::optional<Ideal>> ideals_;
  std::exception_ptr failure_;
  std::size_t given_ = 0;
};

// Searches for the binary image that a network scores highest as a digit.
inline Ideal find(const std::shared_ptr<const Network>& network, std::size_t digit,
                  const Options& options = {}) {
  return Search(network, {digit}, options).next();
}

}  // namespace idea
