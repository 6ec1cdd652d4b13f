// Priors against sums over all states of the hidden units, and their gains in states against
// differences of energies, on every instruction set.
#include "idea/state/prior.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "helpers.hpp"
#include "idea/simd/kernels.hpp"
#include "idea/state/state.hpp"
#include "reference_gains.hpp"

namespace {

// Parameters of a prior; as numbers of half precision, which they must be, multiples of 1/16.
struct Parameters {
  Parameters(std::size_t units, std::size_t pixels, double size, unsigned seed = 1)
      : weights(units * pixels), visible(pixels), hidden(units) {
    std::mt19937 rng(seed);
    std::normal_distribution<double> normal(0, size);
    for (std::vector<float>* list : {&weights, &visible, &hidden})
      for (float& number : *list) number = static_cast<float>(std::round(16 * normal(rng)) / 16);
  }

  std::shared_ptr<const idea::Prior> prior() const {
    return std::make_shared<const idea::Prior>(weights.data(), visible, hidden);
  }

  double input(std::size_t unit, const idea::Image& image) const {
    double input = hidden[unit];
    for (std::size_t i = 0; i < image.size(); ++i)
      input += static_cast<double>(weights[unit * image.size() + i]) * image[i];
    return input;
  }

  double of_visible(const idea::Image& image) const {
    double sum = 0;
    for (std::size_t i = 0; i < image.size(); ++i)
      sum += static_cast<double>(visible[i]) * image[i];
    return sum;
  }

  double log_probability(const idea::Image& image) const {
    double sum = of_visible(image);
    for (std::size_t j = 0; j < hidden.size(); ++j) {
      const double input = this->input(j, image);
      sum += input > 0 ? input + std::log1p(std::exp(-input)) : std::log1p(std::exp(input));
    }
    return sum;
  }

  std::vector<float> weights;  // (units, pixels)
  std::vector<float> visible;
  std::vector<float> hidden;
};

idea::Image random_image(std::size_t pixels, bool grey) {
  std::mt19937 rng(2);
  idea::Image image(pixels);
  for (float& value : image) value = static_cast<float>(rng() % (grey ? 9 : 2)) / (grey ? 8 : 1);
  return image;
}

}  // namespace

TEST_CASE("a probability is the sum over all states of the hidden units") {
  const Parameters parameters(4, 6, 1);
  for (const bool grey : {false, true}) {
    const idea::Image image = random_image(6, grey);
    double total = 0;
    for (unsigned states = 0; states < 16; ++states) {
      double exponent = parameters.of_visible(image);
      for (std::size_t j = 0; j < 4; ++j)
        if (states >> j & 1U) exponent += parameters.input(j, image);
      total += std::exp(exponent);
    }
    CHECK(parameters.prior()->exact(image) == doctest::Approx(std::log(total)).epsilon(1e-12));
  }
}

TEST_CASE("the logistic function") {
  std::vector<double> x;
  for (int n = -1000; n <= 1000; ++n) x.push_back(n / 10.0);
  x.insert(x.end(), {-1e300, 1e300, 1e-300, 87, -87, 88.5, -88.5});
  for (const idea::Kernels* kernels : idea::runnable_kernels()) {
    CAPTURE(kernels->name);
    std::vector<float> y(x.size());
    kernels->logistic(y.data(), x.data(), x.size());
    double worst = 0;  // in units in the last place
    for (std::size_t k = 0; k < x.size(); ++k) {
      const double expected = 1 / (1 + std::exp(-std::clamp(x[k], -87.0, 87.0)));
      // As a float, x loses up to |x| / 2 of them.
      const double ulp = expected * std::numeric_limits<float>::epsilon();
      const double lost = std::min(std::abs(x[k]), 87.0) / 2 * (1 - expected) * ulp;
      worst = std::max(worst, (std::abs(y[k] - expected) - lost) / ulp);
    }
    CHECK(worst < 4);
  }
}

TEST_CASE("gains with a prior are differences of energies") {
  const idea::Task task(5, 3, 2);
  const Weights weights = Weights::random({9, 6}, 3, task);
  for (const std::size_t units : {1U, 16U, 37U})
    for (const double size : {0.1, 1.0, 9.0})
      for (const bool grey : {false, true}) {
        const Parameters parameters(units, task.pixels(), size);
        idea::Objective objective(task, 1);
        objective.prior = parameters.prior();
        objective.prior_weight = 0.7;
        const auto energy_of = [&](const idea::Image& image) {
          return weights.energy(1, image) + 0.7 * parameters.log_probability(image);
        };
        for (const idea::Kernels* kernels : idea::runnable_kernels()) {
          CAPTURE(kernels->name);
          CAPTURE(units);
          CAPTURE(size);
          idea::State state(weights.network(), objective, random_image(task.pixels(), grey),
                            *kernels);
          for (const std::size_t moved : {0U, 7U, 0U}) {
            const idea::Image image = state.image();
            std::vector<double> bounds(image.size());
            const std::vector<double> gains = state.gains(&bounds);
            double worst = 0;
            for (std::size_t i = 0; i < image.size(); ++i) {
              double best = -1e300;
              for (const float value : {0.0F, 1.0F})
                if (image[i] != value)
                  best = std::max(best, energy_of(with(image, i, value)) - energy_of(image));
              worst = std::max(worst, std::abs(gains[i] - best) - bounds[i]);
            }
            CHECK(worst < 1e-10);
            CHECK(std::abs(state.energy() - energy_of(image)) < state.error_bound() + 1e-10);
            state.set(moved, image[moved] == 1 ? 0.0F : 1.0F);
          }
        }
      }
}

TEST_CASE("a prior of too large weights, or of another task, is refused") {
  Parameters parameters(3, 6, 1);
  idea::Objective objective(idea::Task(2, 2, 2), 0);
  objective.prior = parameters.prior();
  CHECK(error_of([&] { idea::checked(objective, objective.task); }) ==
        "expected an objective of the network's task");
  parameters.weights[5] = 41;
  CHECK(error_of([&] { parameters.prior(); }).find("expected a prior's weights of at most") == 0);
}
