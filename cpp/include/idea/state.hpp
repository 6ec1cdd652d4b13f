// What every search drives: one image, and the exact gains of its changes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "idea/activations.hpp"
#include "idea/convolutional_activations.hpp"
#include "idea/image.hpp"
#include "idea/kernels.hpp"
#include "idea/proposal.hpp"

namespace idea {

// An image of a network, and the gains of its changes. States share nothing but the network, which
// none of them changes, so each thread can have its own.
//
// What is kept of the network's layers, and how a change is carried through them, is the business
// of `Kept`: Activations or ConvolutionalActivations. What a gain decides is decided here.
//
// Decisions are those of double precision: a gain that is nearer to its threshold than its estimate is
// sure to resolve is computed anew. So the path of a search depends neither on the instruction set
// nor on what was asked before.
template <typename Kept>
class BasicState {
 public:
  BasicState(std::shared_ptr<const typename Kept::Judge> network, std::size_t digit,
             const Image& image, const Kernels& kernels = chosen_kernels())
      : activations_(std::move(network), digit, kernels), image_(image) {
    activations_.reset(image_);
  }

  const Image& image() const { return image_; }
  // The digit's logit.
  double energy() const { return activations_.energy(); }
  // How many changes were judged.
  std::size_t evaluations() const { return evaluations_; }

  // The gain of setting a pixel to a value, on the right side of the threshold.
  double gain(const Proposal& proposal) {
    const Change change = change_of(image_, proposal.pixel, proposal.value);
    return settle(change, proposal.threshold, activations_.estimate(change));
  }

  // The gain of flipping each pixel; of a grey one, the larger of its gains at 0 and at 1.
  std::vector<double> gains() {
    std::vector<Change> flips;
    std::vector<Change> greys_to_black;
    flips.reserve(kPixels);
    for (std::size_t i = 0; i < kPixels; ++i) {
      flips.push_back(change_of(image_, i, image_[i] == 1 ? 0.0F : 1.0F));
      if (image_[i] != 0 && image_[i] != 1) greys_to_black.push_back(change_of(image_, i, 0));
    }
    // What an MLP keeps for all pixels at once pays off for those alone who ask again and again.
    const bool together = std::exchange(asked_before_, true);
    std::vector<double> gains(kPixels, -std::numeric_limits<double>::infinity());
    raise(gains, flips, together);
    raise(gains, greys_to_black, together);
    return gains;
  }

  // The first of the proposals that passes, or their end; changes nothing.
  const Proposal* first(const Proposal* begin, const Proposal* end) {
    return std::find_if(begin, end, [this, end](const Proposal& proposal) {
      if (proposal.value == image_[proposal.pixel]) return false;
      activations_.prepare(&proposal, end, image_);
      return passes(proposal);
    });
  }

  // Makes a change.
  void set(std::size_t pixel, float value) {
    const Change change = change_of(image_, pixel, value);
    if (change.step == 0) return;
    image_[pixel] = value;
    activations_.move(change, image_);
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
  // Whatever is gained is more than minus infinity: where a grey pixel is set at any price, as in a
  // first sweep, there is nothing to work out.
  bool passes(const Proposal& proposal) {
    if (proposal.threshold != -std::numeric_limits<double>::infinity())
      return gain(proposal) > proposal.threshold;
    ++evaluations_;
    return true;
  }

  // Raises gains to those of changes, where these are larger; at most one for each pixel.
  void raise(std::vector<double>& gains, const std::vector<Change>& changes, bool together) {
    if (changes.empty()) return;
    const Change* end = changes.data() + changes.size();
    const std::vector<double> estimates =
        together ? activations_.estimate_all(changes) : std::vector<double>(kPixels);
    for (const Change* change = changes.data(); change != end; ++change) {
      double estimate = estimates[change->pixel];
      if (!together) {
        activations_.prepare(change, end, image_);
        estimate = activations_.estimate(*change);
      }
      double& gain = gains[change->pixel];
      gain = std::max(gain, settle(*change, 0, estimate));
    }
  }

  // Brings an estimated gain to the right side of the threshold.
  double settle(const Change& change, double threshold, double estimate) {
    ++evaluations_;
    const double doubt = activations_.doubt(change);
    if (doubt == 0 || std::abs(estimate - threshold) > doubt) return estimate;
    return activations_.exact(change);
  }

  Kept activations_;
  Image image_;
  std::size_t evaluations_ = 0;
  bool asked_before_ = false;  // for all gains
};

// Of a network of one or two hidden layers.
using State = BasicState<Activations>;
// Of a convolutional network.
using ConvolutionalState = BasicState<ConvolutionalActivations>;

}  // namespace idea
