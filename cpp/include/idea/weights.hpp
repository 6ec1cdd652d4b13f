// Weight files, .dat: the float32 of a network 784-units-units-10, little-endian, without a header.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "idea/error.hpp"
#include "idea/files.hpp"
#include "idea/image.hpp"
#include "idea/little_endian.hpp"
#include "idea/network.hpp"
#include "idea/text.hpp"

namespace idea {

// The bytes of a network of so many units.
inline std::size_t weight_bytes(std::size_t units) {
  return sizeof(float) * ((kPixels + 1) * units + (units + 1) * units + (units + 1) * kDigits);
}

// Solves weight_bytes(units) = size; throws an Error that names the nearest sizes if it has no
// solution.
inline std::size_t units_of(std::size_t size, const std::string& name) {
  // size / 4 = u² + 796u + 10, so u = sqrt(size / 4 + 398² - 10) - 398, rounded down.
  constexpr std::size_t kHalf = (kPixels + 2 + kDigits) / 2;
  const std::size_t square = size / sizeof(float) + kHalf * kHalf - kDigits;
  auto root = static_cast<std::size_t>(std::sqrt(static_cast<double>(square)));
  if (root * root > square) --root;
  const std::size_t units = root > kHalf ? root - kHalf : 1;
  if (size != weight_bytes(units))
    throw Error(name + ": expected the float32 of a 784-units-units-10 network, found " +
                std::to_string(size) + " bytes: " + std::to_string(units) + " units take " +
                std::to_string(weight_bytes(units)) + " bytes, " + std::to_string(units + 1) +
                " take " + std::to_string(weight_bytes(units + 1)) + ", 784 take " +
                std::to_string(weight_bytes(784)));
  return units;
}

inline std::array<LayerView, 3> views_of(const std::vector<float>& floats, std::size_t units) {
  std::array<LayerView, 3> layers{{{nullptr, nullptr, units, kPixels},
                                   {nullptr, nullptr, units, units},
                                   {nullptr, nullptr, kDigits, units}}};
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
inline std::shared_ptr<const Network> parse_weights(std::string_view data,
                                                    const std::string& name) {
  if (data.substr(0, 4) == "PK\x03\x04" || data.substr(0, 4) == "PK\x05\x06")
    throw Error(
        name +
        ": expected bare floats, found a zip archive such as Chainer's; to make bare floats "
        "of it: python -m idea.export " +
        name + " model.dat");
  const std::size_t units = units_of(data.size(), name);
  const std::vector<float> floats = floats_of(data);
  const std::array<LayerView, 3> layers = views_of(floats, units);
  require_finite(layers, name);
  return std::make_shared<const Network>(std::vector<LayerView>(layers.begin(), layers.end()));
}

// The bytes of a weight file, read but not parsed.
inline std::string read_weight_bytes(const Path& path) {
  constexpr std::size_t kMost = std::size_t{1} << 30U;  // nearly 16,000 units
  return read_file(path, kMost);
}

inline std::shared_ptr<const Network> read_weights(const Path& path) {
  return parse_weights(read_weight_bytes(path), path.string());
}

}  // namespace idea
