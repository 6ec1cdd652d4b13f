// Dumps: .vf files, each one image as little-endian float32, one for each pixel, and nothing else.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "idea/error.hpp"
#include "idea/files/files.hpp"
#include "idea/files/little_endian.hpp"
#include "idea/files/text.hpp"
#include "idea/image.hpp"

namespace idea {

// name: of the image, for the error message.
inline void require_pixels(const Image& image, const Task& task, const std::string& name) {
  require_size(image, task, name);
  // Not "below 0 or above 1": NaN fails this test too.
  const auto bad = std::find_if(image.begin(), image.end(),
                                [](float value) { return !(value >= 0 && value <= 1); });
  if (bad == image.end()) return;
  const auto pixel = static_cast<std::size_t>(bad - image.begin());
  throw Error(name + ": the pixel in column " + std::to_string(pixel % task.width) + ", row " +
              std::to_string(pixel / task.width) + " is " + shortest(*bad) +
              "; every pixel must lie in 0…1");
}

// name: of the data, for the error message.
inline Image parse_vf(std::string_view data, const std::string& name, const Task& task = kMnist) {
  const std::size_t size = task.pixels() * sizeof(float);
  if (data.size() != size)
    throw Error(name + ": expected a dump of " + std::to_string(size) + " bytes (" +
                std::to_string(task.pixels()) + " float32), found " + std::to_string(data.size()) +
                " bytes");
  Image image = floats_of(data);
  require_pixels(image, task, name);
  return image;
}

// The bytes of a dump file, read but not parsed.
inline std::string read_dump(const Path& path) {
  constexpr std::size_t kMost = std::size_t{1} << 20U;  // surely none
  return read_file(path, kMost);
}

inline Image read_vf(const Path& path, const Task& task = kMnist) {
  return parse_vf(read_dump(path), path.string(), task);
}

inline std::string dump_bytes(const Image& image, const Task& task = kMnist) {
  require_pixels(image, task, "image");
  return bytes_of(image);
}

inline void write_vf(const Path& path, const Image& image, const Task& task = kMnist) {
  write_files({{path, dump_bytes(image, task)}});
}

}  // namespace idea
