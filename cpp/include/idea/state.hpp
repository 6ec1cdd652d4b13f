// What every search drives: one image, and the exact gains of its changes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "idea/activations.hpp"
#include "idea/convolutional_activations.hpp"
#include "idea/gain.hpp"
#include "idea/image.hpp"
#include "idea/kernels.hpp"
#include "idea/network.hpp"
#include "idea/objective.hpp"
#include "idea/proposal.hpp"

namespace idea {

// An image of a network, and the gains of its changes. States share nothing but the network, which
// none of them changes, so each thread can have its own.
//
// What is kept of the network's layers, and how a change is carried through them, is the business
// of `LayerCache`: Activations or ConvolutionalActivations. What a gain decides is decided here.
//
// A proposal passes where its *exact gain* is above the threshold: that of Objective::exact_gain between
// logits that are correctly rounded layer by layer (exact_sum.hpp). Estimates decide where they are
// farther from the threshold than they may be off; what is nearer is worked out in double precision, and
// what is too near for that, such as a tie, by the exact sums. So the path of a search depends neither on
// the instruction set nor on what was asked before, and it is the path of Python's DenseState.
template <typename LayerCache>
class BasicState {
 public:
  // Pixels that are frozen begin black.
  BasicState(std::shared_ptr<const typename LayerCache::Model> network, const Objective& objective,
             const Image& image, const Kernels& kernels = chosen_kernels())
      : objective_(objective),
        activations_(std::move(network), objective_.outputs(), kernels),
        image_(objective_.masked(image)) {
    activations_.reset(image_);
    changed();
  }

  const Image& image() const { return image_; }
  double energy() const { return objective_.of(activations_.logits()) - objective_.price(image_); }
  // How far this may be from the exact energy.
  double error_bound() const {
    const Logits logits = activations_.logits();
    return objective_.error_bound(logits, activations_.error_bound()) +
           objective_.error_bound_of_whole_price();
  }
  // Made of correctly rounded logits, and correctly rounded itself.
  double exact_energy() { return objective_.exact_energy(exact_logits(), image_); }
  // The logits that the objective is made of.
  Logits logits() const { return activations_.logits(); }
  bool knows_all_logits() const { return activations_.outputs() == kDigits; }
  // How many changes were evaluated.
  std::size_t evaluations() const { return evaluations_; }

  // The gain of setting a pixel to a value, on the right side of the threshold.
  double gain(const Proposal& proposal) {
    const Change change = change_of(image_, proposal.pixel, proposal.value);
    return settle(change, proposal.threshold, activations_.estimate(change)).gain;
  }

  // The gain of flipping each pixel; of a grey one, the larger of its gains at 0 and at 1. On the right side
  // of 0, and otherwise as far from the exact gains as `error_bounds` says, if that is asked for: (784).
  std::vector<double> gains(std::vector<double>* error_bounds = nullptr) {
    std::vector<Change> flips;
    std::vector<Change> greys_to_black;
    flips.reserve(kPixels);
    for (std::size_t i = 0; i < kPixels; ++i) {
      if (objective_.frozen[i]) continue;
      flips.push_back(flip_of(i));
      if (is_grey(i)) greys_to_black.push_back(change_of(image_, i, 0));
    }
    // What an MLP keeps for all pixels at once pays off for those alone who ask again and again.
    activations_.freshen();
    look();
    const bool together = std::exchange(asked_before_, true);
    std::vector<Gain> found(kPixels);
    raise(found, flips, together);
    raise(found, greys_to_black, together);
    return values_of(found, error_bounds);
  }

  // The gains of flipping some pixels as right as double precision can make them.
  std::vector<double> closer_gains(const std::vector<std::size_t>& pixels,
                                   std::vector<double>& error_bounds) {
    return gains_of(pixels, &error_bounds,
                    [this](const Change& change) { return closer_gain_of(change); });
  }

