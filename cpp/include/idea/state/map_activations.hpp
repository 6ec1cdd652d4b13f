// The layers of a convolutional network for one image: in single precision while it is binary.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "idea/image.hpp"
#include "idea/network/convolutional_network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/state/convolutional_activations.hpp"
#include "idea/state/float_changes.hpp"
#include "idea/state/proposal.hpp"
#include "idea/state/temperatures.hpp"

namespace idea {

// ConvolutionalActivations, in double precision, hold the layers and make the changes. The gains of
// flips of a binary image are estimated by FloatChanges from them, where the network allows it;
// those that this can't decide, and all of an image with grey pixels, in double precision.
class MapActivations {
 public:
  using Model = ConvolutionalNetwork;
  static constexpr Temperatures kTemperatures{2.5, 0.1};

  // `precise_` knows where `fast_` keeps its slacks.
  MapActivations(const MapActivations&) = delete;
  MapActivations& operator=(const MapActivations&) = delete;
  ~MapActivations() = default;

  MapActivations(const std::shared_ptr<const ConvolutionalNetwork>& network,
                 const std::vector<std::size_t>& outputs, const Kernels& kernels)
      : precise_(network, outputs, kernels),
        first_is_exact_(network->first_results_are_exact()),
        grey_(network->task().pixels()),
        bounds_(network->task().pixels()) {
    if (!FloatChanges::supports(*network)) return;
    fast_.emplace(network, precise_.output(), kernels);
    precise_.keep(fast_->slacks());
  }

  void reset(const Image& image) {
    for (std::size_t i = 0; i < image.size(); ++i) note(i, image[i]);
    precise_.reset(image);
    ++version_;
  }

  std::size_t outputs() const { return precise_.outputs(); }
  void write_logits(double* logits) const { precise_.write_logits(logits); }

  bool is_connected(std::size_t pixel) const { return precise_.is_connected(pixel); }

  // Changes share no work that could be done ahead.
  template <typename Coming>
  void prepare(const Coming* /*begin*/, const Coming* /*end*/, const Image& /*image*/) {}

  // The gains of a change, within its error bound; valid until the next call.
  const double* estimate(const Change& change) {
    if (!is_fast(change)) return precise_.estimate(change);
    const double* gains = fast_->estimate(precise_, change);
    const bool none = fast_->no_effect() && first_is_exact_;
    bounds_[change.pixel] = {none ? 0 : fast_->error() + precise_.error_bound(change), version_};
    return gains;
  }

  // Those of several changes, one after the other: (pixels, outputs), each at its pixel's index.
  std::vector<double> estimate_all(const std::vector<Change>& changes) {
    std::vector<double> estimates(bounds_.size() * outputs());
    for (const Change& change : changes)
      std::copy_n(estimate(change), outputs(), &estimates[change.pixel * outputs()]);
    return estimates;
  }

  // Those in double precision, within the bound of neighbours_error_bound.
  std::vector<double> neighbours(const std::vector<Change>& changes) {
    return precise_.estimate_all(changes);
  }
  double neighbours_error_bound() const { return precise_.neighbours_error_bound(); }

  // Bound of the error of the last estimate of a change; exactly 0 if it has no effect.
  double error_bound(const Change& change) const {
    const Bound& bound = bounds_[change.pixel];
    return is_fast(change) && bound.version == version_ ? bound.value
                                                        : precise_.error_bound(change);
  }

  // Bound of the rounding error of a logit, and of half that of a precise gain.
  double error_bound() const { return precise_.error_bound(); }

  void rebuild_if_stale() { precise_.rebuild_if_stale(); }

  // Those of a change that was estimated in single precision, from the stored sums: these decide
  // nearly all that it leaves open. They have twice the error of a logit; valid until the next call.
  const double* stored_gains(const Change& change) {
    return is_fast(change) ? precise_.estimate(change) : nullptr;
  }

  // The gains of a change in double precision, from sums of the image; valid until the next call.
  const double* precise_gains(const Change& change) { return precise_.precise_gains(change); }

  Logits exact(const Image& image) { return precise_.exact(image); }

  bool has_no_effect(const Change& change, const Image& image) {
    return precise_.has_no_effect(change, image);
  }

  // Makes a change; `image` is the image after it.
  void move(const Change& change, const Image& image) {
    const bool was_grey = greys_ != 0;
    note(change.pixel, change.value);
    // The sums of a grey image were rounded; those of a binary one are to be exact.
    if (was_grey && greys_ == 0)
      precise_.reset(image);
    else
      precise_.move(change, image);
    ++version_;
  }

 private:
  struct Bound {
    double value = 0;
    std::size_t version = 0;  // of the image that it is of
  };

  bool is_fast(const Change& change) const {
    return fast_ && greys_ == 0 && (change.value == 0 || change.value == 1);
  }

  // Notes a pixel's new value.
  void note(std::size_t pixel, float value) {
    const bool grey = value != 0 && value != 1;
    if (grey_[pixel]) --greys_;
    if (grey) ++greys_;
    grey_[pixel] = grey;
  }

  ConvolutionalActivations precise_;
  std::optional<FloatChanges> fast_;
  bool first_is_exact_;
  std::vector<bool> grey_;  // (pixels)
  std::size_t greys_ = 0;
  std::vector<Bound> bounds_;  // (pixels)
  std::size_t version_ = 0;
};

}  // namespace idea
