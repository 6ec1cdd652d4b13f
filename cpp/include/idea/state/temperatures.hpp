// The temperatures between which annealings cool.
#pragma once

namespace idea {

// The first and the last one, in units of the median magnitude of a flip's gain. Each kind of
// network has its own, which Python's idea/core/state/sampling.py explains.
struct Temperatures {
  double hot;
  double cold;
};

}  // namespace idea
