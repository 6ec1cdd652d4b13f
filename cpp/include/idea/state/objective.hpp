// What a search maximises.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

#include "idea/error.hpp"
#include "idea/image.hpp"
#include "idea/simd/exact_sum.hpp"
#include "idea/state/prior.hpp"
#include "idea/state/proposal.hpp"

namespace idea {

enum class Aim : std::uint8_t { kLogit, kMargin, kLogProbability };

// An energy: a function of the logits, minus the image's penalties (its price), plus the logarithm
// of its probability by a prior, if there is one.
//
// With Aim::kLogit only the target's logit is computed, at index 0 of the array of logits. For the
// other aims it holds all.
struct Objective {
  // target: the class that images are searched for.
  Objective(const Task& task, std::size_t target, Aim aim = Aim::kLogit)
      : task(task), target(target), aim(aim), frozen(task.pixels()) {
    check_target(target, task);
  }

  Task task;
  std::size_t target;
  Aim aim;
  double ink = 0;            // the price of a white pixel
  double smooth = 0;         // the price of two unlike neighbours, right and below
  std::vector<bool> frozen;  // for each pixel whether it is held black
  std::shared_ptr<const Prior> prior;
  double prior_weight = 0;

  // The classes whose logits it depends on.
  std::vector<std::size_t> outputs() const {
    if (aim == Aim::kLogit) return {target};
    std::vector<std::size_t> all(task.classes);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  // Whether no pixel has a price, and there is no prior.
  bool depends_on_logits_alone() const { return ink == 0 && smooth == 0 && !prior; }

  // The objective's function of the logits.
  double value(const Logits& logits) const {
    if (aim == Aim::kLogit) return logits[0];
    const double largest = largest_other(logits);
    const double margin = logits[target] - largest;
    if (aim == Aim::kMargin) return margin;
    ExactSum others;  // relative to the largest
    for (std::size_t k = 0; k < logits.size(); ++k)
      if (k != target) others.add(std::exp(logits[k] - largest));
    // Computed from the smaller side, to distinguish probabilities near 1.
    return margin < 0 ? margin - std::log(others.rounded() + std::exp(margin))
                      : -std::log1p(others.rounded() * std::exp(-margin));
  }

  // The gain when a change of an image leads from logits to others: the exact sum of its terms,
  // correctly rounded. It is above 0 if the exact sum is, however small.
  double exact_gain(const Logits& before, const Logits& after, const Image& image,
                    const Change& change) const {
    ExactSum gain;
    add_exactly(gain, 1, after);
    add_exactly(gain, -1, before);
    add_change(gain, image, change);
    return gain.rounded();
  }

  // The same where a change has no effect on the logits.
  double exact_gain(const Image& image, const Change& change) const {
    ExactSum gain;
    add_change(gain, image, change);
    return gain.rounded();
  }

  // The energy of an image, by the same rule.
  double exact_energy(const Logits& logits, const Image& image) const {
    ExactSum energy;
    add_exactly(energy, 1, logits);
    for (const float value : image) energy.add_product(-ink, value);
    for_pairs([&](std::size_t i, std::size_t other) {
      add_difference(energy, -smooth, image[i], image[other]);
    });
    if (prior) energy.add(prior_weight * prior->exact(image));
    return energy.rounded();
  }

  // Bound of the error of a value = value(logits) if each logit has an error of at most logit_error.
  // A margin has two of them. The derivatives of log p are at most 1 - p in size; the last factor
  // accounts for the error of p itself.
  double error_bound(const Logits& logits, double value, double logit_error) const {
    constexpr double kRounding = 16 * std::numeric_limits<double>::epsilon();
    if (aim == Aim::kLogit) return logit_error;
    double largest = 0;
    for (const double logit : logits) largest = std::max(largest, std::abs(logit));
    logit_error += kRounding * largest;
    if (aim == Aim::kMargin) return 2 * logit_error;
    const double others = std::max(-std::expm1(value), std::numeric_limits<double>::min());
    return 2 * logit_error * std::min(1.0, others * std::exp(2 * logit_error)) - kRounding * value;
  }

  // Bound of the error of the price of an image.
  double price_error_bound() const {
    const auto pixels = static_cast<double>(task.pixels());
    return 16 * std::numeric_limits<double>::epsilon() *
           (pixels * std::abs(ink) + 2 * pixels * std::abs(smooth));
  }

  // Bound of the error of the price of a change.
  double price_change_error_bound() const {
    return 16 * std::numeric_limits<double>::epsilon() * (std::abs(ink) + 4 * std::abs(smooth));
  }

  // An image without the white of frozen pixels.
  Image masked(Image image) const {
    require_size(image, task, "image");
    for (std::size_t i = 0; i < image.size(); ++i)
      if (frozen[i]) image[i] = 0;
    return image;
  }

  bool is_forbidden(std::size_t pixel, float value) const { return value > 0 && frozen[pixel]; }

  double price(const Image& image) const {
    if (ink == 0 && smooth == 0) return 0;
    double white = 0;
    double unlike = 0;
    for (const float value : image) white += value;
    for_pairs(
        [&](std::size_t i, std::size_t other) { unlike += difference(image[i], image[other]); });
    return ink * white + smooth * unlike;
  }

  // The price of the image after a change minus that before.
  double price(const Image& image, const Change& change) const {
    if (ink == 0 && smooth == 0) return 0;
    const std::size_t i = change.pixel;
    double unlike = 0;
    for_neighbours(i, [&](std::size_t other) {
      unlike += difference(change.value, image[other]) - difference(image[i], image[other]);
    });
    return ink * change.step + smooth * unlike;
  }

 private:
  double largest_other(const Logits& logits) const {
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < logits.size(); ++k)
      if (k != target) largest = std::max(largest, logits[k]);
    return largest;
  }

