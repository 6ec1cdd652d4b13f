#include "idea/strategies/search.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

#include "helpers.hpp"

namespace {

using Draws = std::vector<std::uint64_t>;

const std::vector<idea::Method> kMethods(std::begin(idea::kMethods), std::end(idea::kMethods));

idea::Options options_of(idea::Method method) {
  idea::Options options;
  options.method = method;
  options.sweeps = 2;
  options.steps = 1500;
  options.best = {2, 3, 0, 1000, 300};
  options.frames = true;
  return options;
}

void check_same(const idea::Ideal& one, const idea::Ideal& other) {
  CHECK(one.target == other.target);
  CHECK(one.image == other.image);
  CHECK(one.logits == other.logits);
  CHECK(one.energy == other.energy);
  CHECK(one.agreeing == other.agreeing);
  CHECK(one.evaluations == other.evaluations);
  CHECK(one.best_gain_left == other.best_gain_left);
  CHECK(one.frames == other.frames);
}

}  // namespace

TEST_CASE("an ideal agrees with full forward passes") {
  const Weights weights = Weights::random({33, 17}, 1);
  for (const idea::Method method : kMethods) {
    const idea::Ideal ideal = idea::find(weights.network(), 4, options_of(method));
    const std::vector<double> logits = weights.logits(ideal.image);
    CHECK(ideal.target == 4);
    CHECK(ideal.energy == doctest::Approx(logits[4]).epsilon(1e-12));
    CHECK(ideal.energy == ideal.logits[4]);
    double best_gain = -1e300;
    for (std::size_t i = 0; i < ideal.image.size(); ++i) {
      idea::Image flipped = ideal.image;
      for (const float value : {0.0F, 1.0F}) {
        flipped[i] = value;
        if (value != ideal.image[i])
          best_gain = std::max(best_gain, weights.energy(4, flipped) - logits[4]);
      }
    }
    CHECK(ideal.best_gain_left == doctest::Approx(best_gain).epsilon(1e-4));
    CHECK(ideal.locally_optimal == (best_gain <= 0));
    CHECK(ideal.energy > weights.energy(4, ideal.frames.front()));
    CHECK(ideal.evaluations > 0);
    CHECK(ideal.seconds > 0);
  }
}

TEST_CASE("an ideal for every task agrees with full forward passes") {
  for (const idea::Task& task : tasks()) {
    CAPTURE(name_of(task));
    const Weights weights = Weights::random({9, 5}, 1, task);
    const std::size_t target = target_of(task);
    for (const idea::Method method : kMethods) {
      idea::Options options = options_of(method);
      options.steps = 500;
      const idea::Ideal ideal = idea::find(weights.network(), target, options);
      const std::vector<double> logits = weights.logits(ideal.image);
      REQUIRE(ideal.logits.size() == task.classes);
      CHECK(ideal.energy == doctest::Approx(logits[target]).epsilon(1e-12));
      CHECK(ideal.energy > weights.energy(target, ideal.frames.front()));
      CHECK(ideal.runner_up() < task.classes);
      CHECK(ideal.runner_up() != target);
    }
  }
}

TEST_CASE("the runner-up, margin and probability of an ideal") {
  idea::Ideal ideal;
  ideal.target = 0;
  ideal.logits = {1, 0, 0, -1, -1, -1, -1, -1, -1, -1};
  ideal.energy = 1;
  CHECK(ideal.runner_up() == 1);  // of equals the lower
  CHECK(ideal.margin() == 1);
  CHECK(ideal.probability() == doctest::Approx(std::exp(1) / (std::exp(1) + 2 + 7 * std::exp(-1))));
  ideal.target = 3;
  ideal.energy = -1;
  CHECK(ideal.runner_up() == 0);
  CHECK(ideal.margin() == -2);
  ideal.logits = {1e5, 1e5};
  ideal.target = 1;
  ideal.energy = 1e5;
  CHECK(ideal.probability() == 0.5);
}

