// Feeds the WebAssembly module's functions any network, compiled for this machine: they return one
// that can be searched or throw an Error. cpp/fuzz/run.sh runs it.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "../wasm/kernel.cpp"
#include "idea/error.hpp"

namespace {

void require(bool right) {
  if (!right) std::abort();
}

// Takes numbers from the front of the data; zeros after its end.
class Reader {
 public:
  Reader(const std::uint8_t* bytes, std::size_t size) : next_(bytes), left_(size) {}

  template <typename Number>
  Number take() {
    Number number{};
    const std::size_t size = std::min(left_, sizeof number);
    std::memcpy(&number, next_, size);
    next_ += size;
    left_ -= size;
    return number;
  }

  std::vector<float> rest() {
    std::vector<float> floats(left_ / sizeof(float));
    for (float& value : floats) value = take<float>();
    return floats;
  }

 private:
  const std::uint8_t* next_;
  std::size_t left_;
};

// A small size, mostly.
std::uint32_t size_from(Reader& reader) {
  const auto byte = reader.take<std::uint8_t>();
  return byte < 250 ? byte % 12U : reader.take<std::uint32_t>();
}

void search_it() {
  const std::size_t pixels = task().pixels();
  const std::vector<float> black(pixels);
  const std::vector<std::uint8_t> free(pixels);
  std::vector<double> numbers(std::max(pixels * task().classes, pixels));
  require(logits(black.data(), 1, numbers.data()) == 1);
  for (std::size_t k = 0; k < task().classes; ++k) require(std::isfinite(numbers[k]));
  States* state = new_state(black.data(), task().classes - 1, 1, 0, 0.1, free.data(), 0);
  require(state != nullptr);
  require(set(state, pixels, 1) == 0 && set(state, pixels - 1, 1) == 1);
  gains(state, numbers.data());
  require(neighbours(state, numbers.data()) == 1);
  idea::Generator* rng = new_generator(1, 0, 0);
  const std::vector<double> defaults(7, NAN);
  require(search(state, rng, 3, 10, defaults.data()) == 1);
  require(std::isfinite(energy(state)));
  delete_generator(rng);
  delete_state(state);
}

}  // namespace

int at_step(double, double, int) { return 1; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  Reader reader(bytes, size);
  const std::size_t height = size_from(reader);
  const std::size_t width = size_from(reader);
  const std::size_t convolutions = reader.take<std::uint8_t>() % 3U;
  const std::size_t layers = reader.take<std::uint8_t>() % 4U;
  std::vector<std::uint32_t> shapes;
  while (shapes.size() < kConvolution * convolutions + 2 * layers)
    shapes.push_back(size_from(reader));
  const std::vector<float> weights = reader.rest();
  try {
    open_network(height, width, convolutions, layers, shapes.data(), weights.data(),
                 weights.size());
  } catch (const idea::Error&) {
    return 0;
  }
  search_it();
  return 0;
}
