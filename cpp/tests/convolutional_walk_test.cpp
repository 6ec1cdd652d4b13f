// The changes that a convolutional network's state accepts, against plain forward passes, on every
// instruction set.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "helpers.hpp"
#include "idea/state/state.hpp"
#include "reference_maps.hpp"

namespace {

// Of the values 0, ½ and 1, or 0 and 1 alone.
enum class Values { kGrey, kBinary };

std::vector<idea::Proposal> random_proposals(std::size_t count, double unit,
                                             std::size_t pixels = kPixels,
                                             Values values = Values::kGrey) {
  std::mt19937 rng(11);
  std::vector<idea::Proposal> proposals;
  for (std::size_t n = 0; n < count; ++n) {
    const float value =
        values == Values::kGrey ? static_cast<float>(rng() % 3) / 2 : static_cast<float>(rng() % 2);
    const double threshold = n % 4 == 0 ? (static_cast<double>(rng() % 100) - 50) / 500 * unit : 0;
    proposals.push_back({rng() % pixels, value, threshold});
  }
  return proposals;
}

// The proposals that one-by-one evaluation makes.
std::vector<std::size_t> plain_walk(const MapWeights& weights, idea::Image& image,
                                    const std::vector<idea::Proposal>& proposals) {
  std::vector<std::size_t> made;
  const std::size_t target = target_of(weights.task);
  double energy = weights.energy(target, image);
  for (std::size_t n = 0; n < proposals.size(); ++n) {
    const auto& [pixel, value, threshold] = proposals[n];
    if (value == image[pixel]) continue;
    const double after = weights.energy(target, with(image, pixel, value));
    if (!(after - energy > threshold)) continue;
    image[pixel] = value;
    energy = after;
    made.push_back(n);
  }
  return made;
}

std::vector<std::size_t> walk(idea::ConvolutionalState& state,
                              const std::vector<idea::Proposal>& proposals) {
  std::vector<std::size_t> made;
  const idea::Proposal* begin = proposals.data();
  state.walk(begin, begin + proposals.size(), [&](const idea::Proposal& proposal) {
    made.push_back(static_cast<std::size_t>(&proposal - begin));
  });
  return made;
}

bool passes(idea::ConvolutionalState& state, const idea::Proposal& proposal) {
  const std::vector<idea::Proposal> one(1, proposal);
  return state.first(one.data(), one.data() + one.size()) == one.data();
}

// That gains lie within the sum of their bounds.
void check_gains(idea::ConvolutionalState& state, idea::ConvolutionalState& other) {
  std::vector<double> bounds;
  std::vector<double> other_bounds;
  const std::vector<double> found = state.gains(&bounds);
  const std::vector<double> expected = other.gains(&other_bounds);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!(std::abs(found[i] - expected[i]) <= bounds[i] + other_bounds[i])) ++wrong;
  CHECK(wrong == 0);
}

bool is_binary(const idea::Image& image) {
  return std::all_of(image.begin(), image.end(), [](float x) { return x == 0 || x == 1; });
}

// Whether sums of doubles are exact if the weights are whole numbers: averages divide by powers of
// two alone.
bool keeps_whole_numbers_exact(const MapWeights& weights) {
  const std::vector<MapWeights::Convolution>& layers = weights.convolutions;
  return std::all_of(layers.begin(), layers.end(), [](const MapWeights::Convolution& layer) {
    const auto& [windows, average] = layer.geometry.pool;
    const std::size_t area = windows.size.area();
    return !average || (area & (area - 1)) == 0;
  });
}

// Takes a walk on every instruction set: it is the plain one, and the state afterwards is that of a
// new state of the image up to rounding; bitwise the same on all if there is a grey pixel.
void check_walk(const MapWeights& weights, const idea::Image& start,
                const std::vector<idea::Proposal>& proposals) {
  idea::Image image = start;
  const std::vector<std::size_t> expected = plain_walk(weights, image, proposals);
  const auto network = weights.network();
  const std::size_t target = target_of(weights.task);
  idea::ConvolutionalState fresh(network, target, image);
  std::vector<double> gains;  // on the first of the instruction sets
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CAPTURE(kernels->name);
    idea::ConvolutionalState state(network, target, start, *kernels);
    CHECK(walk(state, proposals) == expected);
    CHECK(state.image() == image);
    CHECK(state.energy() == doctest::Approx(fresh.energy()).epsilon(kSmall));
    check_gains(state, fresh);
    const std::vector<double> found = state.gains();
    if (gains.empty()) gains = found;
    if (!is_binary(image)) CHECK(found == gains);
    check_gains(state, fresh);  // a second time
  }
}

}  // namespace

TEST_CASE("a convolutional walk takes the path of one-by-one evaluation") {
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    const MapWeights weights = random_maps(tested.weights, 1);
    check_walk(weights, random_grey(5), random_proposals(400 / kEvery, 0.1));
    check_walk(weights, random_binary(5), random_proposals(400 / kEvery, 0.1));
  }
}

TEST_CASE("a convolutional walk over binary images takes the path of one-by-one evaluation") {
  const std::vector<idea::Proposal> proposals =
      random_proposals(500 / kEvery, 0.1, kPixels, Values::kBinary);
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    check_walk(random_maps(tested.weights, 1), random_binary(5), proposals);
    check_walk(whole_maps(tested.weights), random_binary(5), proposals);
  }
}

