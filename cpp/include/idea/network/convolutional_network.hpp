// A small convolutional network, and its plain forward pass: the reference for the faster
// computations.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/image.hpp"
#include "idea/network/float_layers.hpp"
#include "idea/network/network.hpp"
#include "idea/network/shape_chain.hpp"
#include "idea/network/whole_sums.hpp"
#include "idea/simd/maps.hpp"

namespace idea {

// A view of a convolution's weights: W (outputs, inputs, height and width of the window) row by row,
// b (outputs).
struct ConvolutionView {
  const float* W;
  const float* b;
  std::size_t outputs;
  std::size_t inputs;
  Extent window;
  Geometry geometry{};
};

// Convolutions, then dense layers, with ReLU between all: from one map, the image, to the logits. The
// first dense layer takes the last maps one after the other, each row by row.
class ConvolutionalNetwork {
 public:
  ConvolutionalNetwork(const std::vector<ConvolutionView>& convolutions,
                       const std::vector<LayerView>& layers, const Task& task)
      : task_(task) {
    check_shapes(convolutions, layers);
    Extent cells{task.height, task.width};
    for (const ConvolutionView& view : convolutions) {
      add(view, cells);
      cells = layers_.back().results();
    }
    for (const LayerView& view : layers) {
      add(view, cells);
      cells = {1, 1};
    }
    set_error_bounds();
    for (std::size_t n = 1; n + 1 < layers_.size(); ++n) float_layers_.emplace_back(layers_[n]);
    first_taps_.emplace(layers_[0]);
  }

  // Its layers are referred to by others.
  ConvolutionalNetwork(const ConvolutionalNetwork&) = delete;
  ConvolutionalNetwork& operator=(const ConvolutionalNetwork&) = delete;
  ~ConvolutionalNetwork() = default;

  const Task& task() const { return task_; }
  // All layers, the dense ones as convolutions whose window is their whole input.
  const std::vector<Convolution>& layers() const { return layers_; }

  // The weights of a layer but the last as floats.
  const FloatTaps& taps(std::size_t layer) const {
    return layer == 0 ? *first_taps_ : float_layers_[layer - 1].taps;
  }

  // Those between the first and the last, in single precision.
  const std::vector<FloatLayer>& float_layers() const { return float_layers_; }

  // Whether double precision holds the first layer's results of every binary image exactly, in any
  // order of summation.
  bool first_results_are_exact() const {
    return !layers_[0].pool.average && sums_are_exact(layers_[0]);
  }

  // The logits of an image: a full forward pass in double precision.
  // Cost: a multiply-add for each position and weight.
  Logits logits(const Image& image) const { return forward(image, Sign::kKept); }

  // Bound of the rounding error of the difference of two energies, whether the network is
  // recomputed for both or updated for a change (see ConvolutionalActivations).
  double error_bound(std::size_t target) const { return error_bounds_[target]; }

  // That of a difference of two sums of a layer.
  double sum_error_bound(std::size_t layer) const { return sum_error_bounds_[layer]; }

 private:
  void check_shapes(const std::vector<ConvolutionView>& convolutions,
                    const std::vector<LayerView>& layers) const {
    ShapeChain chain;
    std::size_t maps = 1;
    Extent cells{task_.height, task_.width};
    for (const auto& [W, b, outputs, inputs, window, geometry] : convolutions) {
      const Convolution shape(0, 0, cells, window, geometry);
      chain.add(inputs == maps && window.area() > 0 && are_steps(geometry) &&
                    shape.positions().area() > 0,
                {outputs, inputs, window.height, window.width});
      maps = outputs;
      cells = chain.fits() ? shape.results() : Extent{0, 0};
    }
    std::size_t units = maps * cells.area();
    for (const LayerView& layer : layers) {
      chain.add(layer.inputs == units, {layer.outputs, layer.inputs});
      units = layer.outputs;
    }
    chain.require(!layers.empty() && units == task_.classes,
                  "convolutions and layers that chain from " + task_.shape() + " pixels to " +
                      std::to_string(task_.classes) + " outputs");
  }

  static bool are_steps(const Geometry& geometry) {
    const auto& [size, stride] = geometry.pool.windows;
    return geometry.stride.area() > 0 && size.area() > 0 && stride.area() > 0;
  }

  // W is that of a convolution whose window is its whole input.
  void add(const LayerView& view, const Extent& cells) {
    const std::size_t inputs = cells.area() == 0 ? 0 : view.inputs / cells.area();
    add(Convolution(inputs, view.outputs, cells, cells), view.W, view.b);
  }

  void add(const ConvolutionView& view, const Extent& cells) {
    add(Convolution(view.inputs, view.outputs, cells, view.window, view.geometry), view.W, view.b);
  }

  void add(Convolution layer, const float* weight, const float* bias) {
    for (std::size_t j = 0; j < layer.outputs; ++j) {
      for (std::size_t i = 0; i < layer.inputs; ++i)
        for (std::size_t dy = 0; dy < layer.window.height; ++dy)
          for (std::size_t dx = 0; dx < layer.window.width; ++dx)
            layer.row(dy, dx, i)[j] = finite(*weight++);
      layer.bias.at(0)[j] = finite(bias[j]);
    }
    layers_.push_back(std::move(layer));
  }

