// The state against full forward passes in double precision, on every instruction set.
#include "idea/state.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "helpers.hpp"
#include "idea/strategies.hpp"

namespace {

using idea::kPixels;

constexpr std::size_t kDigit = 3;

struct Case {
  std::string name;
  Weights weights;
};

// Sizes around those of vectors and cache lines; with two hidden layers of one width and of two.
std::vector<Case> random_cases() {
  const std::vector<std::size_t> sizes = {1, 7, 15, 16, 17, 33, 100};
  std::vector<Case> cases;
  for (std::size_t n = 0; n < sizes.size(); ++n) {
    const std::size_t units = sizes[n];
    const std::size_t others = sizes[(n + 4) % sizes.size()];
    for (const std::vector<std::size_t>& hidden :
         std::vector<std::vector<std::size_t>>{{units}, {units, units}, {units, others}}) {
      std::string name = "784";
      for (const std::size_t width : hidden) name += "-" + std::to_string(width);
      cases.push_back({name, Weights::random(hidden, static_cast<unsigned>(n))});
    }
  }
  return cases;
}

// A change of one pixel of an image.
idea::Image with(idea::Image image, std::size_t pixel, float value) {
  image[pixel] = value;
  return image;
}

// What full forward passes say of an image.
struct Truth {
  Truth(const Weights& weights, const idea::Image& image)
      : energy(weights.energy(kDigit, image)), to_black(kPixels), to_white(kPixels), best(kPixels) {
    for (std::size_t i = 0; i < kPixels; ++i) {
      to_black[i] = image[i] == 0 ? 0 : weights.energy(kDigit, with(image, i, 0)) - energy;
      to_white[i] = image[i] == 1 ? 0 : weights.energy(kDigit, with(image, i, 1)) - energy;
      best[i] = image[i] == 0   ? to_white[i]
                : image[i] == 1 ? to_black[i]
                                : std::max(to_black[i], to_white[i]);
    }
  }

  double energy;
  std::vector<double> to_black;
  std::vector<double> to_white;
  std::vector<double> best;  // of flips
};

// How far the gains of a state are from the truth.
double worst_error(idea::State& state, const Truth& truth) {
  const idea::Image image = state.image();
  double worst = std::abs(state.energy() - truth.energy);
  const std::vector<double> gains = state.gains();
  for (std::size_t i = 0; i < kPixels; ++i) {
    const double black = state.gain({i, 0, 0});
    const double white = state.gain({i, 1, 0});
    worst = std::max({worst, std::abs(gains[i] - truth.best[i]),
                      std::abs(black - truth.to_black[i]), std::abs(white - truth.to_white[i])});
  }
  CHECK(state.image() == image);
  return worst;
}

void check_gains(const Case& tested, const idea::Image& start, double tolerance_of_one) {
  const auto network = tested.weights.network();
  // To a fresh state, and to one that has come from elsewhere.
  idea::Image moved = start;
  for (std::size_t i = 5; i < kPixels; i += 9) moved[i] = moved[i] == 1 ? 0.0F : 1.0F;
  const Truth at_start(tested.weights, start);
  const Truth at_moved(tested.weights, moved);
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CAPTURE(tested.name);
    CAPTURE(kernels->name);
    idea::State state(network, kDigit, start, *kernels);
    const auto tolerance = [tolerance_of_one](const Truth& truth) {
      return tolerance_of_one + 1e-5 * std::abs(truth.energy);
    };
    CHECK(worst_error(state, at_start) <= tolerance(at_start));
    for (std::size_t i = 0; i < kPixels; ++i) state.set(i, moved[i]);
    CHECK(worst_error(state, at_moved) <= tolerance(at_moved));
    for (std::size_t i = kPixels; i-- > 0;) state.set(i, start[i]);
    CHECK(worst_error(state, at_start) <= tolerance(at_start));
  }
}

