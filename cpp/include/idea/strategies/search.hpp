// The search: from random starts to the best image found.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/strategies/ideal.hpp"
#include "idea/strategies/options.hpp"
#include "idea/strategies/run.hpp"

namespace idea {

// The searches for several targets. Their runs are spread over threads, those of the first target
// first.
class Search {
 public:
  Search(std::shared_ptr<const Network> network, const std::vector<std::size_t>& targets,
         Options options)
      : network_(std::move(network)), options_(std::move(options)) {
    check(options_, network_->task());
    if (options_.kernels == nullptr) options_.kernels = &chosen_kernels();
    for (const std::size_t target : targets) {
      check_target(target, network_->task());
      tallies_.emplace_back(target);
    }
    ideals_.resize(targets.size());
    const std::uint64_t threads = std::min<std::uint64_t>(options_.jobs, runs());
    try {
      while (threads_.size() < threads) threads_.emplace_back([this] { run_worker(); });
    } catch (...) {
      stop_and_join();
      throw;
    }
  }

  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;
  ~Search() { stop_and_join(); }

  // Waits for the next target's ideal; may be called once for each.
  Ideal next() {
    std::unique_lock<std::mutex> lock(mutex_);
    std::optional<Ideal>& ideal = ideals_[next_ideal_++];
    changed_.wait(lock, [&] { return ideal.has_value() || failure_ != nullptr; });
    if (!ideal) std::rethrow_exception(failure_);
    return *std::exchange(ideal, std::nullopt);
  }

 private:
  std::uint64_t runs() const { return tallies_.size() * options_.restarts; }

  bool stopped() const {
    return stopped_ || (options_.interrupted != nullptr && *options_.interrupted);
  }

  void stop_and_join() {
    stopped_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

  // The loop of a thread: makes one run after the other.
  void run_worker() {
    try {
      for (std::uint64_t n = next_run_++; n < runs(); n = next_run_++)
        run_one(n / options_.restarts, n % options_.restarts);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (failure_ == nullptr) failure_ = std::current_exception();
      stopped_ = true;
      changed_.notify_all();
    }
  }

  void run_one(std::size_t index, std::uint64_t number) {
    Tally& tally = tallies_[index];
    Run run = run_once(network_, tally.target(), options_, number, [this] { return stopped(); });
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      tally.add(std::move(run));
      if (tally.runs() < options_.restarts) return;
    }
    // The last run of a target: no other thread accesses its tally.
    Ideal ideal = tally.ideal();
    const std::lock_guard<std::mutex> lock(mutex_);
    ideals_[index] = std::move(ideal);
    changed_.notify_all();
  }

  std::shared_ptr<const Network> network_;
  Options options_;
  std::vector<std::thread> threads_;
  std::atomic<std::uint64_t> next_run_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  std::vector<Tally> tallies_;
  std::vector<std::optional<Ideal>> ideals_;
  std::exception_ptr failure_;
  std::size_t next_ideal_ = 0;
};

// Searches for the binary image that a network scores highest for a class.
inline Ideal find(const std::shared_ptr<const Network>& network, std::size_t target,
                  const Options& options = {}) {
  return Search(network, {target}, options).next();
}

}  // namespace idea