  // The exact gains.
  std::vector<double> exact_gains(const std::vector<std::size_t>& pixels) {
    return gains_of(pixels, nullptr, [this](const Change& change) {
      return Gain{exact_gain_of(change), 0};
    });
  }

  // All logits of each image that is one flip away, a grey pixel turned white: (784, 10). Where a digit's
  // logit alone is known there are none.
  std::vector<double> neighbours() {
    if (!knows_all_logits()) throw Error("this state knows one logit alone");
    std::vector<Change> flips;
    flips.reserve(kPixels);
    for (std::size_t i = 0; i < kPixels; ++i) flips.push_back(flip_of(i));
    evaluations_ += kPixels;
    std::vector<double> logits = activations_.estimate_all(flips);
    for (std::size_t n = 0; n < logits.size(); ++n) logits[n] += logits_[n % kDigits];
    return logits;
  }

  // How far these may be off.
  double noise() const {
    double noise = 0;
    for (std::size_t i = 0; i < kPixels; ++i)
      noise = std::max(noise, activations_.error_bound({i, 1, 1}));
    return noise;
  }

  // The first of the proposals that passes, or their end; changes nothing.
  const Proposal* first(const Proposal* begin, const Proposal* end) {
    return std::find_if(begin, end, [this, end](const Proposal& proposal) {
      if (proposal.value == image_[proposal.pixel]) return false;
      if (objective_.forbids(proposal.pixel, proposal.value)) return false;
      activations_.prepare(&proposal, end, image_);
      return passes(proposal);
    });
  }

  // Makes a change; a frozen pixel stays black.
  void set(std::size_t pixel, float value) {
    const Change change = change_of(image_, pixel, value);
    if (change.step == 0 || objective_.forbids(pixel, value)) return;
    image_[pixel] = value;
    activations_.move(change, image_);
    changed();
  }

  // Makes another image the present one; frozen pixels stay black.
  // Cost: that of a change for each pixel that differs, or of a forward pass where they are many.
  void set_image(const Image& image) {
    const Image next = objective_.masked(image);
    std::vector<std::size_t> differing;
    for (std::size_t i = 0; i < kPixels; ++i)
      if (next[i] != image_[i]) differing.push_back(i);
    if (differing.size() <= kFew) {
      for (const std::size_t i : differing) set(i, next[i]);
      return;
    }
    image_ = next;
    activations_.reset(image_);
    changed();
  }

  // Takes the proposals in order, makes each that passes, and calls made(proposal).
  template <typename Made>
  void walk(const Proposal* begin, const Proposal* end, Made made) {
    for (const Proposal* next = first(begin, end); next != end; next = first(next + 1, end)) {
      set(next->pixel, next->value);
      made(*next);
    }
  }

 private:
  // So many changes take about as long as to begin anew.
  static constexpr std::size_t kFew = 64;

  bool is_grey(std::size_t pixel) const { return image_[pixel] != 0 && image_[pixel] != 1; }

  Change flip_of(std::size_t pixel) const {
    return change_of(image_, pixel, image_[pixel] == 1 ? 0.0F : 1.0F);
  }

  // Of one logit alone the gain doesn't depend on how large it is.
  void changed() {
    exact_.reset();
    look();
  }

  void look() {
    if (!knows_all_logits()) return;
    logits_ = activations_.logits();
    aimed_ = {objective_.of(logits_), objective_.error_bound(logits_, activations_.error_bound())};
  }

  // Whatever is gained is more than minus infinity: where a grey pixel is set at any price, as in a
  // first sweep, there is nothing to work out.
  bool passes(const Proposal& proposal) {
    if (proposal.threshold != -std::numeric_limits<double>::infinity())
      return gain(proposal) > proposal.threshold;
    ++evaluations_;
    return true;
  }

