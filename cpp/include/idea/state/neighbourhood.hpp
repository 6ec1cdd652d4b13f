// The gains of all pixels of an image at once.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "idea/network/reach.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/matrix.hpp"
#include "idea/state/near_units.hpp"
#include "idea/state/pattern.hpp"
#include "idea/state/rounding.hpp"

namespace idea {

// Most units are so far from zero that no change of one pixel can switch them (reach.hpp): they are
// *sure*, and all of them together are one linear map. Only the others, the *near* ones, are
// evaluated one by one. With R_j the sum over the sure units k that are on of w_k * W2[k, j], G the
// sum over the units j that are on of R_j * W1[j, :], and M as in columns.hpp, a step s of pixel i
// gains
//
//     s * G_i + the sum over the units j of the first layer that it switches of |a1'_j| * R_j
//             + the gain of the near units of the second layer, the only rows of M that are stored.
//
// With one hidden layer, R is w and there is no second layer. Of several outputs, each has its own
// w, R and G; the near units are the same for all.
//
// Invariant: R, G and the stored part of M are those of on_ and roles_, up to the rounding errors
// of the corrections since they were built.
class Neighbourhood {
 public:
  // out: (outputs, units) the weight of each unit of the last hidden layer in each output.
  Neighbourhood(const Reach& reach, const Matrix& out, const Kernels& kernels)
      : reach_(reach),
        out_(out),
        kernels_(kernels),
        on_(reach.first.size()),
        roles_(reach.second.size(), Role::kOff),
        pixels_(reach.first_rows.columns()),
        near_(pixels_, out.rows(), reach.first.size(), reach.second.size()),
        R_(out.rows(), reach.first.size()),
        G_(out.rows(), pixels_),
        negated_(1, out.columns()),
        changes_(1, out.columns()),
        begins_(pixels_ + 1),
        switching_pixels_(pixels_ + kLine),
        signed_weights_(reach.first.size()),
        rows_(std::max(reach.first.size(), reach.second.size())) {}

  // Adds to gains, (pixels, outputs), the gain of a step steps[i] of each pixel i of the image with
  // these activations: the units of the first layer that are on, its pre-activations, and those of
  // the second layer, if there is one.
  // Cost: a multiply-add for each pixel and near unit of the first layer; for each pixel and near
  // unit of the second layer, one for each unit that the step switches, one for each that has
  // switched since the last call and one for each output; and for each unit that has become near
  // since then, one for each pixel and unit on.
  void add_gains(const Pattern& on, const float* a1, const std::vector<double>& a2,
                 const float* steps, double* gains) {
    follow(on, a2);
    list_switching(a1, steps, gains);
    // A few near units at a time, so that their rows of W2 stay in the cache.
    std::size_t begin = 0;
    do {
      const std::size_t end = std::min(begin + kSlots, near_.width());
      for (std::size_t i = 0; i < pixels_; ++i) {
        if (begin == 0) {
          correct_M(i);
          for (std::size_t o = 0; o < outputs(); ++o)
            gains[i * outputs() + o] += static_cast<double>(steps[i] * G_.row(o)[i]);
        }
        add_gains(i, steps[i], begin, end, gains + i * outputs());
      }
      begin = end;
    } while (begin < near_.width());
  }

 private:
  enum class Role : std::uint8_t { kOff, kOn, kNear };

  // A pixel whose step switches a unit of the first layer.
  struct Switching {
    std::uint32_t pixel;
    std::uint32_t j;
    float excess;  // the distance of the unit from zero after it
  };

  // A unit stays near until it is so much farther from zero than it can be moved: otherwise it
  // could change roles with every change.
  static constexpr float kSlack = 1.25F;
  static constexpr std::size_t kNeverBuilt = kMaxCorrections + 1;

  // How many near units of the second layer are evaluated together.
  static constexpr std::size_t kSlots = 128;

  std::size_t outputs() const { return out_.rows(); }

