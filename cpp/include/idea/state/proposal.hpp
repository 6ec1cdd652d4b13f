// The proposals of searches, and changes of one pixel.
#pragma once

#include <cstddef>

#include "idea/image.hpp"

namespace idea {

// A proposal "set this pixel to that value". It passes where it changes the image and gains more
// than the threshold.
struct Proposal {
  std::size_t pixel;
  float value;
  double threshold;
};

// The change that a proposal makes to an image.
struct Change {
  std::size_t pixel;
  float value;  // after it
  double step;  // from the value before it
};

inline Change change_of(const Image& image, std::size_t pixel, float value) {
  // In float the difference would be rounded, and with it every decision on a grey pixel.
  return {pixel, value, static_cast<double>(value) - static_cast<double>(image[pixel])};
}

// Of a grey pixel that to white.
inline Change flip_of(const Image& image, std::size_t pixel) {
  return change_of(image, pixel, image[pixel] == 1 ? 0.0F : 1.0F);
}

}  // namespace idea
