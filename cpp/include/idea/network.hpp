// A multi-layer perceptron with ReLU between its layers, and its plain forward pass: the reference
// that everything faster is held to.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/image.hpp"
#include "idea/kernels.hpp"
#include "idea/matrix.hpp"
#include "idea/reach.hpp"

namespace idea {

using Logits = std::array<double, kDigits>;

inline void check_digit(std::size_t digit) {
  if (digit >= kDigits) throw Error("digit must be one of 0…9, not " + std::to_string(digit));
}

// A layer's weights where they lie: W (outputs, inputs) row by row, b (outputs).
struct LayerView {
  const float* W;
  const float* b;
  std::size_t outputs;
  std::size_t inputs;
};

// A layer as the network keeps it.
struct Layer {
  Matrix W;  // (inputs, outputs): row i is what input i adds to each output
  std::vector<double> b;
};

// A network 784-…-10.
//
// ReLU commutes with positive factors, so each layer is divided by a power of two that brings its
// largest weight into [0.5, 1), and the logits are multiplied by all of them: the same network to
// the last bit, whose products neither overflow nor vanish in float, however large or small the
// weights are.
class Network {
 public:
  explicit Network(const std::vector<LayerView>& layers) {
    check_shapes(layers);
    for (const LayerView& layer : layers) add(layer);
  }

  const std::vector<Layer>& layers() const { return layers_; }
  // How far one pixel moves each hidden unit; worked out when it is first asked for.
  const Reach& reach(const Kernels& kernels) const {
    std::call_once(reach_once_, [&] {
      reach_.emplace(layers_[0].W, hidden() == 2 ? &layers_[1].W : nullptr, kernels);
    });
    return *reach_;
  }
  // How many hidden layers there are.
  std::size_t hidden() const { return layers_.size() - 1; }
  // Brings a logit, or a difference of two, from the scale of the layers as they are kept.
  double unscaled(double logit) const { return logit * scale_; }

  // The ten logits of an image: a full forward pass in double precision.
  // Cost: a multiply-add for each weight whose input isn't zero.
  Logits logits(const Image& image) const {
    std::vector<double> values(image.begin(), image.end());
    for (const Layer& layer : layers_) {
      if (&layer != &layers_.front())
        for (double& value : values) value = std::max(value, 0.0);
      values = apply(layer, values);
    }
    Logits logits{};
    std::transform(values.begin(), values.end(), logits.begin(),
                   [this](double value) { return unscaled(value); });
    return logits;
  }

 private:
  static std::vector<double> apply(const Layer& layer, const std::vector<double>& inputs) {
    std::vector<double> outputs = layer.b;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] == 0) continue;
      const float* row = layer.W.row(i);
      for (std::size_t j = 0; j < outputs.size(); ++j) outputs[j] += inputs[i] * row[j];
    }
    return outputs;
  }

  static void check_shapes(const std::vector<LayerView>& layers) {
    std::string found;
    std::size_t inputs = kPixels;
    bool chained = true;
    for (const LayerView& layer : layers) {
      chained = chained && layer.inputs == inputs && layer.outputs > 0;
      inputs = layer.outputs;
      found += (found.empty() ? "" : ", ") + ("(" + std::to_string(layer.outputs)) + ", " +
               std::to_string(layer.inputs) + ")";
    }
    if (!chained || layers.empty() || inputs != kDigits)
      throw Error("expected layers whose matrices chain from 784 inputs to 10 outputs, found [" +
                  found + "]");
  }

  void add(const LayerView& view) {
    const std::size_t size = view.outputs * view.inputs;
    float largest = 0;
    for (std::size_t n = 0; n < size; ++n) {
      require_finite(view.W[n]);
      largest = std::max(largest, std::abs(view.W[n]));
    }
    int exponent = 0;
    std::frexp(largest, &exponent);
    const double shrink = std::ldexp(1.0, -exponent);
    scale_ = std::ldexp(scale_, exponent);

    Layer layer{Matrix(view.inputs, view.outputs), std::vector<double>(view.outputs)};
    for (std::size_t j = 0; j < view.outputs; ++j) {
      for (std::size_t i = 0; i < view.inputs; ++i)
        layer.W.row(i)[j] = static_cast<float>(shrink * view.W[j * view.inputs + i]);
      require_finite(view.b[j]);
      layer.b[j] = view.b[j] / scale_;
    }
    layers_.push_back(std::move(layer));
  }

  static void require_finite(float weight) {
    if (!std::isfinite(weight)) throw Error("every weight must be a finite float32");
  }

  std::vector<Layer> layers_;
  mutable std::once_flag reach_once_;
  mutable std::optional<Reach> reach_;
  double scale_ = 1;  // the product of the powers of two that the layers were divided by
};

}  // namespace idea
