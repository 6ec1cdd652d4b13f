// Arrays that begin on a cache line, so that vector code needs no unaligned head.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace idea {

// The bytes of a cache line and of the widest vector register.
inline constexpr std::size_t kCacheLine = 64;

// A fixed number of floats or doubles, zero at first.
template <typename Number>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t size)
      : values_(static_cast<Number*>(::operator new(size * sizeof(Number), kAlignment))) {
    std::fill_n(values_.get(), size, Number{0});
  }

  Number* at(std::size_t index) { return values_.get() + index; }
  const Number* at(std::size_t index) const { return values_.get() + index; }

 private:
  static constexpr std::align_val_t kAlignment{kCacheLine};

  struct Free {
    void operator()(Number* values) const { ::operator delete(values, kAlignment); }
  };

  std::unique_ptr<Number, Free> values_;
};

}  // namespace idea