  // Adds the gains of some near units of the second layer for a step of a pixel.
  void add_gains(std::size_t pixel, float step, std::size_t begin, std::size_t end, double* gains) {
    const Column column{near_.M(pixel), step, switching_.data() + begins_[pixel],
                        begins_[pixel + 1] - begins_[pixel]};
    if (outputs() == 1)
      *gains += kernels_.gain_sum(column, negated_.row(0), near_.out().row(0), begin, end);
    else
      kernels_.gain_sums(column, negated_.row(0), near_.out(), begin, end, changes_.row(0), gains);
  }

  Role role(std::size_t k, double a2) const {
    const float slack = roles_[k] == Role::kNear ? kSlack : 1.0F;
    if (std::abs(a2) <= static_cast<double>(slack * reach_.second[k])) return Role::kNear;
    return a2 > 0 ? Role::kOn : Role::kOff;
  }

  // Updates everything to another image except M, which add_gains corrects pixel by pixel.
  void follow(const Pattern& on, const std::vector<double>& a2) {
    switched_.clear();
    on.visit_differences(
        on_.words(), [this](std::size_t j) { switched_.push_back(static_cast<std::uint32_t>(j)); });
    corrections_ += switched_.size();
    if (corrections_ > kMaxCorrections || 2 * switched_.size() > on.count()) {
      build(on, a2);
      switched_.clear();
    }
    // Before the switched units switch, so that new rows of M are like the others.
    assign_roles(a2);
    for (std::size_t o = 0; o < outputs(); ++o) {
      rows_.clear();
      for (const std::uint32_t j : switched_)
        rows_.add(reach_.first_rows.row(j), on.on(j) ? R_.row(o)[j] : -R_.row(o)[j]);
      kernels_.add_rows(G_.row(o), rows_.data(), rows_.size(), G_.stride());
    }
    rows_.clear();
    signed_weights_.clear();
    for (const std::uint32_t j : switched_) {
      rows_.add(near_.W2(j), 0);
      signed_weights_.add(reach_.first_rows.row(j), on.on(j) ? 1.0F : -1.0F);
    }
    on_ = on;
    on_.list(units_on_);
    for (std::size_t slot = 0; slot < near_.size(); ++slot)
      negated_.row(0)[slot] = static_cast<float>(-a2[near_.unit(slot)]);
  }

  // Updates the stored column of M for the switched units of the first layer.
  void correct_M(std::size_t pixel) {
    if (switched_.empty()) return;
    for (std::size_t n = 0; n < switched_.size(); ++n) {
      const Row& weights = signed_weights_[n];
      rows_[n].coefficient = weights.coefficient * weights.values[pixel];
    }
    kernels_.add_rows(near_.M(pixel), rows_.data(), rows_.size(), near_.width());
  }

  // Rebuilds everything, with no unit near.
  void build(const Pattern& on, const std::vector<double>& a2) {
    corrections_ = 0;
    on_ = on;
    near_.clear();
    on_.list(units_on_);
    for (std::size_t k = 0; k < roles_.size(); ++k) {
      roles_[k] = Role::kOff;
      roles_[k] = role(k, a2[k]) == Role::kOn ? Role::kOn : Role::kOff;
    }
    for (std::size_t o = 0; o < outputs(); ++o) build_sure(o);
  }

  // Builds R and G of an output.
  void build_sure(std::size_t o) {
    std::fill_n(R_.row(o), R_.stride(), 0.0F);
    if (roles_.empty()) std::copy_n(out_.row(o), out_.columns(), R_.row(o));
    rows_.clear();
    for (std::size_t k = 0; k < roles_.size(); ++k)
      if (roles_[k] == Role::kOn) rows_.add(reach_.second_rows.row(k), out_.row(o)[k]);
    kernels_.add_rows(R_.row(o), rows_.data(), rows_.size(), R_.stride());
    std::fill_n(G_.row(o), G_.stride(), 0.0F);
    rows_.clear();
    for (const std::uint32_t j : units_on_) rows_.add(reach_.first_rows.row(j), R_.row(o)[j]);
    kernels_.add_rows(G_.row(o), rows_.data(), rows_.size(), G_.stride());
  }

