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
#include "idea/image.hpp"
#include "idea/kernels.hpp"
#include "idea/network.hpp"

namespace idea {

// A proposal "set this pixel to that value". It passes where it changes the image and gains more
// than the threshold.
struct Proposal {
  std::size_t pixel;
  float value;
  double threshold;
};

// An image of a network of one or two hidden layers, and the gains of its changes. States share
// nothing but the network, which none of them changes, so each thread can have its own.
//
// Decisions are those of double precision: a gain that is nearer to its threshold than float is
// sure to resolve is computed anew. So the path of a search depends neither on the instruction set
// nor on what was asked before.
class State {
 public:
  State(std::shared_ptr<const Network> network, std::size_t digit, const Image& image,
        const Kernels& kernels = chosen_kernels())
      : network_(network),
        activations_(std::move(network), digit, kernels),
        rounding_(activations_.rounding()),
        image_(image) {
    activations_.reset(image_);
  }

  const Image& image() const { return image_; }
  // The digit's logit.
  double energy() const { return network_->unscaled(activations_.energy()); }
  // How many gains were computed.
  std::size_t evaluations() const { return evaluations_; }

  // The gain of setting a pixel to a value, on the right side of the threshold.
  double gain(const Proposal& proposal) {
    const double step = step_to(proposal);
    return settle(proposal, step, activations_.estimate(proposal.pixel, static_cast<float>(step)));
  }

  // The gain of flipping each pixel; of a grey one, the larger of its gains at 0 and at 1.
  std::vector<double> gains() {
    std::vector<Proposal> flips;
    std::vector<Proposal> greys_to_black;
    for (std::size_t i = 0; i < kPixels; ++i) {
      flips.push_back({i, image_[i] == 1 ? 0.0F : 1.0F, 0});
      if (image_[i] != 0 && image_[i] != 1) greys_to_black.push_back({i, 0, 0});
    }
    // To keep an eye on the near units pays off for those alone who ask again and again.
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
      prepare(&proposal, end);
      return gain(proposal) > proposal.threshold;
    });
  }

  // Makes a change.
  void set(std::size_t pixel, float value) {
    const double step = step_to({pixel, value, 0});
    if (step == 0) return;
    image_[pixel] = value;
    activations_.move(pixel, step, image_);
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
  // Raises gains to those of proposals, where these are larger; at most one for each pixel.
  void raise(std::vector<double>& gains, const std::vector<Proposal>& proposals, bool together) {
    Matrix steps(1, kPixels);
    std::vector<double> estimates(kPixels);
    for (const Proposal& p : proposals) steps.row(0)[p.pixel] = static_cast<float>(step_to(p));
    if (together && !proposals.empty()) activations_.add_gains(steps.row(0), estimates.data());
    const Proposal* end = proposals.data() + proposals.size();
    for (const Proposal* p = proposals.data(); p != end; ++p) {
      if (!together) {
        prepare(p, end);
        estimates[p->pixel] = activations_.estimate(p->pixel, steps.row(0)[p->pixel]);
      }
      const double gain = settle(*p, step_to(*p), estimates[p->pixel]);
      gains[p->pixel] = std::max(gains[p->pixel], gain);
    }
  }

  // In float the difference would be rounded, and with it every decision on a grey pixel.
  double step_to(const Proposal& proposal) const {
    return static_cast<double>(proposal.value) - static_cast<double>(image_[proposal.pixel]);
  }

  // Brings an estimated gain to the energy's scale, and to the right side of the threshold.
  double settle(const Proposal& proposal, double step, double estimate) {
    ++evaluations_;
    const double gain = network_->unscaled(estimate);
    const double doubt = network_->unscaled(std::abs(step) * rounding_[proposal.pixel]);
    if (doubt == 0 || std::abs(gain - proposal.threshold) > doubt) return gain;
    return network_->unscaled(activations_.exact(proposal.pixel, step));
  }

  // How far to look ahead for changes that take much the same work.
  static constexpr std::ptrdiff_t kAhead = 20;

  // Does the work that the coming proposal takes, together with those behind it that are like it.
  void prepare(const Proposal* begin, const Proposal* end) {
    if (!activations_.late(begin->pixel)) return;
    group_.clear();
    end = begin + std::min(kAhead, end - begin);
    for (const Proposal* p = begin; p != end && group_.size() < kGroup; ++p)
      if (p->value != image_[p->pixel] && activations_.alike(begin->pixel, p->pixel) &&
          std::find(group_.begin(), group_.end(), p->pixel) == group_.end())
        group_.push_back(p->pixel);
    activations_.update(group_);
  }

  std::shared_ptr<const Network> network_;
  Activations activations_;
  std::vector<double> rounding_;
  Image image_;
  std::size_t evaluations_ = 0;
  bool asked_before_ = false;       // for all gains
  std::vector<std::size_t> group_;  // scratch
};

}  // namespace idea