// The proposals that one-by-one evaluation by full forward passes makes.
std::vector<std::size_t> plain_walk(const Weights& weights, idea::Image& image,
                                    const std::vector<idea::Proposal>& proposals) {
  std::vector<std::size_t> made;
  double energy = weights.energy(kDigit, image);
  for (std::size_t n = 0; n < proposals.size(); ++n) {
    const idea::Proposal& p = proposals[n];
    if (p.value == image[p.pixel]) continue;
    const double after = weights.energy(kDigit, with(image, p.pixel, p.value));
    if (!(after - energy > p.threshold)) continue;
    image[p.pixel] = p.value;
    energy = after;
    made.push_back(n);
  }
  return made;
}

std::vector<std::size_t> walk(idea::State& state, const std::vector<idea::Proposal>& proposals) {
  std::vector<std::size_t> made;
  const idea::Proposal* begin = proposals.data();
  state.walk(begin, begin + proposals.size(), [&](const idea::Proposal& proposal) {
    made.push_back(static_cast<std::size_t>(&proposal - begin));
  });
  return made;
}

// Draws as Monte Carlo's, some with other thresholds and values.
std::vector<idea::Proposal> random_proposals(std::size_t count, double unit) {
  std::mt19937 rng(11);
  std::vector<idea::Proposal> proposals;
  for (std::size_t n = 0; n < count; ++n) {
    const auto value = static_cast<float>(rng() % 3) / 2;
    const double threshold = n % 4 == 0 ? (static_cast<double>(rng() % 100) - 50) / 500 * unit : 0;
    proposals.push_back({rng() % kPixels, value, threshold});
  }
  return proposals;
}

// Small whole numbers: every sum is exact, and ties abound.
Case whole_numbers(const std::vector<std::size_t>& hidden) {
  Case made{"whole numbers", Weights(hidden)};
  std::mt19937 rng(5);
  for (Weights::Layer& layer : made.weights.layers) {
    for (float& weight : layer.W) weight = static_cast<float>(rng() % 5) - 2;
    for (float& bias : layer.b) bias = static_cast<float>(rng() % 3) - 1;
  }
  return made;
}

void scale(Weights& weights, float for_W, float for_b) {
  for (Weights::Layer& layer : weights.layers) {
    for (float& weight : layer.W) weight *= for_W;
    for (float& bias : layer.b) bias *= for_b;
  }
}

}  // namespace

TEST_CASE("gains are those of full forward passes") {
  for (const Case& tested : random_cases()) {
    check_gains(tested, random_binary(1), 1e-4);
    check_gains(tested, random_grey(2), 1e-4);
  }
}

TEST_CASE("gains at images of one value") {
  Case tested{"784-17-33", Weights::random({17, 33}, 9)};
  for (const float value : {0.0F, 1.0F, 0.5F, 1e-40F}) check_gains(tested, filled(value), 1e-4);
}

TEST_CASE("gains of networks with dead units and units exactly at zero") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{33}, {33, 17}, {16, 16}}) {
    Case tested{"odd", Weights::random(hidden, 4)};
    for (Weights::Layer& layer : tested.weights.layers) {
      if (layer.outputs == idea::kDigits) continue;
      for (std::size_t j = 0; j < layer.outputs; ++j) {
        if (j % 4 == 0) layer.b[j] = -1e6F;  // never on
        if (j % 4 == 1) layer.b[j] = 0;      // exactly at zero at the black image
        if (j % 4 == 2)
          for (std::size_t i = 0; i < layer.inputs; ++i) layer.W[j * layer.inputs + i] = 0;
      }
    }
    check_gains(tested, filled(0), 1e-4);
    check_gains(tested, random_binary(6), 1e-4);
  }
  check_gains({"all zero", Weights({20, 20})}, random_binary(1), 0);
}

