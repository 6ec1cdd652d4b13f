// What a search maximises.
#pragma once

#include <cstddef>
#include <string>

#include "idea/image.hpp"
#include "idea/state/objective.hpp"

namespace idea {

// A function of the logits, minus penalties.
struct Terms {
  Aim aim = Aim::kLogit;
  double ink = 0;     // the penalty of a white pixel
  double smooth = 0;  // the penalty of two unlike neighbours

  // Whether it is the target's logit alone.
  bool plain() const { return aim == Aim::kLogit && ink == 0 && smooth == 0; }

  Objective of(const Task& task, std::size_t target) const {
    Objective objective(task, target, aim);
    objective.ink = ink;
    objective.smooth = smooth;
    return objective;
  }
};

inline constexpr Aim kAims[] = {Aim::kLogit, Aim::kMargin, Aim::kLogProbability};

inline std::string name_of(Aim aim) {
  switch (aim) {
    case Aim::kLogit: return "logit";
    case Aim::kMargin: return "margin";
    case Aim::kLogProbability: break;
  }
  return "logp";
}

}  // namespace idea
