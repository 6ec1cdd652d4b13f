// Networks to test states on, and their gains by full forward passes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "helpers.hpp"

// Of MNIST.
inline constexpr std::size_t kPixels = 784;
inline constexpr std::size_t kDigit = 3;

struct Case {
  std::string name;
  Weights weights;
};

// Sizes around those of vectors and cache lines; with two hidden layers of one width and of two.
inline std::vector<Case> random_cases() {
  const std::vector<std::size_t> sizes = {1, 7, 15, 16, 17, 33, 100};
  std::vector<Case> cases;
  for (std::size_t n = 0; n < sizes.size(); ++n) {
    const std::size_t units = sizes[n];
    const std::size_t others = sizes[(n + 4) % sizes.size()];
    for (const std::vector<std::size_t>& hidden :
         std::vector<std::vector<std::size_t>>{{units}, {units, units}, {units, others}}) {
      std::string name = "784";
      for (const std::size_t width : hidden) name += "-" + std::to_string(width);
      cases.push_back({name, Weights::random(hidden, static_cast<unsigned>(n))});
    }
  }
  return cases;
}

// Small networks of one and of two hidden layers for every task.
inline std::vector<Case> task_cases() {
  std::vector<Case> cases;
  for (const idea::Task& task : tasks())
    for (const std::vector<std::size_t>& hidden :
         std::vector<std::vector<std::size_t>>{{9}, {12, 7}, {7, 18}}) {
      cases.push_back({name_of(task), Weights::random(hidden, 2, task)});
      cases.back().weights.raise_biases();
    }
  return cases;
}

// A change of one pixel of an image.
inline idea::Image with(idea::Image image, std::size_t pixel, float value) {
  image[pixel] = value;
  return image;
}

// The energy and gains of an image by full forward passes.
struct ReferenceGains {
  ReferenceGains(const Weights& weights, const idea::Image& image)
      : target(target_of(weights.task)),
        energy(weights.energy(target, image)),
        to_black(image.size()),
        to_white(image.size()),
        best(image.size()) {
    for (std::size_t i = 0; i < image.size(); i += every(image.size())) {
      to_black[i] = image[i] == 0 ? 0 : weights.energy(target, with(image, i, 0)) - energy;
      to_white[i] = image[i] == 1 ? 0 : weights.energy(target, with(image, i, 1)) - energy;
      best[i] = image[i] == 0   ? to_white[i]
                : image[i] == 1 ? to_black[i]
                                : std::max(to_black[i], to_white[i]);
    }
  }

  std::size_t target;
  double energy;
  std::vector<double> to_black;
  std::vector<double> to_white;
  std::vector<double> best;  // of flips
};

// Small whole numbers: every sum is exact, and ties abound.
inline Case whole_numbers(const std::vector<std::size_t>& hidden,
                          const idea::Task& task = idea::kMnist) {
  Case made{"whole numbers", Weights(hidden, task)};
  std::mt19937 rng(5);
  for (Weights::Layer& layer : made.weights.layers) {
    for (float& weight : layer.W) weight = static_cast<float>(rng() % 5) - 2;
    for (float& bias : layer.b) bias = static_cast<float>(rng() % 3) - 1;
  }
  return made;
}