TEST_CASE("a convolutional walk over layers of any kind takes the path of one-by-one evaluation") {
  const idea::Task task{11, 13, 4};
  for (unsigned seed = 0; seed < 60 / kEvery; ++seed) {
    CAPTURE(seed);
    const MapWeights kinds = random_kinds(task, seed);
    const std::vector<idea::Proposal> proposals =
        random_proposals(150, seed % 2 == 0 ? 0 : 0.1, task.pixels(), Values::kBinary);
    const idea::Image start = random_binary(seed, task);
    check_walk(random_maps(kinds, seed), start, proposals);
    if (keeps_whole_numbers_exact(kinds)) check_walk(whole_maps(kinds), start, proposals);
    // Two halves that are the same: each change of the first layer twice.
    MapWeights twice = random_maps(kinds, seed);
    MapWeights::Convolution& first = twice.convolutions[0];
    for (std::size_t k = 0; k < first.W.size() / 2; ++k)
      first.W[first.W.size() / 2 + k] = first.W[k];
    check_walk(twice, start, proposals);
  }
}

TEST_CASE("a convolutional walk among small and large weights takes the plain path") {
  const std::vector<idea::Proposal> proposals =
      random_proposals(200 / kEvery, 0, kPixels, Values::kBinary);
  for (const float scale : {1e-20F, 1e-10F, 1e12F}) {
    CAPTURE(scale);
    MapWeights weights = random_maps(map_cases()[0].weights, 2);
    for (MapWeights::Convolution& layer : weights.convolutions)
      for (float& weight : layer.W) weight *= scale;
    check_walk(weights, random_binary(6), proposals);
  }
}

TEST_CASE("a convolutional walk for every task takes the path of one-by-one evaluation") {
  for (const MapCase& tested : map_task_cases()) {
    CAPTURE(tested.name);
    const idea::Task& task = tested.weights.task;
    const std::vector<idea::Proposal> proposals =
        random_proposals(100 / kEvery, 0.1, task.pixels());
    check_walk(random_task_maps(tested.weights, 1), random_grey(5, task), proposals);
    if (task.pixels() > kPixels) continue;  // ties among so many pixels take long
    check_walk(whole_maps(tested.weights), random_binary(5, task), proposals);
  }
}

TEST_CASE("a convolutional walk among ties takes the path of one-by-one evaluation") {
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    check_walk(whole_maps(tested.weights), random_binary(5), random_proposals(400 / kEvery, 500));
  }
}

TEST_CASE("a convolutional threshold that equals the gain isn't passed, one just below is") {
  for (const MapCase& tested : map_cases()) {
    CAPTURE(tested.name);
    const MapWeights weights = whole_maps(tested.weights);
    const idea::Image image = random_binary(3);
    const double energy = weights.energy(kDigit, image);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      idea::ConvolutionalState state(weights.network(), kDigit, image, *kernels);
      for (const std::size_t i : some_pixels()) {
        const float value = image[i] == 1 ? 0 : 1;
        const double gain = weights.energy(kDigit, with(image, i, value)) - energy;
        const double below = std::nextafter(gain, -std::numeric_limits<double>::infinity());
        CHECK(!passes(state, {i, value, gain}));
        CHECK(passes(state, {i, value, below}));
      }
    }
  }
}

TEST_CASE("a gain nearer to its threshold than the error bound is that of two energies") {
  const auto network = random_maps(map_cases()[1].weights, 2).network();
  const idea::Image image = random_grey(3);
  const double energy = idea::ConvolutionalState(network, kDigit, image).exact_energy();
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CAPTURE(kernels->name);
    idea::ConvolutionalState state(network, kDigit, image, *kernels);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < kPixels; i += 3 * kEvery) {
      idea::ConvolutionalState changed(network, kDigit, with(image, i, 1));
      const double gain = changed.exact_energy() - energy;
      const double below = std::nextafter(gain, -std::numeric_limits<double>::infinity());
      if (passes(state, {i, 1, gain})) ++wrong;
      if (!passes(state, {i, 1, below})) ++wrong;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a proposal of the present value never passes in a convolutional state") {
  const auto network = random_maps(map_cases()[0].weights, 1).network();
  idea::Image image = random_binary(1);
  image[10] = -0.0F;
  idea::ConvolutionalState state(network, kDigit, image);
  std::vector<idea::Proposal> proposals;
  for (std::size_t i = 0; i < kPixels; ++i)
    proposals.push_back({i, image[i], -std::numeric_limits<double>::infinity()});
  CHECK(walk(state, proposals).empty());
  CHECK(walk(state, {}).empty());
  CHECK(state.evaluations() == 0);
  state.set(10, 0);
  CHECK(state.energy() == idea::ConvolutionalState(network, kDigit, image).energy());
}

TEST_CASE("every threshold is decided") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto network = random_maps(map_cases()[0].weights, 1).network();
  idea::ConvolutionalState state(network, kDigit, filled(0));
  CHECK(!passes(state, {400, 1, kInfinity}));
  CHECK(!passes(state, {400, 1, std::numeric_limits<double>::quiet_NaN()}));
  CHECK(passes(state, {400, 0.5F, -kInfinity}));
  CHECK(state.image() == filled(0));
}
