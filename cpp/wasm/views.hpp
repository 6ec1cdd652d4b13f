// The layers of a network in the memory of JavaScript: shapes, and weights that follow each other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/network/convolutional_network.hpp"
#include "idea/network/network.hpp"

// How many numbers the shape of a convolution has: outputs, inputs, the window's height and width,
// the strides down and across, the rows and columns of zeros at the top, left, bottom and right, the
// pool's height, width and strides, and whether it averages.
inline constexpr std::size_t kConvolution = 15;
inline constexpr std::uint32_t kMostSide = 1U << 16U;

// The views of layers whose weights follow each other: W, then b, of each.
class Views {
 public:
  Views(const float* weights, std::size_t size) : next_(weights), left_(size) {}

  std::vector<idea::ConvolutionView> convolutions(const std::uint32_t* shapes, std::size_t count) {
    std::vector<idea::ConvolutionView> views;
    for (const std::uint32_t* s = shapes; views.size() < count; s += kConvolution) {
      // No side is longer than the image, so that no product exceeds 64 bits.
      if (std::any_of(s + 1, s + kConvolution, [](std::uint32_t n) { return n > kMostSide; }))
        throw idea::Error("expected shapes of convolutions over the image");
      const auto [W, b] = take(s[0], std::uint64_t{s[1]} * s[2] * s[3]);
      const idea::Pool pool{{{s[10], s[11]}, {s[12], s[13]}}, s[14] != 0};
      views.push_back(
          {W, b, s[0], s[1], {s[2], s[3]}, {{s[4], s[5]}, {s[6], s[7], s[8], s[9]}, pool}});
    }
    return views;
  }

  std::vector<idea::LayerView> layers(const std::uint32_t* shapes, std::size_t count) {
    std::vector<idea::LayerView> views;
    for (const std::uint32_t* shape = shapes; views.size() < count; shape += 2) {
      const auto [W, b] = take(shape[0], shape[1]);
      views.push_back({W, b, shape[0], shape[1]});
    }
    return views;
  }

  void end() const {
    if (left_ != 0) throw idea::Error("expected fewer weights for these shapes");
  }

 private:
  std::pair<const float*, const float*> take(std::uint64_t outputs, std::uint64_t inputs) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 30U;
    if (inputs > kMost || outputs > kMost || outputs * (inputs + 1) > left_)
      throw idea::Error("expected more weights for these shapes");
    const float* W = next_;
    const float* b = W + outputs * inputs;
    next_ = b + outputs;
    left_ -= static_cast<std::size_t>(outputs * (inputs + 1));
    return {W, b};
  }

  const float* next_;
  std::size_t left_;
};
