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
    const WindowGrid& windows = convolution.pool.windows;
    const Box positions = windows.covered(cells);
    const std::vector<double> sums = sums_at(layer, positions, image);
    const std::size_t row = (positions.right - positions.left) * convolution.outputs;
    std::vector<double> results;
    results.reserve(count(cells) * convolution.outputs);
    for (std::size_t y = 0; y < cells.bottom - cells.top; ++y)
      for (std::size_t x = 0; x < cells.right - cells.left; ++x)
        for (std::size_t j = 0; j < convolution.outputs; ++j) {
          const std::size_t first =
              y * windows.stride.height * row + x * windows.stride.width * convolution.outputs + j;
          results.push_back(pooled(convolution, &sums[first], row));
        }
    return results;
  }

 private:
  static std::size_t count(const Box& box) {
    return (box.bottom - box.top) * (box.right - box.left);
  }

  // The result of a window of sums, the first of which is given, in rows of a length. The sum of an
  // average is correctly rounded as well, before it is divided.
  static double pooled(const Convolution& layer, const double* first, std::size_t row) {
    const auto& [size, stride] = layer.pool.windows;
    double largest = 0;
    ExactSum sum;
    for (std::size_t y = 0; y < size.height; ++y)
      for (std::size_t x = 0; x < size.width; ++x) {
        const double value = std::max(first[y * row + x * layer.outputs], 0.0);
        largest = std::max(largest, value);
        if (layer.pool.average) sum.add(value);
      }
    return layer.pool.average ? sum.rounded() / static_cast<double>(size.area()) : largest;
  }

  // A layer's sums in a box of positions, (positions, outputs).
  std::vector<double> sums_at(std::size_t layer, const Box& positions, const Image& image) {
    const Convolution& convolution = network_->layers()[layer];
    const auto [height, width] = convolution.window;
    const Box read = convolution.windows().covered(positions);
    const std::vector<double> inputs = inputs_in(layer, read, image);
    const std::size_t row = (read.right - read.left) * convolution.inputs;
    std::vector<double> sums(count(positions) * convolution.outputs);
    std::vector<double> met(height * width * convolution.inputs);
    double* sum = sums.data();
    for (std::size_t y = 0; y < positions.bottom - positions.top; ++y)
      for (std::size_t x = 0; x < positions.right - positions.left; ++x) {
        for (std::size_t dy = 0; dy < height; ++dy)
          std::copy_n(inputs.data() + (y * convolution.stride.height + dy) * row +
                          x * convolution.stride.width * convolution.inputs,
                      width * convolution.inputs, met.data() + dy * width * convolution.inputs);
        sums_.add_up(met, convolution.row(0, 0, 0), convolution.width, convolution.bias.at(0),
                     convolution.outputs, sum);
        sum += convolution.outputs;
      }
    return sums;
  }

  // A layer's inputs in a box that counts the zeros around them, (cells, inputs).
  std::vector<double> inputs_in(std::size_t layer, const Box& read, const Image& image) {
    const Convolution& convolution = network_->layers()[layer];
    const Box cells = convolution.without_pads(read);
    std::vector<double> inner = layer == 0 ? cut(image, cells) : results(layer - 1, cells, image);
    if (count(cells) == count(read)) return inner;
    std::vector<double> inputs(count(read) * convolution.inputs);
    const std::size_t length = (cells.right - cells.left) * convolution.inputs;
    const std::size_t left = cells.left + convolution.pads.left - read.left;
    for (std::size_t y = cells.top; y < cells.bottom; ++y) {
      const std::size_t row = y + convolution.pads.top - read.top;
      std::copy_n(inner.data() + (y - cells.top) * length, length,
                  inputs.data() + (row * (read.right - read.left) + left) * convolution.inputs);
    }
    return inputs;
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
