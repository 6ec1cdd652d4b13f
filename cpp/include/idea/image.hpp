// An image: height × width numbers in 0…1, row by row; the pixel in column x, row y is entry
// x + width * y.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "idea/error.hpp"

namespace idea {

// The size of a classifier's images, and the number of its classes.
struct Task {
  static constexpr std::size_t kLeastPixels = 4;
  static constexpr std::size_t kMostPixels = 4096;
  static constexpr std::size_t kLeastClasses = 2;
  static constexpr std::size_t kMostClasses = 1000;

  // That of MNIST.
  constexpr Task() = default;

  Task(std::size_t height, std::size_t width, std::size_t classes)
      : height(height), width(width), classes(classes) {
    // Each side by itself first: the product might overflow.
    if (height > kMostPixels || width > kMostPixels || pixels() < kLeastPixels ||
        pixels() > kMostPixels)
      throw Error("expected images of " + std::to_string(kLeastPixels) + "…" +
                  std::to_string(kMostPixels) + " pixels, found " + shape());
    if (classes < kLeastClasses || classes > kMostClasses)
      throw Error("expected " + std::to_string(kLeastClasses) + "…" + std::to_string(kMostClasses) +
                  " classes, found " + std::to_string(classes));
  }

  std::size_t pixels() const { return height * width; }
  std::string shape() const { return std::to_string(height) + "×" + std::to_string(width); }

  friend bool operator==(const Task& one, const Task& other) {
    return one.height == other.height && one.width == other.width && one.classes == other.classes;
  }
  friend bool operator!=(const Task& one, const Task& other) { return !(one == other); }

  std::size_t height = 28;
  std::size_t width = 28;
  std::size_t classes = 10;
};

// The task of files and programs that name none.
inline constexpr Task kMnist;

using Image = std::vector<float>;

inline bool is_binary(float value) { return value == 0 || value == 1; }

inline std::vector<std::size_t> differing_pixels(const Image& one, const Image& other) {
  std::vector<std::size_t> pixels;
  for (std::size_t i = 0; i < one.size(); ++i)
    if (one[i] != other[i]) pixels.push_back(i);
  return pixels;
}

// The scores of the classes.
using Logits = std::vector<double>;

inline void check_target(std::size_t target, const Task& task) {
  if (target >= task.classes)
    throw Error("digit must be one of 0…" + std::to_string(task.classes - 1) + ", not " +
                std::to_string(target));
}

// name: of the image, for the error message.
inline void require_size(const Image& image, const Task& task, const std::string& name) {
  if (image.size() != task.pixels())
    throw Error(name + ": expected the " + std::to_string(task.pixels()) + " pixels of " +
                task.shape() + ", found " + std::to_string(image.size()));
}

}  // namespace idea
