// Convolutional networks to test states on, and their plain forward pass: maps first, as in files.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "helpers.hpp"
#include "idea/network/convolutional_network.hpp"
#include "reference_gains.hpp"

// Convolutions as bare arrays, then dense layers as of an MLP.
struct MapWeights {
  struct Convolution {
    std::size_t outputs;
    std::size_t inputs;
    std::size_t window;
    bool pool;
    std::vector<float> W;
    std::vector<float> b;
  };
  struct Shape {
    std::size_t outputs;
    std::size_t window;
    bool pool;
  };

  // All zero.
  MapWeights(const std::vector<Shape>& shapes, const std::vector<std::size_t>& hidden,
             const idea::Task& task = idea::kMnist)
      : task(task), dense(hidden, task) {
    std::size_t maps = 1;
    idea::Extent cells{task.height, task.width};
    for (const auto& [outputs, window, pool] : shapes) {
      convolutions.push_back({outputs, maps, window, pool,
                              std::vector<float>(outputs * maps * window * window),
                              std::vector<float>(outputs)});
      maps = outputs;
      const std::size_t step = pool ? 2 : 1;
      cells = {(cells.height - window + 1) / step, (cells.width - window + 1) / step};
    }
    Weights::Layer& first = dense.layers[0];
    first.inputs = maps * cells.area();
    first.W.resize(first.outputs * first.inputs);
  }

  // Calls draw(inputs of a unit) for each weight.
  template <typename Draw>
  MapWeights& fill(Draw draw) {
    const auto each = [&draw](auto& layer, std::size_t inputs) {
      for (float& weight : layer.W) weight = draw(inputs);
      for (float& bias : layer.b) bias = draw(inputs);
    };
    for (Convolution& layer : convolutions) each(layer, layer.inputs * layer.window * layer.window);
    for (Weights::Layer& layer : dense.layers) each(layer, layer.inputs);
    return *this;
  }

  std::shared_ptr<const idea::ConvolutionalNetwork> network() const {
    std::vector<idea::ConvolutionView> views;
    for (const Convolution& layer : convolutions)
      views.push_back(
          {layer.W.data(), layer.b.data(), layer.outputs, layer.inputs, layer.window, layer.pool});
    std::vector<idea::LayerView> layers;
    for (const Weights::Layer& layer : dense.layers)
      layers.push_back({layer.W.data(), layer.b.data(), layer.outputs, layer.inputs});
    return std::make_shared<const idea::ConvolutionalNetwork>(views, layers, task);
  }

  std::vector<double> logits(const idea::Image& image) const {
    std::vector<double> values(image.begin(), image.end());
    idea::Extent cells{task.height, task.width};
    for (const Convolution& layer : convolutions) values = convolve(layer, values, cells);
    return dense.logits(values);
  }

  double energy(std::size_t target, const idea::Image& image) const {
    return logits(image)[target];
  }

  idea::Task task;
  std::vector<Convolution> convolutions;
  Weights dense;

 private:
  static std::vector<double> convolve(const Convolution& layer, const std::vector<double>& values,
                                      idea::Extent& cells) {
    const auto sum = [&](std::size_t j, std::size_t y, std::size_t x) {
      double total = layer.b[j];
      const float* weight = layer.W.data() + j * layer.inputs * layer.window * layer.window;
      for (std::size_t i = 0; i < layer.inputs; ++i)
        for (std::size_t dy = 0; dy < layer.window; ++dy)
          total = add_products(total, std::exchange(weight, weight + layer.window),
                               values.data() + (i * cells.height + y + dy) * cells.width + x,
                               layer.window);
      return std::max(total, 0.0);
    };
    const std::size_t step = layer.pool ? 2 : 1;
    const idea::Extent results{(cells.height - layer.window + 1) / step,
                               (cells.width - layer.window + 1) / step};
    std::vector<double> out;
    for (std::size_t j = 0; j < layer.outputs; ++j)
      for (std::size_t y = 0; y < results.height; ++y)
        for (std::size_t x = 0; x < results.width; ++x) {
          double largest = sum(j, step * y, step * x);
          if (layer.pool)
            largest = std::max({largest, sum(j, 2 * y, 2 * x + 1), sum(j, 2 * y + 1, 2 * x),
                                sum(j, 2 * y + 1, 2 * x + 1)});
          out.push_back(largest);
        }
    cells = results;
    return out;
  }
};

struct MapCase {
  std::string name;
  MapWeights weights;
};

// Shapes of every kind: many and few maps, one on either side of a vector's length, odd sides under
// a pool, windows of one cell and of the whole image, results of one cell and of none.
inline std::vector<MapCase> map_cases() {
  return {
      {"lenet", {{{6, 3, true}, {16, 3, true}}, {20, 15}}},
      {"three, the last without a pool", {{{7, 3, true}, {9, 3, true}, {8, 3, false}}, {17}}},
      {"no pool", {{{2, 5, false}, {3, 4, false}}, {10}}},
      {"odd sides", {{{3, 4, true}, {5, 2, true}, {2, 2, true}}, {9}}},
      {"one cell", {{{4, 1, true}, {17, 1, false}}, {7}}},
      {"the whole image", {{{33, 28, false}}, {12}}},
      {"all but a cell", {{{5, 27, true}}, {}}},
      {"one map", {{{1, 3, true}}, {}}},
      {"wide", {{{5, 6, true}, {73, 4, true}}, {137, 65}}},
      {"deep", {{{3, 3, false}, {3, 3, false}, {3, 3, true}, {3, 3, false}, {3, 3, true}}, {5}}},
      {"nothing left", {{{3, 28, true}}, {4}}}};
}

// Small networks for every task.
inline std::vector<MapCase> map_task_cases() {
  std::vector<MapCase> cases;
  for (const idea::Task& task : tasks()) {
    const std::size_t window = std::min<std::size_t>(3, std::min(task.height, task.width));
    cases.push_back({name_of(task), {{{3, window, false}, {2, 1, true}}, {5}, task}});
    cases.push_back({name_of(task), {{{4, 2, true}}, {4}, task}});
    cases.push_back({name_of(task), {{}, {7, 9, 8}, task}});
  }
  return cases;
}

// Normal, so that the units of each layer are of a size of about 1.
inline MapWeights random_maps(MapWeights weights, unsigned seed) {
  std::mt19937 rng(seed);
  std::normal_distribution<float> normal;
  return weights.fill([&](std::size_t inputs) {
    return normal(rng) * 1.7F / std::sqrt(static_cast<float>(std::max<std::size_t>(inputs, 1)));
  });
}

inline MapWeights random_task_maps(const MapWeights& weights, unsigned seed) {
  MapWeights made = random_maps(weights, seed);
  made.dense.raise_biases();
  return made;
}

// Small whole numbers: every sum is exact, and ties abound.
inline MapWeights whole_maps(MapWeights weights) {
  std::mt19937 rng(5);
  return weights.fill([&rng](std::size_t) { return static_cast<float>(rng() % 5) - 2; });
}

// The relative difference of sums of doubles in another order.
constexpr double kSmall = 1e-10;

inline void check_near(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(kSmall));
}

// Some pixels of every part of the image.
inline std::vector<std::size_t> some_pixels(const idea::Task& task = idea::kMnist) {
  const std::size_t last = task.pixels() - 1;
  std::vector<std::size_t> pixels = {0, task.width - 1, last - (task.width - 1), last};
  const std::size_t step = std::max<std::size_t>(31, task.pixels() / 26) * kEvery;
  for (std::size_t i = 5; i < task.pixels(); i += step) pixels.push_back(i);
  return pixels;
}
