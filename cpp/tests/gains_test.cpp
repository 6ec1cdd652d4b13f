// The gains of a state against full forward passes in double precision, on every instruction set.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "helpers.hpp"
#include "idea/state/state.hpp"
#include "reference_gains.hpp"

namespace {

// How far the gains of a state are from the reference.
double worst_error(idea::State& state, const ReferenceGains& reference) {
  const idea::Image image = state.image();
  double worst = std::abs(state.energy() - reference.energy);
  const std::vector<double> gains = state.gains();
  for (std::size_t i = 0; i < image.size(); i += every(image.size())) {
    const double black = state.gain({i, 0, 0});
    const double white = state.gain({i, 1, 0});
    worst = std::max({worst, std::abs(gains[i] - reference.best[i]),
                      std::abs(black - reference.to_black[i]),
                      std::abs(white - reference.to_white[i])});
  }
  CHECK(state.image() == image);
  return worst;
}

void check_gains(const Case& tested, const idea::Image& start, double tolerance_of_one) {
  const auto network = tested.weights.network();
  // Of a new state, and of one that has moved there from another image.
  idea::Image moved = start;
  for (std::size_t i = 2; i < start.size(); i += 9) moved[i] = moved[i] == 1 ? 0.0F : 1.0F;
  const ReferenceGains at_start(tested.weights, start);
  const ReferenceGains at_moved(tested.weights, moved);
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CAPTURE(tested.name);
    CAPTURE(kernels->name);
    idea::State state(network, at_start.target, start, *kernels);
    const auto tolerance = [tolerance_of_one](const ReferenceGains& reference) {
      return tolerance_of_one + 1e-5 * std::abs(reference.energy);
    };
    CHECK(worst_error(state, at_start) <= tolerance(at_start));
    for (std::size_t i = 0; i < start.size(); ++i) state.set(i, moved[i]);
    CHECK(worst_error(state, at_moved) <= tolerance(at_moved));
    for (std::size_t i = start.size(); i-- > 0;) state.set(i, start[i]);
    CHECK(worst_error(state, at_start) <= tolerance(at_start));
  }
}

void scale(Weights& weights, float for_W, float for_b) {
  for (Weights::Layer& layer : weights.layers) {
    for (float& weight : layer.W) weight *= for_W;
    for (float& bias : layer.b) bias *= for_b;
  }
}

}  // namespace

TEST_CASE("gains are those of full forward passes") {
  // Each width meets both kinds of images, in networks of several shapes.
  unsigned number = 0;
  for (const Case& tested : random_cases()) {
    const bool grey = number++ % 2 == 1;
    check_gains(tested, grey ? random_grey(2) : random_binary(1), 1e-4);
  }
}

TEST_CASE("gains for every task are those of full forward passes") {
  for (const Case& tested : task_cases()) {
    check_gains(tested, random_grey(2, tested.weights.task), 1e-4);
    check_gains(tested, random_binary(1, tested.weights.task), 1e-4);
  }
}

TEST_CASE("repeated calls of gains stay right") {
  std::vector<Case> cases = task_cases();
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{100}, {100, 100}, {33, 17}})
    cases.push_back({"MNIST", Weights::random(hidden, 3)});
  for (const Case& tested : cases) {
    CAPTURE(tested.name);
    const auto network = tested.weights.network();
    const std::size_t target = target_of(tested.weights.task);
    const std::size_t pixels = tested.weights.task.pixels();
    const int rounds = (tested.name == "MNIST" ? 1500 : 100) / static_cast<int>(kEvery);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      idea::State state(network, target, random_grey(4, tested.weights.task), *kernels);
      std::mt19937 rng(5);
      double worst = 0;
      for (int round = 0; round < rounds; ++round) {
        // A few changes at a time, so that what is stored between two calls is corrected.
        for (std::size_t n = rng() % 4; n-- > 0;)
          state.set(rng() % pixels, static_cast<float>(rng() % 3) / 2);
        const std::vector<double> gains = state.gains();
        if (round % 50 != 0) continue;
        const std::vector<double> expected =
            idea::State(network, target, state.image(), *kernels).gains();
        for (std::size_t i = 0; i < pixels; ++i)
          worst = std::max(worst, std::abs(gains[i] - expected[i]));
      }
      CHECK(worst <= 1e-4);
    }
  }
}

