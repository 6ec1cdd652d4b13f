// A check of the shapes of a network's layers.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "idea/error.hpp"

namespace idea {

// Collects the shapes of layers, outputs first, and checks that each fits the one before it.
class ShapeChain {
 public:
  // fits: whether the layer takes the outputs of the one before it.
  void add(bool fits, const std::vector<std::size_t>& shape) {
    fits_ = fits_ && fits && shape[0] > 0;
    std::string text;
    for (const std::size_t length : shape)
      text += (text.empty() ? "" : ", ") + std::to_string(length);
    found_ += (found_.empty() ? "(" : ", (") + text + ")";
  }

  // Whether all layers so far fit.
  bool fits() const { return fits_; }

  // Throws an Error unless all layers fit and the chain is complete.
  void require(bool complete, const std::string& expected) const {
    if (!fits_ || !complete) throw Error("expected " + expected + ", found [" + found_ + "]");
  }

 private:
  bool fits_ = true;
  std::string found_;
};

}  // namespace idea
