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
    idea::Extent window;
    idea::Geometry geometry;
    std::vector<float> W;
    std::vector<float> b;
  };
  struct Shape {
    Shape(std::size_t outputs, std::size_t window, bool pool)
        : Shape(outputs, {window, window}, {}) {
      if (pool) geometry.pool = idea::Pool::halves();
    }
    Shape(std::size_t outputs, const idea::Extent& window, const idea::Geometry& geometry)
        : outputs(outputs), window(window), geometry(geometry) {}

    std::size_t outputs;
    idea::Extent window;
    idea::Geometry geometry;
  };

  // All zero.
  MapWeights(const std::vector<Shape>& shapes, const std::vector<std::size_t>& hidden,
             const idea::Task& task = idea::kMnist)
      : task(task), dense(hidden, task) {
    std::size_t maps = 1;
    idea::Extent cells{task.height, task.width};
    for (const Shape& shape : shapes) {
      convolutions.push_back({shape.outputs, maps, shape.window, shape.geometry,
                              std::vector<float>(shape.outputs * maps * shape.window.area()),
                              std::vector<float>(shape.outputs)});
      maps = shape.outputs;
      cells = results_of(shape.geometry, positions_of(shape.geometry, shape.window, cells));
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
    for (Convolution& layer : convolutions) each(layer, layer.inputs * layer.window.area());
    for (Weights::Layer& layer : dense.layers) each(layer, layer.inputs);
    return *this;
  }

  std::shared_ptr<const idea::ConvolutionalNetwork> network() const {
    std::vector<idea::ConvolutionView> views;
    for (const Convolution& layer : convolutions)
      views.push_back({layer.W.data(), layer.b.data(), layer.outputs, layer.inputs, layer.window,
                       layer.geometry});
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
  // How many windows fit into a number of cells, counted one by one.
  static std::size_t count(std::size_t cells, std::size_t size, std::size_t stride) {
    std::size_t number = 0;
    while (number * stride + size <= cells) ++number;
    return number;
  }

  static idea::Extent positions_of(const idea::Geometry& geometry, const idea::Extent& window,
                                   const idea::Extent& cells) {
    const auto& [top, left, bottom, right] = geometry.pads;
    return {count(cells.height + top + bottom, window.height, geometry.stride.height),
            count(cells.width + left + right, window.width, geometry.stride.width)};
  }

  static idea::Extent results_of(const idea::Geometry& geometry, const idea::Extent& positions) {
    const auto& [size, stride] = geometry.pool.windows;
    return {count(positions.height, size.height, stride.height),
            count(positions.width, size.width, stride.width)};
  }

  static std::vector<double> convolve(const Convolution& layer, const std::vector<double>& values,
                                      idea::Extent& cells) {
    const idea::Geometry& geometry = layer.geometry;
    const auto value = [&](std::size_t i, std::size_t y, std::size_t x) {
      const bool inside = y >= geometry.pads.top && y < geometry.pads.top + cells.height &&
                          x >= geometry.pads.left && x < geometry.pads.left + cells.width;
      if (!inside) return 0.0;
      return values[(i * cells.height + y - geometry.pads.top) * cells.width + x -
                    geometry.pads.left];
    };
    const auto rectified = [&](std::size_t j, std::size_t y, std::size_t x) {
      double total = layer.b[j];
      const float* weight = layer.W.data() + j * layer.inputs * layer.window.area();
      for (std::size_t i = 0; i < layer.inputs; ++i)
        for (std::size_t dy = 0; dy < layer.window.height; ++dy)
          for (std::size_t dx = 0; dx < layer.window.width; ++dx)
            total += static_cast<double>(*weight++) *
                     value(i, y * geometry.stride.height + dy, x * geometry.stride.width + dx);
      return std::max(total, 0.0);
    };
    const auto& [size, stride] = geometry.pool.windows;
    const idea::Extent results = results_of(geometry, positions_of(geometry, layer.window, cells));
    std::vector<double> out;
    for (std::size_t j = 0; j < layer.outputs; ++j)
      for (std::size_t y = 0; y < results.height; ++y)
        for (std::size_t x = 0; x < results.width; ++x) {
          double largest = 0;
          double sum = 0;
          for (std::size_t dy = 0; dy < size.height; ++dy)
            for (std::size_t dx = 0; dx < size.width; ++dx) {
              const double one = rectified(j, y * stride.height + dy, x * stride.width + dx);
              largest = std::max(largest, one);
              sum += one;
            }
          out.push_back(geometry.pool.average ? sum / static_cast<double>(size.area()) : largest);
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
// a pool, windows of one cell and of the whole image, results of one cell and of none; averages over
// powers of two, which are exact for whole numbers.
inline std::vector<MapCase> map_cases() {
  return {
      {"lenet", {{{6, 3, true}, {16, 3, true}}, {20, 15}}},
      {"three, the last without a pool", {{{7, 3, true}, {9, 3, true}, {8, 3, false}}, {17}}},
      {"three, the last of many maps", {{{3, 3, true}, {4, 3, true}, {35, 3, true}}, {6}}},
      {"no pool", {{{2, 5, false}, {3, 4, false}}, {10}}},
      {"odd sides", {{{3, 4, true}, {5, 2, true}, {2, 2, true}}, {9}}},
      {"one cell", {{{4, 1, true}, {17, 1, false}}, {7}}},
      {"the whole image", {{{33, 28, false}}, {12}}},
      {"all but a cell", {{{5, 27, true}}, {}}},
      {"one map", {{{1, 3, true}}, {}}},
      {"wide", {{{5, 6, true}, {73, 4, true}}, {137, 65}}},
      {"deep", {{{3, 3, false}, {3, 3, false}, {3, 3, true}, {3, 3, false}, {3, 3, true}}, {5}}},
      {"nothing left", {{{3, 28, true}}, {4}}},
      {"padding and averages",
       {{{6, {5, 5}, {{1, 1}, {2, 2, 2, 2}, {{{2, 2}, {2, 2}}, true}}},
         {9, {3, 3}, {{1, 1}, {1, 1, 1, 1}, {{{4, 2}, {3, 2}}, true}}}},
        {11}}},
      {"padding under pools of 2×2",
       {{{5, {3, 3}, {{1, 1}, {1, 1, 1, 1}, idea::Pool::halves()}},
         {13, {3, 3}, {{1, 1}, {2, 1, 0, 1}, idea::Pool::halves()}},
         {3, {2, 2}, {}}},
        {9}}},
      {"strides",
       {{{4, {3, 3}, {{2, 2}, {1, 1, 1, 1}}}, {5, {1, 1}, {{2, 2}}}, {3, {2, 3}, {{1, 2}}}}, {7}}},
      {"overlapping pools",
       {{{5, {3, 3}, {{1, 1}, {0, 1, 2, 0}, {{{3, 3}, {2, 2}}}}},
         {6, {7, 1}, {{1, 1}, {3, 0, 3, 0}, {{{2, 2}, {1, 2}}, true}}}},
        {8}}},
      {"more padding than window", {{{3, {2, 2}, {{3, 3}, {5, 4, 6, 3}}}, {2, {3, 3}, {}}}, {6}}}};
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

// Up to three convolutions of random windows, strides, padding and pools, and up to two dense layers.
inline MapWeights random_kinds(const idea::Task& task, unsigned seed) {
  std::mt19937 rng(seed);
  const auto draw = [&rng](std::size_t from, std::size_t to) { return from + rng() % (to - from); };
  // In braces: compilers evaluate arguments of functions in orders of their own.
  const auto extent = [&](std::size_t to) { return idea::Extent{draw(1, to), draw(1, to)}; };
  std::vector<MapWeights::Shape> shapes;
  idea::Extent cells{task.height, task.width};
  for (std::size_t n = draw(1, 4); n > 0; --n) {
    idea::Geometry geometry;
    if (rng() % 3 == 0) geometry.stride = extent(4);
    if (rng() % 2 == 0) geometry.pads = {draw(0, 3), draw(0, 3), draw(0, 3), draw(0, 3)};
    if (rng() % 3 == 0) geometry.pool = idea::Pool::halves();
    if (rng() % 3 == 0) geometry.pool = {{extent(4), extent(4)}, rng() % 2 == 0};
    const std::size_t outputs = draw(1, 20);
    const idea::Extent window = extent(6);
    shapes.emplace_back(outputs, window, geometry);
    const idea::Extent results =
        idea::Convolution(0, 0, cells, shapes.back().window, geometry).results();
    if (results.area() == 0)
      shapes.pop_back();
    else
      cells = results;
  }
  if (shapes.empty()) shapes.emplace_back(2, 1, false);
  const std::size_t depth = draw(0, 3);
  return {shapes, std::vector<std::size_t>(depth, draw(1, 20)), task};
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
