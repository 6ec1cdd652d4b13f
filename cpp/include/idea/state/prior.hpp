// Priors: the logarithm of how probable an image is, by a restricted Boltzmann machine.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/image.hpp"
#include "idea/simd/exact_sum.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"
#include "idea/state/gain.hpp"
#include "idea/state/proposal.hpp"

namespace idea {

// log(1 + exp(x)).
inline double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

// But for a constant,
//
//     log p(x) = visible · x + the sum over the hidden units j of softplus(hidden_j + W_j · x).
//
// The parameters are numbers of half precision, so that for a binary image every sum of them is
// exact in double precision, in whichever order it was added up. As everywhere, what decides a
// comparison is rounded alike on all machines: see `exact`.
class Prior {
 public:
  // The largest weight: a product of some factors exp(±weight) must not overflow.
  static constexpr float kMaxWeight = 40;

  // weights: (hidden units, pixels).
  Prior(const float* weights, std::vector<float> visible, std::vector<float> hidden)
      : visible_(std::move(visible)),
        hidden_(std::move(hidden)),
        weights_(pixels(), units()),
        increase_(pixels(), units()),
        decrease_(pixels(), units()),
        estimate_errors_(pixels()) {
    constexpr double kFew = 8;
    std::vector<double> sums(hidden_.begin(), hidden_.end());
    for (double& sum : sums) sum = std::abs(sum);
    for (std::size_t i = 0; i < pixels(); ++i) {
      size_ += std::abs(static_cast<double>(visible_[i]));
      for (std::size_t j = 0; j < units(); ++j) {
        const float weight = weights[j * pixels() + i];
        if (!(std::abs(weight) <= kMaxWeight))
          throw Error("expected a prior's weights of at most " +
                      std::to_string(static_cast<int>(kMaxWeight)));
        largest_ = std::max(largest_, std::abs(weight));
        weights_.row(i)[j] = weight;
        increase_.row(i)[j] = std::expm1(weight);
        decrease_.row(i)[j] = std::expm1(-weight);
        sums[j] += std::abs(static_cast<double>(weight));
        estimate_errors_[i] += 1 + std::exp(std::abs(static_cast<double>(weight)));
      }
      estimate_errors_[i] *= kFew * std::numeric_limits<float>::epsilon();
    }
    for (const double sum : sums) size_ += sum;
  }

  std::size_t pixels() const { return visible_.size(); }
  std::size_t units() const { return hidden_.size(); }
  const float* visible() const { return visible_.data(); }
  const float* hidden() const { return hidden_.data(); }
  const Matrix& weights() const { return weights_; }
  // exp(w) - 1 for each weight w, and exp(-w) - 1.
  const Matrix& increase() const { return increase_; }
  const Matrix& decrease() const { return decrease_; }
  // How many factors exp(±weight) may be multiplied in single precision.
  std::size_t factors() const {
    return static_cast<std::size_t>(kMaxWeight / std::max(largest_, 1.0F));
  }

  // Bound of the rounding error of an estimate for flipping a pixel. Each factor 1 + s(exp(w) - 1)
  // is exact to some units in the last place of exp(|w|), compared with its size.
  double estimate_error(std::size_t pixel) const { return estimate_errors_[pixel]; }

  // Bound of the rounding error of log p, and of its gains, in double precision.
  double error() const {
    return 16 * static_cast<double>(pixels()) * std::numeric_limits<double>::epsilon() * size_;
  }

  // log p with inputs and sum rounded correctly, and softplus by the C library's functions: the
  // same in Python (idea/networks/prior.py).
  // Cost: a multiply-add for each weight of a binary image, and far more for greys.
  double exact(const Image& image) const {
    ExactSum sum;
    for (std::size_t i = 0; i < pixels(); ++i)
      sum.add(static_cast<double>(visible_[i]) * static_cast<double>(image[i]));
    for (const double input : exact_inputs(image)) sum.add(softplus(input));
    return sum.rounded();
  }

  // The hidden units' inputs, up to the rounding of sums.
  std::vector<double> inputs(const Image& image) const {
    std::vector<double> inputs(hidden_.begin(), hidden_.end());
    for (std::size_t i = 0; i < pixels(); ++i)
      if (image[i] != 0) add(inputs, i, static_cast<double>(image[i]));
    return inputs;
  }

