// The layers of a convolutional network for one image, and what a change of one pixel does to its
// logits.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "idea/image.hpp"
#include "idea/network/convolutional_network.hpp"
#include "idea/network/network.hpp"
#include "idea/simd/float_maps.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/maps.hpp"
#include "idea/state/exact_maps.hpp"
#include "idea/state/map_level.hpp"
#include "idea/state/proposal.hpp"

namespace idea {

// One pixel lies in the windows of a few positions of the first layer; what these change lies in
// those of a few more of the second; and so on. Of the units that a change could reach in this way
// most don't change: those that ReLU keeps off, and those that aren't the largest of their pool. So
// an estimate passes from layer to layer only the box of cells that have changed and, for each
// cell, a list of the maps that have, and by how much.
//
// Invariant: results are those of the sums, and sums those of the image, up to the rounding of
// kMaxChanges moves; then everything is recomputed. Sums are always taken in the same order, and no
// product is fused with a sum, so results are bitwise equal on every instruction set.
//
// Everything is in double precision, for grey images as well. The bound leaves only gains undecided
// that are 0, or close to it; these are decided by correctly rounded sums. FloatChanges estimate
// those of binary images faster, from the sums that are stored here.
class ConvolutionalActivations {
 public:
  using Model = ConvolutionalNetwork;  // whose layers these are

  // outputs: the classes whose logits are computed: one, or all.
  ConvolutionalActivations(std::shared_ptr<const ConvolutionalNetwork> network,
                           const std::vector<std::size_t>& outputs, const Kernels& kernels)
      : network_(std::move(network)),
        kernels_(kernels),
        width_(network_->task().width),
        classes_(outputs),
        exact_(network_, kernels),
        pixels_(network_->task().pixels()),
        listed_pixels_(network_->layers()[0].cells, 1),
        connected_pixels_(network_->task().pixels()),
        output_(restricted(network_->layers().back(), outputs)),
        output_taps_(output_),
        logits_({1, 1}, outputs.size()),
        gains_({1, 1}, outputs.size()),
        zero_({1, 1}, outputs.size()) {
    for (const std::size_t target : outputs)
      error_bound_ = std::max(error_bound_, network_->error_bound(target));
    for (std::size_t n = 0; n + 1 < network_->layers().size(); ++n)
      levels_.emplace_back(network_->layers()[n]);
    for (std::size_t i = 0; i < connected_pixels_.size(); ++i)
      connected_pixels_[i] = !reach(i, levels_.size()).empty();
  }

  // Not movable: its members refer to each other.
  ConvolutionalActivations(const ConvolutionalActivations&) = delete;
  ConvolutionalActivations& operator=(const ConvolutionalActivations&) = delete;
  ~ConvolutionalActivations() = default;

  // Computes everything from an image.
  // Cost: a forward pass, without the weights whose inputs are all zero.
  void reset(const Image& image) {
    pixels_ = image;
    recompute();
  }

  // The number of logits computed; they come first in arrays of logits and gains.
  std::size_t outputs() const { return output_.outputs; }

  void write_logits(double* logits) const { std::copy_n(logits_.at(0, 0), outputs(), logits); }

  // Changes share no work that could be done ahead.
  template <typename Coming>
  void prepare(const Coming* /*begin*/, const Coming* /*end*/, const Image& /*image*/) {}

  // The gains of a change, up to the rounding of double precision; valid until the next call.
  // Cost: for each layer a multiply-add for each number that changes in its input, position whose
  // window this lies in, and map of its output; and two comparisons for each result that could
  // change.
  const double* estimate(const Change& change) {
    const CellList<double>* changes = &list_pixel(change);
    last_estimate_ = {change, 0};
    for (MapLevel& level : levels_) {
      const std::size_t n = last_estimate_.levels++;
      level.reached = level.layer->reach(changes->changed());
      level.moved.copy(level.sums, level.reached);
      kernels_.add_list(level.moved, *changes, network_->taps(n));
      kernels_.list_changes(level.moved, level.reached, level.sums, level.results, *level.layer,
                            taps(n + 1).dense, level.changes);
      changes = &level.changes;
      if (changes->size == 0) return zero_.at(0, 0);
    }
    gains_.copy(zero_, Box::cell(0, 0));
    kernels_.add_list(gains_, *changes, output_taps_);
    ++last_estimate_.levels;
    return gains_.at(0, 0);
  }

