// Changes in single precision: the bounds of their errors, and what these are made of.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <random>
#include <vector>

#include "helpers.hpp"
#include "idea/network/operator_norm.hpp"
#include "idea/network/whole_sums.hpp"
#include "idea/state/map_activations.hpp"
#include "idea/state/state.hpp"
#include "reference_maps.hpp"

namespace {

// How much larger a layer's sums are than its input, for what a power iteration finds: a lower
// bound of its norm.
double norm_found(const idea::Convolution& layer) {
  const idea::Extent positions = layer.positions();
  std::mt19937 rng(1);
  std::normal_distribution<double> normal;
  std::vector<double> x(layer.cells.area() * layer.inputs);
  for (double& each : x) each = normal(rng);
  const auto size = [](const std::vector<double>& values) {
    double squares = 0;
    for (const double each : values) squares += each * each;
    return std::sqrt(squares);
  };
  // Calls visit(sum, input, weight) for each use of a weight.
  const auto for_weights = [&](auto visit) {
    for (std::size_t p = 0; p < positions.area(); ++p)
      for (std::size_t t = 0; t < layer.window.area(); ++t) {
        const std::size_t y = p / positions.width * layer.stride.height + t / layer.window.width;
        const std::size_t x = p % positions.width * layer.stride.width + t % layer.window.width;
        const idea::Box cell = layer.without_pads(idea::Box::cell(y, x));
        if (cell.empty()) continue;
        for (std::size_t i = 0; i < layer.inputs; ++i)
          for (std::size_t j = 0; j < layer.outputs; ++j)
            visit(p * layer.outputs + j,
                  (cell.top * layer.cells.width + cell.left) * layer.inputs + i,
                  layer.taps.at((t * layer.inputs + i) * layer.width)[j]);
      }
  };
  double found = 0;
  for (int n = 0; n < 20; ++n) {
    std::vector<double> y(positions.area() * layer.outputs);
    for_weights([&](std::size_t s, std::size_t i, double w) { y[s] += w * x[i]; });
    found = size(y) / size(x);
    std::vector<double> next(x.size());
    for_weights([&](std::size_t s, std::size_t i, double w) { next[i] += w * y[s]; });
    const double scale = size(next);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = next[i] / scale;
  }
  return found;
}

// Whether the estimated gains of some flips of an image, `first` and every `step`-th pixel after it,
// differ from those of exact sums by no more than their bounds.
void check_bounds(const std::shared_ptr<const idea::ConvolutionalNetwork>& network,
                  const std::vector<std::size_t>& outputs, const idea::Image& image,
                  std::size_t first, std::size_t step) {
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CAPTURE(kernels->name);
    idea::MapActivations activations(network, outputs, *kernels);
    activations.reset(image);
    const idea::Logits before = activations.exact(image);
    for (std::size_t i = first; i < image.size(); i += step) {
      const idea::Change change = idea::change_of(image, i, 1 - image[i]);
      const idea::Logits after = activations.exact(with(image, i, change.value));
      const double* gains = activations.estimate(change);
      for (std::size_t o = 0; o < outputs.size(); ++o)
        CHECK(!(std::abs(gains[o] - (after[o] - before[o])) > activations.error_bound(change)));
    }
  }
}

}  // namespace

TEST_CASE("the norm of a layer isn't larger than its bound, nor much smaller") {
  const idea::Geometry strides{{2, 3}, {1, 1, 2, 0}};
  const auto network =
      random_maps({{{3, 3, true}, {5, 3, true}, {4, 2, false}, {6, {3, 4}, strides}}, {9}}, 1)
          .network();
  for (const idea::FloatLayer& layer : network->float_layers()) {
    const double found = norm_found(*layer.taps.layer);
    CHECK(found <= layer.norm);
    CHECK(layer.norm <= 3 * found);
    CHECK(layer.norm <= layer.absolute);
  }
  const auto zero = MapWeights({{{3, 3, true}, {5, 3, true}}, {9}}).network();
  for (const idea::FloatLayer& layer : zero->float_layers()) CHECK(layer.norm == 0);
}

TEST_CASE("sums are exact where all terms are multiples of a bit that doubles hold") {
  idea::Convolution layer(1, 2, {4, 4}, {3, 3});
  CHECK(idea::sums_are_exact(layer));
  layer.row(0, 0, 0)[1] = 1;
  layer.row(1, 2, 0)[1] = -0x1p-52;
  CHECK(idea::sums_are_exact(layer));
  layer.bias.at(0)[1] = 1;  // then the sum may be 2, whose last bit is 2⁻⁵¹
  CHECK(!idea::sums_are_exact(layer));
  layer.row(1, 2, 0)[1] = -0x1p-51;
  CHECK(idea::sums_are_exact(layer));
}

