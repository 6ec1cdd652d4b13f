#include "idea/network.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "helpers.hpp"

TEST_CASE("logits are those of a plain loop") {
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{}, {1}, {17}, {1, 1}, {33, 5}, {16, 16}, {3, 4, 5}}) {
    for (const float scale : {1.0F, 1e30F, 1e-30F}) {
      Weights weights = Weights::random(hidden, 7);
      for (Weights::Layer& layer : weights.layers) {
        for (float& weight : layer.W) weight *= scale;
        for (float& bias : layer.b) bias *= scale;
      }
      for (const idea::Image& image : {filled(0), filled(1), random_grey(3), random_binary(4)}) {
        const std::vector<double> expected = weights.logits(image);
        const idea::Logits found = weights.network()->logits(image);
        double largest = 0;
        for (const double logit : expected) largest = std::max(largest, std::abs(logit));
        for (std::size_t digit = 0; digit < idea::kDigits; ++digit)
          CHECK(std::abs(found[digit] - expected[digit]) <= 1e-12 * largest);
      }
    }
  }
}

TEST_CASE("layers that don't chain are refused") {
  const std::vector<float> zeros(idea::kPixels * idea::kPixels);
  const auto message_of = [&zeros](const std::vector<std::vector<std::size_t>>& shapes) {
    std::vector<idea::LayerView> views;
    views.reserve(shapes.size());
    for (const auto& shape : shapes)
      views.push_back({zeros.data(), zeros.data(), shape[0], shape[1]});
    return error_of([&] { const idea::Network network(views); });
  };
  const std::string begin =
      "expected layers whose matrices chain from 784 inputs to 10 outputs, found [";
  CHECK(message_of({}) == begin + "]");
  CHECK(message_of({{10, 783}}) == begin + "(10, 783)]");
  CHECK(message_of({{9, 784}}) == begin + "(9, 784)]");
  CHECK(message_of({{5, 784}, {10, 6}}) == begin + "(5, 784), (10, 6)]");
  CHECK(message_of({{0, 784}, {10, 0}}) == begin + "(0, 784), (10, 0)]");
  CHECK(message_of({{10, 784}}) == "no error");
}

TEST_CASE("weights that aren't finite are refused") {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Weights weights({2});
    weights.layers[1].b[3] = bad;
    CHECK(error_of([&] { weights.network(); }) == "every weight must be a finite float32");
    weights = Weights({2});
    weights.layers[0].W[783] = bad;
    CHECK(error_of([&] { weights.network(); }) == "every weight must be a finite float32");
  }
}
