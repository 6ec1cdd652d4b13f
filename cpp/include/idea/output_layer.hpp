// The part of a network's last layer that computes the logits that a search needs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "idea/matrix.hpp"
#include "idea/network.hpp"

namespace idea {

// The rows of the last layer that belong to some digits, in their order.
class OutputLayer {
 public:
  OutputLayer(const Network& network, const std::vector<std::size_t>& digits)
      : W_(digits.size(), network.layers().back().W.rows()) {
    const Layer& last = network.layers().back();
    for (std::size_t o = 0; o < digits.size(); ++o) {
      for (std::size_t k = 0; k < W_.columns(); ++k) W_.row(o)[k] = last.W.row(k)[digits[o]];
      b_[o] = last.b[digits[o]];
    }
  }

  // (digits, units of the last hidden layer)
  const Matrix& W() const { return W_; }

  // The logits for pre-activations of the last hidden layer, in the network's own scale.
  Logits logits(const std::vector<double>& pre_activations) const {
    Logits logits = b_;
    for (std::size_t o = 0; o < W_.rows(); ++o) {
      double total = 0;
      for (std::size_t k = 0; k < W_.columns(); ++k)
        total += static_cast<double>(W_.row(o)[k]) * std::max(pre_activations[k], 0.0);
      logits[o] += total;
    }
    return logits;
  }

 private:
  Matrix W_;
  Logits b_{};
};

}  // namespace idea
