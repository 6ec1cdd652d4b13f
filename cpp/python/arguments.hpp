// Converts Python's arguments to the kernel's types. Invalid ones raise a TypeError or a
// ValueError.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "idea/image.hpp"
#include "idea/network/convolutional_network.hpp"
#include "idea/network/network.hpp"
#include "idea/state/objective.hpp"
#include "idea/state/prior.hpp"
#include "idea/state/proposal.hpp"

namespace py = pybind11;

template <typename Number>
using Array = py::array_t<Number, py::array::c_style | py::array::forcecast>;

[[noreturn]] inline void fail(const std::string& message) { throw py::value_error(message); }

inline std::string shape_of(const py::array& array) {
  return py::str(array.attr("shape")).cast<std::string>();
}

// Converts real numbers to contiguous ones of one type.
template <typename Number>
Array<Number> numbers(const py::object& object, const char* name, const char* kinds) {
  const py::array array = py::array::ensure(object);
  if (!array || std::string(kinds).find(array.dtype().kind()) == std::string::npos)
    throw py::type_error(std::string(name) + ": expected " +
                         (kinds[0] == 'i' && kinds[2] == '\0' ? "whole numbers" : "real numbers") +
                         ", found " +
                         (array ? py::str(array.dtype()).cast<std::string>()
                                : py::str(py::type::of(object)).cast<std::string>()));
  Array<Number> converted = Array<Number>::ensure(array);
  // Where warnings are errors, so is an overflow.
  if (!converted) fail(std::string(name) + ": the numbers don't fit their type");
  return converted;
}

template <typename Number>
Array<Number> reals(const py::object& object, const char* name) {
  return numbers<Number>(object, name, "fiub");
}

// Checks that an array of any shape has an entry for each of the pixels.
inline void require_entries(const py::array& array, std::size_t pixels, const std::string& name,
                            const std::string& entries) {
  if (array.size() != static_cast<py::ssize_t>(pixels))
    fail(name + ": expected " + std::to_string(pixels) + " " + entries + ", found shape " +
         shape_of(array));
}

inline idea::Image image_from(const py::object& object, std::size_t pixels) {
  const Array<float> values = reals<float>(object, "image");
  require_entries(values, pixels, "image", "numbers");
  idea::Image image(values.data(), values.data() + pixels);
  for (const float value : image)
    if (!(value >= 0 && value <= 1))
      fail("image: every pixel must lie in 0…1, found " + std::to_string(value));
  return image;
}

inline std::vector<bool> mask_from(const py::object& object, std::size_t pixels) {
  const Array<bool> values = reals<bool>(object, "frozen");
  require_entries(values, pixels, "frozen", "booleans");
  return std::vector<bool>(values.data(), values.data() + pixels);
}

inline idea::Aim aim_named(const std::string& name) {
  if (name == "logit") return idea::Aim::kLogit;
  if (name == "margin") return idea::Aim::kMargin;
  if (name == "logp") return idea::Aim::kLogProbability;
  fail("aim must be one of logit, margin, logp, not " + name);
}

inline idea::Objective objective_from(const idea::Task& task, std::int64_t target,
                                      const std::string& aim, double ink, double smooth,
                                      const std::optional<py::object>& frozen,
                                      const std::shared_ptr<const idea::Prior>& prior,
                                      double prior_weight) {
  if (target < 0 || target >= static_cast<std::int64_t>(task.classes))
    fail("digit must be one of 0…" + std::to_string(task.classes - 1) + ", not " +
         std::to_string(target));
  idea::Objective objective(task, static_cast<std::size_t>(target), aim_named(aim));
  if (!std::isfinite(ink) || !std::isfinite(smooth) || !std::isfinite(prior_weight))
    fail("ink, smooth and prior_weight must be finite");
  if (prior && prior->pixels() != task.pixels())
    fail("prior: expected " + std::to_string(task.pixels()) + " pixels, found " +
         std::to_string(prior->pixels()));
  objective.prior = prior;
  objective.prior_weight = prior_weight;
  objective.ink = ink;
  objective.smooth = smooth;
  if (frozen) objective.frozen = mask_from(*frozen, task.pixels());
  return objective;
}

inline std::size_t checked_pixel(std::int64_t pixel, std::size_t pixels) {
  if (pixel < 0 || pixel >= static_cast<std::int64_t>(pixels))
    fail("every pixel must be one of 0…" + std::to_string(pixels - 1) + ", found " +
         std::to_string(pixel));
  return static_cast<std::size_t>(pixel);
}

