// The baseline: the searches with a full forward pass for every trial.
//
//     plain MODEL.dat START.vf OUT greedy SWEEPS
//     plain MODEL.dat START.vf OUT mc DRAWS
//
// writes OUT/idea_0.vf … idea_9.vf (mc: idea_5.vf alone) and prints the number of passes and the
// seconds that they took. DRAWS is a file of pairs of bytes pixel / 256, pixel % 256 and a byte for
// the value. Simple on purpose, and compiled with -O3 alone: a straightforward implementation. All
// arithmetic is in `Real`: float is what is timed; with -DReal=double it is slower but leaves no
// decision to rounding, so that other programs can be compared with its images.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#ifndef Real
#define Real float
#endif

using Floats = std::vector<float>;
using Reals = std::vector<Real>;

Floats read_floats(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error(path + ": can't be read");
  Floats values(static_cast<std::size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  if (!file.read(reinterpret_cast<char*>(values.data()), values.size() * sizeof(float)))
    throw std::runtime_error(path + ": can't be read whole");
  return values;
}

struct Network {
  std::size_t units;
  Floats weights;

  explicit Network(const std::string& path) : weights(read_floats(path)) {
    // The file holds units² + 796 units + 10 floats.
    units =
        static_cast<std::size_t>(std::lround(std::sqrt(weights.size() - 10 + 398.0 * 398.0))) - 398;
    if (units * units + 796 * units + 10 != weights.size())
      throw std::runtime_error(path + ": no 784-units-units-10 network");
  }

  static const float* layer(const float* W, const Reals& in, Reals& out) {
    const float* b = W + in.size() * out.size();
    for (std::size_t j = 0; j < out.size(); ++j) {
      Real sum = b[j];
      for (std::size_t i = 0; i < in.size(); ++i) sum += W[j * in.size() + i] * in[i];
      out[j] = sum;
    }
    return b + out.size();
  }

  static void relu(Reals& values) {
    for (Real& value : values) value = value > 0 ? value : 0;
  }

  double logit(const Reals& image, int digit) const {
    Reals h1(units), h2(units), logits(10);
    const float* W = layer(weights.data(), image, h1);
    relu(h1);
    W = layer(W, h1, h2);
    relu(h2);
    layer(W, h2, logits);
    return logits[digit];
  }
};

struct Search {
  const Network& network;
  Reals image;
  long passes = 0;

  double energy(int digit) {
    ++passes;
    return network.logit(image, digit);
  }

  void greedy(int digit, int sweeps) {
    for (int sweep = 0; sweep < sweeps; ++sweep)
      for (Real& pixel : image) {
        pixel = 0;
        const double black = energy(digit);
        pixel = 1;
        pixel = energy(digit) >= black ? 1 : 0;
      }
  }

  void monte_carlo(int digit, std::istream& draws) {
    double best = energy(digit);
    for (unsigned char draw[3]; draws.read(reinterpret_cast<char*>(draw), 3);) {
      Real& pixel = image[256 * draw[0] + draw[1]];
      const Real before = pixel;
      pixel = draw[2];
      const double trial = energy(digit);
      if (trial > best)
        best = trial;
      else
        pixel = before;
    }
  }

  void write(const std::string& folder, int digit) const {
    const Floats dump(image.begin(), image.end());
    std::ofstream file(folder + "/idea_" + std::to_string(digit) + ".vf", std::ios::binary);
    if (!file.write(reinterpret_cast<const char*>(dump.data()), 784 * sizeof(float)))
      throw std::runtime_error("the dump can't be written");
  }
};

int main(int argc, char** argv) try {
  if (argc != 6)
    throw std::runtime_error("usage: plain MODEL.dat START.vf OUT greedy|mc SWEEPS|DRAWS");
  const Network network(argv[1]);
  const Floats start = read_floats(argv[2]);
  if (start.size() != 784) throw std::runtime_error("the start must be 784 floats");

  const auto began = std::chrono::steady_clock::now();
  long passes = 0;
  const bool greedy = argv[4] == std::string("greedy");
  for (int digit = greedy ? 0 : 5; digit < (greedy ? 10 : 6); ++digit) {
    Search search{network, Reals(start.begin(), start.end())};
    std::ifstream draws(argv[5], std::ios::binary);
    if (greedy)
      search.greedy(digit, std::stoi(argv[5]));
    else
      search.monte_carlo(digit, draws);
    search.write(argv[3], digit);
    passes += search.passes;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%ld passes %.3f s\n", passes, took.count());
} catch (const std::exception& error) {
  std::cerr << "error: " << error.what() << '\n';
  return 1;
}
