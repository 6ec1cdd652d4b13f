// What a change does to the logits, by forward passes from the first hidden layer on.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"
#include "idea/state/proposal.hpp"
#include "idea/state/upper_layers.hpp"

namespace idea {

// Forward passes in double precision. Those of the present image are kept until it changes.
class PrecisePass {
 public:
  // changes: after how many at most the first layer's pre-activations are recomputed.
  PrecisePass(const Network& network, const UpperLayers& upper, const Kernels& kernels,
              std::size_t changes)
      : network_(network), upper_(upper), kernels_(kernels), before_(upper.W().rows()) {
    for (std::size_t layer = 0; layer < network.hidden(); ++layer)
      errors_.push_back(network.unit_error_bound(layer, changes));
  }

  // To be called when the image has changed.
  void forget() { has_before_ = false; }

  // Writes the gains of a change of the image with the first layer's pre-activations a1.
  // Cost: a forward pass from the first layer on, or two where the image has changed.
  void write_gains(const std::vector<double>& a1, const Change& change, double* gains) {
    compute_before(a1);
    moved_a1_ = a1;
    kernels_.add_exactly(moved_a1_.data(), change.step, first().row(change.pixel),
                         first().stride());
    upper_.write_logits_from_first(moved_a1_, moved_a2_, gains);
    for (std::size_t o = 0; o < before_.size(); ++o) gains[o] -= before_[o];
  }

  // Whether a change has no effect, whatever the rounding of sums: it moves only units that are off
  // before and after it, or the second layer is all off before and after it. gains: scratch memory.
  // Cost: a comparison for each unit of the first layer; where the second is off, as write_gains.
  bool has_no_effect(const std::vector<double>& a1, const Change& change, double* gains) {
    if (moves_silent_units_only(a1, change)) return true;
    if (network_.hidden() == 1) return false;
    compute_before(a1);
    if (!is_silent_before_) return false;
    write_gains(a1, change, gains);
    return is_second_silent();
  }

 private:
  const Matrix& first() const { return network_.layers()[0].W; }

  void compute_before(const std::vector<double>& a1) {
    if (std::exchange(has_before_, true)) return;
    upper_.write_logits_from_first(a1, moved_a2_, before_.data());
    is_silent_before_ = network_.hidden() == 2 && is_second_silent();
  }

  bool moves_silent_units_only(const std::vector<double>& a1, const Change& change) const {
    const float* weights = first().row(change.pixel);
    for (std::size_t j = 0; j < first().columns(); ++j) {
      if (weights[j] == 0) continue;
      if (a1[j] >= -errors_[0] || a1[j] + change.step * weights[j] >= -errors_[0]) return false;
    }
    return true;
  }

  // For the pre-activations that were computed last.
  bool is_second_silent() const {
    for (std::size_t k = 0; k < network_.layers()[1].b.size(); ++k)
      if (moved_a2_[k] >= -errors_[1]) return false;
    return true;
  }

  const Network& network_;
  const UpperLayers& upper_;
  const Kernels& kernels_;
  std::vector<double> errors_;  // of the hidden layers' pre-activations
  Logits before_;               // valid if has_before_, as is is_silent_before_
  bool has_before_ = false;
  bool is_silent_before_ = false;
  // Scratch.
  std::vector<double> moved_a1_;
  std::vector<double> moved_a2_;
};

}  // namespace idea
