// Helpers of several tests.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/image.hpp"
#include "idea/network/network.hpp"

// The message of the idea::Error that an action throws.
template <typename Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const idea::Error& error) {
    return error.what();
  }
  return "no error";
}

// A folder that is deleted at the end.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "idea-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw idea::Error("no temporary folder");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::filesystem::path operator/(const std::string& name) const {
    return std::filesystem::path(path_) / name;
  }

  // The names in it, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::string path_;
};

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::filesystem::path& path, const std::string& data) {
  std::ofstream(path, std::ios::binary) << data;
}

// The step between the pixels that a test compares one by one: under sanitizers and emulators, where
// each comparison takes ten times as long, some are enough.
#ifdef IDEA_FEW_PIXELS
inline constexpr std::size_t kEvery = 7;
#else
inline constexpr std::size_t kEvery = 1;
#endif

inline std::size_t every(std::size_t pixels) { return pixels > 784 ? 29 * kEvery : kEvery; }

// The plain loops aren't checked by the sanitizers, with which they would take most of the time.
#define IDEA_NO_SANITIZE __attribute__((no_sanitize("address", "undefined")))

// A sum of products, in double precision and in order.
IDEA_NO_SANITIZE inline double add_products(double sum, const float* weights, const double* values,
                                            std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(weights[i]) * values[i];
  return sum;
}

// Sizes of every kind: the smallest, rectangles, sides that a pool halves unevenly, rows of the
// pixels shorter than a vector, and more classes than are evaluated at once.
inline std::vector<idea::Task> tasks() {
  return {{2, 2, 2}, {5, 3, 2}, {8, 8, 10}, {28, 28, 10}, {28, 28, 26}, {64, 64, 3}};
}

inline std::string name_of(const idea::Task& task) {
  return task.shape() + " to " + std::to_string(task.classes);
}

// The class that tests search for.
inline std::size_t target_of(const idea::Task& task) {
  return std::min<std::size_t>(3, task.classes - 1);
}

// A network as bare arrays, and its plain forward pass in double precision.
struct Weights {
  struct Layer {
    std::size_t outputs;
    std::size_t inputs;
    std::vector<float> W;  // row by row
    std::vector<float> b;
  };

  // pixels-hidden…-classes, all zero.
  explicit Weights(const std::vector<std::size_t>& hidden, const idea::Task& task = idea::kMnist)
      : task(task) {
    std::size_t inputs = task.pixels();
    for (std::size_t number = 0; number <= hidden.size(); ++number) {
      const std::size_t outputs = number < hidden.size() ? hidden[number] : task.classes;
      layers.push_back(
          {outputs, inputs, std::vector<float>(outputs * inputs), std::vector<float>(outputs)});
      inputs = outputs;
    }
  }

  // Normal, so that the units of each layer are of a size of about 1.
  static Weights random(const std::vector<std::size_t>& hidden, unsigned seed,
                        const idea::Task& task = idea::kMnist) {
    Weights weights(hidden, task);
    std::mt19937 rng(seed);
    for (Layer& layer : weights.layers) {
      std::normal_distribution<float> normal(0, 2 / std::sqrt(static_cast<float>(layer.inputs)));
      for (float& weight : layer.W) weight = normal(rng);
      for (float& bias : layer.b) bias = normal(rng);
    }
    return weights;
  }

  // Switches most hidden units on. Where all of a layer are off, every gain is an exact tie: this
  // takes long with many pixels.
  void raise_biases() {
    for (Layer& layer : layers)
      if (&layer != &layers.back())
        for (float& bias : layer.b) bias += 1;
  }

  std::shared_ptr<const idea::Network> network() const {
    std::vector<idea::LayerView> views;
    for (const Layer& layer : layers)
      views.push_back({layer.W.data(), layer.b.data(), layer.outputs, layer.inputs});
    return std::make_shared<const idea::Network>(views, task);
  }

  std::vector<double> logits(const idea::Image& image) const {
    return logits(std::vector<double>(image.begin(), image.end()));
  }

  std::vector<double> logits(std::vector<double> values) const {
    for (const Layer& layer : layers) {
      std::vector<double> next(layer.b.begin(), layer.b.end());
      for (std::size_t j = 0; j < layer.outputs; ++j)
        next[j] =
            add_products(next[j], layer.W.data() + j * layer.inputs, values.data(), layer.inputs);
      if (&layer != &layers.back())
        for (double& value : next) value = std::max(value, 0.0);
      values = next;
    }
    return values;
  }

  double energy(std::size_t target, const idea::Image& image) const {
    return logits(image)[target];
  }

  idea::Task task;
  std::vector<Layer> layers;
};

// A network's plain forward passes, each computed once for the tests of all instruction sets.
template <typename Made>
class CachedForwardPasses {
 public:
  explicit CachedForwardPasses(const Made& weights)
      : weights_(weights), network_(weights.network()) {}

  auto network() const { return network_; }

  const std::vector<double>& logits(const idea::Image& image) const {
    const auto [found, is_new] = logits_.try_emplace(image);
    if (is_new) found->second = weights_.logits(image);
    return found->second;
  }

  double energy(std::size_t target, const idea::Image& image) const {
    return logits(image)[target];
  }

 private:
  const Made& weights_;
  decltype(std::declval<Made>().network()) network_;
  mutable std::map<idea::Image, std::vector<double>> logits_;
};

inline idea::Image filled(float value, const idea::Task& task = idea::kMnist) {
  idea::Image image(task.pixels(), value);
  return image;
}

inline idea::Image random_grey(unsigned seed, const idea::Task& task = idea::kMnist) {
  std::mt19937 rng(seed);
  std::uniform_real_distribution<float> uniform(0, 1);
  idea::Image image(task.pixels());
  std::generate(image.begin(), image.end(), [&] { return uniform(rng); });
  return image;
}

inline idea::Image random_binary(unsigned seed, const idea::Task& task = idea::kMnist) {
  idea::Image image = random_grey(seed, task);
  for (float& value : image) value = value < 0.4F ? 1 : 0;
  return image;
}