  void add_exactly(ExactSum& sum, double sign, const Logits& logits) const {
    if (aim == Aim::kLogProbability) return sum.add(sign * value(logits));
    sum.add(sign * logits[aim == Aim::kLogit ? 0 : target]);
    if (aim == Aim::kMargin) sum.add(-sign * largest_other(logits));
  }

  // Adds what a change does to the price and to the prior's part.
  void add_change(ExactSum& sum, const Image& image, const Change& change) const {
    subtract_price(sum, image, change);
    if (!prior) return;
    Image after = image;
    after[change.pixel] = change.value;
    sum.add(prior_weight * prior->exact(after));
    sum.add(-prior_weight * prior->exact(image));
  }

  // Subtracts the price of the image after a change minus that before.
  void subtract_price(ExactSum& sum, const Image& image, const Change& change) const {
    sum.add_product(-ink, change.value);
    sum.add_product(ink, image[change.pixel]);
    for_neighbours(change.pixel, [&](std::size_t other) {
      add_difference(sum, -smooth, change.value, image[other]);
      add_difference(sum, smooth, image[change.pixel], image[other]);
    });
  }

  // Adds times * |one - other|.
  static void add_difference(ExactSum& sum, double times, float one, float other) {
    sum.add_product(one < other ? -times : times, one);
    sum.add_product(one < other ? times : -times, other);
  }

  // Calls use(i, j) for each pixel i and its neighbours j to the right and below.
  template <typename Use>
  void for_pairs(Use use) const {
    const std::size_t width = task.width;
    const std::size_t pixels = task.pixels();
    for (std::size_t i = 0; i < pixels; ++i) {
      if (i % width + 1 < width) use(i, i + 1);
      if (i + width < pixels) use(i, i + width);
    }
  }

  // Calls use(j) for each pixel j beside, above or below one.
  template <typename Use>
  void for_neighbours(std::size_t pixel, Use use) const {
    const std::size_t width = task.width;
    const std::size_t column = pixel % width;
    if (column > 0) use(pixel - 1);
    if (column + 1 < width) use(pixel + 1);
    if (pixel >= width) use(pixel - width);
    if (pixel + width < task.pixels()) use(pixel + width);
  }

  static double difference(float one, float other) {
    return std::abs(static_cast<double>(one) - static_cast<double>(other));
  }
};

// Returns the objective, or throws an Error unless it is one of this task.
inline const Objective& checked(const Objective& objective, const Task& task) {
  if (objective.task != task || objective.frozen.size() != task.pixels() ||
      (objective.prior && objective.prior->pixels() != task.pixels()))
    throw Error("expected an objective of the network's task");
  return objective;
}

}  // namespace idea
