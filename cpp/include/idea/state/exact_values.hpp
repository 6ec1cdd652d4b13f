// The energy of an image and the gains of its changes by correctly rounded sums.
#pragma once

#include <optional>

#include "idea/image.hpp"
#include "idea/state/objective.hpp"
#include "idea/state/proposal.hpp"

namespace idea {

// What decides where double precision doesn't. The image is that of the layers, always the present
// one; its logits are computed once, where they are needed.
template <typename LayerCache>
class ExactValues {
 public:
  ExactValues(const Objective& objective, LayerCache& activations)
      : objective_(objective), activations_(activations) {}

  void image_changed() { logits_.reset(); }

  double energy(const Image& image) { return objective_.exact_energy(logits(image), image); }

  double gain(const Image& image, const Change& change) {
    if (activations_.error_bound(change) == 0 || activations_.has_no_effect(change, image))
      return objective_.exact_gain(image, change);
    Image after = image;
    after[change.pixel] = change.value;
    return objective_.exact_gain(logits(image), activations_.exact(after), image, change);
  }

 private:
  const Logits& logits(const Image& image) {
    if (!logits_) logits_ = activations_.exact(image);
    return *logits_;
  }

  const Objective& objective_;
  LayerCache& activations_;
  std::optional<Logits> logits_;
};

}  // namespace idea
