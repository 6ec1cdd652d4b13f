// Feeds the reader of weights any bytes: it returns a network that can be searched or throws an
// Error. cpp/fuzz/run.sh runs it.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "idea/error.hpp"
#include "idea/files/weights.hpp"
#include "idea/state/state.hpp"

namespace {

void require(bool right) {
  if (!right) std::abort();
}

void check(const std::shared_ptr<const idea::Network>& network, std::size_t size) {
  const std::size_t units = network->layers()[0].W.columns();
  require(idea::weight_bytes(units) == size);
  require(network->hidden() == 2);
  require(network->layers()[1].W.columns() == units);
  require(network->layers()[2].W.columns() == idea::kMnist.classes);
  const idea::Image image(idea::kMnist.pixels(), 0.5F);
  for (const double logit : network->logits(image)) require(std::isfinite(logit));
  idea::State state(network, 3, image);
  require(std::isfinite(state.energy()));
  // Of a few pixels: among ties each takes a forward pass.
  for (const std::size_t pixel : {0U, 400U, 783U})
    require(std::isfinite(state.gain({pixel, 1, 0})));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view data(reinterpret_cast<const char*>(bytes), size);
  try {
    check(idea::parse_weights(data, "m"), size);
  } catch (const idea::Error& error) {
    require(std::string(error.what()).substr(0, 3) == "m: ");
  }
  return 0;
}
