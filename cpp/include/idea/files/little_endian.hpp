// float32 as in files: least significant byte first, whatever the machine's own order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace idea {

static_assert(std::numeric_limits<float>::is_iec559 && sizeof(float) == 4, "float is float32");

// data: a multiple of four bytes.
inline std::vector<float> floats_of(std::string_view data) {
  std::vector<float> floats(data.size() / sizeof(float));
  for (std::size_t n = 0; n < floats.size(); ++n) {
    std::uint32_t bits = 0;
    for (unsigned byte = 0; byte < 4; ++byte)
      bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(data[4 * n + byte]))
              << (8 * byte);
    std::memcpy(&floats[n], &bits, sizeof bits);
  }
  return floats;
}

template <typename Floats>
std::string bytes_of(const Floats& floats) {
  std::string data;
  data.reserve(4 * floats.size());
  for (const float value : floats) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    for (unsigned byte = 0; byte < 4; ++byte) data += static_cast<char>(bits >> (8 * byte) & 0xFFU);
  }
  return data;
}

}  // namespace idea