TEST_CASE("the error of a change in single precision is within its bound, among all weights") {
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    for (const float scale : {1.0F, 1e-18F, 1e10F}) {
      CAPTURE(scale);
      MapWeights weights = random_maps(tested.weights, 6);
      for (MapWeights::Convolution& layer : weights.convolutions) {
        for (float& weight : layer.W) weight *= scale;
        for (float& bias : layer.b) bias *= 30;  // sums are large beside their changes
      }
      check_bounds(weights.network(), {kDigit, 3}, random_binary(8), 3, 61 * kEvery);
    }
  }
}

TEST_CASE("the error of a change in single precision is within its bound, for layers of any kind") {
  const idea::Task task{12, 10, 3};
  for (unsigned seed = 0; seed < 100 / kEvery; ++seed) {
    CAPTURE(seed);
    const auto network = random_maps(random_kinds(task, seed), seed).network();
    check_bounds(network, {0, 2}, random_binary(seed, task), seed % 7, 7);
  }
}

TEST_CASE("the bound of a change decides nearly every gain") {
  for (std::size_t n = 0; n < 2; ++n) {
    const auto network = random_maps(map_cases()[n].weights, 6).network();
    const idea::Image image = random_binary(8);
    idea::MapActivations activations(network, {kDigit}, idea::chosen_kernels());
    activations.reset(image);
    std::size_t open = 0;
    for (std::size_t i = 0; i < kPixels; ++i) {
      const idea::Change change = idea::change_of(image, i, 1 - image[i]);
      const double bound = (activations.estimate(change), activations.error_bound(change));
      if (bound != 0 && std::abs(activations.estimate(change)[0]) <= bound) ++open;
    }
    CHECK(open <= kPixels / 20);
  }
}

TEST_CASE("a flip that changes no result of the first layer gains exactly nothing, and at once") {
  MapWeights weights = random_maps(map_cases()[0].weights, 6);
  for (float& bias : weights.convolutions[0].b) bias = -100;
  idea::MapActivations activations(weights.network(), {kDigit}, idea::chosen_kernels());
  const idea::Image image = random_binary(8);
  activations.reset(image);
  for (std::size_t i = 0; i < kPixels; i += 5) {
    const idea::Change change = idea::change_of(image, i, 1 - image[i]);
    CHECK(activations.estimate(change)[0] == 0);
    CHECK(activations.error_bound(change) == 0);
  }
}

TEST_CASE("a flip after which all of the second layer is still off gains exactly nothing") {
  for (const std::size_t n : {0U, 1U}) {
    MapWeights weights = random_maps(map_cases()[n].weights, 6);
    for (float& bias : weights.convolutions[1].b) bias = -100;
    idea::MapActivations activations(weights.network(), {kDigit}, idea::chosen_kernels());
    const idea::Image image = random_binary(8);
    activations.reset(image);
    for (std::size_t i = 0; i < kPixels; i += 5) {
      const idea::Change change = idea::change_of(image, i, 1 - image[i]);
      CHECK(activations.estimate(change)[0] == 0);
      // Maps that don't fill eights are left to double precision.
      if (n == 0) CHECK(activations.error_bound(change) == 0);
      CHECK(activations.has_no_effect(change, image));
    }
  }
}

TEST_CASE("gains are right while grey pixels come and go") {
  const MapWeights weights = random_maps(map_cases()[0].weights, 4);
  const CachedForwardPasses<MapWeights> reference(weights);
  idea::ConvolutionalState state(reference.network(), kDigit, random_binary(3));
  for (const float value : {0.5F, 1.0F, 0.25F, 0.75F, 0.0F}) {
    state.set(400, value);
    state.set(372, value == 0.25F ? 0.5F : 0.0F);
    std::vector<double> bounds;
    const std::vector<double> gains = state.gains(&bounds);
    const double energy = reference.energy(kDigit, state.image());
    for (const std::size_t i : {371U, 399U, 428U}) {
      const idea::Image after = with(state.image(), i, 1 - state.image()[i]);
      const double gain = reference.energy(kDigit, after) - energy;
      CHECK(std::abs(gains[i] - gain) <= bounds[i] + 1e-13);
    }
  }
}
