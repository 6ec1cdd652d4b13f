// All 784 gains of an image at once.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "idea/image.hpp"
#include "idea/kernels.hpp"
#include "idea/matrix.hpp"
#include "idea/near_units.hpp"
#include "idea/pattern.hpp"
#include "idea/reach.hpp"

namespace idea {

// Most units are so far from zero that no change of one pixel can switch them (reach.hpp): they are
// *sure*, and all of them together are one linear map. Only the others, the *near* ones, are looked
// at one by one. With R_j the sum over the sure units k that are on of w_k * W2[k, j], G the sum over
// the units j that are on of R_j * W1[j, :], and M as in columns.hpp, a step s of pixel i gains
//
//     s * G_i + the sum over the units j of the first layer that it switches of |a1'_j| * R_j
//             + the gain of the near units of the second layer, of which alone M is kept.
//
// With one hidden layer, R is w and there is no second layer.
//
// Invariant: R, G and the kept part of M are those of pattern_ and roles_, up to the rounding errors
// of the corrections since they were built.
class Neighbourhood {
 public:
  // out: (1, units) what each unit of the last hidden layer gives to the energy.
  Neighbourhood(const Reach& reach, const Matrix& out, const Kernels& kernels)
      : reach_(reach),
        out_(out),
        kernels_(kernels),
        on_(reach.first.size()),
        roles_(reach.second.size(), Role::kOff),
        near_(reach.first.size(), reach.second.size()),
        R_(1, reach.first.size()),
        G_(1, kPixels),
        low_(1, out.columns()),
        pixels_(kPixels),
        rows_(std::max(reach.first.size(), reach.second.size())) {}

  // Follows the activations to another image: the units of the first layer that are on, and the
  // pre-activations of the second, if there is one.
  // Cost: for each unit of the first layer that has switched since the last call, a multiply-add for
  // each pixel and near unit; for each unit that has become near, one for each pixel and unit on.
  void follow(const Pattern& on, const std::vector<double>& a2) {
    switched_.clear();
    on.visit_differences(on_.words(), [this](std::size_t j) {
      switched_.push_back(static_cast<std::uint32_t>(j));
    });
    corrections_ += switched_.size();
    if (corrections_ > kMostCorrections || 2 * switched_.size() > on.count())
      build(on, a2);
    else
      correct(on);
    on_.list(units_on_);
    if (!roles_.empty()) assign_roles(a2);
    for (std::size_t slot = 0; slot < near_.size(); ++slot)
      low_.row(0)[slot] = static_cast<float>(-a2[near_.unit(slot)]);
  }

  // Adds to gains[i] what a step of steps[i] of pixel i gains, for all pixels. a1: the first layer's
  // pre-activations.
  // Cost: a multiply-add for each pixel and near unit of the first layer; and for each pixel, one for
  // each near unit of the second layer and each unit that it switches.
  void add_gains(const float* a1, const float* steps, double* gains) {
    list_switching(a1, steps, gains);
    for (std::size_t i = 0; i < kPixels; ++i) {
      rows_.clear();
      for (std::size_t n = 0; n < counts_[i]; ++n) {
        const Switching& unit = switching_[i * most_ + n];
        rows_.add(near_.W2(unit.j), unit.excess);
      }
      gains[i] += static_cast<double>(steps[i] * G_.row(0)[i]);
      gains[i] += kernels_.judge({near_.M(i), steps[i], rows_.data(), rows_.size()}, low_.row(0),
                                 near_.out(), near_.width());
    }
  }

 private:
  enum class Role : std::uint8_t { kOff, kOn, kNear };

  // A unit of the first layer that a step switches, and by how much it is then from zero.
  struct Switching {
    std::uint32_t j;
    float excess;
  };

  // A unit stays near until it is so much farther from zero than it can be moved: then it doesn't
  // come and go with every change.
  static constexpr float kSlack = 1.25F;
  // After so many corrections all is built anew, to shed their rounding errors.
  static constexpr std::size_t kMostCorrections = 2048;

  Role role(std::size_t k, double a2) const {
    const float slack = roles_[k] == Role::kNear ? kSlack : 1.0F;
    if (std::abs(a2) <= static_cast<double>(slack * reach_.second[k])) return Role::kNear;
    return a2 > 0 ? Role::kOn : Role::kOff;
  }

