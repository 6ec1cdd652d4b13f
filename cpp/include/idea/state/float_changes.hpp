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

  // What is to be kept up to date with the sums of the layers between the first and the output.
  std::vector<Slacks>& slacks() { return levels_; }

  // The gains of a change between 0 and 1; valid until the next call. `activations` are those that
  // keep the slacks.
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
      const FloatTaps& taps = layers_[n].taps;
      error_.pass(layers_[n], changes->size);
      if (n + 1 == layers_.size()) {
        sum(n, *changes);
        break;
      }
      ChangeList& list = lists_[n];
      kernels_.list_next_changes(levels_[n], *changes, taps, layers_[n + 1].taps.dense, list);
      error_.measure(list.squares);
      if (list.squares.count == 0) error_ = FloatError();  // no window holds them
      if (list.size == 0) {
        no_effect_ = n == 0 && list.squares.count != 0 && stays_off(activations);
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
  // Sums the gains from the changes of the input of the n-th layer, the last before the output.
  void sum(std::size_t n, const ChangeList& changes) {
    const Squares squares =
        kernels_.sum_next_changes(levels_[n], changes, layers_[n].taps, weights_, gains_.data());
    error_.sum(squares, largest_row_);
    if (squares.count == 0) error_ = FloatError();  // no window holds them
  }

  // Whether all sums of the second layer that a change reaches are below the results of their pools
  // by more than their errors, before and after it. Then the results are those of other sums, or 0,
  // by correctly rounded sums as well.
  bool stays_off(const ConvolutionalActivations& activations) {
    const double error = 1.0001 * (2 * activations.sum_error_bound(1) + error_.value());
    return layers_[0].taps.layer->kind != Pool::Kind::kOther &&
           kernels_.largest_slack(levels_[0], list_, layers_[0].taps) < -error;
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
