// The state of a search: one image, and the exact gains of its changes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "idea/image.hpp"
#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/state/activations.hpp"
#include "idea/state/exact_values.hpp"
#include "idea/state/gain.hpp"
#include "idea/state/map_activations.hpp"
#include "idea/state/objective.hpp"
#include "idea/state/prior.hpp"
#include "idea/state/proposal.hpp"
#include "idea/state/temperatures.hpp"
#include "idea/state/valuation.hpp"

namespace idea {

// An image of a network, and the gains of its changes. States share nothing but the network, which
// none of them changes, so each thread can have its own.
//
// `LayerCache`, Activations or MapActivations, stores the layers and propagates changes.
//
// A proposal passes where its *exact gain* is above the threshold: that of Objective::exact_gain
// between logits that are correctly rounded layer by layer (exact_sum.hpp). Estimates decide if
// they are farther from the threshold than their error bound; closer gains are computed in double
// precision, and those too close for that, such as ties, by the exact sums. So the path of a search
// depends neither on the instruction set nor on earlier calls; Python's DenseState takes it, too.
template <typename LayerCache>
class BasicState {
 public:
  // Frozen pixels start black.
  BasicState(const std::shared_ptr<const typename LayerCache::Model>& network,
             const Objective& objective, const Image& image,
             const Kernels& kernels = chosen_kernels())
      : network_(network),
        objective_(checked(objective, network->task())),
        activations_(network, objective_.outputs(), kernels),
        valuation_(objective_, activations_.outputs()),
        exact_(objective_, activations_),
        image_(objective_.masked(image)) {
    activations_.reset(image_);
    if (objective_.prior)
      prior_.emplace(objective_.prior, objective_.prior_weight, image_, kernels);
    changed();
  }

  // With the target's logit as the energy.
  BasicState(const std::shared_ptr<const typename LayerCache::Model>& network, std::size_t target,
             const Image& image, const Kernels& kernels = chosen_kernels())
      : BasicState(network, Objective(network->task(), target), image, kernels) {}

  const typename LayerCache::Model& network() const { return *network_; }
  const Task& task() const { return objective_.task; }
  const Image& image() const { return image_; }
  double energy() const {
    return objective_.value(logits()) - objective_.price(image_) + prior_value().gain;
  }
  // Bound of its distance from the exact energy.
  double error_bound() const {
    const Logits now = logits();
    return objective_.error_bound(now, objective_.value(now), activations_.error_bound()) +
           objective_.price_error_bound() + prior_value().error_bound;
  }
  // Computed from correctly rounded logits, and correctly rounded itself.
  double exact_energy() { return exact_.energy(image_); }
  // The logits that the objective depends on.
  Logits logits() const {
    Logits logits(activations_.outputs());
    activations_.write_logits(logits.data());
    return logits;
  }
  bool has_all_logits() const { return activations_.outputs() == task().classes; }
  void require_all_logits() const {
    if (!has_all_logits())
      throw Error("only the target's logit is available; use the objective margin or logp");
  }
  // Those that random changes are drawn from: all but the frozen ones and, where the network alone
  // decides, those it isn't connected to. All where none would remain.
  std::vector<std::size_t> relevant_pixels() const {
    const bool by_network = objective_.depends_on_logits_alone();
    std::vector<std::size_t> relevant;
    for (std::size_t i = 0; i < image_.size(); ++i)
      if (!objective_.frozen[i] && (!by_network || activations_.is_connected(i)))
        relevant.push_back(i);
    if (relevant.empty()) {
      relevant.resize(image_.size());
      std::iota(relevant.begin(), relevant.end(), std::size_t{0});
    }
    return relevant;
  }
  // Those between which annealings cool.
  static constexpr Temperatures temperatures() { return LayerCache::kTemperatures; }
  // How many changes were evaluated.
  std::size_t evaluations() const { return evaluations_; }

  // The gain of setting a pixel to a value, on the right side of the threshold.
  double gain(const Proposal& proposal) {
    const Change change = change_of(image_, proposal.pixel, proposal.value);
    return resolve_gain(change, proposal.threshold, activations_.estimate(change)).gain;
  }

