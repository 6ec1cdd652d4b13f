// The gains of a convolutional network's state against plain forward passes, on every instruction
// set.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "helpers.hpp"
#include "idea/state/state.hpp"
#include "reference_maps.hpp"

namespace {

// How far gains and energy are from those of plain forward passes; gains beyond their bounds.
double worst_error(idea::ConvolutionalState& state,
                   const CachedForwardPasses<MapWeights>& weights) {
  const idea::Image image = state.image();
  const std::size_t target = target_of(state.task());
  const double energy = weights.energy(target, image);
  std::vector<double> bounds;
  const std::vector<double> gains = state.gains(&bounds);
  double worst = std::abs(state.energy() - energy);
  for (const std::size_t i : some_pixels(state.task())) {
    double best = -std::numeric_limits<double>::infinity();
    for (const float value : {0.0F, 1.0F}) {
      if (image[i] == value) continue;
      const double gain = weights.energy(target, with(image, i, value)) - energy;
      worst = std::max(worst, std::abs(state.gain({i, value, 0}) - gain) - bounds[i]);
      best = std::max(best, gain);
    }
    worst = std::max(worst, std::abs(gains[i] - best) - bounds[i]);
  }
  CHECK(state.image() == image);
  return worst;
}

double scale_of(const MapWeights& weights, const idea::Image& image) {
  double largest = 0;
  for (const double logit : weights.logits(image)) largest = std::max(largest, std::abs(logit));
  return largest;
}

}  // namespace

TEST_CASE("a convolutional network's logits are those of a plain loop") {
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    for (const float scale : {1.0F, 1e20F, 1e-20F}) {
      MapWeights weights = random_maps(tested.weights, 3);
      for (float& weight : weights.convolutions[0].W) weight *= scale;
      for (float& bias : weights.convolutions[0].b) bias *= scale;
      const auto network = weights.network();
      for (const idea::Image& image : {filled(0), filled(1), random_grey(3), random_binary(4)}) {
        const std::vector<double> expected = weights.logits(image);
        const idea::Logits found = network->logits(image);
        REQUIRE(found.size() == expected.size());
        for (std::size_t k = 0; k < found.size(); ++k)
          CHECK(std::abs(found[k] - expected[k]) <= 1e-13 * scale_of(weights, image));
      }
    }
  }
}

TEST_CASE("a convolutional network's gains are those of forward passes") {
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    const MapWeights weights = random_maps(tested.weights, 1);
    const CachedForwardPasses<MapWeights> reference(weights);
    for (const idea::Image& start : {random_binary(1), random_grey(2), filled(1e-40F)}) {
      const double allowed = 1e-13 * std::max(1.0, scale_of(weights, start));
      for (const idea::Kernels* kernels : idea::runnable_kernels()) {
        CAPTURE(kernels->name);
        idea::ConvolutionalState state(reference.network(), kDigit, start, *kernels);
        CHECK(worst_error(state, reference) <= allowed);
        for (std::size_t i = 5; i < kPixels; i += 9) state.set(i, start[i] == 1 ? 0.25F : 1.0F);
        CHECK(worst_error(state, reference) <= 10 * allowed);
      }
    }
  }
}

TEST_CASE("a convolutional network's logits and gains for every task") {
  for (const MapCase& tested : map_task_cases()) {
    CAPTURE(tested.name);
    const MapWeights weights = random_task_maps(tested.weights, 1);
    const idea::Task& task = weights.task;
    const CachedForwardPasses<MapWeights> reference(weights);
    for (const idea::Image& start : {random_binary(1, task), random_grey(2, task)}) {
      check_near(reference.network()->logits(start), reference.logits(start));
      check_near(idea::ExactMaps(reference.network(), idea::chosen_kernels()).logits(start),
                 reference.logits(start));
      const double allowed = 1e-12 * std::max(1.0, scale_of(weights, start));
      for (const idea::Kernels* kernels : idea::runnable_kernels()) {
        CAPTURE(kernels->name);
        idea::ConvolutionalState state(reference.network(), target_of(task), start, *kernels);
        CHECK(worst_error(state, reference) <= allowed);
        for (std::size_t i = 2; i < task.pixels(); i += 9)
          state.set(i, start[i] == 1 ? 0.25F : 1.0F);
        CHECK(worst_error(state, reference) <= allowed);
      }
    }
  }
}

TEST_CASE("an estimate is nearer to the exact gain than the bound of its rounding") {
  double worst = 0;
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    for (const float bias : {1.0F, 1000.0F}) {
      MapWeights weights = random_maps(tested.weights, 6);
      for (auto& layer : weights.convolutions)
        for (float& each : layer.b) each *= bias;
      idea::ConvolutionalActivations activations(weights.network(), {kDigit},
                                                 idea::chosen_kernels());
      const idea::Image image = random_grey(8);
      activations.reset(image);
      const double before = activations.exact(image)[0];
      for (std::size_t i = 0; i < kPixels; i += 3 * kEvery) {
        const idea::Change change = idea::change_of(image, i, static_cast<float>(i % 2));
        const double gain = activations.exact(with(image, i, change.value))[0] - before;
        const double error = std::abs(activations.estimate(change)[0] - gain);
        CHECK(error <= activations.error_bound(change));
        worst = std::max(worst, error);
      }
    }
  }
  CHECK(worst > 0);  // or there would be no error to bound
}