TEST_CASE("a pixel without weights gains exactly nothing") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{33}, {33, 17}}) {
    Case tested{"blind pixels", Weights::random(hidden, 4)};
    Weights::Layer& first = tested.weights.layers[0];
    for (std::size_t j = 0; j < first.outputs; ++j)
      for (std::size_t i = 0; i < kPixels; i += 3) first.W[j * kPixels + i] = 0;
    check_gains(tested, random_grey(8), 1e-4);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      idea::State state(tested.weights.network(), kDigit, random_grey(8), *kernels);
      for (std::size_t i = 1; i < kPixels; i += 2) state.set(i, 1);
      const std::vector<double> gains = state.gains();
      for (std::size_t i = 0; i < kPixels; i += 3) {
        CHECK(gains[i] == 0);
        CHECK(state.gain({i, 0, 0}) == 0);
      }
    }
  }
}

TEST_CASE("gains of huge and tiny weights, relative to the energy") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{17}, {17, 33}}) {
    for (const float factor : {1e30F, 1e-30F, 1e-38F}) {
      Case tested{"scaled by " + std::to_string(factor), Weights::random(hidden, 4)};
      scale(tested.weights, factor, factor);
      const Truth truth(tested.weights, random_binary(2));
      double largest = std::abs(truth.energy);
      for (const double gain : truth.best) largest = std::max(largest, std::abs(gain));
      REQUIRE(largest > 0);
      check_gains(tested, random_binary(2), 1e-5 * largest);
    }
  }
}

TEST_CASE("gains where biases outweigh weights, and weights biases") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{17}, {17, 33}}) {
    for (const float factor : {1e-30F, 1e30F}) {
      Case tested{"weights scaled by " + std::to_string(factor), Weights::random(hidden, 4)};
      scale(tested.weights, factor, 1 / factor);
      const Truth truth(tested.weights, random_grey(2));
      REQUIRE(std::isfinite(truth.energy));
      check_gains(tested, random_grey(2), 1e-5 * std::abs(truth.energy));
    }
  }
}

TEST_CASE("a threshold that equals the gain isn't passed, one just below is") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{7}, {16, 7}, {33, 33}}) {
    const Case tested = whole_numbers(hidden);
    const idea::Image image = random_binary(3);
    const Truth truth(tested.weights, image);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      idea::State state(tested.weights.network(), kDigit, image, *kernels);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < kPixels; ++i) {
        const float value = image[i] == 1 ? 0 : 1;
        const idea::Proposal equal{i, value, truth.best[i]};
        const double below = std::nextafter(truth.best[i], -std::numeric_limits<double>::infinity());
        const idea::Proposal under{i, value, below};
        if (state.first(&equal, &equal + 1) != &equal + 1) ++wrong;
        if (state.first(&under, &under + 1) != &under) ++wrong;
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("a proposal of the present value never passes") {
  const Case tested{"784-7", Weights::random({7}, 1)};
  idea::Image image = random_binary(1);
  image[10] = -0.0F;
  idea::State state(tested.weights.network(), kDigit, image);
  std::vector<idea::Proposal> proposals;
  for (std::size_t i = 0; i < kPixels; ++i)
    proposals.push_back({i, image[i], -std::numeric_limits<double>::infinity()});
  const idea::Proposal* end = proposals.data() + proposals.size();
  CHECK(state.first(proposals.data(), end) == end);
  CHECK(state.evaluations() == 0);
  CHECK(walk(state, proposals).empty());
  CHECK(walk(state, {}).empty());
}

TEST_CASE("first gives the first that passes and changes nothing") {
  const Case tested{"784-17-33", Weights::random({17, 33}, 2)};
  idea::Image image = random_grey(5);
  const std::vector<idea::Proposal> proposals = random_proposals(300, 1);
  const std::vector<std::size_t> made = plain_walk(tested.weights, image, proposals);
  REQUIRE(made.size() > 10);
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    idea::State state(tested.weights.network(), kDigit, random_grey(5), *kernels);
    const idea::Proposal* found =
        state.first(proposals.data(), proposals.data() + proposals.size());
    CHECK(found == proposals.data() + made[0]);
    CHECK(state.image() == random_grey(5));
    CHECK(state.first(proposals.data(), found) == found);  // the end
  }
}