  // Sets for each class a bound of the rounding errors in a difference of two energies, and of its
  // distance from that of two whose sums are correctly rounded (ExactMaps).
  //
  // With n, u and A as in Network::error_bound, and c the sum of n + 4 over the layers up to it, a
  // layer that is recomputed has an error of at most s = c·u·A. One that is updated for a change
  // adds to the error of the layer below those of two such layers, of the difference and of the
  // sum: less than (2s + (n + 4)u·A). So the bound for L layers is (2L + 1)·c·u·A, and with the two
  // energies that they are compared with, it is less than (2L + 4)·c·u·A. A pool of averages counts
  // as a layer, whose sums have its area as their number of terms and are divided by it. The same
  // holds for the sums of a layer below, with more than its own terms and layers.
  void set_error_bounds() {
    double terms = 0;
    std::size_t layers = layers_.size();
    for (const Convolution& layer : layers_) {
      terms += static_cast<double>(layer.window.area() * layer.inputs + 4);
      if (!layer.pool.average) continue;
      terms += static_cast<double>(layer.pool.windows.size.area() + 4);
      ++layers;
    }
    const double rounding = static_cast<double>(layers + 2) * terms *
                            std::numeric_limits<double>::epsilon();  // which is 2u
    error_bounds_ = forward(Image(task_.pixels(), 1), Sign::kIgnored, &sum_error_bounds_);
    for (double& bound : sum_error_bounds_) bound *= rounding;
    for (double& bound : error_bounds_) {
      bound *= rounding;
      if (!std::isfinite(bound))
        throw Error("expected weights whose logits double precision can hold");
    }
  }

  enum class Sign : std::uint8_t { kKept, kIgnored };

  // largest: gets the largest sum of each layer, if given.
  Logits forward(const Image& image, Sign sign, std::vector<double>* largest = nullptr) const {
    require_size(image, task_, "image");
    std::vector<double> values(image.begin(), image.end());
    for (const Convolution& layer : layers_) {
      values = sums_of(layer, values, sign);
      if (largest != nullptr)
        largest->push_back(values.empty() ? 0 : *std::max_element(values.begin(), values.end()));
      if (&layer != &layers_.back()) values = results_of(layer, values);
    }
    return values;
  }

  // A layer's sums at all positions, (height, width, outputs).
  static std::vector<double> sums_of(const Convolution& layer, const std::vector<double>& inputs,
                                     Sign sign) {
    const auto signed_as = [sign](double x) { return sign == Sign::kKept ? x : std::abs(x); };
    const Extent positions = layer.positions();
    std::vector<double> sums(positions.area() * layer.outputs);
    for (std::size_t position = 0; position < positions.area(); ++position) {
      const std::size_t y = position / positions.width;
      const std::size_t x = position % positions.width;
      double* sum = &sums[position * layer.outputs];
      for (std::size_t j = 0; j < layer.outputs; ++j) sum[j] = signed_as(layer.bias.at(0)[j]);
      const Box padded = layer.windows().covered(Box::cell(y, x));
      const Box met = layer.without_pads(padded);
      for (std::size_t cy = met.top; cy < met.bottom; ++cy)
        for (std::size_t cx = met.left; cx < met.right; ++cx) {
          const std::size_t cell = cy * layer.cells.width + cx;
          for (std::size_t i = 0; i < layer.inputs; ++i) {
            const double value = inputs[cell * layer.inputs + i];
            const double* row =
                layer.row(cy + layer.pads.top - padded.top, cx + layer.pads.left - padded.left, i);
            for (std::size_t j = 0; j < layer.outputs; ++j) sum[j] += value * signed_as(row[j]);
          }
        }
    }
    return sums;
  }

  // The results after ReLU and pool, (height, width, outputs).
  static std::vector<double> results_of(const Convolution& layer, const std::vector<double>& sums) {
    const Extent cells = layer.results();
    const std::size_t row = layer.positions().width;
    const auto& [windows, average] = layer.pool;
    const double divisor = average ? static_cast<double>(windows.size.area()) : 1;
    std::vector<double> results(cells.area() * layer.outputs);
    for (std::size_t cell = 0; cell < cells.area(); ++cell) {
      const Box window = windows.covered(Box::cell(cell / cells.width, cell % cells.width));
      double* result = &results[cell * layer.outputs];
      for (std::size_t y = window.top; y < window.bottom; ++y)
        for (std::size_t x = window.left; x < window.right; ++x) {
          const double* sum = &sums[(y * row + x) * layer.outputs];
          for (std::size_t j = 0; j < layer.outputs; ++j)
            result[j] = average ? result[j] + std::max(sum[j], 0.0) : std::max(result[j], sum[j]);
        }
      for (std::size_t j = 0; j < layer.outputs; ++j) result[j] /= divisor;
    }
    return results;
  }

  Task task_;
  std::vector<Convolution> layers_;
  std::optional<FloatTaps> first_taps_;
  std::vector<FloatLayer> float_layers_;
  std::vector<double> error_bounds_;      // (classes)
  std::vector<double> sum_error_bounds_;  // (layers)
};

}  // namespace idea