  // The gain of flipping each pixel; of a grey one, the larger of its gains at 0 and at 1. On the
  // right side of 0, and within the bounds that are written to `error_bounds` if given: (pixels).
  std::vector<double> gains(std::vector<double>* error_bounds = nullptr) {
    std::vector<Change> flips;
    std::vector<Change> greys_to_black;
    flips.reserve(image_.size());
    for (std::size_t i = 0; i < image_.size(); ++i) {
      if (objective_.frozen[i]) continue;
      flips.push_back(flip_of(image_, i));
      if (!is_binary(image_[i])) greys_to_black.push_back(change_of(image_, i, 0));
    }
    activations_.rebuild_if_stale();
    refresh_logits();
    // The Neighbourhood pays off only for repeated calls.
    const bool together = std::exchange(gains_requested_, true);
    std::vector<Gain> found(image_.size());
    update_maxima(found, flips, together);
    update_maxima(found, greys_to_black, together);
    return values_of(found, error_bounds);
  }

  // The gains of flipping some pixels, as precise as double precision allows.
  std::vector<double> closer_gains(const std::vector<std::size_t>& pixels,
                                   std::vector<double>& error_bounds) {
    return gains_of(pixels, &error_bounds,
                    [this](const Change& change) { return closer_gain_of(change); });
  }

  // The exact gains.
  std::vector<double> exact_gains(const std::vector<std::size_t>& pixels) {
    return gains_of(pixels, nullptr, [this](const Change& change) {
      return Gain{exact_.gain(image_, change), 0};
    });
  }

  // All logits of each image that is one flip away, a grey pixel turned white: (pixels,
  // classes). Throws an Error unless all logits are available.
  std::vector<double> neighbours() {
    require_all_logits();
    std::vector<Change> flips;
    flips.reserve(image_.size());
    for (std::size_t i = 0; i < image_.size(); ++i) flips.push_back(flip_of(image_, i));
    evaluations_ += image_.size();
    std::vector<double> logits = activations_.neighbours(flips);
    for (double* row = logits.data(); row != logits.data() + logits.size(); row += task().classes)
      for (std::size_t k = 0; k < task().classes; ++k) row[k] += valuation_.logits()[k];
    return logits;
  }

  // Their error bound.
  double neighbours_error_bound() const { return activations_.neighbours_error_bound(); }

  // The first of the proposals that passes, or `end`; changes nothing.
  const Proposal* first(const Proposal* begin, const Proposal* end) {
    return std::find_if(begin, end, [this, end](const Proposal& proposal) {
      if (proposal.value == image_[proposal.pixel]) return false;
      if (objective_.is_forbidden(proposal.pixel, proposal.value)) return false;
      activations_.prepare(&proposal, end, image_);
      return passes(proposal);
    });
  }

  // Makes a change; a frozen pixel stays black.
  void set(std::size_t pixel, float value) {
    const Change change = change_of(image_, pixel, value);
    if (change.step == 0 || objective_.is_forbidden(pixel, value)) return;
    image_[pixel] = value;
    activations_.move(change, image_);
    if (prior_) prior_->move(change, image_);
    changed();
  }

