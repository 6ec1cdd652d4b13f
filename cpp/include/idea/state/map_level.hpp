// One layer of a convolutional network for one image.
#pragma once

#include <cstddef>
#include <vector>

#include "idea/simd/cell_list.hpp"
#include "idea/simd/maps.hpp"

namespace idea {

// A layer followed by ReLU, for one image.
struct MapLevel {
  explicit MapLevel(const Convolution& layer)
      : layer(&layer),
        sums(layer.positions(), layer.outputs),
        results(layer.results(), layer.outputs),
        list(layer.results(), layer.outputs),
        moved(layer.positions(), layer.outputs),
        changes(layer.results(), layer.outputs) {}

  const Convolution* layer;
  Maps sums;              // at the positions that results are computed from
  Maps results;           // after ReLU and pool
  CellList<double> list;  // of the results, as of when all were computed
  // Scratch.
  Maps moved;                // the sums after a change, in `reached`
  CellList<double> changes;  // of the results
  Box reached{};             // the positions that the change reaches
};

// A dense layer, restricted to some of its outputs.
inline Convolution restricted(const Convolution& last, const std::vector<std::size_t>& outputs) {
  Convolution output(last.inputs, outputs.size(), last.cells, last.window);
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    for (std::size_t dy = 0; dy < last.window.height; ++dy)
      for (std::size_t dx = 0; dx < last.window.width; ++dx)
        for (std::size_t i = 0; i < last.inputs; ++i)
          output.row(dy, dx, i)[o] = last.row(dy, dx, i)[outputs[o]];
    output.bias.at(0)[o] = last.bias.at(0)[outputs[o]];
  }
  return output;
}

}  // namespace idea
