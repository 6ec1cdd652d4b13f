// A bound of the rounding errors of changes that pass through layers in single precision.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

#include "idea/network/float_layers.hpp"
#include "idea/simd/float_maps.hpp"

namespace idea {

// The bound grows with the change, not with the sums that change. With |·| the Euclidean norm, u =
// 2⁻²⁴ the unit of rounding, x the changes of a layer's input and x' what was computed of them:
//
// 1. The sums change by d = W x; computed is d' = W x' + r. A sum of n products has a rounding
//    error of at most (n + 1)u/(1 - (n + 1)u) times that of their absolute values, fused or not and
//    in any order, so |r| ≤ 1.01 (n + 1)u | |W| |x'| | as long as n < 10⁵. The absolute values of W
//    have a norm, too, which FloatLayer bounds: it enters only here, once, while errors from below
//    grow by the norm of W itself.
// 2. A result changes by c = max(f, (t_q + d_q) over q), with t_q = s_q - r ≤ 0 for its sums s_q, r
//    the result and f = -r. As a function of the d_q it is Lipschitz with constant 1 in the largest
//    of their differences, so the pool and ReLU increase no error's norm.
// 3. Rounding t_q, f and t_q + d'_q adds no more than 4u D with D the largest |d'_q| of the result:
//    c lies between -D and D, as it is 0 if all d_q are. A q that decides c has |t_q + d'_q| ≤ D,
//    thus |t_q| ≤ 2D, and the error of its sum is at most u(2D + D); f, if it decides, has |f| ≤ D.
//    A q that doesn't decide only because of rounding is covered as well: what is computed for it
//    is at most the computed maximum, and as near to its exact value. Over all results |D| ≤ p |d'|,
//    with p = √m if each sum lies in m pools.
// 4. An average of N is that of N such changes c, each of one sum, which are rounded N - 1 times by
//    additions, once by the factor 1/N and once by its product. This adds no more than 1.01 (N + 2)u
//    times the average of the |c|, which in all is at most p |d'|, here with p = √(m / N); and so an
//    error of the c grows.
//
// With e the bound of |x' - x|, the results of a layer thus have an error of at most
//    p (|W| e + (1.01 (n + 1) + 5 + 1.01 (N + 2)) u | |W| | |x'|),
// the last of the three terms only for averages; and the logit at most |w| e + 1.01 (n + 1)u |w| |x'|, with w the output layer's row. The first
// layer's changes are those of double precision, rounded: e = u |x'|.
//
// Numbers too small for single precision lose at most 2⁻¹⁴⁹ in each operation, and too small a
// square hides a number below 10⁻¹⁹; both are added. Where numbers could become too large for it
// the bound is infinite.
class FloatError {
 public:
  FloatError() = default;

  explicit FloatError(const ChangeList& list) { begin(list); }

  // The bound of the logits' errors, once these are summed.
  double value() const { return error_; }

  // The changes go through a layer; terms: at most so many are added to each sum.
  void pass(const FloatLayer& layer, std::size_t terms) {
    const double pooling = layer.averaged == 0 ? 0 : rounding(layer.averaged + 1);
    error_ = layer.norm * error_ +
             (rounding(terms) + 5 * kUnit + pooling) * layer.absolute * size_ +
             underflow(terms + layer.averaged) * layer.root;
    error_ *= layer.pool;
    if (!(layer.absolute * size_ < kLarge)) error_ = kInfinity;
  }

  // The changes' size.
  void measure(const Squares& squares) {
    const auto terms = static_cast<double>(squares.count);
    size_ =
        std::sqrt(static_cast<double>(squares.sum) * (1.000001 + terms * kUnit) + terms * kSmall);
  }

  // The last changes are summed to logits; norm: the largest of the output layer's rows.
  void sum(const Squares& squares, double norm) {
    measure(squares);
    if (!(norm * size_ < kLarge)) error_ = kInfinity;
    error_ = norm * error_ + rounding(squares.count) * norm * size_ + underflow(squares.count);
  }

  // No changes are left; norm: by which an error grows up to the logits.
  void end(double norm) { error_ *= norm; }

 private:
  void begin(const ChangeList& list) {
    measure(list.squares);
    error_ = kUnit * size_;
  }

  static constexpr double kUnit = std::numeric_limits<float>::epsilon() / 2;
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
  static constexpr double kLarge = 1e37;
  static constexpr double kSmall = std::numeric_limits<float>::min();  // a square that may vanish

  static double rounding(std::size_t terms) {
    return terms < 100'000 ? 1.01 * kUnit * (static_cast<double>(terms) + 1) : kInfinity;
  }
  static double underflow(std::size_t terms) {
    return std::numeric_limits<float>::denorm_min() * (static_cast<double>(terms) + 4);
  }

  double size_ = 0;
  double error_ = 0;
};

}  // namespace idea
