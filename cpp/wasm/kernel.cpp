// The kernel for JavaScript: a WebAssembly module of one thread, without files.
//
// An instance of the module holds one network: whoever drops the instance frees all of its memory,
// and a trap is the end of this network alone. Arguments are checked; what is wrong with them is
// written to `refusal`, and the function returns 0. Addresses are those that `allocate` returned, of
// as many numbers as the caller says or the task has.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "idea/network/convolutional_network.hpp"
#include "idea/network/network.hpp"
#include "idea/state/exact_maps.hpp"
#include "idea/state/objective.hpp"
#include "idea/state/prior.hpp"
#include "idea/state/state.hpp"
#include "idea/strategies/start.hpp"
#include "idea/strategies/strategies.hpp"
#include "views.hpp"

#if defined(__wasm__)
#define IDEA_EXPORT(name) extern "C" __attribute__((export_name(#name)))
#define IDEA_IMPORT(name) extern "C" __attribute__((import_module("idea"), import_name(#name)))
#else  // for its fuzzer
#define IDEA_EXPORT(name)
#define IDEA_IMPORT(name)
#endif

// Of the page: called by searches, see progress.hpp; returns whether to go on.
IDEA_IMPORT(at_step) int at_step(double step, double steps, int frame);

namespace {

using Dense = std::shared_ptr<const idea::Network>;
using Convolutional = std::shared_ptr<const idea::ConvolutionalNetwork>;
using States =
    std::variant<std::unique_ptr<idea::State>, std::unique_ptr<idea::ConvolutionalState>>;

const idea::Kernels& kKernels = idea::plain::kKernels;

std::variant<Dense, Convolutional> network;
std::shared_ptr<const idea::Prior> prior;
std::string refusal;

idea::Task task() {
  return std::visit([](const auto& present) { return present->task(); }, network);
}

// Returns what a function returns that refuses its arguments.
int refuse(std::string reason) {
  refusal = std::move(reason);
  return 0;
}

bool in_range(const float* image) {
  return std::all_of(image, image + task().pixels(),
                     [](float value) { return value >= 0 && value <= 1; });
}

idea::Image image_at(const float* address) { return {address, address + task().pixels()}; }

template <typename Work>
auto on(States* state, Work work) {
  return std::visit([&work](const auto& present) { return work(*present); }, *state);
}

template <typename Numbers>
void copy(const Numbers& values, double* out) {
  std::copy(values.begin(), values.end(), out);
}

// Options in the order of kernel.js; NaN is the default.
idea::MethodOptions options_at(const double* values) {
  idea::MethodOptions options;
  std::uint64_t steps = 0;
  std::uint64_t* const counts[] = {&options.sweeps,      &steps,
                                   &options.flips,       &options.rounds,
                                   &options.best.starts, &options.best.patience};
  for (std::uint64_t* count : counts) {
    if (!std::isnan(*values)) *count = static_cast<std::uint64_t>(*values);
    if (count == &steps && !std::isnan(*values)) options.steps = steps;
    ++values;
  }
  if (!std::isnan(*values)) options.best.seconds = *values;
  return options;
}

}  // namespace

IDEA_EXPORT(allocate) void* allocate(std::size_t bytes) { return std::malloc(bytes); }
IDEA_EXPORT(release) void release(void* address) { std::free(address); }
IDEA_EXPORT(refusal_text) const char* refusal_text() { return refusal.data(); }
IDEA_EXPORT(refusal_size) std::size_t refusal_size() { return refusal.size(); }

// Opens the instance's network. `convolutions` shapes of kConvolution numbers, then `layers` of two
// (outputs, inputs). An error ends the instance.
IDEA_EXPORT(open_network)
void open_network(std::size_t height, std::size_t width, std::size_t convolutions,
                  std::size_t layers, const std::uint32_t* shapes, const float* weights,
                  std::size_t size) {
  Views views(weights, size);
  const auto first = views.convolutions(shapes, convolutions);
  const auto rest = views.layers(shapes + kConvolution * convolutions, layers);
  views.end();
  const idea::Task task(height, width, rest.empty() ? 0 : rest.back().outputs);
  if (convolutions == 0)
    network = std::make_shared<const idea::Network>(rest, task);
  else
    network = std::make_shared<const idea::ConvolutionalNetwork>(first, rest, task);
}

IDEA_EXPORT(classes) std::size_t classes() { return task().classes; }

// The logits of some images, by plain forward passes: (images, classes).
IDEA_EXPORT(logits) int logits(const float* images, std::size_t count, double* out) {
  for (std::size_t n = 0; n < count; ++n, images += task().pixels(), out += task().classes) {
    if (!in_range(images)) return refuse("every pixel must lie in 0…1");
    copy(
        std::visit([&](const auto& present) { return present->logits(image_at(images)); }, network),
        out);
  }
  return 1;
}

// Sets the prior of states that are made from now on: weights (hidden, pixels), visible biases
// (pixels), hidden biases (hidden).
IDEA_EXPORT(set_prior) int set_prior(std::size_t hidden, const float* values) {
  const std::size_t pixels = task().pixels();
  const float* visible = values + hidden * pixels;
  const float* end = visible + pixels + hidden;
  // Not "above": NaN is refused, too.
  if (!std::all_of(values, end, [](float v) { return std::abs(v) <= idea::Prior::kMaxWeight; }))
    return refuse("expected a prior's weights of at most 40");
  prior = std::make_shared<const idea::Prior>(values, std::vector<float>(visible, visible + pixels),
                                              std::vector<float>(visible + pixels, end));
  return 1;
}