TEST_CASE("a change without effect gains exactly nothing") {
  // A window of 2 leaves 27 positions, of which the pool drops the last; nothing else sees the last
  // row and column.
  const MapWeights dropping = random_maps({{{5, 2, true}, {4, 3, false}}, {6}}, 2);
  // Units that no image switches on.
  MapWeights dead = random_maps({{{5, 3, true}, {4, 3, true}}, {6}}, 2);
  for (float& bias : dead.convolutions[1].b) bias = -1000;
  // Nothing but zeros.
  const MapWeights blind({{{5, 3, true}, {4, 3, true}}, {6}});
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CAPTURE(kernels->name);
    const auto gains = [kernels](const MapWeights& weights) {
      return idea::ConvolutionalState(weights.network(), kDigit, random_grey(7), *kernels).gains();
    };
    const std::vector<double> found = gains(dropping);
    constexpr std::size_t kLast = 27;
    for (std::size_t i = 0; i <= kLast; ++i) {
      CHECK(found[kLast * 28 + i] == 0);
      CHECK(found[i * 28 + kLast] == 0);
    }
    CHECK(found[400] != 0);
    for (const MapWeights& weights : {dead, blind})
      for (const double gain : gains(weights)) CHECK(gain == 0);
  }
}

TEST_CASE("the relevant pixels are those whose changes can change the energy") {
  constexpr std::size_t kLast = 27;  // the last row and column, which the pool drops
  const MapWeights weights = random_maps({{{5, 2, true}, {4, 3, false}}, {6}}, 2);
  const auto relevant = [&weights](const idea::Objective& objective) {
    return idea::ConvolutionalState(weights.network(), objective, filled(0)).relevant_pixels();
  };
  idea::Objective objective(idea::kMnist, kDigit);
  std::vector<std::size_t> expected;
  for (std::size_t i = 0; i < kPixels; ++i)
    if (i / 28 != kLast && i % 28 != kLast) expected.push_back(i);
  CHECK(relevant(objective) == expected);

  for (std::size_t i = 0; i < 28; ++i) objective.frozen[i] = true;
  expected.erase(expected.begin(), expected.begin() + kLast);
  CHECK(relevant(objective) == expected);

  objective.ink = 0.5;
  CHECK(relevant(objective).size() == kPixels - 28);
  objective.frozen.assign(kPixels, true);
  CHECK(relevant(objective).size() == kPixels);  // or there would be none to draw
}

TEST_CASE("set makes a change, and its undoing restores energy and gains") {
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    const auto network = random_maps(tested.weights, 9).network();
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      idea::ConvolutionalState state(network, kDigit, random_grey(5), *kernels);
      const double before = state.energy();
      const std::vector<double> gains = state.gains();
      for (const std::size_t i : some_pixels()) state.set(i, 1);
      for (const std::size_t i : some_pixels()) state.set(i, 1);
      for (const std::size_t i : some_pixels()) state.set(i, random_grey(5)[i]);
      CHECK(state.image() == random_grey(5));
      CHECK(state.energy() == doctest::Approx(before).epsilon(kSmall));
      check_near(state.gains(), gains);
    }
  }
}

TEST_CASE("rounding doesn't pile up over a thousand changes") {
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    const auto network = random_maps(tested.weights, 9).network();
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      idea::ConvolutionalState state(network, kDigit, random_grey(5), *kernels);
      for (std::size_t n = 0; n < 1000; ++n) state.set(n * 37 % kPixels, n % 3 == 0 ? 0 : 1);
      const idea::ConvolutionalState fresh(network, kDigit, state.image(), *kernels);
      CHECK(state.energy() == doctest::Approx(fresh.energy()).epsilon(kSmall));
    }
  }
}

TEST_CASE("a change is made as it is asked for, whatever was evaluated before it") {
  const auto network = random_maps(map_cases()[0].weights, 3).network();
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    for (const std::size_t evaluated : {400U, 401U}) {
      idea::ConvolutionalState state(network, kDigit, random_grey(5), *kernels);
      const auto gain_of = [&state](std::size_t pixel, float value) {
        return state.gain({pixel, value, 0});
      };
      gain_of(evaluated, 1);
      state.set(400, 1);
      gain_of(evaluated, 0);
      gain_of(evaluated, 0.5F);
      state.set(400, 0);
      const idea::ConvolutionalState fresh(network, kDigit, state.image(), *kernels);
      CHECK(state.energy() == doctest::Approx(fresh.energy()).epsilon(kSmall));
    }
  }
}

