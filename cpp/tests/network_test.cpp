#include "idea/network/network.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "helpers.hpp"
#include "idea/state/state.hpp"
#include "idea/strategies/search.hpp"

TEST_CASE("logits are those of a plain loop") {
  std::vector<Weights> cases;
  for (const std::vector<std::size_t>& hidden :
       std::vector<std::vector<std::size_t>>{{}, {1}, {17}, {1, 1}, {33, 5}, {16, 16}, {3, 4, 5}})
    cases.push_back(Weights::random(hidden, 7));
  for (const idea::Task& task : tasks()) cases.push_back(Weights::random({9, 5}, 7, task));
  for (const Weights& tested : cases) {
    CAPTURE(name_of(tested.task));
    for (const float scale : {1.0F, 1e30F, 1e-30F}) {
      Weights weights = tested;
      for (Weights::Layer& layer : weights.layers) {
        for (float& weight : layer.W) weight *= scale;
        for (float& bias : layer.b) bias *= scale;
      }
      for (const idea::Image& image :
           {filled(0, tested.task), filled(1, tested.task), random_grey(3, tested.task),
            random_binary(4, tested.task)}) {
        const std::vector<double> expected = weights.logits(image);
        const idea::Logits found = weights.network()->logits(image);
        double largest = 0;
        for (const double logit : expected) largest = std::max(largest, std::abs(logit));
        REQUIRE(found.size() == expected.size());
        for (std::size_t k = 0; k < found.size(); ++k)
          CHECK(std::abs(found[k] - expected[k]) <= 1e-12 * largest);
      }
    }
  }
}

TEST_CASE("layers that don't chain are refused") {
  const std::vector<float> zeros(std::size_t{784} * 784);
  const auto message_of = [&zeros](const std::vector<std::vector<std::size_t>>& shapes,
                                   const idea::Task& task = idea::kMnist) {
    std::vector<idea::LayerView> views;
    views.reserve(shapes.size());
    for (const auto& shape : shapes)
      views.push_back({zeros.data(), zeros.data(), shape[0], shape[1]});
    return error_of([&] { const idea::Network network(views, task); });
  };
  const std::string begin =
      "expected layers whose matrices chain from 784 inputs to 10 outputs, found [";
  CHECK(message_of({}) == begin + "]");
  CHECK(message_of({{10, 783}}) == begin + "(10, 783)]");
  CHECK(message_of({{9, 784}}) == begin + "(9, 784)]");
  CHECK(message_of({{5, 784}, {10, 6}}) == begin + "(5, 784), (10, 6)]");
  CHECK(message_of({{0, 784}, {10, 0}}) == begin + "(0, 784), (10, 0)]");
  CHECK(message_of({{10, 784}}) == "no error");
  CHECK(message_of({{5, 64}, {3, 5}}, {8, 8, 3}) == "no error");
  CHECK(
      message_of({{5, 64}, {4, 5}}, {8, 8, 3}) ==
      "expected layers whose matrices chain from 64 inputs to 3 outputs, found [(5, 64), (4, 5)]");
}

TEST_CASE("a task of too few or too many pixels or classes is refused") {
  const auto message_of = [](std::size_t height, std::size_t width, std::size_t classes) {
    return error_of([&] { idea::Task(height, width, classes); });
  };
  CHECK(message_of(2, 2, 2) == "no error");
  CHECK(message_of(1, 4096, 1000) == "no error");
  CHECK(message_of(64, 64, 1000) == "no error");
  CHECK(message_of(1, 3, 10) == "expected images of 4…4096 pixels, found 1×3");
  CHECK(message_of(64, 65, 10) == "expected images of 4…4096 pixels, found 64×65");
  CHECK(message_of(0, 28, 10) == "expected images of 4…4096 pixels, found 0×28");
  CHECK(message_of(std::size_t{1} << 63U, 2, 10).substr(0, 35) ==
        "expected images of 4…4096 pixels,");
  CHECK(message_of(28, 28, 1) == "expected 2…1000 classes, found 1");
  CHECK(message_of(28, 28, 1001) == "expected 2…1000 classes, found 1001");
}

TEST_CASE("an image of another size is refused") {
  const auto network = Weights::random({5}, 1, {8, 6, 3}).network();
  const std::string end = "expected the 48 pixels of 8×6, found ";
  CHECK(error_of([&] { network->logits(filled(0)); }) == "image: " + end + "784");
  CHECK(error_of([&] { network->exact_logits({}, idea::chosen_kernels()); }) ==
        "image: " + end + "0");
  CHECK(error_of([&] { idea::State(network, 0, idea::Image(47)); }) == "image: " + end + "47");
  idea::State state(network, 2, idea::Image(48));
  CHECK(error_of([&] { state.set_image(idea::Image(49)); }) == "image: " + end + "49");
  CHECK(error_of([&] { idea::State(network, 3, idea::Image(48)); }) ==
        "digit must be one of 0…2, not 3");
  CHECK(error_of([&] {
          idea::State(network, idea::Objective({6, 8, 3}, 0), idea::Image(48));
        }) == "expected an objective of the network's task");
  idea::Objective objective(network->task(), 0);
  objective.frozen.pop_back();
  CHECK(error_of([&] { idea::State(network, objective, idea::Image(48)); }) ==
        "expected an objective of the network's task");
  idea::Options options;
  options.start = filled(0);
  CHECK(error_of([&] { idea::find(network, 0, options); }) == "start: " + end + "784");
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
