// The loops of priors. Not a standalone header: kernel_loops.hpp includes it.

// The logarithm of the product of 1 + x[k] * y[k], in which a product of `most` factors doesn't
// overflow.
inline double log_product(const float* x, const float* y, std::size_t size, std::size_t most) {
  double logarithm = 0;
  for (std::size_t begin = 0; begin < size; begin += most * Vec::kLanes) {
    const std::size_t end = std::min(size, begin + most * Vec::kLanes);
    Vec product = splat(1);
    for (std::size_t k = begin; k < end; k += Vec::kLanes)
      product = fma(product, fma(load(x + k), load(y + k), splat(1)), splat(0));
    float lanes[Vec::kLanes];
    store(lanes, product);
    double whole = 1;
    for (const float lane : lanes) whole *= static_cast<double>(lane);
    logarithm += std::log(whole);
  }
  return logarithm;
}

// y[k] = 1 / (1 + exp(-x[k])). The error is a few units in the last place, and what x[k] loses as a
// float.
//
// The exponential is 2^n exp(r) with |r| <= log(2) / 2, and exp(r) its Taylor polynomial. There is no
// call and no branch, so that compilers make vector instructions of the loop.
inline void logistic(float* y, const double* x, std::size_t size) {
  constexpr float kMost = 87;              // beyond it the result isn't a normal number
  constexpr float kToInteger = 0x1.8p23F;  // added and subtracted, it rounds to an integer
  // Their sum is log(2); the first has so few bits that n times it is exact.
  constexpr float kLog2 = 0x1.63p-1F;
  constexpr float kLog2Rest = -2.12194440e-4F;
  for (std::size_t k = 0; k < size; ++k) {
    const auto exponent = static_cast<float>(-x[k]);
    const float limited = std::min(std::max(exponent, -kMost), kMost);
    const float n = (limited * 1.44269504F + kToInteger) - kToInteger;
    const float r = (limited - n * kLog2) - n * kLog2Rest;
    const float sum =
        1 + r * (1 + r * (1 / 2.F + r * (1 / 6.F + r * (1 / 24.F + r * (1 / 120.F + r / 720)))));
    const std::int32_t bits = (static_cast<std::int32_t>(n) + 127) << 23;
    float power = 0;
    std::memcpy(&power, &bits, sizeof power);
    y[k] = 1 / (1 + power * sum);
  }
}