  // From now on keeps these, of the layers between the first and the output, up to date with sums.
  void keep(std::vector<Slacks>& slacks) { slacks_ = &slacks; }

  // For FloatChanges: the layers below the output, and the output layer.
  const Maps& sums(std::size_t level) const { return levels_[level].sums; }
  const Maps& results(std::size_t level) const { return levels_[level].results; }
  const Convolution& output() const { return output_; }

  // Those of several changes, one after the other: (pixels, outputs), each at its pixel's index.
  std::vector<double> estimate_all(const std::vector<Change>& changes) {
    std::vector<double> estimates(connected_pixels_.size() * outputs());
    for (const Change& change : changes)
      std::copy_n(estimate(change), outputs(), &estimates[change.pixel * outputs()]);
    return estimates;
  }

  // Whether a pixel lies in the window of a result that is used.
  bool is_connected(std::size_t pixel) const { return connected_pixels_[pixel]; }

  // Bound of the rounding error of an estimate; exactly 0 for a pixel that no result depends on.
  double error_bound(const Change& change) const {
    return is_connected(change.pixel) ? error_bound() : 0;
  }

  // That of the estimates of all pixels.
  double neighbours_error_bound() const {
    const bool any = std::find(connected_pixels_.begin(), connected_pixels_.end(), true) !=
                     connected_pixels_.end();
    return any ? error_bound() : 0;
  }

  // Bound of the rounding error of a logit. Each change adds less to the error of the stored sums
  // than that of two estimates.
  double error_bound() const { return (1 + 2 * static_cast<double>(changes_)) * error_bound_; }

  // That of a difference of two sums of a level.
  double sum_error_bound(std::size_t level) const {
    return (1 + 2 * static_cast<double>(changes_)) * network_->sum_error_bound(level);
  }

  // Recomputes everything after many changes, to remove their rounding errors.
  // Cost: a forward pass.
  void rebuild_if_stale() {
    if (changes_ > kStale) recompute();
  }

  // The gains of a change, with at most twice the error of logits recomputed from the image; valid
  // until the next call.
  // Cost: an estimate, and a forward pass where the image has changed.
  const double* precise_gains(const Change& change) {
    if (changes_ != 0) recompute();
    return estimate(change);
  }

  // The outputs' logits by correctly rounded sums; computes those of all classes.
  // Cost: see ExactMaps.
  Logits exact(const Image& image) {
    const Logits all = exact_.logits(image);
    Logits logits(outputs());
    for (std::size_t o = 0; o < outputs(); ++o) logits[o] = all[classes_[o]];
    return logits;
  }

  // Whether a change has no effect on the logits, with correctly rounded sums as well; most changes
  // without effect in an estimate have none. `image` is the present one.
  // Cost: an estimate, unless the last one was of this very change; if that shows no effect, the
  // exact sums of a few cells of the layer at which it ends.
  bool has_no_effect(const Change& change, const Image& image) {
    if (!last_estimate_.is(change)) estimate(change);
    if (last_estimate_.levels > levels_.size()) return false;
    const Box cells = reach(change.pixel, last_estimate_.levels);
    if (cells.empty()) return true;
    Image after = image;
    after[change.pixel] = change.value;
    return exact_.results(last_estimate_.levels - 1, cells, image) ==
           exact_.results(last_estimate_.levels - 1, cells, after);
  }

  // Makes a change; `image` is the image after it.
  // Cost: as an estimate, at a multiple of its speed.
  void move(const Change& change, const Image& image) {
    if (++changes_ == kMaxChanges) return reset(image);
    pixels_[change.pixel] = change.value;
    last_estimate_ = {};
    const CellList<double>* changes = &list_pixel(change);
    for (std::size_t n = 0; n < levels_.size() && changes->size != 0; ++n) {
      MapLevel& level = levels_[n];
      const Box moved = level.layer->reach(changes->changed());
      kernels_.add_list(level.sums, *changes, network_->taps(n));
      kernels_.renew_and_list(level.sums, moved, *level.layer, level.results, taps(n + 1).dense,
                              level.changes, slacks_of(n));
      changes = &level.changes;
    }
    if (changes->size != 0) kernels_.add_list(logits_, *changes, output_taps_);
  }

