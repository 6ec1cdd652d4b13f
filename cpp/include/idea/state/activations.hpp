// The hidden layers of a network for one image, and what a change of one pixel does to its logits.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/image.hpp"
#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"
#include "idea/state/columns.hpp"
#include "idea/state/neighbourhood.hpp"
#include "idea/state/pattern.hpp"
#include "idea/state/precise_pass.hpp"
#include "idea/state/proposal.hpp"
#include "idea/state/rounding.hpp"
#include "idea/state/temperatures.hpp"
#include "idea/state/upper_layers.hpp"

namespace idea {

// Between two changes a ReLU network is linear but for the units that switch, and one pixel
// switches few. With a1 and a2 the pre-activations of two hidden layers, a change of pixel i by s
// moves
//
//     a1 by s * W1[:, i], which switches some units j; and
//     a2 by s * M[:, i] + sum over these of |a1'_j| * W2[:, j], where M = W2 · D · W1 is the linear
//        map (columns.hpp): a unit that switches on adds a1'_j to M's prediction; one that switches
//        off subtracts it;
//
// and the gain is the sum of w3_k * (relu(a2'_k) - relu(a2_k)): some additions for each unit of the
// second layer, where a forward pass takes one for each weight. With one hidden layer, a1 stands in
// a2's place and W1 in M's. It is the gain of one logit, with its row w3 of the last layer, or of
// all.
//
// Invariant: a1, a2 and the pattern of the units of a1 above zero are those of the image, a1 up to
// rounding in double precision, a2 up to that of kMaxChanges moves in float.
//
// Internally, logits and gains are in the network's own scale (see Network).
class Activations {
 public:
  using Model = Network;  // whose layers these are
  static constexpr Temperatures kTemperatures{1, 0.02};

  // outputs: the classes whose logits are computed: one, or all.
  Activations(std::shared_ptr<const Network> network, const std::vector<std::size_t>& outputs,
              const Kernels& kernels)
      : network_(supported(std::move(network))),
        kernels_(kernels),
        classes_(outputs),
        a1_(first().stride()),
        a1_float_(1, first().columns()),
        on_(first().columns()),
        upper_(*network_, outputs, kernels),
        negated_(1, upper_.W().columns()),
        move_(1, upper_.W().columns()),
        switched_(first().columns() + kLine),
        rows_(first().columns()),
        unit_changes_(1, upper_.W().columns()),
        gains_(outputs.size()),
        precise_(*network_, upper_, kernels_, kMaxChanges) {
    if (has_two_hidden()) {
      a2_.resize(second().stride());
      columns_.emplace(first(), second(), kernels_);
    }
    rounding_ = estimate_rounding(*network_, upper_.W(), kernels_);
    for (const std::size_t target : outputs)
      error_bound_ = std::max(error_bound_, network_->error_bound(target, kMaxChanges));
  }

  // Not movable: its members hold references to each other.
  Activations(const Activations&) = delete;
  Activations& operator=(const Activations&) = delete;
  ~Activations() = default;

  // Computes everything from an image.
  // Cost: a forward pass.
  void reset(const Image& image) {
    changes_ = 0;
    const std::vector<double>& b = network_->layers()[0].b;
    std::copy(b.begin(), b.end(), a1_.begin());
    for (std::size_t i = 0; i < image.size(); ++i)
      if (image[i] != 0)
        kernels_.add_exactly(a1_.data(), image[i], first().row(i), first().stride());
    if (has_two_hidden()) upper_.propagate(a1_, a2_);
    update_rounded();
  }

  // Whether a unit has a weight for a pixel.
  bool is_connected(std::size_t pixel) const {
    const float* weights = first().row(pixel);
    return std::any_of(weights, weights + first().columns(), [](float w) { return w != 0; });
  }

  // The number of logits computed; they come first in arrays of logits and gains.
  std::size_t outputs() const { return upper_.W().rows(); }

  // Writes the logits, free of the errors of moves in float, so that the results of searches can be
  // compared.
  // Cost: a forward pass from the first layer on, or none where moves are not in float.
  void write_logits(double* logits) const {
    if (outputs() > 1) return upper_.write_logits(top(), logits);
    std::vector<double> a2;
    upper_.write_logits_from_first(a1_, a2, logits);
  }