TEST_CASE("convolutional gains of huge and tiny weights, relative to the energy") {
  for (const float factor : {1e30F, 1e-30F, 1e-38F}) {
    CAPTURE(factor);
    MapWeights weights = random_maps(map_cases()[0].weights, 4);
    weights.fill([&, rng = std::mt19937(4)](std::size_t) mutable {
      return factor * (static_cast<float>(rng() % 1000) - 500) / 500;
    });
    const idea::Image image = random_binary(2);
    REQUIRE(weights.energy(kDigit, image) != 0);
    const CachedForwardPasses<MapWeights> reference(weights);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      idea::ConvolutionalState state(weights.network(), kDigit, image, *kernels);
      CHECK(worst_error(state, reference) <= 1e-13 * scale_of(weights, image));
    }
  }
}

TEST_CASE("without convolutions it is an MLP of any depth") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{}, {17}, {12, 9, 8}}) {
    const MapWeights weights = random_maps({{}, hidden}, 3);
    idea::ConvolutionalState state(weights.network(), kDigit, random_grey(3));
    CHECK(worst_error(state, CachedForwardPasses<MapWeights>(weights)) <= 1e-13);
  }
}

TEST_CASE("convolutions that don't chain are refused") {
  const std::vector<float> zeros(100000);
  const auto message_of = [&zeros](const std::vector<std::vector<std::size_t>>& maps,
                                   const std::vector<std::vector<std::size_t>>& dense,
                                   const idea::Task& task = idea::kMnist) {
    std::vector<idea::ConvolutionView> views;
    std::vector<idea::LayerView> layers;
    views.reserve(maps.size());
    layers.reserve(dense.size());
    for (const auto& shape : maps)
      views.push_back({zeros.data(),
                       zeros.data(),
                       shape[0],
                       shape[1],
                       {shape[2], shape[2]},
                       {{1, 1}, {}, idea::Pool::halves()}});
    for (const auto& shape : dense)
      layers.push_back({zeros.data(), zeros.data(), shape[0], shape[1]});
    return error_of([&] { const idea::ConvolutionalNetwork network(views, layers, task); });
  };
  const std::string begin =
      "expected convolutions and layers that chain from 28×28 pixels to 10 outputs, found [";
  CHECK(message_of({}, {}) == begin + "]");
  CHECK(message_of({{6, 1, 3}}, {}) == begin + "(6, 1, 3, 3)]");
  CHECK(message_of({{6, 1, 3}}, {{10, 1013}}) == begin + "(6, 1, 3, 3), (10, 1013)]");
  CHECK(message_of({{6, 1, 3}}, {{9, 1014}}) == begin + "(6, 1, 3, 3), (9, 1014)]");
  CHECK(message_of({{6, 2, 3}}, {{10, 1014}}) == begin + "(6, 2, 3, 3), (10, 1014)]");
  CHECK(message_of({{6, 1, 29}}, {{10, 0}}) == begin + "(6, 1, 29, 29), (10, 0)]");
  CHECK(message_of({{6, 1, 0}}, {{10, 6}}) == begin + "(6, 1, 0, 0), (10, 6)]");
  CHECK(message_of({{0, 1, 3}}, {{10, 0}}) == begin + "(0, 1, 3, 3), (10, 0)]");
  CHECK(message_of({{6, 1, 3}, {2, 6, 3}}, {{10, 50}}) == "no error");
  const idea::Task task{9, 6, 3};
  CHECK(message_of({{4, 1, 3}}, {{3, 24}}, task) == "no error");
  CHECK(message_of({{4, 1, 6}}, {{3, 4}}, task) ==
        "expected convolutions and layers that chain from 9×6 pixels to 3 outputs, found "
        "[(4, 1, 6, 6), (3, 4)]");
  CHECK(message_of({{4, 1, 7}}, {{3, 4}}, task).substr(0, 8) == "expected");
}

TEST_CASE("convolutional weights that no number can hold are refused") {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    MapWeights weights({{{2, 3, true}}, {2}});
    weights.convolutions[0].W[17] = bad;
    CHECK(error_of([&] { weights.network(); }) == "every weight must be a finite float32");
    weights = MapWeights({{{2, 3, true}}, {2}});
    weights.dense.layers[1].b[9] = bad;
    CHECK(error_of([&] { weights.network(); }) == "every weight must be a finite float32");
  }
  MapWeights deep({{{1, 1, false}}, std::vector<std::size_t>(8, 1)});
  deep.fill([](std::size_t) { return 1e38F; });
  CHECK(error_of([&] { deep.network(); }) ==
        "expected weights whose logits double precision can hold");
}

TEST_CASE("a convolutional state of no digit is refused") {
  const MapWeights weights({{{2, 3, true}}, {2}});
  CHECK_THROWS_WITH_AS(idea::ConvolutionalState(weights.network(), 10, filled(0)),
                       "digit must be one of 0…9, not 10", idea::Error);
}
