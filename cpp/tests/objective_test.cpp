// Objectives of all ten logits, and the logits of all neighbours, against full forward passes.
#include "idea/state/objective.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "helpers.hpp"
#include "idea/state/state.hpp"
#include "reference_gains.hpp"
#include "reference_maps.hpp"

namespace {

// The energy of an image, computed without the code under test.
double plain_energy_of(const idea::Objective& objective, const idea::Logits& logits,
                       const idea::Image& image) {
  const double own = logits[objective.target];
  double largest = -1e300;
  double total = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    if (k != objective.target) largest = std::max(largest, logits[k]);
    total += std::exp(logits[k] - own);
  }
  double price = 0;
  const auto [height, width, classes] = objective.task;
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const double here = image[x + width * y];
      price += objective.ink * here;
      if (x + 1 < width) price += objective.smooth * std::abs(here - image[x + 1 + width * y]);
      if (y + 1 < height) price += objective.smooth * std::abs(here - image[x + width * (y + 1)]);
    }
  if (objective.aim == idea::Aim::kLogit) return own - price;
  return (objective.aim == idea::Aim::kMargin ? own - largest : -std::log(total)) - price;
}

std::vector<idea::Objective> objectives(const idea::Task& task) {
  std::vector<idea::Objective> made;
  for (const idea::Aim aim : {idea::Aim::kLogit, idea::Aim::kMargin, idea::Aim::kLogProbability}) {
    made.emplace_back(task, target_of(task), aim);
    idea::Objective priced(task, target_of(task), aim);
    priced.ink = 0.3;
    priced.smooth = 0.2;
    for (std::size_t i = 0; i < task.pixels(); i += 7) priced.frozen[i] = true;
    made.push_back(priced);
  }
  return made;
}

// The largest error of a state's energy, gains and neighbours against forward passes.
template <typename State, typename Made>
double worst_error(State& state, const idea::Objective& objective,
                   const CachedForwardPasses<Made>& weights) {
  const idea::Image image = state.image();
  const double energy = plain_energy_of(objective, weights.logits(image), image);
  double worst = std::abs(state.energy() - energy);
  const std::vector<double> gains = state.gains();
  std::vector<double> neighbours;
  if (state.has_all_logits()) neighbours = state.neighbours();
  const std::size_t step = image.size() > kPixels ? 50 : image.size() < 100 ? 1 : 5;
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (objective.frozen[i]) {
      CHECK(gains[i] == -std::numeric_limits<double>::infinity());
      continue;
    }
    if (i % step != 0) continue;
    const idea::Image flipped = with(image, i, image[i] == 1 ? 0.0F : 1.0F);
    const idea::Logits& logits = weights.logits(flipped);
    worst =
        std::max(worst, std::abs(energy + gains[i] - plain_energy_of(objective, logits, flipped)));
    for (std::size_t k = 0; k < logits.size() && !neighbours.empty(); ++k) {
      const double error = std::abs(neighbours[i * logits.size() + k] - logits[k]);
      CHECK(error <= state.neighbours_error_bound());
      worst = std::max(worst, error);
    }
  }
  return worst;
}

template <typename State, typename Made>
void check_objectives(const Made& weights) {
  const CachedForwardPasses<Made> reference(weights);
  for (const idea::Objective& objective : objectives(weights.task))
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      CAPTURE(static_cast<int>(objective.aim));
      State state(reference.network(), objective, random_binary(1, weights.task), *kernels);
      for (unsigned round = 0; round < 3; ++round) {
        CHECK(worst_error(state, objective, reference) <= 1e-4);
        for (std::size_t i = round; i < weights.task.pixels(); i += 41)
          state.set(i, 1 - state.image()[i]);
      }
    }
}

}  // namespace

TEST_CASE("every objective's gains are those of full forward passes") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{17}, {33, 17}, {100, 100}})
    check_objectives<idea::State>(Weights::random(hidden, 3));
  check_objectives<idea::ConvolutionalState>(random_maps({{{5, 3, true}, {4, 3, false}}, {6}}, 2));
}

