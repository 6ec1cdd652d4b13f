// The layers of a convolutional network by correctly rounded sums.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "idea/image.hpp"
#include "idea/network/convolutional_network.hpp"
#include "idea/network/network.hpp"
#include "idea/simd/exact_sum.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/simd/maps.hpp"

namespace idea {

// A correctly rounded sum depends on its terms alone (exact_sum.hpp). So a few cells of a layer can
// be computed by themselves, with results bitwise equal to a whole forward pass.
class ExactMaps {
 public:
  ExactMaps(std::shared_ptr<const ConvolutionalNetwork> network, const Kernels& kernels)
      : network_(std::move(network)), sums_(kernels) {}

  // The logits of an image.
  // Cost: some nine operations for each position and weight whose input isn't zero.
  Logits logits(const Image& image) {
    const std::size_t last = network_->layers().size() - 1;
    return sums_at(last, Box::cell(0, 0), image);
  }

  // The results of a layer, after ReLU and pool, in a box of cells: (cells, outputs).
  std::vector<double> results(std::size_t layer, const Box& cells, const Image& image) {
    const Convolution& convolution = network_->layers()[layer];
    const std::size_t step = convolution.pool ? 2 : 1;
    const Box positions{step * cells.top, step * cells.bottom, step * cells.left,
                        step * cells.right};
    const std::vector<double> sums = sums_at(layer, positions, image);
    std::vector<double> results(count(cells) * convolution.outputs);
    const double* sum = sums.data();
    for (std::size_t y = 0; y < positions.bottom - positions.top; ++y)
      for (std::size_t x = 0; x < positions.right - positions.left; ++x) {
        const std::size_t cell = y / step * (cells.right - cells.left) + x / step;
        for (std::size_t j = 0; j < convolution.outputs; ++j, ++sum) {
          double& result = results[cell * convolution.outputs + j];
          result = std::max(result, *sum);
        }
      }
    return results;
  }

 private:
  static std::size_t count(const Box& box) {
    return (box.bottom - box.top) * (box.right - box.left);
  }

  // A layer's sums in a box of positions, (positions, outputs).
  std::vector<double> sums_at(std::size_t layer, const Box& positions, const Image& image) {
    const Convolution& convolution = network_->layers()[layer];
    const auto [height, width] = convolution.window;
    const Box read{positions.top, positions.bottom + height - 1, positions.left,
                   positions.right + width - 1};
    const std::vector<double> inputs =
        layer == 0 ? cut(image, read) : results(layer - 1, read, image);
    const std::size_t row = (read.right - read.left) * convolution.inputs;
    std::vector<double> sums(count(positions) * convolution.outputs);
    std::vector<double> met(height * width * convolution.inputs);
    double* sum = sums.data();
    for (std::size_t y = 0; y < positions.bottom - positions.top; ++y)
      for (std::size_t x = 0; x < positions.right - positions.left; ++x) {
        for (std::size_t dy = 0; dy < height; ++dy)
          std::copy_n(inputs.data() + (y + dy) * row + x * convolution.inputs,
                      width * convolution.inputs, met.data() + dy * width * convolution.inputs);
        sums_.add_up(met, convolution.row(0, 0, 0), convolution.width, convolution.bias.at(0),
                     convolution.outputs, sum);
        sum += convolution.outputs;
      }
    return sums;
  }

  std::vector<double> cut(const Image& image, const Box& box) const {
    const std::size_t width = network_->task().width;
    std::vector<double> pixels;
    pixels.reserve(count(box));
    for (std::size_t y = box.top; y < box.bottom; ++y)
      for (std::size_t x = box.left; x < box.right; ++x) pixels.push_back(image[y * width + x]);
    return pixels;
  }

  std::shared_ptr<const ConvolutionalNetwork> network_;
  ExactSums sums_;
};

}  // namespace idea