  // Assigns every unit of the second layer its present role.
  void assign_roles(const std::vector<double>& a2) {
    changing_.clear();
    for (std::size_t k = 0; k < roles_.size(); ++k) {
      const Role now = role(k, a2[k]);
      if (now == roles_[k]) continue;
      if (roles_[k] == Role::kNear)
        change_role(k, now, near_.remove(k).data());
      else
        changing_.push_back(k);
    }
    // No row of M is stored for these.
    combine_rows(kernels_, reach_.second_rows, changing_, reach_.first_rows, units_on_,
                 [&](std::size_t k, const float* M) { change_role(k, role(k, a2[k]), M); });
  }

  // M: the unit's row.
  void change_role(std::size_t k, Role now, const float* M) {
    const float* W2 = reach_.second_rows.row(k);
    if (now == Role::kNear) near_.add(k, out_, M, W2);
    const float sign = (now == Role::kOn ? 1.0F : 0.0F) - (roles_[k] == Role::kOn ? 1.0F : 0.0F);
    for (std::size_t o = 0; sign != 0 && o < outputs(); ++o) {
      const Row to_R{W2, sign * out_.row(o)[k]};
      const Row to_G{M, sign * out_.row(o)[k]};
      kernels_.add_rows(R_.row(o), &to_R, 1, R_.stride());
      kernels_.add_rows(G_.row(o), &to_G, 1, G_.stride());
    }
    roles_[k] = now;
  }

  // Lists for each pixel the units of the first layer that its step switches, and adds their gains
  // through the sure units.
  void list_switching(const float* a1, const float* steps, double* gains) {
    std::size_t n_found = 0;
    std::fill(begins_.begin(), begins_.end(), 0);
    for (std::size_t j = 0; j < reach_.first.size(); ++j) {
      if (std::abs(a1[j]) > reach_.first[j]) continue;
      const float* weights = reach_.first_rows.row(j);
      const std::size_t count =
          kernels_.find_switching(a1[j], weights, steps, padded(pixels_), switching_pixels_.data());
      found_.resize(std::max(found_.size(), n_found + count));
      for (std::size_t n = 0; n < count; ++n) {
        const std::uint32_t i = switching_pixels_[n];
        const float excess = std::abs(a1[j] + steps[i] * weights[i]);
        for (std::size_t o = 0; o < outputs(); ++o)
          gains[i * outputs() + o] += static_cast<double>(excess * R_.row(o)[j]);
        ++begins_[i];
        // Field by field, as in Rows.
        found_[n_found].pixel = i;
        found_[n_found].j = static_cast<std::uint32_t>(j);
        found_[n_found++].excess = excess;
      }
    }
    sort_by_pixel(n_found);
  }

  // Sorts what was found by pixel; begins_[i] becomes the index of the first of pixel i.
  void sort_by_pixel(std::size_t n_found) {
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    switching_.resize(found_.size());
    for (std::size_t n = n_found; n-- > 0;) {
      Row& row = switching_[--begins_[found_[n].pixel]];
      row.values = near_.W2(found_[n].j);
      row.coefficient = found_[n].excess;
    }
  }

  const Reach& reach_;
  const Matrix& out_;
  const Kernels& kernels_;
  Pattern on_;               // of the first layer
  std::vector<Role> roles_;  // of the second layer
  std::size_t pixels_;
  NearUnits near_;
  Matrix R_;                               // (outputs, units of the first layer)
  Matrix G_;                               // (outputs, pixels)
  std::size_t corrections_ = kNeverBuilt;  // since R, G and M were built
  Matrix negated_;                         // (1, units) minus the near units' pre-activations
  // Scratch.
  Matrix changes_;  // (1, units) of the near units' activations
  std::vector<Switching> found_;
  std::vector<Row> switching_;       // of pixel i, those from begins_[i] on,
  std::vector<std::size_t> begins_;  // up to begins_[i + 1]
  std::vector<std::uint32_t> switching_pixels_;
  std::vector<std::uint32_t> switched_;
  std::vector<std::uint32_t> units_on_;
  std::vector<std::size_t> changing_;
  Rows signed_weights_;  // rows of W1, each with the sign of its unit's switch
  Rows rows_;
};

}  // namespace idea
