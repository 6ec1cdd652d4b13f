// The objective's value for the present logits, and its gains for changes of them.
#pragma once

#include <cstddef>

#include "idea/image.hpp"
#include "idea/state/gain.hpp"
#include "idea/state/objective.hpp"
#include "idea/state/proposal.hpp"

namespace idea {

// With Aim::kLogit nothing is stored: the gain of one logit doesn't depend on its value.
class Valuation {
 public:
  // outputs: the number of logits that the objective depends on.
  Valuation(const Objective& objective, std::size_t outputs)
      : objective_(objective), logits_(outputs), after_(outputs) {}

  // The present logits, as of the last update.
  const Logits& logits() const { return logits_; }

  // Computes the value of the present logits: write(logits) writes them, each with an error of at
  // most logit_error.
  template <typename Write>
  void update(Write write, double logit_error) {
    if (objective_.aim == Aim::kLogit) return;
    write(logits_.data());
    value_ = value_of(logits_, logit_error);
  }

  // The gain of a change of an image from the logits' gains, each with an error of at most
  // gain_error; logit_error: that of a present logit.
  Gain gain_of(const Image& image, const Change& change, const double* logit_gains,
               double gain_error, double logit_error) {
    const double price = objective_.price(image, change);
    const double price_error_bound = objective_.price_change_error_bound();
    if (objective_.aim == Aim::kLogit)
      return {*logit_gains - price, gain_error + price_error_bound};
    for (std::size_t o = 0; o < after_.size(); ++o) after_[o] = logits_[o] + logit_gains[o];
    const Gain after = value_of(after_, gain_error + logit_error);
    return {after.gain - value_.gain - price,
            after.error_bound + value_.error_bound + price_error_bound};
  }

 private:
  Gain value_of(const Logits& logits, double logit_error) const {
    const double value = objective_.value(logits);
    return {value, objective_.error_bound(logits, value, logit_error)};
  }

  const Objective& objective_;
  Logits logits_;
  Logits after_;      // scratch: those after a change
  Gain value_{0, 0};  // without penalties
};

}  // namespace idea
