// The result of a search.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/image.hpp"
#include "idea/strategies/terms.hpp"

namespace idea {

// The image that a network scores highest for a class: the best that a search found.
struct Ideal {
  Image image;  // 0 or 1; Monte Carlo can leave greys between
  std::size_t target = 0;
  Terms terms;        // what was maximised,
  double energy = 0;  // from a full forward pass over the final image
  Logits logits;
  // Whether the image is binary and no single flip improves it, while some change the energy.
  bool locally_optimal = false;
  bool flat = false;            // whether no flip changes the energy at all
  double best_gain_left = 0;    // the largest gain of a single flip; every flip was tried
  std::size_t evaluations = 0;  // how many gains the search computed
  double seconds = 0;
  std::uint64_t restarts = 0;  // how many runs there were,
  std::uint64_t agreeing = 0;  // and how many of them came to this energy
  std::vector<Image> frames;   // of the run that found it, the start first; if requested

  // The class with the largest logit among the others; the lower on a tie.
  std::size_t runner_up() const {
    std::size_t best = target == 0 ? 1 : 0;
    for (std::size_t other = 0; other < logits.size(); ++other)
      if (other != target && logits[other] > logits[best]) best = other;
    return best;
  }

  double margin() const { return logits[target] - logits[runner_up()]; }

  // The softmax probability of the target, in 0…1.
  double probability() const {
    const double largest = *std::max_element(logits.begin(), logits.end());
    double total = 0;
    for (const double logit : logits) total += std::exp(logit - largest);
    return std::exp(logits[target] - largest) / total;
  }
};

}  // namespace idea