  // Updates the column of M that the first of the coming changes needs, together with those of
  // later changes whose updates are similar.
  template <typename Coming>
  void prepare(const Coming* begin, const Coming* end, const Image& image) {
    if (!has_two_hidden() || !columns_->needs_many_updates(begin->pixel, on_)) return;
    group_.clear();
    end = begin + std::min(kAhead, end - begin);
    for (const Coming* p = begin; p != end && group_.size() < kGroup; ++p)
      if (p->value != image[p->pixel] &&
          columns_->have_similar_updates(begin->pixel, p->pixel, on_) &&
          std::find(group_.begin(), group_.end(), p->pixel) == group_.end())
        group_.push_back(p->pixel);
    columns_->update(group_.data(), group_.size(), on_);
  }

  // The gains of a change, to within a few units in the last place of their summands; valid until
  // the next call.
  // Cost: a multiply-add for each unit of the first layer, and one for each of the second and each
  // unit that this change or, since the pixel's last estimate, others have switched; and one more
  // for each of the second and each further output.
  const double* estimate(const Change& change) {
    const Column column = column_for(change.pixel, static_cast<float>(change.step));
    double* gains = gains_.data();
    if (outputs() == 1) {
      *gains = network_->unscaled(
          kernels_.gain_sum(column, negated_.row(0), upper_.W().row(0), 0, negated_.stride()));
      return gains;
    }
    std::fill_n(gains, outputs(), 0);
    kernels_.gain_sums(column, negated_.row(0), upper_.W(), 0, negated_.stride(),
                       unit_changes_.row(0), gains);
    for (std::size_t o = 0; o < outputs(); ++o) gains[o] = network_->unscaled(gains[o]);
    return gains;
  }

  // The same for several changes, at most one of each pixel: (pixels, outputs), each at its pixel's
  // index.
  // Cost: see Neighbourhood.
  std::vector<double> estimate_all(const std::vector<Change>& changes) {
    if (!neighbourhood_) neighbourhood_.emplace(network_->reach(kernels_), upper_.W(), kernels_);
    const std::size_t pixels = first().rows();
    Matrix steps(1, pixels);
    for (const Change& change : changes)
      steps.row(0)[change.pixel] = static_cast<float>(change.step);
    std::vector<double> gains(pixels * outputs());
    neighbourhood_->add_gains(on_, a1_float_.row(0), a2_, steps.row(0), gains.data());
    for (double& gain : gains) gain = network_->unscaled(gain);
    return gains;
  }

  // Bound of the rounding error of an estimate, including that of the logits whose difference is
  // the exact gain. It is exactly 0 for a pixel without weight.
  double error_bound(const Change& change) const {
    const double rounding = rounding_[change.pixel];
    if (rounding == 0) return 0;
    return network_->unscaled(std::abs(change.step) * rounding) + 2 * error_bound_;
  }

  // The same, for searches that compare images instead of changing one.
  std::vector<double> neighbours(const std::vector<Change>& changes) {
    return estimate_all(changes);
  }
  double neighbours_error_bound() const {
    double bound = 0;
    for (std::size_t i = 0; i < rounding_.size(); ++i)
      bound = std::max(bound, error_bound(Change{i, 1, 1}));
    return bound;
  }

  // Bound of the rounding error of a logit computed in double precision.
  double error_bound() const { return error_bound_; }

  // There is no way between an estimate and precise gains.
  static const double* stored_gains(const Change& /*change*/) { return nullptr; }

  // The gains of a change, with at most twice that error; valid until the next call.
  // Cost: a forward pass from the first layer on, or two where the image has changed.
  const double* precise_gains(const Change& change) {
    precise_.write_gains(a1_, change, gains_.data());
    return gains_.data();
  }

  // The outputs' logits by correctly rounded sums; computes those of all classes.
  // Cost: see ExactSums.
  Logits exact(const Image& image) const {
    const Logits all = network_->exact_logits(image, kernels_);
    Logits logits(outputs());
    for (std::size_t o = 0; o < outputs(); ++o) logits[o] = all[classes_[o]];
    return logits;
  }

  // The stored layers accumulate no error that a rebuild would remove.
  void rebuild_if_stale() const {}

