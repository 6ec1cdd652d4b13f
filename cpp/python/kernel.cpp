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
#include "state.hpp"

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

std::vector<std::string> simd_names() {
  std::vector<std::string> names;
  for (const idea::Kernels* kernels : idea::runnable_kernels()) names.emplace_back(kernels->name);
  return names;
}

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const idea::Method method : idea::kMethods) names.push_back(idea::name_of(method));
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
  module.def("method_names", method_names, "The methods that State.search has.");
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
      .def("walk", &State::walk, py::arg("pixels"), py::arg("values"), py::arg("thresholds"))
      .def("search", &State::search, py::arg("method"), py::arg("bits"), py::arg("every"),
           py::arg("at_step"),
           "Run a method of the C++ library; its options follow by name.\n\n"
           "bits: the state of a numpy.random.PCG64; returned is its state afterwards. "
           "at_step(step, "
           "steps, image, energy) returns whether to go on; image and energy are None where there "
           "is "
           "no frame.");
}