  // Makes another image the present one; frozen pixels stay black.
  // Cost: that of a change for each pixel that differs, or of a forward pass where they are many.
  void set_image(const Image& image) {
    const Image next = objective_.masked(image);
    const std::vector<std::size_t> differing = differing_pixels(image_, next);
    if (differing.size() <= kMaxIncremental) {
      for (const std::size_t i : differing) set(i, next[i]);
      return;
    }
    image_ = next;
    activations_.reset(image_);
    if (prior_) prior_->reset(image_);
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
  // So many changes take about as long as a reset.
  static constexpr std::size_t kMaxIncremental = 64;

  Gain prior_value() const { return prior_ ? prior_->value(image_) : Gain{0, 0}; }

  void changed() {
    exact_.image_changed();
    refresh_logits();
  }

  void refresh_logits() {
    valuation_.update([this](double* logits) { activations_.write_logits(logits); },
                      activations_.error_bound());
  }

  // A threshold of −∞ always passes, so nothing is computed.
  bool passes(const Proposal& proposal) {
    if (proposal.threshold != -std::numeric_limits<double>::infinity())
      return gain(proposal) > proposal.threshold;
    ++evaluations_;
    return true;
  }

  // Replaces gains by those of changes that are larger; at most one change for each pixel.
  void update_maxima(std::vector<Gain>& gains, const std::vector<Change>& changes, bool together) {
    if (changes.empty()) return;
    const Change* end = changes.data() + changes.size();
    const std::size_t outputs = activations_.outputs();
    std::vector<double> estimates;
    if (together) estimates = activations_.estimate_all(changes);
    for (const Change* change = changes.data(); change != end; ++change) {
      if (!together) activations_.prepare(change, end, image_);
      const double* estimate =
          together ? &estimates[change->pixel * outputs] : activations_.estimate(*change);
      gains[change->pixel].max_with(resolve_gain(*change, 0, estimate));
    }
  }

  // The gain, from the logits' estimated gains, on the right side of the threshold.
  Gain resolve_gain(const Change& change, double threshold, const double* logit_gains) {
    ++evaluations_;
    const auto is_conclusive = [threshold](const Gain& gain) {
      return gain.error_bound == 0 || std::abs(gain.gain - threshold) > gain.error_bound;
    };
    Gain gain = gain_of(change, logit_gains, activations_.error_bound(change));
    if (prior_) gain = prior_->plus_estimate(gain, change);
    if (is_conclusive(gain)) return gain;
    if (const double* stored = activations_.stored_gains(change)) {
      gain = gain_of(change, stored, 2 * activations_.error_bound());
      if (prior_) gain = prior_->plus_precise(gain, change);
      if (is_conclusive(gain)) return gain;
    }
    const Gain closer = closer_gain_of(change);
    return is_conclusive(closer) ? closer : Gain{exact_.gain(image_, change), 0};
  }

  // The gain, as precise as double precision allows, or the exact gain if that is as fast.
  Gain closer_gain_of(const Change& change) {
    if (activations_.has_no_effect(change, image_))
      return {objective_.exact_gain(image_, change), 0};
    const double* precise = activations_.precise_gains(change);
    refresh_logits();
    const Gain gain = gain_of(change, precise, 2 * activations_.error_bound());
    return prior_ ? prior_->plus_precise(gain, change) : gain;
  }

  Gain gain_of(const Change& change, const double* logit_gains, double gain_error) {
    return valuation_.gain_of(image_, change, logit_gains, gain_error, activations_.error_bound());
  }

  // The gains of flipping pixels; of grey ones, the larger of those at 0 and at 1.
  template <typename GainOf>
  std::vector<double> gains_of(const std::vector<std::size_t>& pixels,
                               std::vector<double>* error_bounds, GainOf gain_of) {
    std::vector<Gain> gains;
    for (const std::size_t pixel : pixels) {
      Gain gain{};
      if (!objective_.frozen[pixel]) gain.max_with(gain_of(flip_of(image_, pixel)));
      if (!objective_.frozen[pixel] && !is_binary(image_[pixel]))
        gain.max_with(gain_of(change_of(image_, pixel, 0)));
      gains.push_back(gain);
    }
    return values_of(gains, error_bounds);
  }

  std::shared_ptr<const typename LayerCache::Model> network_;
  Objective objective_;
  LayerCache activations_;
  Valuation valuation_;
  ExactValues<LayerCache> exact_;
  Image image_;
  std::optional<PriorState> prior_;
  std::size_t evaluations_ = 0;
  bool gains_requested_ = false;  // whether gains() was called
};

using State = BasicState<Activations>;  // for networks with one or two hidden layers
using ConvolutionalState = BasicState<MapActivations>;

}  // namespace idea
