// Sums that are correctly rounded: they depend on their terms alone, not on the order of these.
//
// Exact ties are settled by them. Each unit of a network comes to the exact sum of its bias and its
// weights times its inputs, rounded once to the nearest double (to the even one of two), and ReLU
// and pools follow; so do the logits; and a gain is an exact sum, too, rounded once
// (Objective::exact_gain). Whoever computes so comes to the same bits: this kernel on every
// instruction set, and Python with math.fsum (idea/networks/exact.py).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "idea/kernels.hpp"

namespace idea {

// A double as the sum of two that have 26 and 27 significant bits: times a float, each is exact.
struct Halves {
  explicit Halves(double x) : high(without_low_bits(x)), low(x - high) {}

  static double without_low_bits(double x) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    bits &= ~std::uint64_t{0x7FFFFFF};
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }

  double high;
  double low;
};

// One sum, kept as doubles of rising size whose bits don't overlap. After Shewchuk, "Adaptive
// precision floating-point arithmetic and fast robust geometric predicates" (1997), as is Python's
// math.fsum.
class ExactSum {
 public:
  // Cost: some additions for each double that is kept, of which there are seldom more than three.
  void add(double x) {
    std::size_t kept = 0;
    for (std::size_t n = 0; n < size_; ++n) {
      double y = parts_[n];
      if (std::abs(x) < std::abs(y)) std::swap(x, y);
      const double sum = x + y;
      const double lost = y - (sum - x);
      if (lost != 0) parts_[kept++] = lost;
      x = sum;
    }
    size_ = kept;
    if (x != 0) parts_[size_++] = x;
  }

  void add_product(double x, float y) {
    const Halves halves(x);
    add(halves.high * static_cast<double>(y));
    add(halves.low * static_cast<double>(y));
  }

  // The sum, rounded to the nearest double, to the even one of two.
  double rounded() const {
    if (size_ == 0) return 0;
    std::size_t n = size_ - 1;
    double sum = parts_[n];
    double lost = 0;
    while (n > 0 && lost == 0) {
      const double before = sum;
      const double part = parts_[--n];
      sum = before + part;
      lost = part - (sum - before);
    }
    // What lies below may tell on which side of half way between two doubles the sum is.
    if (n > 0 && ((lost < 0 && parts_[n - 1] < 0) || (lost > 0 && parts_[n - 1] > 0))) {
      const double twice = lost * 2;
      const double other = sum + twice;
      if (twice == other - sum) return other;
    }
    return sum;
  }

 private:
  // The bits of a double lie between 2^-1074 and 2^1024, and each part takes 53 of them at least,
  // but for the lowest.
  static constexpr std::size_t kMost = 42;

  std::array<double, kMost> parts_{};
  std::size_t size_ = 0;
};

// The sums of a whole layer. All are added up in double precision together with what rounding takes
// from each, as in Ogita, Rump and Oishi, "Accurate sum and dot product" (2005), and with the size
// of this, which bounds the error that is left. It is too small to matter but for sums next to half
// way between two doubles, or next to 0: these are summed up exactly.
class ExactSums {
 public:
  explicit ExactSums(const Kernels& kernels) : kernels_(kernels) {}

  // sums[j] = bias[j] + the sum of x[i] * W[i * stride + j], for j < outputs. What stands in W up
  // to the stride is read.
  // Cost: some nine operations for each weight whose input isn't zero; twice as many where the
  // input has more bits than a float.
  template <typename Number>
  void add_up(const std::vector<double>& x, const Number* W, std::size_t stride, const double* bias,
              std::size_t outputs, double* sums) {
    for (std::vector<double>* each : {&sums_, &lost_, &size_}) each->assign(stride, 0);
    std::copy_n(bias, outputs, sums_.begin());
    std::size_t terms = 1;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Halves halves(x[i]);
      for (const double part : {halves.high, halves.low}) {
        if (part == 0) continue;
        kernels_.add_keeping(sums_.data(), lost_.data(), size_.data(), part, W + i * stride,
                             stride);
        ++terms;
      }
    }
    const double unsure = 2 * static_cast<double>(terms) * std::numeric_limits<double>::epsilon();
    for (std::size_t j = 0; j < outputs; ++j)
      sums[j] = round(sums_[j], lost_[j], unsure * size_[j], [&](ExactSum& sum) {
        sum.add(bias[j]);
        for (std::size_t i = 0; i < x.size(); ++i)
          sum.add_product(x[i], static_cast<float>(W[i * stride + j]));
      });
  }

 private:
  // The double next to sum + lost, where lost is right to `unsure`; by the terms if that leaves
  // two.
  template <typename AddTerms>
  static double round(double sum, double lost, double unsure, AddTerms add_terms) {
    const double rounded = sum + lost;
    const double part = rounded - sum;
    const double rest = (sum - (rounded - part)) + (lost - part);
    if (rounded + (rest - unsure) == rounded && rounded + (rest + unsure) == rounded)
      return rounded;
    ExactSum exact;
    add_terms(exact);
    return exact.rounded();
  }

  const Kernels& kernels_;
  std::vector<double> sums_;
  std::vector<double> lost_;
  std::vector<double> size_;
};

}  // namespace idea