TEST_CASE("set makes a change, and its undoing restores the energy") {
  for (const Case& tested : random_cases()) {
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      idea::State state(tested.weights.network(), kDigit, random_grey(5), *kernels);
      const double before = state.energy();
      const float value = state.image()[100];
      const double gain = state.gain({100, 1, 0});
      state.set(100, 1);
      CHECK(state.image() == with(random_grey(5), 100, 1));
      CHECK(std::abs(state.energy() - before - gain) <= 1e-4);
      state.set(100, 1);
      state.set(100, value);
      CHECK(state.image() == random_grey(5));
      CHECK(std::abs(state.energy() - before) <= 1e-4);
    }
  }
}

TEST_CASE("a walk takes the path of one-by-one evaluation, on every instruction set") {
  for (Case& tested : random_cases()) {
    if (tested.weights.layers[0].outputs > 33) continue;
    CAPTURE(tested.name);
    const std::vector<idea::Proposal> proposals = random_proposals(1500, 1);
    idea::Image image = random_grey(5);
    const std::vector<std::size_t> expected = plain_walk(tested.weights, image, proposals);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      idea::State state(tested.weights.network(), kDigit, random_grey(5), *kernels);
      CHECK(walk(state, proposals) == expected);
      CHECK(state.image() == image);
      CHECK(std::abs(state.energy() - tested.weights.energy(kDigit, image)) <= 1e-4);
    }
  }
}

TEST_CASE("a walk among ties takes the path of one-by-one evaluation") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{7}, {16, 7}, {33, 33}}) {
    const Case tested = whole_numbers(hidden);
    const std::vector<idea::Proposal> proposals = random_proposals(1500, 500);
    idea::Image image = random_binary(5);
    const std::vector<std::size_t> expected = plain_walk(tested.weights, image, proposals);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      idea::State state(tested.weights.network(), kDigit, random_binary(5), *kernels);
      CHECK(walk(state, proposals) == expected);
      CHECK(state.image() == image);
    }
  }
}

TEST_CASE("long searches take one path on every instruction set, whatever is asked on the way") {
  for (const Case& tested : {Case{"784-100", Weights::random({100}, 3)},
                             Case{"784-100-100", Weights::random({100, 100}, 3)}}) {
    std::vector<idea::Image> ends;
    for (const bool asked : {false, true}) {
      for (const idea::Kernels* kernels : idea::runnable_kernels()) {
        idea::State state(tested.weights.network(), kDigit, random_grey(5), *kernels);
        idea::Generator rng(0);
        idea::monte_carlo(state, rng, 500, 6000, [&](std::uint64_t) {
          if (asked) state.gains();
        });
        idea::greedy(state, 300, 2, [&](std::uint64_t) {
          if (asked) state.gains();
        });
        ends.push_back(state.image());
        CHECK(std::abs(state.energy() - tested.weights.energy(kDigit, state.image())) <= 1e-4);
      }
    }
    for (const idea::Image& end : ends) CHECK(end == ends[0]);
  }
}

TEST_CASE("networks of other depths are refused") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{}, {3, 4, 5}})
    CHECK(error_of([&] { idea::State(Weights(hidden).network(), 0, filled(0)); }) ==
          "expected a network of one or two hidden layers, found " +
              std::to_string(hidden.size()));
}

TEST_CASE("an instruction set that isn't there is refused") {
  std::string names;
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CHECK(&idea::kernels_named(kernels->name) == kernels);
    names += (names.empty() ? "" : ", ") + std::string(kernels->name);
  }
  CHECK(&idea::kernels_named("") == idea::runnable_kernels().front());
  CHECK(error_of([] { idea::kernels_named("sse"); }) ==
        "IDEA_SIMD: expected one of " + names + " on this machine, found sse");
}
