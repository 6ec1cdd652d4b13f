// Correctly rounded sums, which depend only on their terms, not on the order of these.
//
// They decide exact ties. Each unit and logit of a network is the exact sum of its bias and its
// weights times its inputs, rounded once to the nearest double (ties to even), before ReLU and
// pools; and a gain is an exact sum, too, rounded once (Objective::exact_gain). So the results are
// bitwise equal in this kernel on every instruction set, and in Python with math.fsum
// (idea/networks/exact.py).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "idea/simd/kernels.hpp"

namespace idea {

// A double as the sum of two that have 26 and 27 significant bits: their products with a float are
// exact.
struct SplitDouble {
  explicit SplitDouble(double x) : high(without_low_bits(x)), low(x - high) {}

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

// One sum, stored as doubles of increasing size whose bits don't overlap. After Shewchuk, "Adaptive
// precision floating-point arithmetic and fast robust geometric predicates" (1997), as is Python's
// math.fsum.
class ExactSum {
 public:
  // Cost: some additions for each double stored, of which there are seldom more than three.
  void add(double x) {
    std::size_t kept = 0;
    for (std::size_t n = 0; n < size_; ++n) {
      double y = parts_[n];
      if (std::abs(x) < std::abs(y)) std::swap(x, y);
      const double sum = x + y;
      const double residual = y - (sum - x);
      if (residual != 0) parts_[kept++] = residual;
      x = sum;
    }
    size_ = kept;
    if (x != 0) parts_[size_++] = x;
  }

  void add_product(double x, float y) {
    const SplitDouble split(x);
    add(split.high * static_cast<double>(y));
    add(split.low * static_cast<double>(y));
  }

  // The sum, rounded to the nearest double, ties to even.
  double rounded() const {
    if (size_ == 0) return 0;
    std::size_t n = size_ - 1;
    double sum = parts_[n];
    double residual = 0;
    while (n > 0 && residual == 0) {
      const double before = sum;
      const double part = parts_[--n];
      sum = before + part;
      residual = part - (sum - before);
    }
    // Half way between two doubles, the lower parts decide.
    if (n > 0 && ((residual < 0 && parts_[n - 1] < 0) || (residual > 0 && parts_[n - 1] > 0))) {
      const double twice = residual * 2;
      const double other = sum + twice;
      if (twice == other - sum) return other;
    }
    return sum;
  }

 private:
  // The bits of a double lie between 2^-1074 and 2^1024, and each part except the lowest covers at
  // least 53 of them.
  static constexpr std::size_t kMost = 42;

  std::array<double, kMost> parts_{};
  std::size_t size_ = 0;
};

// The sums of a whole layer. All are added up in double precision together with the rounding errors
// of the additions, as in Ogita, Rump and Oishi, "Accurate sum and dot product" (2005), and with
// the sizes of these, which bound the error that is left. It matters only for sums close to half
// way between two doubles, or close to 0: these are summed exactly.
class ExactSums {
 public:
  explicit ExactSums(const Kernels& kernels) : kernels_(kernels) {}

  // sums[j] = bias[j] + the sum of x[i] * W[i * stride + j], for j < outputs. W is read up to the
  // stride.
  // Cost: some nine operations for each weight whose input isn't zero; twice as many where the
  // input has more bits than a float.
  template <typename Number>
  void add_up(const std::vector<double>& x, const Number* W, std::size_t stride, const double* bias,
              std::size_t outputs, double* sums) {
    for (std::vector<double>* each : {&sums_, &residuals_, &size_}) each->assign(stride, 0);
    std::copy_n(bias, outputs, sums_.begin());
    std::size_t terms = 1;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const SplitDouble split(x[i]);
      for (const double part : {split.high, split.low}) {
        if (part == 0) continue;
        kernels_.add_with_residual(sums_.data(), residuals_.data(), size_.data(), part,
                                   W + i * stride, stride);
        ++terms;
      }
    }
    const double error_bound =
        2 * static_cast<double>(terms) * std::numeric_limits<double>::epsilon();
    for (std::size_t j = 0; j < outputs; ++j)
      sums[j] = round(sums_[j], residuals_[j], error_bound * size_[j], [&](ExactSum& sum) {
        sum.add(bias[j]);
        for (std::size_t i = 0; i < x.size(); ++i)
          sum.add_product(x[i], static_cast<float>(W[i * stride + j]));
      });
  }

 private:
  // The double nearest to sum + residual, where the error of residual is at most error_bound; from
  // the terms if that leaves two.
  template <typename AddTerms>
  static double round(double sum, double residual, double error_bound, AddTerms add_terms) {
    const double rounded = sum + residual;
    const double part = rounded - sum;
    const double rest = (sum - (rounded - part)) + (residual - part);
    if (rounded + (rest - error_bound) == rounded && rounded + (rest + error_bound) == rounded)
      return rounded;
    ExactSum exact;
    add_terms(exact);
    return exact.rounded();
  }

  const Kernels& kernels_;
  std::vector<double> sums_;
  std::vector<double> residuals_;
  std::vector<double> size_;
};

}  // namespace idea
