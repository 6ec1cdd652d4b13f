// Pictures of images: PNG, and blocks of text for a terminal.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "idea/image.hpp"

namespace idea {

// 32 bits, most significant byte first.
inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (unsigned byte = 4; byte-- > 0;) bytes += static_cast<char>(value >> (8 * byte) & 0xFFU);
  return bytes;
}

inline std::uint32_t crc32(std::string_view data) {
  constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t n = 0; n < table.size(); ++n) {
      table[n] = n;
      for (int bit = 0; bit < 8; ++bit)
        table[n] = table[n] >> 1U ^ ((table[n] & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return table;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : data)
    crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ crc >> 8U;
  return ~crc;
}

inline std::uint32_t adler32(std::string_view data) {
  constexpr std::uint32_t kPrime = 65521;
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char byte : data) {
    low = (low + static_cast<unsigned char>(byte)) % kPrime;
    high = (high + low) % kPrime;
  }
  return high << 16U | low;
}

// A zlib stream that stores its data as it is: no compression, and no compressor.
inline std::string zlib_stored(std::string_view data) {
  constexpr std::size_t kLongest = 65535;
  std::string stream = "\x78\x01";
  for (std::size_t begin = 0; begin < data.size(); begin += kLongest) {
    const std::size_t size = std::min(kLongest, data.size() - begin);
    const bool last = begin + size == data.size();
    stream += last ? '\x01' : '\0';
    for (const std::size_t length : {size, ~size}) {
      stream += static_cast<char>(length & 0xFFU);
      stream += static_cast<char>(length >> 8U & 0xFFU);
    }
    stream += data.substr(begin, size);
  }
  return stream + big_endian(adler32(data));
}

inline std::string png_chunk(const std::string& name, const std::string& data) {
  const std::string named = name + data;
  return big_endian(static_cast<std::uint32_t>(data.size())) + named + big_endian(crc32(named));
}

// A greyscale PNG of 280 by 280 crisp pixels; 0 is drawn black, 1 white.
inline std::string png_bytes(const Image& image) {
  constexpr std::size_t kScale = 10;
  constexpr std::size_t kWidth = kScale * kSide;
  std::string rows;
  for (std::size_t y = 0; y < kSide; ++y) {
    std::string row(1, '\0');  // no filter
    for (std::size_t x = 0; x < kSide; ++x)
      row.append(kScale, static_cast<char>(std::lrint(image[x + kSide * y] * 255)));
    for (std::size_t n = 0; n < kScale; ++n) rows += row;
  }
  const std::string size = big_endian(static_cast<std::uint32_t>(kWidth));
  const std::string kind("\x08\0\0\0\0", 5);  // 8 bits, grey, the usual methods
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", size + size + kind) +
         png_chunk("IDAT", zlib_stored(rows)) + png_chunk("IEND", "");
}

// 14 lines of 28 half-block characters, two rows of pixels a line; 0.5 and more is drawn as ink.
inline std::string as_text(const Image& image) {
  constexpr std::array<std::string_view, 4> kBlocks = {" ", "▀", "▄", "█"};
  std::string text;
  for (std::size_t y = 0; y < kSide; y += 2) {
    if (y != 0) text += '\n';
    for (std::size_t x = 0; x < kSide; ++x) {
      const std::size_t above = image[x + kSide * y] >= 0.5F ? 1 : 0;
      const std::size_t below = image[x + kSide * (y + 1)] >= 0.5F ? 2 : 0;
      text += kBlocks.at(above + below);
    }
  }
  return text;
}

}  // namespace idea