TEST_CASE("the result doesn't depend on the number of threads") {
  const auto network = Weights::random({33, 17}, 1).network();
  for (const idea::Method method : kMethods) {
    idea::Options options = options_of(method);
    options.restarts = 5;
    std::vector<idea::Ideal> alone;
    for (const std::size_t digit : {7U, 2U}) alone.push_back(idea::find(network, digit, options));
    for (const std::size_t jobs : {1U, 3U, 16U}) {
      options.jobs = jobs;
      idea::Search search(network, {7, 2}, options);
      for (const idea::Ideal& expected : alone) check_same(search.next(), expected);
    }
  }
}

TEST_CASE("frames don't change the path") {
  const auto network = Weights::random({33, 17}, 1).network();
  for (const idea::Method method : kMethods) {
    idea::Options options = options_of(method);
    const idea::Ideal expected = idea::find(network, 4, options);
    CHECK_FALSE(expected.frames.empty());
    options.every = 1;
    const idea::Ideal every = idea::find(network, 4, options);
    CHECK(every.image == expected.image);
    for (std::size_t n = 0; n < expected.frames.size(); ++n)
      CHECK(every.frames[200 * n] == expected.frames[n]);
    options.frames = false;
    const idea::Ideal without = idea::find(network, 4, options);
    CHECK(without.image == expected.image);
    CHECK(without.frames.empty());
  }
}

TEST_CASE("any objective is searched for, and its value is the energy") {
  const Weights weights = Weights::random({9, 5}, 1);
  idea::Options options = options_of(idea::Method::kAnneal);
  options.ink = 0.5;
  const idea::Ideal ideal = idea::find(weights.network(), 4, options);
  const auto ink = std::accumulate(ideal.image.begin(), ideal.image.end(), 0.0);
  CHECK(ideal.energy == doctest::Approx(weights.logits(ideal.image)[4] - 0.5 * ink).epsilon(1e-12));
  CHECK(ideal.locally_optimal);
}

TEST_CASE("each further run has a generator that numpy would spawn") {
  // children = np.random.SeedSequence(7).spawn(2)
  // print(np.random.default_rng(7).integers(784, size=4))
  // print(np.random.default_rng(children[1]).integers(784, size=4))
  CHECK(idea::generator_of_run(7, 0).integers(784, 4) == Draws{740, 490, 536, 703});
  CHECK(idea::generator_of_run(7, 2).integers(784, 4) == Draws{534, 376, 312, 46});
}

TEST_CASE("more restarts only add runs") {
  const auto network = Weights::random({33, 17}, 1).network();
  idea::Options options = options_of(idea::Method::kMonteCarlo);
  double before = idea::find(network, 4, options).energy;
  for (options.restarts = 2; options.restarts < 6; ++options.restarts) {
    const idea::Ideal ideal = idea::find(network, 4, options);
    CHECK(ideal.energy >= before);
    CHECK(ideal.restarts == options.restarts);
    before = ideal.energy;
  }
}

TEST_CASE("of equal runs the first wins, and all agree") {
  const auto network = Weights({5, 5}).network();
  idea::Options options = options_of(idea::Method::kMonteCarlo);
  options.restarts = 4;
  options.jobs = 4;
  const idea::Ideal ideal = idea::find(network, 4, options);
  idea::Generator rng(0);
  CHECK(ideal.image == idea::random_greys(rng, idea::kMnist));  // nothing gains
  CHECK(ideal.agreeing == 4);
  CHECK(ideal.best_gain_left == 0);
  CHECK(ideal.flat);
  CHECK_FALSE(ideal.locally_optimal);
}

TEST_CASE("of equal runs the first wins, in whatever order they end") {
  const auto network = Weights({5, 5}).network();
  idea::Options options = options_of(idea::Method::kMonteCarlo);
  options.kernels = &idea::chosen_kernels();
  const auto run = [&](std::uint64_t number) {
    return idea::run_once(network, 4, options, number, [] { return false; });
  };
  const idea::Image first = run(0).state->image();
  for (const std::vector<std::uint64_t>& order :
       std::vector<std::vector<std::uint64_t>>{{0, 1, 2}, {2, 0, 1}, {1, 2, 0}}) {
    idea::Tally tally(4);
    for (const std::uint64_t number : order) tally.add(run(number));
    CHECK(tally.ideal().image == first);
  }
}

