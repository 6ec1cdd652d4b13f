// The kernel's state for Python.
//
// The interpreter's lock is released while the kernel works. A state has a lock of its own, so
// threads that share one take turns.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "arguments.hpp"
#include "idea/network/convolutional_network.hpp"
#include "idea/network/network.hpp"
#include "idea/state/objective.hpp"
#include "idea/state/state.hpp"
#include "search.hpp"

template <typename Numbers, typename Container>
py::array_t<Numbers> array_from(const Container& values) {
  return py::array_t<Numbers>(static_cast<py::ssize_t>(values.size()), values.data());
}

// A state of either kind of network.
class State {
  // Lets one thread at a time work on the state, without the interpreter's lock.
  template <typename Work>
  auto alone(Work work) {
    const py::gil_scoped_release release;
    const std::lock_guard<std::mutex> guard(mutex_);
    return std::visit([&work](const auto& state) { return work(*state); }, state_);
  }

 public:
  State(const std::shared_ptr<const idea::Network>& network, std::int64_t target,
        const py::object& image, const std::string& aim, double ink, double smooth,
        const std::optional<py::object>& frozen, const std::shared_ptr<const idea::Prior>& prior,
        double prior_weight)
      : task_(task_of(network)),
        state_(make<idea::State>(
            network, objective_from(task_, target, aim, ink, smooth, frozen, prior, prior_weight),
            image_from(image, task_.pixels()))) {}
  State(const std::shared_ptr<const idea::ConvolutionalNetwork>& network, std::int64_t target,
        const py::object& image, const std::string& aim, double ink, double smooth,
        const std::optional<py::object>& frozen, const std::shared_ptr<const idea::Prior>& prior,
        double prior_weight)
      : task_(task_of(network)),
        state_(make<idea::ConvolutionalState>(
            network, objective_from(task_, target, aim, ink, smooth, frozen, prior, prior_weight),
            image_from(image, task_.pixels()))) {}

  py::array_t<float> image() {
    return array_from<float>(alone([](auto& state) { return state.image(); }));
  }
  double energy() {
    return alone([](auto& state) { return state.energy(); });
  }
  double error_bound() {
    return alone([](auto& state) { return state.error_bound(); });
  }
  double exact_energy() {
    return alone([](auto& state) { return state.exact_energy(); });
  }
  std::size_t evaluations() {
    return alone([](auto& state) { return state.evaluations(); });
  }
  py::array_t<double> gains() {
    return array_from<double>(alone([](auto& state) { return state.gains(); }));
  }
  py::tuple rough_gains() {
    std::vector<double> bounds;
    const std::vector<double> gains =
        alone([&bounds](auto& state) { return state.gains(&bounds); });
    return py::make_tuple(array_from<double>(gains), array_from<double>(bounds));
  }
  py::tuple closer_gains(const py::object& object) {
    const std::vector<std::size_t> pixels = pixels_from(object, task_.pixels());
    std::vector<double> bounds;
    const std::vector<double> gains =
        alone([&](auto& state) { return state.closer_gains(pixels, bounds); });
    return py::make_tuple(array_from<double>(gains), array_from<double>(bounds));
  }
  py::array_t<double> exact_gains(const py::object& object) {
    const std::vector<std::size_t> pixels = pixels_from(object, task_.pixels());
    return array_from<double>(alone([&](auto& state) { return state.exact_gains(pixels); }));
  }
  py::array_t<double> logits() {
    return array_from<double>(alone([](auto& state) {
      state.require_all_logits();
      return state.logits();
    }));
  }
  py::array_t<double> neighbours() {
    return array_from<double>(alone([](auto& state) { return state.neighbours(); }))
        .reshape(
            {static_cast<py::ssize_t>(task_.pixels()), static_cast<py::ssize_t>(task_.classes)});
  }
  double neighbours_error_bound() {
    return alone([](auto& state) { return state.neighbours_error_bound(); });
  }

  std::optional<std::size_t> first(const py::object& pixels, const py::object& values,
                                   const py::object& thresholds) {
    const auto proposals = proposals_from(pixels, values, thresholds, task_.pixels());
    const idea::Proposal* end = proposals.data() + proposals.size();
    const idea::Proposal* found =
        alone([&](auto& state) { return state.first(proposals.data(), end); });
    if (found == end) return std::nullopt;
    return static_cast<std::size_t>(found - proposals.data());
  }

  void set(std::int64_t pixel, float value) {
    const std::size_t checked = checked_pixel(pixel, task_.pixels());
    checked_value(value);
    alone([&](auto& state) { state.set(checked, value); });
  }

  void set_image(const py::object& object) {
    const idea::Image image = image_from(object, task_.pixels());
    alone([&](auto& state) { state.set_image(image); });
  }

  py::array_t<bool> walk(const py::object& pixels, const py::object& values,
                         const py::object& thresholds) {
    const auto proposals = proposals_from(pixels, values, thresholds, task_.pixels());
    py::array_t<bool> made(static_cast<py::ssize_t>(proposals.size()));
    bool* flags = made.mutable_data();
    std::fill_n(flags, proposals.size(), false);
    alone([&](auto& state) {
      state.walk(
          proposals.data(), proposals.data() + proposals.size(),
          [&](const idea::Proposal& proposal) { flags[&proposal - proposals.data()] = true; });
    });
    return made;
  }

  // Runs a method from the present image with the generator of a numpy.random.PCG64's state, and
  // returns the state that it has then.
  py::dict search(const std::string& method, const py::dict& bits, std::uint64_t every,
                  const py::object& at_step, const py::kwargs& named) {
    if (every == 0) fail("every must be 1 or more");
    const idea::Method chosen = method_named(method);
    const idea::MethodOptions options = options_from(named);
    idea::Generator rng = NumpyBits(bits).generator();
    Reporter reporter(at_step);
    alone([&](auto& state) {
      idea::run(chosen, state, rng, every, options,
                [&](const idea::Progress& progress) { return reporter.report(progress, state); });
    });
    reporter.rethrow();
    return NumpyBits::dict(rng.saved());
  }

 private:
  template <typename Network>
  static idea::Task task_of(const std::shared_ptr<const Network>& network) {
    if (!network) throw py::type_error("network: expected a Network, found None");
    return network->task();
  }

  template <typename Made, typename Network>
  static std::unique_ptr<Made> make(const std::shared_ptr<const Network>& network,
                                    const idea::Objective& objective, const idea::Image& image) {
    const py::gil_scoped_release release;
    return std::make_unique<Made>(network, objective, image);
  }

  idea::Task task_;
  std::mutex mutex_;
  std::variant<std::unique_ptr<idea::State>, std::unique_ptr<idea::ConvolutionalState>> state_;
};
