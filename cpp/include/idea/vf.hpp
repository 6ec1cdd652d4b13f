// Dumps: .vf files, each one image as 784 little-endian float32 and nothing else.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "idea/error.hpp"
#include "idea/files.hpp"
#include "idea/image.hpp"
#include "idea/little_endian.hpp"
#include "idea/text.hpp"

namespace idea {

inline constexpr std::size_t kDumpBytes = kPixels * sizeof(float);

// name: of the image, for the error message.
inline void require_pixels(const Image& image, const std::string& name) {
  // Not "below 0 or above 1": NaN fails this test too.
  const auto* bad = std::find_if(image.begin(), image.end(),
                                 [](float value) { return !(value >= 0 && value <= 1); });
  if (bad == image.end()) return;
  const auto pixel = static_cast<std::size_t>(bad - image.begin());
  throw Error(name + ": the pixel in column " + std::to_string(pixel % kSide) + ", row " +
              std::to_string(pixel / kSide) + " is " + shortest(*bad) +
              "; every pixel must lie in 0…1");
}

// name: of the data, for the error message.
inline Image parse_vf(std::string_view data, const std::string& name) {
  if (data.size() != kDumpBytes)
    throw Error(name + ": expected a dump of " + std::to_string(kDumpBytes) +
                " bytes (784 float32), found " + std::to_string(data.size()) + " bytes");
  const std::vector<float> floats = floats_of(data);
  Image image{};
  std::copy(floats.begin(), floats.end(), image.begin());
  require_pixels(image, name);
  return image;
}

// The bytes of a dump file, read but not parsed.
inline std::string read_dump(const Path& path) {
  constexpr std::size_t kMost = std::size_t{1} << 20U;  // surely none
  return read_file(path, kMost);
}

inline Image read_vf(const Path& path) { return parse_vf(read_dump(path), path.string()); }

inline std::string dump_bytes(const Image& image) {
  require_pixels(image, "image");
  return bytes_of(image);
}

inline void write_vf(const Path& path, const Image& image) {
  write_files({{path, dump_bytes(image)}});
}

}  // namespace idea
