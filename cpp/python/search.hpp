// Whole searches for Python: the C++ strategies, with numpy's generators and Python's callbacks.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include "arguments.hpp"
#include "idea/strategies/strategies.hpp"

inline idea::Method method_named(const std::string& name) {
  for (const idea::Method method : idea::kMethods)
    if (name == idea::name_of(method)) return method;
  fail("method: unknown " + name);
}

// Options by the names that Python's strategies give them; others are an error.
inline idea::MethodOptions options_from(const py::dict& named) {
  idea::MethodOptions options;
  const auto count = [](const py::handle& value) {
    const auto number = value.cast<std::int64_t>();
    if (number < 0) fail("options: expected counts, found " + std::to_string(number));
    return static_cast<std::uint64_t>(number);
  };
  for (const auto& [key, value] : named) {
    const auto name = key.cast<std::string>();
    if (name == "sweeps")
      options.sweeps = count(value);
    else if (name == "steps")
      options.steps = count(value);
    else if (name == "flips")
      options.flips = count(value);
    else if (name == "rounds")
      options.rounds = count(value);
    else if (name == "starts")
      options.best.starts = count(value);
    else if (name == "patience")
      options.best.patience = count(value);
    else if (name == "seconds")
      options.best.seconds = value.cast<double>();
    else if (name == "annealing_steps")
      options.best.annealing_steps = count(value);
    else if (name == "reheating_steps")
      options.best.reheating_steps = count(value);
    else
      fail("options: unknown " + name);
  }
  return options;
}

// The state of a numpy.random.PCG64, as its property `state` holds it.
class NumpyBits {
 public:
  explicit NumpyBits(const py::dict& state) : state_(state) {}

  idea::Generator generator() const {
    const py::dict numbers = state_["state"];
    return idea::Generator(idea::Pcg64::Saved{words(numbers["state"]), words(numbers["inc"]),
                                              state_["has_uint32"].cast<int>() != 0,
                                              state_["uinteger"].cast<std::uint32_t>()});
  }

  // The dictionary for another state of it.
  static py::dict dict(const idea::Pcg64::Saved& saved) {
    py::dict numbers;
    numbers["state"] = integer(saved.state);
    numbers["inc"] = integer(saved.increment);
    py::dict state;
    state["bit_generator"] = "PCG64";
    state["state"] = numbers;
    state["has_uint32"] = saved.has_half ? 1 : 0;
    state["uinteger"] = saved.half;
    return state;
  }

 private:
  using Words = std::pair<std::uint64_t, std::uint64_t>;  // the high one first

  static Words words(const py::object& integer) {
    const py::int_ mask(~std::uint64_t{0});
    return {(integer >> py::int_(64)).cast<std::uint64_t>(),
            (integer & mask).cast<std::uint64_t>()};
  }

  static py::object integer(const Words& words) {
    return (py::int_(words.first) << py::int_(64)) | py::int_(words.second);
  }

  py::dict state_;
};

// Calls Python's at_step(step, steps, image, energy) for each frame, with None and None where a
// search may only be stopped; the latter seldom enough to cost nothing. What it raises ends the
// search, as False does.
class Reporter {
 public:
  explicit Reporter(py::object at_step) : at_step_(std::move(at_step)) {}

  template <typename State>
  bool report(const idea::Progress& progress, const State& state) {
    const Clock::time_point now = Clock::now();
    if (!progress.frame && now - last_ < kBetween) return true;
    last_ = now;
    const py::gil_scoped_acquire acquire;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      py::object image = py::none();
      py::object energy = py::none();
      if (progress.frame) {
        image = py::array_t<float>(static_cast<py::ssize_t>(state.image().size()),
                                   state.image().data());
        energy = py::float_(state.energy());
      }
      return at_step_(progress.step, progress.steps, image, energy).template cast<bool>();
    } catch (...) {
      raised_ = std::current_exception();
      return false;
    }
  }

  // Raises what at_step raised.
  void rethrow() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kBetween{20};

  py::object at_step_;
  Clock::time_point last_{};
  std::exception_ptr raised_;
};