  // Starts anew, with no unit near.
  void build(const Pattern& on, const std::vector<double>& a2) {
    corrections_ = 0;
    on_ = on;
    near_.clear();
    std::fill_n(R_.row(0), R_.stride(), 0.0F);
    if (roles_.empty()) std::copy_n(out_.row(0), out_.columns(), R_.row(0));
    rows_.clear();
    for (std::size_t k = 0; k < roles_.size(); ++k) {
      roles_[k] = Role::kOff;
      roles_[k] = role(k, a2[k]) == Role::kOn ? Role::kOn : Role::kOff;
      if (roles_[k] == Role::kOn) rows_.add(reach_.second_rows.row(k), out_.row(0)[k]);
    }
    kernels_.add_rows(R_.row(0), rows_.data(), rows_.size(), R_.stride());
    std::fill_n(G_.row(0), G_.stride(), 0.0F);
    on_.list(units_on_);
    rows_.clear();
    for (const std::uint32_t j : units_on_) rows_.add(reach_.first_rows.row(j), R_.row(0)[j]);
    kernels_.add_rows(G_.row(0), rows_.data(), rows_.size(), G_.stride());
  }

  // Lets the switched units of the first layer switch.
  void correct(const Pattern& on) {
    on_ = on;
    if (switched_.empty()) return;
    rows_.clear();
    for (const std::uint32_t j : switched_)
      rows_.add(reach_.first_rows.row(j), on_.on(j) ? R_.row(0)[j] : -R_.row(0)[j]);
    kernels_.add_rows(G_.row(0), rows_.data(), rows_.size(), G_.stride());
    for (std::size_t n = 0; n < rows_.size(); ++n) rows_[n].values = near_.W2(switched_[n]);
    for (std::size_t i = 0; i < kPixels; ++i) {
      for (std::size_t n = 0; n < rows_.size(); ++n) {
        const float weight = reach_.first_rows.row(switched_[n])[i];
        rows_[n].coefficient = on_.on(switched_[n]) ? weight : -weight;
      }
      kernels_.add_rows(near_.M(i), rows_.data(), rows_.size(), near_.width());
    }
  }

  // Gives every unit of the second layer the role that it has now.
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
    // Nothing of M is kept for these.
    combine_rows(kernels_, reach_.second_rows, changing_, reach_.first_rows, units_on_,
                 [&](std::size_t k, const float* M) { change_role(k, role(k, a2[k]), M); });
  }

  // M: the unit's row.
  void change_role(std::size_t k, Role now, const float* M) {
    const float w = out_.row(0)[k];
    const float* W2 = reach_.second_rows.row(k);
    if (now == Role::kNear) near_.add(k, w, M, W2);
    const float sure = (now == Role::kOn ? w : 0.0F) - (roles_[k] == Role::kOn ? w : 0.0F);
    if (sure != 0) {
      const Row to_R{W2, sure};
      const Row to_G{M, sure};
      kernels_.add_rows(R_.row(0), &to_R, 1, R_.stride());
      kernels_.add_rows(G_.row(0), &to_G, 1, G_.stride());
    }
    roles_[k] = now;
  }

  // Lists for each pixel the units of the first layer that its step switches, and adds what these
  // give through the sure units.
  void list_switching(const float* a1, const float* steps, double* gains) {
    near_first_.clear();
    for (std::size_t j = 0; j < reach_.first.size(); ++j)
      if (std::abs(a1[j]) <= reach_.first[j]) near_first_.push_back(j);
    most_ = near_first_.size();
    switching_.resize(kPixels * most_);
    counts_.fill(0);
    for (const std::size_t j : near_first_) {
      const float* weights = reach_.first_rows.row(j);
      const double R = static_cast<double>(R_.row(0)[j]);
      const std::size_t count =
          kernels_.find_switching(a1[j], weights, steps, kPixels, pixels_.data());
      for (std::size_t n = 0; n < count; ++n) {
        const std::size_t i = pixels_[n];
        const float excess = std::abs(a1[j] + steps[i] * weights[i]);
        gains[i] += static_cast<double>(excess) * R;
        switching_[i * most_ + counts_[i]++] = {static_cast<std::uint32_t>(j), excess};
      }
    }
  }

  const Reach& reach_;
  const Matrix& out_;
  const Kernels& kernels_;
  Pattern on_;               // of the first layer
  std::vector<Role> roles_;  // of the second layer
  NearUnits near_;
  Matrix R_;  // (1, units of the first layer)
  Matrix G_;  // (1, 784)
  std::size_t corrections_ = kMostCorrections;  // since R, G and M were built; at first they aren't
  Matrix low_;                                  // minus the near units' pre-activations
  // Scratch.
  std::vector<std::size_t> near_first_;    // units of the first layer
  std::vector<Switching> switching_;       // (784, most_): for each pixel counts_[i] of them
  std::size_t most_ = 0;
  std::array<std::uint32_t, kPixels> counts_{};
  std::vector<std::uint32_t> pixels_;
  std::vector<std::uint32_t> switched_;
  std::vector<std::uint32_t> units_on_;
  std::vector<std::size_t> changing_;
  Rows rows_;
};

}  // namespace idea
