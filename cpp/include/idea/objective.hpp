// What a search maximises.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "idea/exact_sum.hpp"
#include "idea/image.hpp"
#include "idea/network.hpp"
#include "idea/proposal.hpp"

namespace idea {

enum class Aim : std::uint8_t { kLogit, kMargin, kLogProbability };

// An energy: what is made of the logits, minus the price of the image.
//
// Of one logit alone no other is ever worked out: then a row of logits holds this one, at place 0.
// For the other aims it holds all ten.
struct Objective {
  Objective(std::size_t digit, Aim aim = Aim::kLogit) : digit(digit), aim(aim) {
    check_digit(digit);
  }

  std::size_t digit;
  Aim aim;
  double ink = 0;               // the price of a white pixel
  double smooth = 0;            // the price of two unlike neighbours, right and below
  std::bitset<kPixels> frozen;  // pixels held black

  // The digits whose logits it is made of.
  std::vector<std::size_t> outputs() const {
    if (aim == Aim::kLogit) return {digit};
    std::vector<std::size_t> all(kDigits);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  // What is made of the logits.
  double of(const Logits& logits) const {
    if (aim == Aim::kLogit) return logits[0];
    const double largest = largest_other(logits);
    const double margin = logits[digit] - largest;
    if (aim == Aim::kMargin) return margin;
    ExactSum others;  // relative to the largest
    for (std::size_t k = 0; k < kDigits; ++k)
      if (k != digit) others.add(std::exp(logits[k] - largest));
    // By the side that is small, so that a probability that is all but 1 still tells images apart.
    return margin < 0 ? margin - std::log(others.rounded() + std::exp(margin))
                      : -std::log1p(others.rounded() * std::exp(-margin));
  }

  // What is gained where the logits rise.
  double gain(const Logits& logits, const Logits& rises) const {
    if (aim == Aim::kLogit) return rises[0];
    return of(sum(logits, rises)) - of(logits);
  }

  static Logits sum(const Logits& one, const Logits& other) {
    Logits result{};
    std::transform(one.begin(), one.end(), other.begin(), result.begin(), std::plus<>());
    return result;
  }

  // What is gained where a change of an image leads from logits to others: the exact sum of all
  // that it is made of, correctly rounded. It is above 0 where what is gained is above 0, however
  // little.
  double exact_gain(const Logits& before, const Logits& after, const Image& image,
                    const Change& change) const {
    ExactSum gain;
    add_exactly(gain, 1, after);
    add_exactly(gain, -1, before);
    gain.add_product(-ink, change.value);
    gain.add_product(ink, image[change.pixel]);
    for_neighbours(change.pixel, [&](std::size_t other) {
      add_difference(gain, -smooth, change.value, image[other]);
      add_difference(gain, smooth, image[change.pixel], image[other]);
    });
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
    return energy.rounded();
  }

  // How far what is made of logits may be off where each of them is off by so much. A margin has
  // two of them. The logarithm of a probability p moves with its logit and against the others, by 1
  // - p at most; the last factor is for the p that is meant, which is off by the same bound.
  double error_bound(const Logits& logits, double off) const {
    constexpr double kRounding = 16 * std::numeric_limits<double>::epsilon();
    if (aim == Aim::kLogit) return off;
    double largest = 0;
    for (const double logit : logits) largest = std::max(largest, std::abs(logit));
    off += kRounding * largest;
    if (aim == Aim::kMargin) return 2 * off;
    const double log_p = of(logits);
    const double others = std::max(-std::expm1(log_p), std::numeric_limits<double>::min());
    return 2 * off * std::min(1.0, others * std::exp(2 * off)) - kRounding * log_p;
  }

  // How far the price of an image may be off.
  double error_bound_of_whole_price() const {
    return 16 * std::numeric_limits<double>::epsilon() *
           (kPixels * std::abs(ink) + 2 * kPixels * std::abs(smooth));
  }

  // How far the price of a change may be off.
  double error_bound_of_price() const {
    return 16 * std::numeric_limits<double>::epsilon() * (std::abs(ink) + 4 * std::abs(smooth));
  }

  // An image without the white of frozen pixels.
  Image masked(Image image) const {
    for (std::size_t i = 0; i < kPixels; ++i)
      if (frozen[i]) image[i] = 0;
    return image;
  }

  bool forbids(std::size_t pixel, float value) const { return value > 0 && frozen[pixel]; }

  double price(const Image& image) const {
    if (ink == 0 && smooth == 0) return 0;
    double white = 0;
    double unlike = 0;
    for (const float value : image) white += value;
    for_pairs(
        [&](std::size_t i, std::size_t other) { unlike += difference(image[i], image[other]); });
    return ink * white + smooth * unlike;
  }

  // By how much a change raises it.
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
    for (std::size_t k = 0; k < kDigits; ++k)
      if (k != digit) largest = std::max(largest, logits[k]);
    return largest;
  }

  void add_exactly(ExactSum& sum, double sign, const Logits& logits) const {
    if (aim == Aim::kLogProbability) return sum.add(sign * of(logits));
    sum.add(sign * logits[aim == Aim::kLogit ? 0 : digit]);
    if (aim == Aim::kMargin) sum.add(-sign * largest_other(logits));
  }

  // Adds times * |one - other|.
  static void add_difference(ExactSum& sum, double times, float one, float other) {
    sum.add_product(one < other ? -times : times, one);
    sum.add_product(one < other ? times : -times, other);
  }

  // Calls use(i, j) for each pixel i and that to its right and that below.
  template <typename Use>
  static void for_pairs(Use use) {
    for (std::size_t i = 0; i < kPixels; ++i) {
      if (i % kSide + 1 < kSide) use(i, i + 1);
      if (i + kSide < kPixels) use(i, i + kSide);
    }
  }

  // Calls use(j) for each pixel j beside, above or below one.
  template <typename Use>
  static void for_neighbours(std::size_t pixel, Use use) {
    if (pixel % kSide > 0) use(pixel - 1);
    if (pixel % kSide + 1 < kSide) use(pixel + 1);
    if (pixel >= kSide) use(pixel - kSide);
    if (pixel + kSide < kPixels) use(pixel + kSide);
  }

  static double difference(float one, float other) {
    return std::abs(static_cast<double>(one) - static_cast<double>(other));
  }
};

}  // namespace idea
