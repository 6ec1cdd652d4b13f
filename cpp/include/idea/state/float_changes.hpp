// What a change of one pixel does to a convolutional network's logits, in single precision.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "idea/network/convolutional_network.hpp"
#include "idea/simd/float_maps.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"
#include "idea/state/convolutional_activations.hpp"
#include "idea/state/float_error.hpp"
#include "idea/state/proposal.hpp"

namespace idea {

// As ConvolutionalActivations, whose sums and results these are, but faster: changes alone pass
// from layer to layer, in float, with sums in registers. The first layer's are computed in double
// precision, from the pixel's taps. float_error.hpp bounds the error.
class FloatChanges {
 public:
  // Whether a network's changes can be computed in this way.
  static bool supports(const ConvolutionalNetwork& network) {
    return network.layers().size() >= 3 && network.layers()[0].results().area() != 0 &&
           network.layers().back().inputs != 0;
  }

  FloatChanges(std::shared_ptr<const ConvolutionalNetwork> network, const Convolution& output,
               const Kernels& kernels)
      : network_(std::move(network)),
        kernels_(kernels.float_maps),
        layers_(network_->float_layers()),
        weights_(output.outputs, output.window.area() * padded(output.inputs)),
        gains_(output.outputs),
        first_taps_(taps_then_zeros(network_->layers()[0])),
        list_(network_->layers()[0].results(), network_->layers()[0].outputs) {
    for (const FloatLayer& layer : layers_) {
      levels_.emplace_back(layer.taps);
      lists_.emplace_back(layer.taps.layer->results(), layer.taps.layer->outputs);
    }
    const auto [height, width] = network_->layers()[0].cells;
    for (std::size_t i = 0; i < height * width; ++i)
      reaches_.emplace_back(network_->layers()[0], i / width, i % width);
    for (std::size_t o = 0; o < output.outputs; ++o) set_weights(output, o);
  }

  // Brings everything up to date with the sums that the last change or reset of `activations`
  // moved.
  void renew(const ConvolutionalActivations& activations) {
    for (std::size_t n = 0; n < levels_.size(); ++n) {
      const Box& moved = activations.moved(n + 1);
      if (moved.empty()) continue;
      const Convolution& layer = *layers_[n].taps.layer;
      kernels_.renew_slacks(activations.sums(n + 1), activations.results(n + 1), layer,
                            layer.made_of(moved), levels_[n]);
    }
  }

  // The gains of a change between 0 and 1; valid until the next call. `activations` are those that
  // everything was brought up to date with.
  // Cost: as ConvolutionalActivations::estimate, at a multiple of its speed.
  const double* estimate(const ConvolutionalActivations& activations, const Change& change) {
    std::fill(gains_.begin(), gains_.end(), 0.0);
    kernels_.list_pixel_changes(activations.sums(0), activations.results(0), network_->layers()[0],
                                first_taps_.at(0), reaches_[change.pixel], change.step,
                                layers_[0].taps.dense, list_);
    error_ = FloatError(list_);
    no_effect_ = list_.size == 0;
    const ChangeList* changes = &list_;
    for (std::size_t n = 0; changes->size != 0; ++n) {
      const FloatLayer& layer = layers_[n];
      const Convolution& shape = *layer.taps.layer;
      const Box reached = layer.taps.dense ? Box::cell(0, 0) : shape.reach(changes->changed());
      const Box cells = shape.made_of(reached);
      if (cells.empty()) {  // no window holds them
        error_.end(0);
        break;
      }
      error_.pass(layer, changes->size);
      kernels_.convolve_list(levels_[n], shape.pool.windows.covered(cells).hull(reached), *changes,
                             layer.taps);
      if (n + 1 == layers_.size()) {
        const float squares =
            kernels_.sum_slack_changes(levels_[n], shape.kind, cells, weights_, gains_.data());
        error_.sum(squares, count(cells) * levels_[n].width, largest_row_);
        break;
      }
      ChangeList& list = lists_[n];
      kernels_.list_slack_changes(levels_[n], shape, cells, layers_[n + 1].taps.dense, list);
      error_.measure(list.squares, count(cells) * levels_[n].width);
      if (list.size == 0) {
        no_effect_ = n == 0 && stays_off(activations, reached);
        error_.end(rest_norm(n + 1));
      }
      changes = &list;
    }
    return gains_.data();
  }

  // Whether the last estimate's change leaves the first layer's results, or the second one's, as they
  // are: the second one's if the first one's are exact.
  bool no_effect() const { return no_effect_; }
  // Bound of the last estimate's error, beside that of the sums it is computed from.
  double error() const { return error_.value(); }

 private:
  // Whether all sums of the second layer that a change reaches are below the results of their pools
  // by more than their errors, before and after it. Then the results are those of other sums, or 0,
  // by correctly rounded sums as well.
  bool stays_off(const ConvolutionalActivations& activations, const Box& reached) const {
    const double error = 1.0001 * (2 * activations.sum_error_bound(1) + error_.value());
    return layers_[0].taps.layer->kind != Pool::Kind::kOther &&
           kernels_.largest_slack(levels_[0], reached) < -error;
  }

  static std::size_t count(const Box& box) {
    return (box.bottom - box.top) * (box.right - box.left);
  }

  static AlignedArray<double> taps_then_zeros(const Convolution& layer) {
    const std::size_t size = layer.window.area() * layer.inputs * layer.width;
    AlignedArray<double> taps(size + layer.width);
    std::copy_n(layer.taps.at(0), size, taps.at(0));
    return taps;
  }

  // How many times larger an error becomes from the results of a layer to the logits.
  double rest_norm(std::size_t begin) const {
    double norm = largest_row_;
    for (std::size_t n = begin; n < layers_.size(); ++n) norm *= layers_[n].norm * layers_[n].pool;
    return norm;
  }

  void set_weights(const Convolution& output, std::size_t o) {
    double squares = 0;
    float* weight = weights_.row(o);
    for (std::size_t cell = 0; cell < output.window.area(); ++cell, weight += padded(output.inputs))
      for (std::size_t i = 0; i < output.inputs; ++i) {
        const double each = output.taps.at((cell * output.inputs + i) * output.width)[o];
        weight[i] = static_cast<float>(each);
        squares += each * each;
      }
    largest_row_ = std::max(largest_row_, std::sqrt(squares) * (1 + 1e-9));
  }

  std::shared_ptr<const ConvolutionalNetwork> network_;
  const FloatMapKernels& kernels_;
  const std::vector<FloatLayer>& layers_;  // those between the first and the output
  Matrix weights_;                         // of the output layer: (outputs, cells, width)
  double largest_row_ = 0;                 // of their norms
  std::vector<double> gains_;
  std::vector<PixelReach> reaches_;  // (pixels)
  AlignedArray<double> first_taps_;  // those of the first layer, then a row of zeros
  ChangeList list_;                  // of the first layer's results
  std::vector<Slacks> levels_;
  std::vector<ChangeList> lists_;
  FloatError error_;
  bool no_effect_ = false;
};

}  // namespace idea
