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

#include "idea/image.hpp"
#include "idea/network.hpp"
#include "idea/proposal.hpp"

namespace idea {

enum class Aim : std::uint8_t { kLogit, kMargin, kLogProbability };

// An energy: what is made of the logits, minus the price of the image.
//
// Of one logit alone no other is ever worked out: then a row of logits holds this one, at place 0. For
// the other aims it holds all ten.
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
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < kDigits; ++k)
      if (k != digit) largest = std::max(largest, logits[k]);
    const double margin = logits[digit] - largest;
    if (aim == Aim::kMargin) return margin;
    double others = 0;  // relative to the largest
    for (std::size_t k = 0; k < kDigits; ++k)
      if (k != digit) others += std::exp(logits[k] - largest);
    // By the side that is small, so that a probability that is all but 1 still tells images apart.
    return margin < 0 ? margin - std::log(others + std::exp(margin))
                      : -std::log1p(others * std::exp(-margin));
  }

  // What is gained where the logits rise.
  double gain(const Logits& logits, const Logits& rises) const {
    if (aim == Aim::kLogit) return rises[0];
    return of(sum(logits, rises)) - of(logits);
  }

  // How far that is off, at most, where each of the rises is off by so much. A margin has two of them.
  // The logarithm of a probability p moves with its logit and against the others, by 1 - p at most;
  // the last factor is for the p that is meant, which is another by the same doubt.
  double doubt(const Logits& logits, const Logits& rises, double of_rises) const {
    if (aim == Aim::kLogit) return of_rises;
    if (aim == Aim::kMargin) return 2 * of_rises;
    const double others = -std::expm1(of(sum(logits, rises)));
    return 2 * of_rises * std::min(1.0, others * std::exp(2 * of_rises));
  }

  bool forbids(std::size_t pixel, float value) const { return value > 0 && frozen[pixel]; }

  double price(const Image& image) const {
    if (ink == 0 && smooth == 0) return 0;
    double white = 0;
    double unlike = 0;
    for (std::size_t i = 0; i < kPixels; ++i) {
      white += image[i];
      if (i % kSide + 1 < kSide) unlike += difference(image[i], image[i + 1]);
      if (i + kSide < kPixels) unlike += difference(image[i], image[i + kSide]);
    }
    return ink * white + smooth * unlike;
  }

  // By how much a change raises it.
  double price(const Image& image, const Change& change) const {
    if (ink == 0 && smooth == 0) return 0;
    const std::size_t i = change.pixel;
    double unlike = 0;
    const auto meet = [&](std::size_t other) {
      unlike += difference(change.value, image[other]) - difference(image[i], image[other]);
    };
    if (i % kSide > 0) meet(i - 1);
    if (i % kSide + 1 < kSide) meet(i + 1);
    if (i >= kSide) meet(i - kSide);
    if (i + kSide < kPixels) meet(i + kSide);
    return ink * change.step + smooth * unlike;
  }

 private:
  static Logits sum(const Logits& one, const Logits& other) {
    Logits result{};
    std::transform(one.begin(), one.end(), other.begin(), result.begin(), std::plus<>());
    return result;
  }

  static double difference(float one, float other) {
    return std::abs(static_cast<double>(one) - static_cast<double>(other));
  }
};

}  // namespace idea
