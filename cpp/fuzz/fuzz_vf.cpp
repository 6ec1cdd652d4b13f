// Feeds the reader of dumps any bytes: it returns an image or throws an Error. cpp/fuzz/run.sh runs
// it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "idea/error.hpp"
#include "idea/files/vf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view data(reinterpret_cast<const char*>(bytes), size);
  try {
    const idea::Image image = idea::parse_vf(data, "x");
    for (const float value : image)
      if (!(value >= 0 && value <= 1)) std::abort();
    if (idea::dump_bytes(image) != data) std::abort();
  } catch (const idea::Error& error) {
    if (std::string(error.what()).substr(0, 3) != "x: ") std::abort();
  }
  return 0;
}