TEST_CASE("every objective's gains for every task are those of full forward passes") {
  for (const Case& tested : task_cases()) {
    CAPTURE(tested.name);
    check_objectives<idea::State>(tested.weights);
  }
  for (const MapCase& tested : map_task_cases()) {
    CAPTURE(tested.name);
    check_objectives<idea::ConvolutionalState>(random_task_maps(tested.weights, 2));
  }
}

TEST_CASE("the exact energy and gains are those of the exact logits for every task") {
  for (const Case& tested : task_cases()) {
    CAPTURE(tested.name);
    const auto network = tested.weights.network();
    const idea::Image image = random_binary(1, tested.weights.task);
    const auto energy = [&](const idea::Objective& objective, const idea::Image& of) {
      const idea::Logits logits = network->exact_logits(of, idea::chosen_kernels());
      return plain_energy_of(objective, logits, of);
    };
    for (const idea::Objective& objective : objectives(tested.weights.task)) {
      idea::State state(network, objective, image);
      const idea::Image masked = state.image();
      CHECK(state.exact_energy() == doctest::Approx(energy(objective, masked)).epsilon(1e-12));
      const std::vector<double> gains = state.exact_gains({1, 2});
      for (const std::size_t i : {1U, 2U}) {
        const idea::Image flipped = with(masked, i, 1 - masked[i]);
        const double gain = energy(objective, flipped) - energy(objective, masked);
        CHECK(std::abs(gains[i - 1] - gain) <= 1e-11);
      }
    }
  }
}

TEST_CASE("the image is replaced, however many pixels differ") {
  const Weights weights = Weights::random({33, 17}, 4);
  for (const idea::Aim aim : {idea::Aim::kLogit, idea::Aim::kMargin}) {
    idea::Objective objective(idea::kMnist, kDigit, aim);
    objective.frozen[5] = true;
    idea::State state(weights.network(), objective, filled(1));
    CHECK(state.image()[5] == 0);
    for (const std::size_t step : {3U, 300U}) {
      idea::Image image = random_grey(6);
      for (std::size_t i = 0; i < kPixels; i += step) image[i] = 1 - image[i];
      state.set_image(image);
      image[5] = 0;
      CHECK(state.image() == image);
      CHECK(std::abs(state.energy() - plain_energy_of(objective, weights.logits(image), image)) <=
            1e-6);
    }
  }
}

TEST_CASE("a frozen pixel is never whitened") {
  const Weights weights = Weights::random({16}, 4);
  idea::Objective objective(idea::kMnist, kDigit);
  for (std::size_t i = 0; i < 100; ++i) objective.frozen[i] = true;
  idea::State state(weights.network(), objective, filled(0));
  state.set(7, 1);
  std::vector<idea::Proposal> proposals;
  for (std::size_t i = 0; i < kPixels; ++i)
    proposals.push_back({i, 1, -std::numeric_limits<double>::infinity()});
  const idea::Proposal* end = proposals.data() + proposals.size();
  CHECK(state.first(proposals.data(), end) == proposals.data() + 100);
  state.walk(proposals.data(), end, [](const idea::Proposal&) {});
  for (std::size_t i = 0; i < kPixels; ++i) CHECK(state.image()[i] == (i < 100 ? 0 : 1));
}

TEST_CASE("a state of one logit has no neighbours") {
  idea::State state(Weights::random({16}, 4).network(), kDigit, filled(0));
  CHECK(error_of([&] { state.neighbours(); }) ==
        "only the target's logit is available; use the objective margin or logp");
}

TEST_CASE("a log-probability near 0 distinguishes images, and one far below doesn't overflow") {
  const idea::Objective objective(idea::kMnist, kDigit, idea::Aim::kLogProbability);
  idea::Logits logits(10);
  logits[kDigit] = 90;
  CHECK(objective.value(logits) == doctest::Approx(-9 * std::exp(-90)).epsilon(1e-12));
  logits[kDigit] = -2000;
  CHECK(objective.value(logits) == doctest::Approx(-2000 - std::log(9)).epsilon(1e-12));
}