  // Raises gains to those of changes, where these are larger; at most one for each pixel.
  void raise(std::vector<Gain>& gains, const std::vector<Change>& changes, bool together) {
    if (changes.empty()) return;
    const Change* end = changes.data() + changes.size();
    const std::size_t outputs = activations_.outputs();
    std::vector<double> estimates;
    if (together) estimates = activations_.estimate_all(changes);
    for (const Change* change = changes.data(); change != end; ++change) {
      Logits estimate{};
      if (together) {
        std::copy_n(&estimates[change->pixel * outputs], outputs, estimate.begin());
      } else {
        activations_.prepare(change, end, image_);
        estimate = activations_.estimate(*change);
      }
      gains[change->pixel].raise(settle(*change, 0, estimate));
    }
  }

  // The gain, by the logits' estimated rises, on the right side of the threshold.
  Gain settle(const Change& change, double threshold, const Logits& rises) {
    ++evaluations_;
    const auto decides = [threshold](const Gain& gain) {
      return gain.error_bound == 0 || std::abs(gain.gain - threshold) > gain.error_bound;
    };
    const Gain gain = gain_of(change, rises, activations_.error_bound(change));
    if (decides(gain)) return gain;
    const Gain closer = closer_gain_of(change);
    return decides(closer) ? closer : Gain{exact_gain_of(change), 0};
  }

  // The gain as right as double precision can make it, or the exact gain where that is as easy.
  Gain closer_gain_of(const Change& change) {
    if (activations_.is_lost(change, image_))
      return {objective_.exact_gain({}, {}, image_, change), 0};
    const std::optional<Logits> finer = activations_.finer(change);
    look();
    return gain_of(change, finer ? *finer : activations_.estimate(change),
                   2 * activations_.error_bound());
  }

  // What a change gains whose logits rise by so much, each of which may be off.
  Gain gain_of(const Change& change, const Logits& rises, double off) const {
    const double price = objective_.price(image_, change);
    const double error_bound_of_price = objective_.error_bound_of_price();
    if (objective_.aim == Aim::kLogit) return {rises[0] - price, off + error_bound_of_price};
    const Logits after = Objective::sum(logits_, rises);
    return {objective_.of(after) - aimed_.gain - price,
            objective_.error_bound(after, off + activations_.error_bound()) + aimed_.error_bound +
                error_bound_of_price};
  }

  double exact_gain_of(const Change& change) {
    if (activations_.error_bound(change) == 0 || activations_.is_lost(change, image_))
      return objective_.exact_gain({}, {}, image_, change);
    Image after = image_;
    after[change.pixel] = change.value;
    return objective_.exact_gain(exact_logits(), activations_.exact(after), image_, change);
  }

  // The gains of flipping pixels; of grey ones, the larger of those at 0 and at 1.
  template <typename GainOf>
  std::vector<double> gains_of(const std::vector<std::size_t>& pixels,
                               std::vector<double>* error_bounds, GainOf gain_of) {
    std::vector<Gain> gains;
    for (const std::size_t pixel : pixels) {
      Gain gain{};
      if (!objective_.frozen[pixel]) gain.raise(gain_of(flip_of(pixel)));
      if (!objective_.frozen[pixel] && is_grey(pixel))
        gain.raise(gain_of(change_of(image_, pixel, 0)));
      gains.push_back(gain);
    }
    return values_of(gains, error_bounds);
  }

  const Logits& exact_logits() {
    if (!exact_) exact_ = activations_.exact(image_);
    return *exact_;
  }

  Objective objective_;
  LayerCache activations_;
  Image image_;
  Logits logits_{};              // the present ones, if all are known,
  Gain aimed_{0, 0};             // and what is made of them
  std::optional<Logits> exact_;  // correctly rounded, if they have been asked for
  std::size_t evaluations_ = 0;
  bool asked_before_ = false;  // for all gains
};

// Of a network of one or two hidden layers.
using State = BasicState<Activations>;
// Of a convolutional network.
using ConvolutionalState = BasicState<ConvolutionalActivations>;

}  // namespace idea
