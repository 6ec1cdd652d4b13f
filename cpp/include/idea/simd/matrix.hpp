// Rows of floats that begin on a cache line and end in zeros, so that vector code needs no tail.
#pragma once

#include <cstddef>

#include "idea/simd/aligned_array.hpp"

namespace idea {

// Floats in a cache line and in the widest vector register.
inline constexpr std::size_t kLine = kCacheLine / sizeof(float);

constexpr std::size_t padded(std::size_t size) { return (size + kLine - 1) / kLine * kLine; }

// The length of a row: an odd number of cache lines, for where rows lie a power of two apart, a
// loop down a column finds them all in the same few places of the cache.
constexpr std::size_t stride_of(std::size_t columns) {
  const std::size_t length = padded(columns);
  return length / kLine % 2 == 0 ? length + kLine : length;
}

class Matrix {
 public:
  Matrix() = default;

  // All zero.
  Matrix(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), stride_(stride_of(columns)), values_(rows_ * stride_) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  // The length of a row with the zeros at its end.
  std::size_t stride() const { return stride_; }

  float* row(std::size_t index) { return values_.at(index * stride_); }
  const float* row(std::size_t index) const { return values_.at(index * stride_); }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::size_t stride_ = 0;
  AlignedArray<float> values_;
};

}  // namespace idea
