// The layers of a network above its first hidden one, in double precision, as far as a search needs
// them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"

namespace idea {

// The second hidden layer, if there is one, and the rows of the last layer that belong to some
// classes, in their order.
class UpperLayers {
 public:
  UpperLayers(const Network& network, const std::vector<std::size_t>& classes,
              const Kernels& kernels)
      : network_(network),
        kernels_(kernels),
        W_(classes.size(), network.layers().back().W.rows()),
        b_(classes.size()) {
    const Layer& last = network.layers().back();
    for (std::size_t o = 0; o < classes.size(); ++o) {
      for (std::size_t k = 0; k < W_.columns(); ++k) W_.row(o)[k] = last.W.row(k)[classes[o]];
      b_[o] = last.b[classes[o]];
    }
  }

  // (classes, units of the last hidden layer)
  const Matrix& W() const { return W_; }

  // Computes the second layer's pre-activations from the first's; a2 ends in zeros.
  void propagate(const std::vector<double>& a1, std::vector<double>& a2) const {
    const Layer& second = network_.layers()[1];
    std::copy(second.b.begin(), second.b.end(), a2.begin());
    for (std::size_t j = 0; j < second.W.rows(); ++j)
      if (a1[j] > 0) kernels_.add_exactly(a2.data(), a1[j], second.W.row(j), second.W.stride());
  }

  // Writes the logits for pre-activations of the first hidden layer. a2: scratch memory.
  void write_logits_from_first(const std::vector<double>& a1, std::vector<double>& a2,
                               double* logits) const {
    if (network_.hidden() == 1) return write_logits(a1, logits);
    a2.assign(network_.layers()[1].W.stride(), 0);
    propagate(a1, a2);
    write_logits(a2, logits);
  }

  // Writes the logits for pre-activations of the last hidden layer.
  void write_logits(const std::vector<double>& pre_activations, double* logits) const {
    for (std::size_t o = 0; o < W_.rows(); ++o) {
      double total = 0;
      for (std::size_t k = 0; k < W_.columns(); ++k)
        total += static_cast<double>(W_.row(o)[k]) * std::max(pre_activations[k], 0.0);
      logits[o] = network_.unscaled(b_[o] + total);
    }
  }

 private:
  const Network& network_;
  const Kernels& kernels_;
  Matrix W_;
  std::vector<double> b_;
};

}  // namespace idea
