#include "idea/files/weights.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "helpers.hpp"

namespace {

std::string bytes_of(const Weights& weights) {
  std::string data;
  for (const Weights::Layer& layer : weights.layers)
    data += idea::bytes_of(layer.W) + idea::bytes_of(layer.b);
  return data;
}

std::string size_message(std::size_t size, const std::string& sizes) {
  return "m.dat: expected the float32 of a 784-units-units-10 network, found " +
         std::to_string(size) + " bytes: " + sizes + ", 784 take 4954920";
}

}  // namespace

TEST_CASE("a weight file is its layers one after the other") {
  std::vector<idea::Task> all = tasks();
  all.push_back(idea::kMnist);
  for (std::size_t n = 0; n < all.size(); ++n) {
    const idea::Task& task = all[n];
    CAPTURE(name_of(task));
    const std::size_t units = std::vector<std::size_t>{1, 2, 17}[n % 3];
    const Weights weights = Weights::random({units, units}, 1, task);
    const Folder folder;
    write_file(folder / "m.dat", bytes_of(weights));
    const auto network = idea::read_weights(folder / "m.dat", task);
    REQUIRE(network->layers().size() == 3);
    CHECK(network->layers()[1].W.rows() == units);
    const idea::Image image = random_grey(2, task);
    const std::vector<double> expected = weights.logits(image);
    for (std::size_t k = 0; k < task.classes; ++k)
      CHECK(network->logits(image)[k] == doctest::Approx(expected[k]).epsilon(1e-12));
  }
}

TEST_CASE("the error for a size that is no network's names the nearest ones") {
  const auto message_of = [](std::size_t size) {
    return error_of([&] { idea::parse_weights(std::string(size, '\0'), "m.dat"); });
  };
  const std::string first = "1 units take 3228 bytes, 2 take 6424";
  for (const std::size_t size : {0U, 1U, 39U, 3227U, 3229U, 6423U})
    CHECK(message_of(size) == size_message(size, first));
  CHECK(message_of(6425) == size_message(6425, "2 units take 6424 bytes, 3 take 9628"));
  CHECK(error_of([] {
          idea::parse_weights(std::string(100, '\0'), "m.dat", {5, 3, 2});
        }) ==
        "m.dat: expected the float32 of a 15-units-units-2 network, found 100 bytes: 1 units take "
        "88 bytes, 2 take 176, 15 take 2048");
  CHECK(message_of(4954919) ==
        size_message(4954919, "783 units take 4945468 bytes, 784 take 4954920"));
  CHECK(message_of(4954921) ==
        size_message(4954921, "784 units take 4954920 bytes, 785 take 4964380"));
}

TEST_CASE("the number of units is right up to the largest sizes") {
  for (const idea::Task& task : tasks())
    for (const std::size_t units : {1UL, 2UL, 784UL, 15000UL, 1000000UL, 1500000000UL}) {
      const std::size_t size = idea::weight_bytes(units, task);
      CHECK(idea::units_of(size, "m.dat", task) == units);
      CHECK(error_of([&] { idea::units_of(size - 4, "m.dat", task); }) != "no error");
      CHECK(error_of([&] { idea::units_of(size + 4, "m.dat", task); }) != "no error");
    }
  CHECK(error_of([] { idea::units_of(std::numeric_limits<std::size_t>::max(), "m.dat"); }) !=
        "no error");
}

TEST_CASE("the error for a weight that isn't finite names its place") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInf = std::numeric_limits<float>::infinity();
  Weights weights = Weights::random({5, 5}, 1);
  const auto message = [&] {
    return error_of([&] { idea::parse_weights(bytes_of(weights), "m.dat"); });
  };
  const std::string end = "; every weight must be a finite float32";
  weights.layers[2].b[9] = kInf;
  CHECK(message() == "m.dat: l3/b[9] is inf" + end);
  weights.layers[2].W[2 * 5 + 1] = -kInf;
  CHECK(message() == "m.dat: l3/W[2, 1] is -inf" + end);
  weights.layers[1].b[0] = kNan;
  CHECK(message() == "m.dat: l2/b[0] is nan" + end);
  weights.layers[1].W[4 * 5 + 4] = kNan;
  CHECK(message() == "m.dat: l2/W[4, 4] is nan" + end);
  weights.layers[0].b[4] = -kNan;
  CHECK(message() == "m.dat: l1/b[4] is nan" + end);
  weights.layers[0].W[3 * 784 + 4] = kNan;
  CHECK(message() == "m.dat: l1/W[3, 4] is nan" + end);
}

TEST_CASE("an archive isn't taken for bare floats") {
  for (const std::string begin : {"PK\x03\x04", "PK\x05\x06"}) {
    std::string data(3228, '\0');
    data.replace(0, begin.size(), begin);
    CHECK(error_of([&] { idea::parse_weights(data, "test.model"); }) ==
          "test.model: expected bare floats, found a zip archive such as Chainer's; to make bare "
          "floats of it: python -m idea.export test.model model.dat");
  }
}

TEST_CASE("a weight file that is missing or too large is named") {
  CHECK(error_of([] { idea::read_weights("no.dat"); }) ==
        "no.dat: can't be read: No such file or directory");
  const Folder folder;
  const std::string path = (folder / "m.dat").string();
  write_file(path, "");
  std::filesystem::resize_file(path, 1ULL << 40U);  // sparse: it takes no room
  CHECK(error_of([&] { idea::read_weights(path); }) ==
        path + ": expected a file of at most 1073741824 bytes, found 1099511627776");
}
