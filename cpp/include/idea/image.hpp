// An image: 784 numbers in 0…1, row by row; the pixel in column x, row y is entry x + 28*y.
#pragma once

#include <array>
#include <cstddef>

namespace idea {

inline constexpr std::size_t kSide = 28;
inline constexpr std::size_t kPixels = kSide * kSide;
inline constexpr std::size_t kDigits = 10;

using Image = std::array<float, kPixels>;

}  // namespace idea
