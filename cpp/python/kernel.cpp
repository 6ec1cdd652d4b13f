// The kernel for Python: idea._kernel.
//
// Every argument is checked here, and the interpreter's lock is released while the kernel works. A
// state has a lock of its own, so threads that share one take turns.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "arguments.hpp"
#include "idea/network/convolutional_network.hpp"
#include "idea/network/network.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/state/exact_maps.hpp"
#include "idea/state/objective.hpp"
#include "idea/state/prior.hpp"
#include "idea/state/state.hpp"

namespace {

std::shared_ptr<idea::Network> network_from(const Pairs& pairs, std::size_t height,
                                            std::size_t width) {
  const Layers layers(pairs);
  const py::gil_scoped_release release;
  return std::make_shared<idea::Network>(layers.views, layers.task(height, width));
}

std::shared_ptr<idea::ConvolutionalNetwork> convolutional_network_from(
    const std::vector<ConvolutionArgument>& arguments, const Pairs& pairs, std::size_t height,
    std::size_t width) {
  const Convolutions convolutions(arguments);
  const Layers layers(pairs);
  const py::gil_scoped_release release;
  return std::make_shared<idea::ConvolutionalNetwork>(convolutions.views, layers.views,
                                                      layers.task(height, width));
}

std::shared_ptr<idea::Prior> prior_from(const py::object& weights, const py::object& visible,
                                        const py::object& hidden) {
  const Array<float> W = reals<float>(weights, "weights");
  const Array<float> b = reals<float>(visible, "visible");
  const Array<float> c = reals<float>(hidden, "hidden");
  if (W.ndim() != 2 || b.ndim() != 1 || c.ndim() != 1 || W.shape(0) != c.size() ||
      W.shape(1) != b.size())
    fail("expected weights (hidden, pixels), visible (pixels,) and hidden (hidden,), found " +
         shape_of(W) + ", " + shape_of(b) + " and " + shape_of(c));
  const py::gil_scoped_release release;
  return std::make_shared<idea::Prior>(W.data(), std::vector<float>(b.data(), b.data() + b.size()),
                                       std::vector<float>(c.data(), c.data() + c.size()));
}

template <typename Numbers, typename Container>
py::array_t<Numbers> array_from(const Container& values) {
  return py::array_t<Numbers>(static_cast<py::ssize_t>(values.size()), values.data());
}

template <typename Network>
py::array_t<double> exact_logits(const std::shared_ptr<Network>& network,
                                 const py::object& object) {
  const idea::Image image = image_from(object, network->task().pixels());
  const idea::Kernels& kernels = idea::chosen_kernels();
  idea::Logits logits;
  {
    const py::gil_scoped_release release;
    if constexpr (std::is_same_v<Network, idea::Network>)
      logits = network->exact_logits(image, kernels);
    else
      logits = idea::ExactMaps(network, kernels).logits(image);
  }
  return array_from<double>(logits);
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

std::vector<std::string> simd_names() {
  std::vector<std::string> names;
  for (const idea::Kernels* kernels : idea::runnable_kernels()) names.emplace_back(kernels->name);
  return names;
}

}  // namespace

PYBIND11_MODULE(_kernel, module) {
  module.doc() =
      "The compiled kernel: exact gains of an image's neighbours without forward passes.";
  // By value, as pybind11 hands it over.
  py::register_exception_translator([](std::exception_ptr pointer) {  // NOLINT(performance-*)
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const idea::Error& error) {
      py::set_error(py::module_::import("idea.errors").attr("IdeaError"), error.what());
    }
  });
  module.def("simd_names", simd_names,
             "The instruction sets that this machine can run, best first.");
  py::class_<idea::Network, std::shared_ptr<idea::Network>>(module, "Network")
      .def(py::init(&network_from), py::arg("layers"), py::arg("height") = idea::kMnist.height,
           py::arg("width") = idea::kMnist.width,
           "layers: pairs of W (n_out, n_in) and b (n_out,), from the pixels to the classes.")
      .def(
          "logits",
          [](const idea::Network& network, const py::object& image) {
            return array_from<double>(network.logits(image_from(image, network.task().pixels())));
          },
          py::arg("image"), "The logits of one image, by a plain forward pass.")
      .def("exact_logits", &exact_logits<idea::Network>, py::arg("image"),
           "The logits of one image, by correctly rounded sums.");
  py::class_<idea::ConvolutionalNetwork, std::shared_ptr<idea::ConvolutionalNetwork>>(
      module, "ConvolutionalNetwork")
      .def(
          py::init(&convolutional_network_from), py::arg("convolutions"), py::arg("layers"),
          py::arg("height") = idea::kMnist.height, py::arg("width") = idea::kMnist.width,
          "convolutions: W (n_out, n_in, height, width), b (n_out,), the pool, strides and pads of "
          "each, from one map of height×width; a pool is None, or its size, its strides and "
          "whether it averages; layers: pairs as a Network's, to the classes.")
      .def(
          "logits",
          [](const idea::ConvolutionalNetwork& network, const py::object& image) {
            return array_from<double>(network.logits(image_from(image, network.task().pixels())));
          },
          py::arg("image"), "The logits of one image, by a plain forward pass.")
      .def("exact_logits", &exact_logits<idea::ConvolutionalNetwork>, py::arg("image"),
           "The logits of one image, by correctly rounded sums.");
  py::class_<idea::Prior, std::shared_ptr<idea::Prior>>(module, "Prior")
      .def(py::init(&prior_from), py::arg("weights"), py::arg("visible"), py::arg("hidden"),
           "weights: (hidden, pixels); visible: (pixels,) and hidden: (hidden,) biases.");
  py::class_<State>(module, "State")
      .def(py::init<const std::shared_ptr<const idea::Network>&, std::int64_t, py::object,
                    std::string, double, double, std::optional<py::object>,
                    std::shared_ptr<idea::Prior>, double>(),
           py::arg("network"), py::arg("target"), py::arg("image"), py::arg("aim") = "logit",
           py::arg("ink") = 0.0, py::arg("smooth") = 0.0, py::arg("frozen") = py::none(),
           py::arg("prior") = py::none(), py::arg("prior_weight") = 0.0)
      .def(py::init<const std::shared_ptr<const idea::ConvolutionalNetwork>&, std::int64_t,
                    py::object, std::string, double, double, std::optional<py::object>,
                    std::shared_ptr<idea::Prior>, double>(),
           py::arg("network"), py::arg("target"), py::arg("image"), py::arg("aim") = "logit",
           py::arg("ink") = 0.0, py::arg("smooth") = 0.0, py::arg("frozen") = py::none(),
           py::arg("prior") = py::none(), py::arg("prior_weight") = 0.0)
      .def_property_readonly("image", &State::image)
      .def_property_readonly("energy", &State::energy)
      .def_property_readonly("error_bound", &State::error_bound)
      .def_property_readonly("exact_energy", &State::exact_energy)
      .def_property_readonly("evaluations", &State::evaluations)
      .def_property_readonly("logits", &State::logits)
      .def_property_readonly("neighbours_error_bound", &State::neighbours_error_bound)
      .def("gains", &State::gains)
      .def("rough_gains", &State::rough_gains)
      .def("closer_gains", &State::closer_gains, py::arg("pixels"))
      .def("exact_gains", &State::exact_gains, py::arg("pixels"))
      .def("neighbours", &State::neighbours)
      .def("first", &State::first, py::arg("pixels"), py::arg("values"), py::arg("thresholds"))
      .def("set", &State::set, py::arg("pixel"), py::arg("value"))
      .def("set_image", &State::set_image, py::arg("image"))
      .def("walk", &State::walk, py::arg("pixels"), py::arg("values"), py::arg("thresholds"));
}
