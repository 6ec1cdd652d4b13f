#include "idea/files/vf.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "helpers.hpp"

TEST_CASE("a dump is 784 little-endian float32") {
  const Folder folder;
  idea::Image image = random_grey(1);
  image[1] = 0.5F;
  idea::write_vf(folder / "x.vf", image);
  const std::string data = contents(folder / "x.vf");
  CHECK(data.size() == 3136);
  CHECK(data.substr(4, 4) == std::string("\x00\x00\x00\x3f", 4));
  CHECK(idea::read_vf(folder / "x.vf") == image);
  CHECK(idea::dump_bytes(idea::parse_vf(data, "x")) == data);
}

TEST_CASE("a dump's size is checked") {
  for (const std::size_t size : {0U, 1U, 3135U, 3137U, 6272U})
    CHECK(error_of([&] { idea::parse_vf(std::string(size, '\0'), "x.vf"); }) ==
          "x.vf: expected a dump of 3136 bytes (784 float32), found " + std::to_string(size) +
              " bytes");
}

TEST_CASE("every pixel of a dump is checked") {
  const auto message_of = [](float value) {
    idea::Image image = filled(0);
    image[3 + 28 * 2] = value;
    image[783] = 7;  // the first wrong one is named
    return error_of([&] { idea::parse_vf(idea::bytes_of(image), "x.vf"); });
  };
  const std::string begin = "x.vf: the pixel in column 3, row 2 is ";
  const std::string end = "; every pixel must lie in 0…1";
  CHECK(message_of(-0.1F) == begin + "-0.1" + end);
  CHECK(message_of(1.0000001F) == begin + "1.0000001" + end);
  CHECK(message_of(255) == begin + "255.0" + end);
  CHECK(message_of(std::numeric_limits<float>::quiet_NaN()) == begin + "nan" + end);
  CHECK(message_of(std::numeric_limits<float>::infinity()) == begin + "inf" + end);
  CHECK(message_of(-1e-40F) == begin + "-1e-40" + end);
}

TEST_CASE("the ends of the range are allowed") {
  idea::Image image = filled(0);
  image[0] = -0.0F;
  image[1] = 1;
  image[2] = std::numeric_limits<float>::denorm_min();
  CHECK(idea::parse_vf(idea::bytes_of(image), "x.vf") == image);
}

TEST_CASE("what is no image isn't written") {
  const Folder folder;
  idea::Image image = filled(0);
  image[783] = 2;
  CHECK(error_of([&] { idea::write_vf(folder / "x.vf", image); }) ==
        "image: the pixel in column 27, row 27 is 2.0; every pixel must lie in 0…1");
  CHECK(folder.names().empty());
}

TEST_CASE("a dump of another shape") {
  const Folder folder;
  const idea::Task task{5, 3, 2};
  const idea::Image image = random_grey(1, task);
  idea::write_vf(folder / "x.vf", image, task);
  CHECK(contents(folder / "x.vf").size() == 60);
  CHECK(idea::read_vf(folder / "x.vf", task) == image);
  CHECK(error_of([&] { idea::parse_vf(std::string(3136, '\0'), "x.vf", task); }) ==
        "x.vf: expected a dump of 60 bytes (15 float32), found 3136 bytes");
  idea::Image bad = image;
  bad[7] = 2;
  CHECK(error_of([&] { idea::write_vf(folder / "y.vf", bad, task); }) ==
        "image: the pixel in column 1, row 2 is 2.0; every pixel must lie in 0…1");
  CHECK(error_of([&] { idea::write_vf(folder / "y.vf", image); }) ==
        "image: expected the 784 pixels of 28×28, found 15");
}

TEST_CASE("a dump that is missing or endless is named") {
  CHECK(error_of([] { idea::read_vf("no.vf"); }) ==
        "no.vf: can't be read: No such file or directory");
  CHECK(error_of([] { idea::read_vf("/dev/zero"); }) ==
        "/dev/zero: expected a file of at most 1048576 bytes, found more");
}
