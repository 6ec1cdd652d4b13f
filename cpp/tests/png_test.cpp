#include "idea/png.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "helpers.hpp"

namespace {

std::uint32_t number_at(const std::string& data, std::size_t place) {
  std::uint32_t number = 0;
  for (std::size_t n = 0; n < 4; ++n)
    number = number << 8U | static_cast<unsigned char>(data[place + n]);
  return number;
}

// Takes the next chunk of a PNG apart, and checks its sum.
std::string next_chunk(const std::string& png, std::size_t& place, const std::string& name) {
  const std::size_t size = number_at(png, place);
  CHECK(png.substr(place + 4, 4) == name);
  CHECK(number_at(png, place + 8 + size) == idea::crc32(png.substr(place + 4, 4 + size)));
  std::string data = png.substr(place + 8, size);
  place += 12 + size;
  return data;
}

// Unpacks a zlib stream of stored blocks, and checks all its lengths and sums.
std::string unstored(const std::string& stream) {
  CHECK((static_cast<unsigned char>(stream[0]) * 256 + static_cast<unsigned char>(stream[1])) %
            31 ==
        0);
  std::string data;
  bool last = false;
  std::size_t place = 2;
  while (!last) {
    last = stream[place] == 1;
    const auto byte = [&](std::size_t n) { return static_cast<unsigned char>(stream[place + n]); };
    const std::size_t size = byte(1) + std::size_t{256} * byte(2);
    CHECK(byte(3) + std::size_t{256} * byte(4) == 65535 - size);
    data += stream.substr(place + 5, size);
    place += 5 + size;
  }
  CHECK(number_at(stream, place) == idea::adler32(data));
  CHECK(stream.size() == place + 4);
  return data;
}

}  // namespace

TEST_CASE("the sums of PNG and zlib") {
  // zlib.crc32(b"123456789"), zlib.adler32(b"123456789")
  CHECK(idea::crc32("123456789") == 0xCBF43926U);
  CHECK(idea::adler32("123456789") == 0x091E01DEU);
}

TEST_CASE("a PNG holds each pixel ten by ten times") {
  idea::Image image = random_grey(1);
  image[0] = 0;
  image[1] = 1;
  image[2] = 0.5F / 255;  // halfway: to the even neighbour, as numpy rounds
  image[3] = 1.5F / 255;
  const std::string png = idea::png_bytes(image);
  CHECK(png.substr(0, 8) == "\x89PNG\r\n\x1a\n");
  std::size_t place = 8;
  const std::string header = next_chunk(png, place, "IHDR");
  CHECK(number_at(header, 0) == 280);
  CHECK(number_at(header, 4) == 280);
  CHECK(header.substr(8) == std::string("\x08\0\0\0\0", 5));
  const std::string rows = unstored(next_chunk(png, place, "IDAT"));
  CHECK(next_chunk(png, place, "IEND").empty());
  CHECK(place == png.size());
  REQUIRE(rows.size() == 280 * 281);
  bool right = true;
  for (std::size_t y = 0; y < 280; ++y) {
    right = right && rows[y * 281] == 0;
    for (std::size_t x = 0; x < 280; ++x)
      right = right && static_cast<unsigned char>(rows[y * 281 + 1 + x]) ==
                           std::lrint(image[x / 10 + 28 * (y / 10)] * 255);
  }
  CHECK(right);
  CHECK(rows[1] == 0);
  CHECK(static_cast<unsigned char>(rows[11]) == 255);
  CHECK(static_cast<unsigned char>(rows[21]) == 0);
  CHECK(static_cast<unsigned char>(rows[31]) == 2);
}

TEST_CASE("an image is drawn in blocks") {
  idea::Image image{};
  image[0] = 0.5F;
  image[29] = 1;
  image[2] = image[30] = 1;
  image[3] = 0.49F;
  const std::string text = idea::as_text(image);
  const std::string spaces(24, ' ');
  CHECK(text.substr(0, text.find('\n')) == "▀▄█ " + spaces);
  CHECK(std::count(text.begin(), text.end(), '\n') == 13);
}