 private:
  // Everything is recomputed after kMaxChanges moves; before all gains are computed, after kStale.
  static constexpr std::size_t kMaxChanges = 256;
  static constexpr std::size_t kStale = 16;

  // The change that was estimated last, and how much of the scratch memory is of it.
  struct LastEstimate {
    bool is(const Change& other) const {
      return levels > 0 && change.pixel == other.pixel && change.step == other.step;
    }

    Change change{};
    std::size_t levels = 0;  // the number of layers it reached, with the output; 0 without a change
  };

  // The box of the results of a level that a pixel can change.
  Box reach(std::size_t pixel, std::size_t levels) const {
    Box cells = Box::cell(pixel / width_, pixel % width_);
    for (std::size_t n = 0; n < levels && !cells.empty(); ++n)
      cells = levels_[n].layer->made_of(levels_[n].layer->reach(cells));
    return cells;
  }

  // The weights of a level, or of the output.
  const FloatTaps& taps(std::size_t level) const {
    return level == levels_.size() ? output_taps_ : network_->taps(level);
  }

  Slacks* slacks_of(std::size_t level) {
    return slacks_ == nullptr || level == 0 ? nullptr : &(*slacks_)[level - 1];
  }

  // The list of a pixel's step alone.
  const CellList<double>& list_pixel(const Change& change) {
    listed_pixels_.clear();
    add_pixel(change.pixel, change.step);
    return listed_pixels_;
  }
  void add_pixel(std::size_t pixel, double value) {
    listed_pixels_.add(pixel / width_, pixel % width_, taps(0).dense ? pixel : 0, value);
  }

  // Computes everything from the pixels.
  void recompute() {
    changes_ = 0;
    last_estimate_ = {};
    listed_pixels_.clear();
    for (std::size_t i = 0; i < pixels_.size(); ++i) add_pixel(i, pixels_[i]);
    const CellList<double>* inputs = &listed_pixels_;
    for (std::size_t n = 0; n < levels_.size(); ++n) {
      MapLevel& level = levels_[n];
      set_to_bias(level.sums, level.layer->used(), *level.layer);
      kernels_.add_list(level.sums, *inputs, network_->taps(n));
      kernels_.renew(level.sums, *level.layer, level.results, taps(n + 1).dense, level.list);
      if (Slacks* slacks = slacks_of(n))
        kernels_.float_maps.renew_slacks(level.sums, level.results, *level.layer,
                                         Box::whole(level.layer->results()), *slacks);
      inputs = &level.list;
    }
    set_to_bias(logits_, Box::cell(0, 0), output_);
    kernels_.add_list(logits_, *inputs, output_taps_);
  }

  static void set_to_bias(Maps& sums, const Box& positions, const Convolution& layer) {
    for (std::size_t y = positions.top; y < positions.bottom; ++y)
      for (std::size_t x = positions.left; x < positions.right; ++x)
        std::copy_n(layer.bias.at(0), layer.width, sums.at(y, x));
  }

  std::shared_ptr<const ConvolutionalNetwork> network_;
  const Kernels& kernels_;
  std::size_t width_;                 // of the image
  std::vector<std::size_t> classes_;  // the outputs
  ExactMaps exact_;
  Image pixels_;
  CellList<double> listed_pixels_;  // scratch: all of them, or a change of one
  std::vector<MapLevel> levels_;
  std::vector<bool> connected_pixels_;  // see is_connected
  Convolution output_;
  FloatTaps output_taps_;
  Maps logits_;  // (1, 1, outputs)
  Maps gains_;   // the same, scratch
  Maps zero_;    // the same
  double error_bound_ = 0;
  std::vector<Slacks>* slacks_ = nullptr;  // see keep
  std::size_t changes_ = 0;                // since everything was computed from the pixels
  LastEstimate last_estimate_;
};

}  // namespace idea
