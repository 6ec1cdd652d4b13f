// Those units of the second layer that one pixel could switch, stored contiguously.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "idea/simd/matrix.hpp"

namespace idea {

// For each near unit a slot, and in it: the unit's weight in each output, its row of the linear
// map M from the pixels, and its row of W2. The slots in use come first, without a gap.
class NearUnits {
 public:
  // The numbers of pixels, of outputs and of units of the two layers.
  NearUnits(std::size_t pixels, std::size_t outputs, std::size_t first, std::size_t second)
      : slots_(second), pixels_(pixels), outputs_(outputs), first_(first) {
    grow();
  }

  std::size_t size() const { return units_.size(); }
  // The end of loops over the slots; the weights of those after the last in use are 0.
  std::size_t width() const { return padded(size()); }
  // The unit in a slot.
  std::size_t unit(std::size_t slot) const { return units_[slot]; }

  const Matrix& out() const { return out_; }
  float* M(std::size_t pixel) { return M_.row(pixel); }
  const float* W2(std::size_t j) const { return W2_.row(j); }

  void clear() {
    units_.clear();
    for (std::size_t o = 0; o < outputs_; ++o) std::fill_n(out_.row(o), out_.stride(), 0.0F);
  }

  // out: (outputs, units), M: (pixels), W2: (units of the first layer).
  void add(std::size_t unit, const Matrix& out, const float* M, const float* W2) {
    if (size() == out_.columns()) grow();
    const std::size_t slot = size();
    units_.push_back(unit);
    slots_[unit] = slot;
    for (std::size_t o = 0; o < outputs_; ++o) out_.row(o)[slot] = out.row(o)[unit];
    for (std::size_t i = 0; i < pixels_; ++i) M_.row(i)[slot] = M[i];
    for (std::size_t j = 0; j < first_; ++j) W2_.row(j)[slot] = W2[j];
  }

  // Removes a unit, and returns its row of M, padded as a row of a Matrix; the last one takes its
  // slot.
  std::vector<float> remove(std::size_t unit) {
    const std::size_t slot = slots_[unit];
    const std::size_t last = size() - 1;
    std::vector<float> row(stride_of(pixels_));
    for (std::size_t i = 0; i < pixels_; ++i)
      row[i] = std::exchange(M_.row(i)[slot], M_.row(i)[last]);
    for (std::size_t j = 0; j < first_; ++j) W2_.row(j)[slot] = W2_.row(j)[last];
    for (std::size_t o = 0; o < outputs_; ++o) {
      out_.row(o)[slot] = out_.row(o)[last];
      out_.row(o)[last] = 0;
    }
    units_[slot] = units_[last];
    slots_[units_[slot]] = slot;
    units_.pop_back();
    return row;
  }

 private:
  void grow() {
    const std::size_t capacity = std::max<std::size_t>(64, 2 * out_.columns());
    out_ = widened(out_, outputs_, capacity);
    M_ = widened(M_, pixels_, capacity);
    W2_ = widened(W2_, first_, capacity);
  }

  static Matrix widened(const Matrix& old, std::size_t rows, std::size_t columns) {
    Matrix result(rows, columns);
    for (std::size_t r = 0; r < old.rows(); ++r)
      std::copy_n(old.row(r), old.columns(), result.row(r));
    return result;
  }

  std::vector<std::size_t> units_;  // by slot
  std::vector<std::size_t> slots_;  // by unit
  std::size_t pixels_;
  std::size_t outputs_;
  std::size_t first_;
  Matrix out_;  // (outputs, slots)
  Matrix M_;    // (pixels, slots)
  Matrix W2_;   // (units of the first layer, slots)
};

}  // namespace idea
