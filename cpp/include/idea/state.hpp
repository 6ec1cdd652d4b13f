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

// An image of a network of one or two hidden layers. It may outlive nothing but the network, which
// it shares; states are independent of each other, so each thread can have its own.
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
    const float step = proposal.value - image_[proposal.pixel];
    ++evaluations_;
    const double gain = network_->unscaled(activations_.estimate(proposal.pixel, step));
    const double doubt = network_->unscaled(std::abs(step) * rounding_[proposal.pixel]);
    if (doubt == 0 || std::abs(gain - proposal.threshold) > doubt) return gain;
    return network_->unscaled(activations_.exact(proposal.pixel, step));
  }

  // The gain of flipping each pixel; of a grey one, the larger of its gains at 0 and at 1.
  std::vector<double> gains() {
    std::vector<Proposal> flips;
    for (std::size_t pixel = 0; pixel < kPixels; ++pixel)
      for (const float value : {0.0F, 1.0F})
        if (value != image_[pixel]) flips.push_back({pixel, value, 0});
    std::vector<double> gains(kPixels, -std::numeric_limits<double>::infinity());
    const Proposal* end = flips.data() + flips.size();
    for (const Proposal* flip = flips.data(); flip != end; ++flip) {
      prepare(flip, end);
      gains[flip->pixel] = std::max(gains[flip->pixel], gain(*flip));
    }
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
    const float step = value - image_[pixel];
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
  // How far to look ahead for columns to build together.
  static constexpr std::ptrdiff_t kAhead = 32;

  // Builds what the coming proposal needs, and with it what those behind it will need.
  void prepare(const Proposal* begin, const Proposal* end) {
    if (!activations_.stale(begin->pixel)) return;
    stale_.clear();
    for (const Proposal* p = begin; p != begin + std::min(kAhead, end - begin) && stale_.size() < kGroup; ++p)
      if (p->value != image_[p->pixel] && activations_.stale(p->pixel) &&
          std::find(stale_.begin(), stale_.end(), p->pixel) == stale_.end())
        stale_.push_back(p->pixel);
    activations_.build(stale_);
  }

  std::shared_ptr<const Network> network_;
  Activations activations_;
  std::vector<double> rounding_;
  Image image_;
  std::size_t evaluations_ = 0;
  std::vector<std::size_t> stale_;  // scratch
};

}  // namespace idea