  // Whether a change has provably no effect on the logits.
  // Cost: see PrecisePass.
  bool has_no_effect(const Change& change, const Image& /*image*/) {
    return precise_.has_no_effect(a1_, change, gains_.data());
  }

  // Makes a change; `image` is the image after it.
  // Cost: that of an estimate, and two additions for each unit.
  void move(const Change& change, const Image& image) {
    if (++changes_ == kMaxChanges) return reset(image);
    if (has_two_hidden() && outputs() == 1) {
      const Column column = column_for(change.pixel, static_cast<float>(change.step));
      const Row linear{column.values, column.step};
      std::fill_n(move_.row(0), move_.stride(), 0.0F);
      kernels_.add_rows(move_.row(0), &linear, 1, move_.stride());
      kernels_.add_rows(move_.row(0), column.rows, column.count, move_.stride());
      kernels_.add_exactly(a2_.data(), 1, move_.row(0), move_.stride());
    }
    kernels_.add_exactly(a1_.data(), change.step, first().row(change.pixel), first().stride());
    // Where logits are compared with each other, they must be free of the errors of moves in float.
    if (has_two_hidden() && outputs() > 1) upper_.propagate(a1_, a2_);
    update_rounded();
  }

 private:
  // After so many moves everything is recomputed.
  static constexpr std::size_t kMaxChanges = 256;
  // How far to look ahead for changes whose updates are similar.
  static constexpr std::ptrdiff_t kAhead = 20;

  static std::shared_ptr<const Network> supported(std::shared_ptr<const Network> network) {
    if (network->hidden() != 1 && network->hidden() != 2)
      throw Error("expected a network of one or two hidden layers, found " +
                  std::to_string(network->hidden()));
    return network;
  }

  bool has_two_hidden() const { return network_->hidden() == 2; }
  const Matrix& first() const { return network_->layers()[0].W; }
  const Matrix& second() const { return network_->layers()[1].W; }

  // The pre-activations of the last hidden layer.
  const std::vector<double>& top() const { return has_two_hidden() ? a2_ : a1_; }

  // Rounds the pre-activations to float, and lists the units that are on.
  void update_rounded() {
    precise_.forget();
    kernels_.round(a1_float_.row(0), a1_.data(), 1, a1_.size());
    kernels_.round(negated_.row(0), top().data(), -1, top().size());
    on_.assign([this](std::uint64_t* words) {
      kernels_.list_signs(a1_float_.row(0), a1_float_.stride(), words);
    });
  }

  // How a change moves the last hidden layer.
  Column column_for(std::size_t pixel, float step) {
    const float* weights = first().row(pixel);
    if (!has_two_hidden()) return {weights, step, nullptr, 0};
    columns_->update(&pixel, 1, on_);
    const float* a1 = a1_float_.row(0);
    const std::size_t count =
        kernels_.find_switched(a1, weights, step, on_.words(), first().stride(), switched_.data());
    rows_.clear();
    for (std::size_t n = 0; n < count; ++n) {
      const std::size_t j = switched_[n];
      rows_.add(second().row(j), std::abs(a1[j] + step * weights[j]));
    }
    return {columns_->at(pixel), step, rows_.data(), rows_.size()};
  }

  std::shared_ptr<const Network> network_;
  const Kernels& kernels_;
  std::vector<std::size_t> classes_;  // the outputs
  // Of the first hidden layer, and of the second if there is one; zeros after the last unit.
  std::vector<double> a1_;
  std::vector<double> a2_;
  Matrix a1_float_;  // (1, units) a1 rounded
  Pattern on_;       // which of these are above zero
  UpperLayers upper_;
  Matrix negated_;  // (1, units of the last hidden layer) minus its pre-activations, rounded
  std::size_t changes_ = 0;         // since everything was computed from the image
  std::optional<Columns> columns_;  // if there are two hidden layers
  std::optional<Neighbourhood> neighbourhood_;
  std::vector<double> rounding_;  // (pixels) bounds of an estimate's rounding, for a step of 1
  double error_bound_ = 0;
  // Scratch.
  std::vector<std::size_t> group_;
  Matrix move_;
  std::vector<std::uint32_t> switched_;
  Rows rows_;
  Matrix unit_changes_;        // (1, units of the last hidden layer)
  std::vector<double> gains_;  // (outputs)
  PrecisePass precise_;
};

}  // namespace idea