// aim: 0 logit, 1 margin, 2 log-probability. frozen: a byte a pixel. Returns the state.
IDEA_EXPORT(new_state)
States* new_state(const float* image, std::size_t target, std::size_t aim, double ink,
                  double smooth, const std::uint8_t* frozen, double prior_weight) {
  if (!in_range(image)) return refuse("every pixel must lie in 0…1"), nullptr;
  if (target >= task().classes) return refuse("target: expected a class of the task"), nullptr;
  if (aim > 2) return refuse("aim: expected 0, 1 or 2"), nullptr;
  if (!std::isfinite(ink) || !std::isfinite(smooth) || !std::isfinite(prior_weight))
    return refuse("ink, smooth and priorWeight must be finite"), nullptr;
  if (prior_weight != 0 && !prior) return refuse("there is no prior"), nullptr;
  idea::Objective objective(task(), target, static_cast<idea::Aim>(aim));
  objective.ink = ink;
  objective.smooth = smooth;
  objective.frozen.assign(frozen, frozen + task().pixels());
  if (prior_weight != 0) {
    objective.prior = prior;
    objective.prior_weight = prior_weight;
  }
  if (const Dense* dense = std::get_if<Dense>(&network))
    return new States(std::make_unique<idea::State>(*dense, objective, image_at(image), kKernels));
  return new States(std::make_unique<idea::ConvolutionalState>(
      std::get<Convolutional>(network), objective, image_at(image), kKernels));
}

IDEA_EXPORT(delete_state) void delete_state(States* state) { delete state; }

IDEA_EXPORT(image) void image(States* state, float* out) {
  on(state, [out](auto& s) { std::copy(s.image().begin(), s.image().end(), out); });
}
IDEA_EXPORT(energy) double energy(States* state) {
  return on(state, [](auto& s) { return s.energy(); });
}
IDEA_EXPORT(exact_energy) double exact_energy(States* state) {
  return on(state, [](auto& s) { return s.exact_energy(); });
}
IDEA_EXPORT(evaluations) double evaluations(States* state) {
  return on(state, [](auto& s) { return static_cast<double>(s.evaluations()); });
}
// Of flipping each pixel: (pixels).
IDEA_EXPORT(gains) void gains(States* state, double* out) {
  copy(on(state, [](auto& s) { return s.gains(); }), out);
}
// The logits of all images that are one flip away: (pixels, classes).
IDEA_EXPORT(neighbours) int neighbours(States* state, double* out) {
  if (!on(state, [](auto& s) { return s.has_all_logits(); }))
    return refuse("only the target's logit is available; use the aim margin or logp");
  copy(on(state, [](auto& s) { return s.neighbours(); }), out);
  return 1;
}
IDEA_EXPORT(set) int set(States* state, std::size_t pixel, float value) {
  if (pixel >= task().pixels() || !(value >= 0 && value <= 1))
    return refuse("expected a pixel of the image and a value in 0…1");
  on(state, [=](auto& s) { s.set(pixel, value); });
  return 1;
}
IDEA_EXPORT(set_image) int set_image(States* state, const float* image) {
  if (!in_range(image)) return refuse("every pixel must lie in 0…1");
  on(state, [image](auto& s) { s.set_image(image_at(image)); });
  return 1;
}

// Takes proposals in order, makes those that gain more than their thresholds; made: (count).
IDEA_EXPORT(walk)
int walk(States* state, std::size_t count, const std::uint32_t* pixels, const float* values,
         const double* thresholds, std::uint8_t* made) {
  std::vector<idea::Proposal> proposals(count);
  for (std::size_t n = 0; n < count; ++n) {
    if (pixels[n] >= task().pixels() || !(values[n] >= 0 && values[n] <= 1))
      return refuse("expected pixels of the image and values in 0…1");
    proposals[n] = {pixels[n], values[n], thresholds[n]};
  }
  std::fill_n(made, count, std::uint8_t{0});
  const idea::Proposal* begin = proposals.data();
  on(state, [=](auto& s) {
    s.walk(begin, begin + count, [=](const idea::Proposal& one) { made[&one - begin] = 1; });
  });
  return 1;
}

// The random numbers of a seed's run, such as numpy's.
IDEA_EXPORT(new_generator)
idea::Generator* new_generator(std::uint32_t low, std::uint32_t high, std::uint32_t run) {
  return new idea::Generator(idea::generator_of_run(std::uint64_t{high} << 32U | low, run));
}
IDEA_EXPORT(delete_generator) void delete_generator(idea::Generator* rng) { delete rng; }
IDEA_EXPORT(random_greys) void random_greys(idea::Generator* rng, float* out) {
  const idea::Image greys = idea::random_greys(*rng, task());
  std::copy(greys.begin(), greys.end(), out);
}

// Searches from the state's image on; method: a place in kMethods.
IDEA_EXPORT(search)
int search(States* state, idea::Generator* rng, std::size_t method, double every,
           const double* options) {
  if (method >= std::size(idea::kMethods) || !(every >= 1 && every <= 0x1p53))
    return refuse("no such method, or less than a step between two frames");
  on(state, [=](auto& s) {
    idea::run(idea::kMethods[method], s, *rng, static_cast<std::uint64_t>(every),
              options_at(options), [](const idea::Progress& now) {
                return at_step(static_cast<double>(now.step), static_cast<double>(now.steps),
                               now.frame ? 1 : 0) != 0;
              });
  });
  return 1;
}
