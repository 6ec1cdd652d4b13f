// Weight files, .dat: the float32 of a network pixels-units-units-classes, little-endian, without a
// header.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "idea/error.hpp"
#include "idea/files/files.hpp"
#include "idea/files/little_endian.hpp"
#include "idea/files/text.hpp"
#include "idea/image.hpp"
#include "idea/network/network.hpp"

namespace idea {

// The floats of a network of so many units.
inline std::size_t weight_count(std::size_t units, const Task& task) {
  return (task.pixels() + 1) * units + (units + 1) * units + (units + 1) * task.classes;
}

// Its bytes.
inline std::size_t weight_bytes(std::size_t units, const Task& task = kMnist) {
  return sizeof(float) * weight_count(units, task);
}

// Solves weight_bytes(units) = size; throws an Error that names the nearest sizes if it has no
// solution.
inline std::size_t units_of(std::size_t size, const std::string& name, const Task& task = kMnist) {
  // size / 4 = u² + 2hu + classes, so u is about sqrt(size / 4 + h²) - h.
  const std::size_t count = size / sizeof(float);
  const double half = static_cast<double>(task.pixels() + task.classes + 2) / 2;
  const double root = std::sqrt(static_cast<double>(count) + half * half) - half;
  std::size_t units = std::max<std::size_t>(1, static_cast<std::size_t>(root));
  while (units > 1 && weight_count(units, task) > count) --units;
  while (weight_count(units + 1, task) <= count) ++units;
  if (size != weight_bytes(units, task)) {
    const auto take = [&task](std::size_t number) {
      return std::to_string(weight_bytes(number, task));
    };
    const std::string pixels = std::to_string(task.pixels());
    throw Error(name + ": expected the float32 of a " + pixels + "-units-units-" +
                std::to_string(task.classes) + " network, found " + std::to_string(size) +
                " bytes: " + std::to_string(units) + " units take " + take(units) + " bytes, " +
                std::to_string(units + 1) + " take " + take(units + 1) + ", " + pixels + " take " +
                take(task.pixels()));
  }
  return units;
}

inline std::array<LayerView, 3> views_of(const std::vector<float>& floats, std::size_t units,
                                         const Task& task) {
  std::array<LayerView, 3> layers{{{nullptr, nullptr, units, task.pixels()},
                                   {nullptr, nullptr, units, units},
                                   {nullptr, nullptr, task.classes, units}}};
  const float* next = floats.data();
  for (LayerView& layer : layers) {
    layer.W = next;
    layer.b = next + layer.outputs * layer.inputs;
    next = layer.b + layer.outputs;
  }
  return layers;
}

// Checks `count` weights; place(n) names the n-th in the error message.
template <typename Place>
void require_finite(const float* weights, std::size_t count, Place place) {
  for (std::size_t n = 0; n < count; ++n)
    if (!std::isfinite(weights[n]))
      throw Error(place(n) + " is " + shortest(weights[n]) + "; " + kFiniteWeights);
}

inline void require_finite(const std::array<LayerView, 3>& layers, const std::string& name) {
  for (std::size_t number = 0; number < layers.size(); ++number) {
    const LayerView& layer = layers[number];
    const std::string prefix = name + ": l" + std::to_string(number + 1);
    require_finite(layer.W, layer.outputs * layer.inputs, [&](std::size_t n) {
      return prefix + "/W[" + std::to_string(n / layer.inputs) + ", " +
             std::to_string(n % layer.inputs) + "]";
    });
    require_finite(layer.b, layer.outputs,
                   [&](std::size_t n) { return prefix + "/b[" + std::to_string(n) + "]"; });
  }
}

// name: of the data, for the error message.
inline std::shared_ptr<const Network> parse_weights(std::string_view data, const std::string& name,
                                                    const Task& task = kMnist) {
  if (data.substr(0, 4) == "PK\x03\x04" || data.substr(0, 4) == "PK\x05\x06")
    throw Error(
        name +
        ": expected bare floats, found a zip archive such as Chainer's; to make bare floats "
        "of it: python -m idea.export " +
        name + " model.dat");
  const std::size_t units = units_of(data.size(), name, task);
  const std::vector<float> floats = floats_of(data);
  const std::array<LayerView, 3> layers = views_of(floats, units, task);
  require_finite(layers, name);
  return std::make_shared<const Network>(std::vector<LayerView>(layers.begin(), layers.end()),
                                         task);
}

// The bytes of a weight file, read but not parsed.
inline std::string read_weight_bytes(const Path& path) {
  constexpr std::size_t kMost = std::size_t{1} << 30U;  // nearly 16,000 units
  return read_file(path, kMost);
}

inline std::shared_ptr<const Network> read_weights(const Path& path, const Task& task = kMnist) {
  return parse_weights(read_weight_bytes(path), path.string(), task);
}

}  // namespace idea
