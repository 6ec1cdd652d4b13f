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
    return settle(proposal.pixel, step, proposal.threshold,
                  activations_.estimate(proposal.pixel, step));
  }

  // The gain of flipping each pixel; of a grey one, the larger of its gains at 0 and at 1.
  std::vector<double> gains() {
    Matrix to_flip(1, kPixels);
    Matrix to_black(1, kPixels);  // of greys alone
    bool grey = false;
    for (std::size_t i = 0; i < kPixels; ++i) {
      to_flip.row(0)[i] = image_[i] == 1 ? -1 : 1 - image_[i];
      if (image_[i] == 0 || image_[i] == 1) continue;
      to_black.row(0)[i] = -image_[i];
      grey = true;
    }
    std::vector<double> gains = gains_of(to_flip.row(0));
    if (!grey) return gains;
    const std::vector<double> others = gains_of(to_black.row(0));
    for (std::size_t i = 0; i < kPixels; ++i)
      if (to_black.row(0)[i] != 0) gains[i] = std::max(gains[i], others[i]);
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
  // What a step of each pixel gains; nothing where the step is 0.
  std::vector<double> gains_of(const float* steps) {
    std::vector<double> gains(kPixels);
    activations_.add_gains(steps, gains.data());
    for (std::size_t i = 0; i < kPixels; ++i)
      if (steps[i] != 0) gains[i] = settle(i, steps[i], 0, gains[i]);
    return gains;
  }

  // Brings an estimated gain to the energy's scale, and to the right side of the threshold.
  double settle(std::size_t pixel, float step, double threshold, double estimate) {
    ++evaluations_;
    const double gain = network_->unscaled(estimate);
    const double doubt = network_->unscaled(std::abs(step) * rounding_[pixel]);
    if (doubt == 0 || std::abs(gain - threshold) > doubt) return gain;
    return network_->unscaled(activations_.exact(pixel, step));
  }

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
