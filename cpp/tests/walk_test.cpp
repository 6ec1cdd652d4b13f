// The changes that a state accepts, against full forward passes in double precision, on every
// instruction set.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "helpers.hpp"
#include "idea/state/state.hpp"
#include "idea/strategies/random.hpp"
#include "idea/strategies/run.hpp"
#include "idea/strategies/strategies.hpp"
#include "reference_gains.hpp"

namespace {

// The proposals that one-by-one evaluation by full forward passes makes.
std::vector<std::size_t> plain_walk(const Weights& weights, idea::Image& image,
                                    const std::vector<idea::Proposal>& proposals) {
  std::vector<std::size_t> made;
  const std::size_t target = target_of(weights.task);
  double energy = weights.energy(target, image);
  for (std::size_t n = 0; n < proposals.size(); ++n) {
    const idea::Proposal& p = proposals[n];
    if (p.value == image[p.pixel]) continue;
    const double after = weights.energy(target, with(image, p.pixel, p.value));
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
std::vector<idea::Proposal> random_proposals(std::size_t count, double unit,
                                             std::size_t pixels = kPixels) {
  std::mt19937 rng(11);
  std::vector<idea::Proposal> proposals;
  for (std::size_t n = 0; n < count; ++n) {
    const auto value = static_cast<float>(rng() % 3) / 2;
    const double threshold = n % 4 == 0 ? (static_cast<double>(rng() % 100) - 50) / 500 * unit : 0;
    proposals.push_back({rng() % pixels, value, threshold});
  }
  return proposals;
}

}  // namespace

TEST_CASE("a threshold that equals the gain isn't passed, one just below is") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{7}, {16, 7}, {33, 33}}) {
    const Case tested = whole_numbers(hidden);
    const idea::Image image = random_binary(3);
    const ReferenceGains reference(tested.weights, image);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      idea::State state(tested.weights.network(), kDigit, image, *kernels);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < kPixels; i += kEvery) {
        const float value = image[i] == 1 ? 0 : 1;
        const idea::Proposal equal{i, value, reference.best[i]};
        const double below =
            std::nextafter(reference.best[i], -std::numeric_limits<double>::infinity());
        const idea::Proposal under{i, value, below};
        if (state.first(&equal, &equal + 1) != &equal + 1) ++wrong;
        if (state.first(&under, &under + 1) != &under) ++wrong;
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE(
    "a gain that float can't distinguish from its threshold is evaluated in double precision") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{33}, {33, 17}, {100, 100}}) {
    const Weights weights = Weights::random(hidden, 6);
    // Greys whose distance to white no float holds.
    const idea::Image image = random_grey(3);
    const ReferenceGains reference(weights, image);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      idea::State state(weights.network(), kDigit, image, *kernels);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < kPixels; i += kEvery) {
        const idea::Proposal over{i, 1, reference.to_white[i] + 1e-10};
        const idea::Proposal under{i, 1, reference.to_white[i] - 1e-10};
        if (state.first(&over, &over + 1) != &over + 1) ++wrong;
        if (state.first(&under, &under + 1) != &under) ++wrong;
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("a state of no digit is refused") {
  const Case tested{"784-7", Weights::random({7}, 1)};
  CHECK_THROWS_WITH_AS(idea::State(tested.weights.network(), 10, filled(0)),
                       "digit must be one of 0…9, not 10", idea::Error);
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

TEST_CASE("first returns the first that passes and changes nothing") {
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

TEST_CASE("a walk for every task takes the path of one-by-one evaluation") {
  std::vector<Case> cases = task_cases();
  for (const idea::Task& task : tasks())
    for (const std::vector<std::size_t>& hidden :
         std::vector<std::vector<std::size_t>>{{7}, {9, 5}})
      cases.push_back(whole_numbers(hidden, task));
  for (const Case& tested : cases) {
    CAPTURE(tested.name);
    const idea::Task& task = tested.weights.task;
    CAPTURE(name_of(task));
    const idea::Image start = random_grey(5, task);
    const std::vector<idea::Proposal> proposals = random_proposals(400, 1, task.pixels());
    idea::Image image = start;
    const std::vector<std::size_t> expected = plain_walk(tested.weights, image, proposals);
    for (const idea::Kernels* kernels : idea::runnable_kernels()) {
      CAPTURE(kernels->name);
      idea::State state(tested.weights.network(), target_of(task), start, *kernels);
      CHECK(walk(state, proposals) == expected);
      CHECK(state.image() == image);
      idea::Generator rng(0);
      idea::monte_carlo(state, rng, 500, 300, [](const idea::Progress&) { return true; });
      idea::greedy(state, 300, 2, [](const idea::Progress&) { return true; });
      const double energy = tested.weights.energy(target_of(task), state.image());
      CHECK(state.energy() == doctest::Approx(energy).epsilon(1e-9));
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

TEST_CASE("long searches take one path on every instruction set, with or without calls of gains") {
  for (const Case& tested : {Case{"784-100", Weights::random({100}, 3)},
                             Case{"784-100-100", Weights::random({100, 100}, 3)}}) {
    std::vector<idea::Image> ends;
    for (const bool with_gains : {false, true}) {
      for (const idea::Kernels* kernels : idea::runnable_kernels()) {
        idea::State state(tested.weights.network(), kDigit, random_grey(5), *kernels);
        idea::Generator rng(0);
        idea::monte_carlo(state, rng, 500, 6000, [&](const idea::Progress&) {
          if (with_gains) state.gains();
          return true;
        });
        idea::greedy(state, 300, 2, [&](const idea::Progress&) {
          if (with_gains) state.gains();
          return true;
        });
        ends.push_back(state.image());
        CHECK(std::abs(state.energy() - tested.weights.energy(kDigit, state.image())) <= 1e-4);
      }
    }
    for (const idea::Image& end : ends) CHECK(end == ends[0]);
  }
}