TEST_CASE("greedy sets white on a tie, and stops after a sweep that changed nothing") {
  const auto network = Weights({5, 5}).network();
  idea::Options options;
  options.frames = true;
  const idea::Ideal from_greys = idea::find(network, 4, options);
  CHECK(from_greys.image == filled(1));
  CHECK(from_greys.flat);
  CHECK_FALSE(from_greys.locally_optimal);
  CHECK(from_greys.frames.size() == 8);  // of two sweeps
  options.start = filled(1);
  const idea::Ideal from_white = idea::find(network, 4, options);
  CHECK(from_white.frames.size() == 4);  // of one
  CHECK(from_white.frames[3] == filled(1));
}

TEST_CASE("greedy compares black with white and not with a grey") {
  // The energy is highest for a grey pixel of 0.5, and higher at 0 than at 1.
  Weights weights({2});
  weights.layers[0].W[0] = -2;
  weights.layers[0].b[0] = 1;  // relu(1 - 2x)
  weights.layers[0].W[784] = 2;
  weights.layers[0].b[1] = -1;  // relu(2x - 1)
  weights.layers[1].W[8] = -1;  // row 4, column 0
  weights.layers[1].W[9] = -2;  // column 1
  idea::Options options;
  options.start = filled(0.5F);
  const idea::Ideal ideal = idea::find(weights.network(), 4, options);
  CHECK(ideal.energy == -1);
  CHECK(ideal.image[0] == 0);
  CHECK(ideal.image[1] == 1);
  options.method = idea::Method::kMonteCarlo;
  CHECK(idea::find(weights.network(), 4, options).image == filled(0.5F));
}

TEST_CASE("a search is interrupted") {
  const auto network = Weights::random({33, 17}, 1).network();
  const std::atomic<bool> interrupted{true};
  for (const idea::Method method : kMethods) {
    idea::Options options = options_of(method);
    options.interrupted = &interrupted;
    options.steps = 1000000000000;
    options.sweeps = 1000000000000;
    options.jobs = 3;
    CHECK_THROWS_AS(idea::find(network, 4, options), idea::Interrupted);
  }
}

TEST_CASE("a search that is never waited for ends") {
  idea::Options options = options_of(idea::Method::kMonteCarlo);
  options.frames = false;
  options.steps = 1000000000000;
  const idea::Search search(Weights::random({33, 17}, 1).network(), {1, 2, 3}, options);
}

TEST_CASE("an error in a thread is thrown by next") {
  CHECK(error_of([] {
          idea::find(Weights({3, 4, 5}).network(), 4);
        }) == "expected a network of one or two hidden layers, found 3");
}

TEST_CASE("invalid options are refused") {
  const auto network = Weights({5}).network();
  const auto message_of = [&network](auto change) {
    idea::Options options;
    change(options);
    return error_of([&] { idea::find(network, 4, options); });
  };
  CHECK(message_of([](idea::Options& o) { o.restarts = 0; }) ==
        "restarts must be a whole number, 1 or more, not 0");
  CHECK(message_of([](idea::Options& o) { o.every = 0; }) ==
        "every must be a whole number, 1 or more, not 0");
  CHECK(message_of([](idea::Options& o) { o.jobs = 0; }) ==
        "jobs must be a whole number, 1 or more, not 0");
  CHECK(message_of([](idea::Options& o) { o.sweeps = 0; }) ==
        "sweeps must be a whole number, 1 or more, not 0");
  CHECK(message_of([](idea::Options& o) {
          o.method = idea::Method::kMonteCarlo;
          o.steps = 0;
        }) == "steps must be a whole number, 1 or more, not 0");
  CHECK(message_of([](idea::Options& o) { o.start = filled(2); }) ==
        "start: the pixel in column 0, row 0 is 2.0; every pixel must lie in 0…1");
  CHECK(message_of([](idea::Options& o) {
          o.start = filled(0);
          o.restarts = 2;
        }) ==
        "greedy is deterministic, so restarts from the same start are identical; leave out either "
        "the start or the restarts");
  CHECK(error_of([&] { idea::find(network, 10); }) == "digit must be one of 0…9, not 10");
}
