// Correctly rounded sums, and exact ties decided by them.
#include "idea/simd/exact_sum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "helpers.hpp"
#include "idea/state/state.hpp"
#include "reference_gains.hpp"

namespace {

double rounded(const std::vector<double>& terms) {
  idea::ExactSum sum;
  for (const double term : terms) sum.add(term);
  return sum.rounded();
}

// Weights of one size, whose float sums are rounded again and again, and cancel.
Weights of_one_size(const std::vector<std::size_t>& hidden, const idea::Task& task) {
  Weights weights = Weights::random(hidden, 1, task);
  for (auto& layer : weights.layers) {
    for (float& weight : layer.W) weight = std::copysign(0.1F, weight);
    for (float& bias : layer.b) bias = 0;
  }
  return weights;
}

}  // namespace

TEST_CASE("a sum is rounded once, to the even one of two") {
  const double half = std::ldexp(1.0, -53);
  const double tiny = std::ldexp(1.0, -200);
  CHECK(rounded({}) == 0);
  CHECK(rounded({1e300, 1, -1e300}) == 1);
  CHECK(rounded({1, half}) == 1);
  CHECK(rounded({1, half, tiny}) == 1 + 2 * half);
  CHECK(rounded({1, half, -tiny}) == 1);
  CHECK(rounded({1, 3 * half}) == 1 + 4 * half);
  CHECK(rounded({1, 3 * half, -tiny}) == 1 + 2 * half);
  CHECK(rounded({tiny, -1, 1, -tiny}) == 0);
}

TEST_CASE("a sum doesn't depend on the order, and all of a layer are like it") {
  std::mt19937 rng(1);
  std::normal_distribution<double> normal;
  for (int trial = 0; trial < 50; ++trial) {
    const std::size_t inputs = 1 + rng() % 60;
    const std::size_t outputs = 1 + rng() % 20;
    idea::Matrix W(inputs, outputs);
    std::vector<double> x(inputs);
    for (std::size_t i = 0; i < inputs; ++i) {
      // Every other one subtracts what the one before it added, or nearly.
      x[i] = i % 2 == 1 ? -x[i - 1] : std::ldexp(normal(rng), static_cast<int>(rng() % 60));
      for (std::size_t j = 0; j < outputs; ++j)
        W.row(i)[j] = i % 2 == 1 && j % 3 != 0 ? W.row(i - 1)[j] : static_cast<float>(normal(rng));
    }
    const std::vector<double> bias(outputs, trial % 2);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      std::vector<double> sums(outputs);
      idea::ExactSums(*kernels).add_up(x, W.row(0), W.stride(), bias.data(), outputs, sums.data());
      for (std::size_t j = 0; j < outputs; ++j) {
        std::vector<std::size_t> order(inputs);
        for (std::size_t i = 0; i < inputs; ++i) order[i] = i;
        std::shuffle(order.begin(), order.end(), rng);
        idea::ExactSum sum;
        for (const std::size_t i : order) sum.add_product(x[i], W.row(i)[j]);
        sum.add(bias[j]);
        CHECK(sums[j] == sum.rounded());
      }
    }
  }
}

TEST_CASE("a walk among rounded ties is that of exact energies, on every instruction set") {
  std::vector<idea::Task> all = tasks();
  all.erase(all.begin());  // so few pixels have no ties
  for (const idea::Task& task : all) {
    CAPTURE(name_of(task));
    const std::size_t target = target_of(task);
    for (const std::vector<std::size_t>& hidden :
         std::vector<std::vector<std::size_t>>{{16}, {16, 12}}) {
      const auto network = of_one_size(hidden, task).network();
      const auto energy = [&](const idea::Image& image) {
        return network->exact_logits(image, idea::chosen_kernels())[target];
      };
      std::mt19937 rng(3);
      std::vector<idea::Proposal> proposals;
      proposals.reserve(400);
      while (proposals.size() < (task.pixels() > kPixels ? 100 : 400))
        proposals.push_back({rng() % task.pixels(), static_cast<float>(rng() % 2), 0});
      idea::Image image = random_binary(2, task);
      double present = energy(image);
      for (const idea::Proposal& proposal : proposals) {
        const idea::Image after = with(image, proposal.pixel, proposal.value);
        const double next = energy(after);
        if (next > present) {
          image = after;
          present = next;
        }
      }
      for (const idea::Kernels* kernels : idea::runnable_kernels()) {
        CAPTURE(kernels->name);
        idea::State state(network, target, random_binary(2, task), *kernels);
        state.walk(proposals.data(), proposals.data() + proposals.size(),
                   [](const idea::Proposal&) {});
        CHECK(state.image() == image);
        CHECK(state.exact_energy() == present);
      }
    }
  }
}

TEST_CASE("rough gains for every task are nearer to the exact ones than their bounds") {
  for (const Case& tested : task_cases()) {
    CAPTURE(tested.name);
    const idea::Task& task = tested.weights.task;
    std::vector<std::size_t> pixels;
    for (std::size_t i = 0; i < task.pixels(); i += task.pixels() / 40 + 1) pixels.push_back(i);
    for (const idea::Aim aim : {idea::Aim::kLogit, idea::Aim::kMargin}) {
      idea::State state(tested.weights.network(), idea::Objective(task, target_of(task), aim),
                        random_binary(2, task));
      std::mt19937 rng(3);
      for (std::size_t round = 0; round < 3; ++round) {
        for (std::size_t n = 0; n < 500; ++n) {
          const std::size_t i = rng() % task.pixels();
          state.gain({i, 1 - state.image()[i], 0});
          state.set(i, 1 - state.image()[i]);
        }
        std::vector<double> bounds;
        const std::vector<double> gains = state.gains(&bounds);
        const std::vector<double> exact = state.exact_gains(pixels);
        for (std::size_t n = 0; n < pixels.size(); ++n)
          CHECK(std::abs(gains[pixels[n]] - exact[n]) <= bounds[pixels[n]]);
      }
    }
  }
}
