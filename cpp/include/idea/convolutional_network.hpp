// A small convolutional network, and its plain forward pass: the reference for the faster
// computations.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/image.hpp"
#include "idea/maps.hpp"
#include "idea/network.hpp"
#include "idea/shape_chain.hpp"

namespace idea {

// A view of a convolution's weights: W (outputs, inputs, window, window) row by row, b
// (outputs).
struct ConvolutionView {
  const float* W;
  const float* b;
  std::size_t outputs;
  std::size_t inputs;
  std::size_t window;
  bool pool;
};

// Convolutions, then dense layers, with ReLU between all: from one map of 28×28 to ten logits. The
// first dense layer takes the last maps one after the other, each row by row.
class ConvolutionalNetwork {
 public:
  ConvolutionalNetwork(const std::vector<ConvolutionView>& convolutions,
                       const std::vector<LayerView>& layers) {
    check_shapes(convolutions, layers);
    std::size_t cells = kSide;
    for (const ConvolutionView& view : convolutions) {
      add(view, cells);
      cells = layers_.back().results();
    }
    for (const LayerView& view : layers) {
      add(view, cells);
      cells = 1;
    }
    error_bounds_ = bounds();
  }

  // All layers, the dense ones as convolutions whose window is their whole input.
  const std::vector<Convolution>& layers() const { return layers_; }

  // The ten logits of an image: a full forward pass in double precision.
  // Cost: a multiply-add for each position and weight.
  Logits logits(const Image& image) const { return forward(image, Sign::kKept); }

  // Bound of the rounding error of the difference of two energies, whether the network is
  // recomputed for both or updated for a change (see ConvolutionalActivations).
  double error_bound(std::size_t digit) const { return error_bounds_[digit]; }

 private:
  static void check_shapes(const std::vector<ConvolutionView>& convolutions,
                           const std::vector<LayerView>& layers) {
    ShapeChain chain;
    std::size_t maps = 1;
    std::size_t side = kSide;
    for (const auto& [W, b, outputs, inputs, window, pool] : convolutions) {
      chain.add(inputs == maps && window > 0 && window <= side, {outputs, inputs, window, window});
      maps = outputs;
      side = chain.fits() ? (side - window + 1) / (pool ? 2 : 1) : 0;
    }
    std::size_t units = maps * side * side;
    for (const LayerView& layer : layers) {
      chain.add(layer.inputs == units, {layer.outputs, layer.inputs});
      units = layer.outputs;
    }
    chain.require(!layers.empty() && units == kDigits,
                  "convolutions and layers that chain from 28×28 pixels to 10 outputs");
  }

  // W is that of a convolution whose window is its whole input.
  void add(const LayerView& view, std::size_t cells) {
    const std::size_t inputs = cells == 0 ? 0 : view.inputs / (cells * cells);
    add({view.W, view.b, view.outputs, inputs, cells, false}, cells);
  }

  void add(const ConvolutionView& view, std::size_t cells) {
    Convolution layer(view.inputs, view.outputs, cells, view.window, view.pool);
    const float* weight = view.W;
    for (std::size_t j = 0; j < view.outputs; ++j) {
      for (std::size_t i = 0; i < view.inputs; ++i)
        for (std::size_t dy = 0; dy < view.window; ++dy)
          for (std::size_t dx = 0; dx < view.window; ++dx)
            layer.row(dy, dx, i)[j] = finite(*weight++);
      layer.bias.at(0)[j] = finite(view.b[j]);
    }
    layers_.push_back(std::move(layer));
  }

  // For each digit a bound of the rounding errors in a difference of two energies, and of its
  // distance from that of two whose sums are correctly rounded (ExactMaps).
  //
  // With n, u and A as in Network::error_bound, and c the sum of n + 4 over the layers up to it, a
  // layer that is recomputed has an error of at most s = c·u·A. One that is updated for a change
  // adds to the error of the layer below those of two such layers, of the difference and of the
  // sum: less than (2s + (n + 4)u·A). So the bound for L layers is (2L + 1)·c·u·A, and with the two
  // energies that they are compared with, it is less than (2L + 4)·c·u·A.
  std::array<double, kDigits> bounds() const {
    double terms = 0;
    for (const Convolution& layer : layers_)
      terms += static_cast<double>(layer.window * layer.window * layer.inputs + 4);
    const double rounding = static_cast<double>(layers_.size() + 2) * terms *
                            std::numeric_limits<double>::epsilon();  // which is 2u
    Image white{};
    white.fill(1);
    std::array<double, kDigits> bounds = forward(white, Sign::kIgnored);
    for (double& bound : bounds) {
      bound *= rounding;
      if (!std::isfinite(bound))
        throw Error("expected weights whose logits double precision can hold");
    }
    return bounds;
  }

  enum class Sign : std::uint8_t { kKept, kIgnored };

  Logits forward(const Image& image, Sign sign) const {
    std::vector<double> values(image.begin(), image.end());
    for (const Convolution& layer : layers_) {
      values = sums_of(layer, values, sign);
      if (&layer != &layers_.back()) values = results_of(layer, values);
    }
    Logits logits{};
    std::copy(values.begin(), values.end(), logits.begin());
    return logits;
  }

  // A layer's sums at all positions, (positions, positions, outputs).
  static std::vector<double> sums_of(const Convolution& layer, const std::vector<double>& inputs,
                                     Sign sign) {
    const auto signed_as = [sign](double x) { return sign == Sign::kKept ? x : std::abs(x); };
    const std::size_t side = layer.positions();
    std::vector<double> sums(side * side * layer.outputs);
    for (std::size_t position = 0; position < side * side; ++position) {
      double* sum = &sums[position * layer.outputs];
      for (std::size_t j = 0; j < layer.outputs; ++j) sum[j] = signed_as(layer.bias.at(0)[j]);
      for (std::size_t dy = 0; dy < layer.window; ++dy)
        for (std::size_t dx = 0; dx < layer.window; ++dx) {
          const std::size_t cell = (position / side + dy) * layer.cells + (position % side + dx);
          for (std::size_t i = 0; i < layer.inputs; ++i) {
            const double value = inputs[cell * layer.inputs + i];
            const double* row = layer.row(dy, dx, i);
            for (std::size_t j = 0; j < layer.outputs; ++j) sum[j] += value * signed_as(row[j]);
          }
        }
    }
    return sums;
  }

  // The results after ReLU and pool, (results, results, outputs).
  static std::vector<double> results_of(const Convolution& layer, const std::vector<double>& sums) {
    const std::size_t side = layer.results();
    const std::size_t step = layer.pool ? 2 : 1;
    std::vector<double> results(side * side * layer.outputs);
    const Box used = layer.used();
    for (std::size_t y = used.top; y < used.bottom; ++y)
      for (std::size_t x = used.left; x < used.right; ++x) {
        const double* sum = &sums[(y * layer.positions() + x) * layer.outputs];
        double* result = &results[(y / step * side + x / step) * layer.outputs];
        for (std::size_t j = 0; j < layer.outputs; ++j) result[j] = std::max(result[j], sum[j]);
      }
    return results;
  }

  std::vector<Convolution> layers_;
  std::array<double, kDigits> error_bounds_{};
};

}  // namespace idea
