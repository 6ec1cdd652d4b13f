// A multi-layer perceptron with ReLU between its layers, and its plain forward pass: the reference
// for the faster computations.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/image.hpp"
#include "idea/network/reach.hpp"
#include "idea/network/shape_chain.hpp"
#include "idea/simd/exact_sum.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"

namespace idea {

inline constexpr const char* kFiniteWeights = "every weight must be a finite float32";

// Returns the weight, or throws an Error unless it is finite.
inline float finite(float weight) {
  if (!std::isfinite(weight)) throw Error(kFiniteWeights);
  return weight;
}

// A view of a layer's weights: W (outputs, inputs) row by row, b (outputs).
struct LayerView {
  const float* W;
  const float* b;
  std::size_t outputs;
  std::size_t inputs;
};

// A layer as the network stores it.
struct Layer {
  Matrix W;  // (inputs, outputs): row i holds the weights of input i
  std::vector<double> b;
};

// A network pixels-…-classes.
//
// ReLU commutes with positive factors, so each layer is divided by a power of two that brings its
// largest weight into [0.5, 1), and the logits are multiplied by all of them: the same network to
// the last bit, whose products neither overflow nor vanish in float, however large or small the
// weights are. Where a layer's smallest weights would lose bits by that, it is divided by less.
class Network {
 public:
  Network(const std::vector<LayerView>& layers, const Task& task) : task_(task) {
    check_shapes(layers);
    for (const LayerView& layer : layers) add(layer);
  }

  const Task& task() const { return task_; }
  const std::vector<Layer>& layers() const { return layers_; }
  // How far one pixel can move each hidden unit; computed on the first call.
  const Reach& reach(const Kernels& kernels) const {
    std::call_once(reach_once_, [&] {
      reach_.emplace(layers_[0].W, hidden() == 2 ? &layers_[1].W : nullptr, kernels);
    });
    return *reach_;
  }
  // How many hidden layers there are.
  std::size_t hidden() const { return layers_.size() - 1; }
  // Whether the weights are such that rounding errors of sums behave like random ones and mostly
  // cancel: few are equal in size, and none is of another order of magnitude than most. Errors of
  // equal terms add up, and those of large terms stay after these have been subtracted.
  bool in_general_position() const { return in_general_position_; }
  // Converts a logit, or a difference of two, from the scale of the stored layers.
  double unscaled(double logit) const { return logit * scale_; }

  // The logits of an image: a full forward pass in double precision.
  // Cost: a multiply-add for each weight whose input isn't zero.
  Logits logits(const Image& image) const { return forward(image, apply); }

  // The same by correctly rounded sums (exact_sum.hpp).
  Logits exact_logits(const Image& image, const Kernels& kernels) const {
    ExactSums sums(kernels);
    return forward(image, [&sums](const Layer& layer, const std::vector<double>& inputs) {
      std::vector<double> outputs(layer.b.size());
      sums.add_up(inputs, layer.W.row(0), layer.W.stride(), layer.b.data(), outputs.size(),
                  outputs.data());
      return outputs;
    });
  }

  // Bound of the distance of a class's logit from that, if it is summed in double precision in any
  // order and the first layer's sums have been updated for so many changes of a pixel.
  //
  // Let A be the largest unit of a layer if all weights and biases are replaced by their absolute
  // values and the image is white: no unit, nor a sum of some of its terms, is ever larger. With n
  // terms in a sum and u the unit roundoff, a layer adds less than (n + 2)·u·A to the error
  // propagated from the layer below, including the rounding of the correct sum; a change adds 2u·A
  // to the first.
  double error_bound(std::size_t target, std::size_t changes) const {
    return unscaled(relative_error(layers_.size(), changes) * largest_[target]);
  }

  // The same for the pre-activations of a layer's units, in the scale of the stored layers.
  double unit_error_bound(std::size_t layer, std::size_t changes) const {
    return relative_error(layer + 1, changes) * largest_of_layer_[layer];
  }

 private:
  // Of the sums of the last of so many layers, to the largest that they can be.
  double relative_error(std::size_t layers, std::size_t changes) const {
    double terms = 2 * static_cast<double>(changes);
    for (std::size_t n = 0; n < layers; ++n) terms += static_cast<double>(layers_[n].W.rows() + 4);
    return terms * std::numeric_limits<double>::epsilon();
  }