// pixels: how many there are.
inline std::vector<std::size_t> pixels_from(const py::object& object, std::size_t pixels) {
  const Array<std::int64_t> values = numbers<std::int64_t>(object, "pixels", "iu");
  std::vector<std::size_t> chosen(static_cast<std::size_t>(values.size()));
  std::transform(values.data(), values.data() + values.size(), chosen.begin(),
                 [pixels](std::int64_t pixel) { return checked_pixel(pixel, pixels); });
  return chosen;
}

inline float checked_value(float value) {
  if (!(value >= 0 && value <= 1))
    fail("every value must lie in 0…1, found " + std::to_string(value));
  return value;
}

inline std::vector<idea::Proposal> proposals_from(const py::object& pixels,
                                                  const py::object& values,
                                                  const py::object& thresholds,
                                                  std::size_t image_pixels) {
  const Array<std::int64_t> p = numbers<std::int64_t>(pixels, "pixels", "iu");
  const Array<float> v = reals<float>(values, "values");
  const Array<double> t = reals<double>(thresholds, "thresholds");
  if (p.ndim() != 1 || v.ndim() != 1 || t.ndim() != 1 || p.size() != v.size() ||
      p.size() != t.size())
    fail("expected three rows of one length, found shapes " + shape_of(p) + ", " + shape_of(v) +
         " and " + shape_of(t));
  std::vector<idea::Proposal> proposals(static_cast<std::size_t>(p.size()));
  for (std::size_t n = 0; n < proposals.size(); ++n)
    proposals[n] = {checked_pixel(p.data()[n], image_pixels), checked_value(v.data()[n]),
                    t.data()[n]};
  return proposals;
}

using Pairs = std::vector<std::pair<py::object, py::object>>;

// Dense layers' weights, and the arrays that their views refer to.
struct Layers {
  explicit Layers(const Pairs& pairs) {
    for (const auto& [weights, biases] : pairs) {
      kept.emplace_back(reals<float>(weights, "W"), reals<float>(biases, "b"));
      const auto& [W, b] = kept.back();
      if (W.ndim() != 2 || b.ndim() != 1 || W.shape(0) != b.shape(0))
        fail("expected W of shape (n_out, n_in) and b of shape (n_out,), found " + shape_of(W) +
             " and " + shape_of(b));
      views.push_back({W.data(), b.data(), static_cast<std::size_t>(W.shape(0)),
                       static_cast<std::size_t>(W.shape(1))});
    }
  }

  // The task of a network that ends in these layers; an empty list ends in none.
  idea::Task task(std::size_t height, std::size_t width) const {
    return {height, width, views.empty() ? idea::kMnist.classes : views.back().outputs};
  }

  std::vector<std::pair<Array<float>, Array<float>>> kept;
  std::vector<idea::LayerView> views;
};

// The height and width of a pool's window and of its steps, and whether its numbers are averaged.
using PoolArgument = std::tuple<std::array<std::size_t, 2>, std::array<std::size_t, 2>, bool>;
// W, b, the pool, strides, and the zeros around the maps: at the top, left, bottom and right.
using ConvolutionArgument = std::tuple<py::object, py::object, std::optional<PoolArgument>,
                                       std::array<std::size_t, 2>, std::array<std::size_t, 4>>;

// Convolutions' weights, and the arrays that their views refer to.
struct Convolutions {
  explicit Convolutions(const std::vector<ConvolutionArgument>& arguments) {
    for (const auto& [weights, biases, pool, strides, pads] : arguments) {
      kept.emplace_back(reals<float>(weights, "W"), reals<float>(biases, "b"));
      const auto& [W, b] = kept.back();
      if (W.ndim() != 4 || b.ndim() != 1 || W.shape(0) != b.shape(0))
        fail("expected W of shape (n_out, n_in, height, width) and b of shape (n_out,), found " +
             shape_of(W) + " and " + shape_of(b));
      const auto size = [&W = W](py::ssize_t axis) {
        return static_cast<std::size_t>(W.shape(axis));
      };
      // Wider padding could make maps of any size.
      if (std::max(pads[0], pads[2]) >= std::max<std::size_t>(size(2), 1) ||
          std::max(pads[1], pads[3]) >= std::max<std::size_t>(size(3), 1))
        fail("expected padding of less than a window of " + shape_of(W));
      views.push_back(
          {W.data(),
           b.data(),
           size(0),
           size(1),
           {size(2), size(3)},
           {{strides[0], strides[1]}, {pads[0], pads[1], pads[2], pads[3]}, pool_from(pool)}});
    }
  }

  std::vector<std::pair<Array<float>, Array<float>>> kept;
  std::vector<idea::ConvolutionView> views;

 private:
  static idea::Pool pool_from(const std::optional<PoolArgument>& pool) {
    if (!pool) return {};
    const auto& [size, stride, average] = *pool;
    return {{{size[0], size[1]}, {stride[0], stride[1]}}, average};
  }
};
