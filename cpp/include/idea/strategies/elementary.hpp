// Logarithm and exponential, bitwise the same on every machine and in Python
// (idea/core/elementary.py): the C libraries' differ from each other in the last bit.
//
// They take nothing but IEEE operations in a fixed order. A product and the sum that it enters stand
// in statements of their own, so that no compiler fuses them.
#pragma once

#include <cmath>

namespace idea {

inline constexpr double kLogTwo = 0.6931471805599453;

// The natural logarithm of a positive number: of x = 2^e m, with m about 1, it is
// e log 2 + 2 artanh((m - 1) / (m + 1)), by the series.
inline double logarithm(double x) {
  constexpr double kSqrtHalf = 0.7071067811865476;
  constexpr int kTerms = 11;
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < kSqrtHalf) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double series = 1.0 / (2 * kTerms - 1);
  for (int n = kTerms - 2; n >= 0; --n) {
    series *= z;
    series += 1.0 / (2 * n + 1);
  }
  const double twos = exponent * kLogTwo;
  const double rest = 2 * s * series;
  return twos + rest;
}

// e to the power x: 2^k exp(r), by Taylor's series.
inline double exponential(double x) {
  constexpr int kTerms = 17;
  const double k = std::floor(x / kLogTwo + 0.5);
  const double whole = k * kLogTwo;
  const double r = x - whole;
  double series = 1;
  for (int n = kTerms; n > 0; --n) {
    series = series * r / n;
    series += 1;
  }
  return std::ldexp(series, static_cast<int>(k));
}

// A positive base to the power of an exponent.
inline double power(double base, double exponent) {
  return exponential(exponent * logarithm(base));
}

}  // namespace idea