  template <typename Apply>
  Logits forward(const Image& image, Apply apply) const {
    require_size(image, task_, "image");
    std::vector<double> values(image.begin(), image.end());
    for (const Layer& layer : layers_) {
      if (&layer != &layers_.front())
        for (double& value : values) value = std::max(value, 0.0);
      values = apply(layer, values);
    }
    for (double& value : values) value = unscaled(value);
    return values;
  }

  static std::vector<double> apply(const Layer& layer, const std::vector<double>& inputs) {
    std::vector<double> outputs = layer.b;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] == 0) continue;
      const float* row = layer.W.row(i);
      for (std::size_t j = 0; j < outputs.size(); ++j) outputs[j] += inputs[i] * row[j];
    }
    return outputs;
  }

  void check_shapes(const std::vector<LayerView>& layers) const {
    ShapeChain chain;
    std::size_t inputs = task_.pixels();
    for (const LayerView& layer : layers) {
      chain.add(layer.inputs == inputs, {layer.outputs, layer.inputs});
      inputs = layer.outputs;
    }
    chain.require(inputs == task_.classes, "layers whose matrices chain from " +
                                               std::to_string(task_.pixels()) + " inputs to " +
                                               std::to_string(task_.classes) + " outputs");
  }

  void add(const LayerView& view) {
    const std::size_t size = view.outputs * view.inputs;
    in_general_position_ = in_general_position_ && are_in_general_position(view.W, size);
    const int exponent = exponent_for(view.W, size);
    const double shrink = std::ldexp(1.0, -exponent);
    scale_ = std::ldexp(scale_, exponent);

    Layer layer{Matrix(view.inputs, view.outputs), std::vector<double>(view.outputs)};
    if (layers_.empty()) largest_.assign(view.inputs, 1);
    std::vector<double> largest(view.outputs);
    for (std::size_t j = 0; j < view.outputs; ++j) {
      layer.b[j] = finite(view.b[j]) / scale_;
      largest[j] = std::abs(layer.b[j]);
      for (std::size_t i = 0; i < view.inputs; ++i) {
        const auto weight = static_cast<float>(shrink * view.W[j * view.inputs + i]);
        layer.W.row(i)[j] = weight;
        largest[j] += std::abs(static_cast<double>(weight)) * largest_[i];
      }
    }
    largest_of_layer_.push_back(*std::max_element(largest.begin(), largest.end()));
    largest_ = std::move(largest);
    layers_.push_back(std::move(layer));
  }

  // By a sample.
  static bool are_in_general_position(const float* weights, std::size_t size) {
    constexpr std::size_t kSample = 1000;
    constexpr float kSpread = 64;
    std::vector<float> sizes;
    const std::size_t step = size / kSample + 1;
    for (std::size_t n = 0; n < size; n += step)
      if (weights[n] != 0) sizes.push_back(std::abs(weights[n]));
    if (sizes.empty()) return true;
    std::sort(sizes.begin(), sizes.end());
    const float median = sizes[sizes.size() / 2];
    const float upper = sizes[sizes.size() - 1 - sizes.size() / 50];
    const auto distinct = std::unique(sizes.begin(), sizes.end()) - sizes.begin();
    return 2 * static_cast<std::size_t>(distinct) > sizes.size() && upper < kSpread * median;
  }

  // Of the power of two to divide a layer's weights by.
  static int exponent_for(const float* weights, std::size_t size) {
    float largest = 0;
    float smallest = std::numeric_limits<float>::infinity();  // but 0
    for (std::size_t n = 0; n < size; ++n) {
      const float weight = std::abs(finite(weights[n]));
      largest = std::max(largest, weight);
      if (weight != 0) smallest = std::min(smallest, weight);
    }
    if (largest == 0) return 0;
    int exponent = 0;
    int lowest = 0;
    std::frexp(largest, &exponent);
    std::frexp(smallest, &lowest);
    // Where the lowest bit of the smallest float is, of which all others are multiples.
    using Float = std::numeric_limits<float>;
    constexpr int least = Float::min_exponent - Float::digits;
    return std::min(exponent, std::max(lowest - Float::digits, least) - least);
  }

  Task task_;
  std::vector<Layer> layers_;
  std::vector<double> largest_;  // bounds of the last layer's units
  std::vector<double> largest_of_layer_;
  mutable std::once_flag reach_once_;
  mutable std::optional<Reach> reach_;
  bool in_general_position_ = true;
  double scale_ = 1;  // the product of the powers of two that the layers were divided by
};

}  // namespace idea