TEST_CASE("gains where no unit of the first layer is on") {
  Weights weights({1});
  weights.layers[0].W[40] = 1;
  weights.layers[1].W[kDigit] = 1;
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    idea::State state(weights.network(), kDigit, filled(0), *kernels);
    for (int round = 0; round < 3; ++round) CHECK(state.gains()[40] == 1);
  }
}

TEST_CASE("gains at images of one value") {
  Case tested{"784-17-33", Weights::random({17, 33}, 9)};
  for (const float value : {0.0F, 1.0F, 0.5F, 1e-40F}) check_gains(tested, filled(value), 1e-4);
}

TEST_CASE("gains of networks with dead units and units exactly at zero") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{33}, {33, 17}, {16, 16}}) {
    Case tested{"odd", Weights::random(hidden, 4)};
    for (Weights::Layer& layer : tested.weights.layers) {
      if (&layer == &tested.weights.layers.back()) continue;
      for (std::size_t j = 0; j < layer.outputs; ++j) {
        if (j % 4 == 0) layer.b[j] = -1e6F;  // never on
        if (j % 4 == 1) layer.b[j] = 0;      // exactly at zero at the black image
        if (j % 4 == 2)
          for (std::size_t i = 0; i < layer.inputs; ++i) layer.W[j * layer.inputs + i] = 0;
      }
    }
    check_gains(tested, filled(0), 1e-4);
    check_gains(tested, random_binary(6), 1e-4);
  }
  check_gains({"all zero", Weights({20, 20})}, random_binary(1), 0);
}

TEST_CASE("a pixel without weights gains exactly nothing") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{33}, {33, 17}}) {
    Case tested{"blind pixels", Weights::random(hidden, 4)};
    Weights::Layer& first = tested.weights.layers[0];
    for (std::size_t j = 0; j < first.outputs; ++j)
      for (std::size_t i = 0; i < kPixels; i += 3) first.W[j * kPixels + i] = 0;
    check_gains(tested, random_grey(8), 1e-4);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      idea::State state(tested.weights.network(), kDigit, random_grey(8), *kernels);
      for (std::size_t i = 1; i < kPixels; i += 2) state.set(i, 1);
      const std::vector<double> gains = state.gains();
      for (std::size_t i = 0; i < kPixels; i += 3) {
        CHECK(gains[i] == 0);
        CHECK(state.gain({i, 0, 0}) == 0);
      }
    }
  }
}

TEST_CASE("gains of huge and tiny weights, relative to the energy") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{17}, {17, 33}}) {
    for (const float factor : {1e30F, 1e-30F, 1e-38F}) {
      Case tested{"scaled by " + std::to_string(factor), Weights::random(hidden, 4)};
      scale(tested.weights, factor, factor);
      const ReferenceGains reference(tested.weights, random_binary(2));
      double largest = std::abs(reference.energy);
      for (const double gain : reference.best) largest = std::max(largest, std::abs(gain));
      REQUIRE(largest > 0);
      check_gains(tested, random_binary(2), 1e-5 * largest);
    }
  }
}

TEST_CASE("gains where biases outweigh weights, and weights biases") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{17}, {17, 33}}) {
    for (const float factor : {1e-30F, 1e30F}) {
      Case tested{"weights scaled by " + std::to_string(factor), Weights::random(hidden, 4)};
      scale(tested.weights, factor, 1 / factor);
      const ReferenceGains reference(tested.weights, random_grey(2));
      REQUIRE(std::isfinite(reference.energy));
      check_gains(tested, random_grey(2), 1e-5 * std::abs(reference.energy));
    }
  }
}

TEST_CASE("networks of other depths are refused") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{}, {3, 4, 5}})
    CHECK(error_of([&] { idea::State(Weights(hidden).network(), 0, filled(0)); }) ==
          "expected a network of one or two hidden layers, found " + std::to_string(hidden.size()));
}

TEST_CASE("an unknown instruction set is refused") {
  std::string names;
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CHECK(&idea::kernels_named(kernels->name) == kernels);
    names += (names.empty() ? "" : ", ") + std::string(kernels->name);
  }
  CHECK(&idea::kernels_named("") == idea::runnable_kernels().front());
  CHECK(error_of([] { idea::kernels_named("sse"); }) ==
        "IDEA_SIMD: expected one of " + names + " on this machine, found sse");
}