  // Adds a step of a pixel to the inputs.
  void add(std::vector<double>& inputs, std::size_t pixel, double step) const {
    const float* weights = weights_.row(pixel);
    for (std::size_t j = 0; j < inputs.size(); ++j)
      inputs[j] += step * static_cast<double>(weights[j]);
  }

 private:
  std::vector<double> exact_inputs(const Image& image) const {
    if (std::all_of(image.begin(), image.end(), [](float x) { return x == 0 || x == 1; }))
      return inputs(image);
    std::vector<double> rounded;
    for (std::size_t j = 0; j < units(); ++j) {
      ExactSum input;
      input.add(static_cast<double>(hidden_[j]));
      for (std::size_t i = 0; i < pixels(); ++i)
        input.add(static_cast<double>(weights_.row(i)[j]) * static_cast<double>(image[i]));
      rounded.push_back(input.rounded());
    }
    return rounded;
  }

  std::vector<float> visible_;
  std::vector<float> hidden_;
  Matrix weights_;  // (pixels, units), as the next two
  Matrix increase_;
  Matrix decrease_;
  std::vector<double> estimate_errors_;  // for each pixel
  float largest_ = 0;                    // weight
  double size_ = 0;                      // the sum of all parameters' absolute values
};

// log p of one image, and the gains of its changes.
class PriorState {
 public:
  PriorState(std::shared_ptr<const Prior> prior, double weight, const Image& image,
             const Kernels& kernels)
      : prior_(std::move(prior)),
        weight_(weight),
        kernels_(kernels),
        activities_(1, prior_->units()) {
    reset(image);
  }

  void reset(const Image& image) {
    changes_ = 0;
    inputs_ = prior_->inputs(image);
    update_activities();
  }

  // Cost: an exponential for each hidden unit.
  void move(const Change& change, const Image& after) {
    if (++changes_ == kMostChanges) return reset(after);
    prior_->add(inputs_, change.pixel, change.step);
    update_activities();
  }

  // The weight times log p, within the error bound.
  Gain value(const Image& image) const {
    double sum = 0;
    for (std::size_t i = 0; i < image.size(); ++i)
      sum += static_cast<double>(prior_->visible()[i]) * static_cast<double>(image[i]);
    for (const double input : inputs_) sum += softplus(input);
    return {weight_ * sum, error()};
  }

  // Adds the weight times the gain of log p. With a unit's activity s = 1 / (1 + exp(-input)), a
  // step of 1 gains the logarithm of the product over the units of 1 + s(exp(w) - 1).
  // Where a factor may be as good as 0 in single precision, it is computed in double precision.
  // Cost: a multiply-add for each hidden unit, and a logarithm.
  Gain plus_estimate(const Gain& gain, const Change& change) const {
    if (std::abs(change.step) != 1 || prior_->estimate_error(change.pixel) > kCoarse)
      return plus_precise(gain, change);
    const Matrix& changes = change.step > 0 ? prior_->increase() : prior_->decrease();
    const double units = kernels_.log_product(activities_.row(0), changes.row(change.pixel),
                                              changes.stride(), prior_->factors());
    return {gain.gain + weight_ * (of_visible(change) + units),
            gain.error_bound + std::abs(weight_) * prior_->estimate_error(change.pixel) + error()};
  }

  // The same in double precision.
  Gain plus_precise(const Gain& gain, const Change& change) const {
    const float* weights = prior_->weights().row(change.pixel);
    double sum = of_visible(change);
    for (std::size_t j = 0; j < inputs_.size(); ++j)
      if (weights[j] != 0)
        sum += softplus(inputs_[j] + change.step * static_cast<double>(weights[j])) -
               softplus(inputs_[j]);
    return {gain.gain + weight_ * sum, gain.error_bound + error()};
  }

 private:
  static constexpr double kCoarse = 0.01;
  // After so many changes of greys, their rounding errors are removed.
  static constexpr std::size_t kMostChanges = 4096;

  double error() const { return 2 * std::abs(weight_) * prior_->error(); }

  double of_visible(const Change& change) const {
    return change.step * static_cast<double>(prior_->visible()[change.pixel]);
  }

  void update_activities() {
    kernels_.logistic(activities_.row(0), inputs_.data(), inputs_.size());
  }

  std::shared_ptr<const Prior> prior_;
  double weight_;
  const Kernels& kernels_;
  std::vector<double> inputs_;  // of the hidden units
  Matrix activities_;           // (1, units)
  std::size_t changes_ = 0;
};

}  // namespace idea
