// The random numbers of numpy's default_rng, bitwise equal: equal seeds give equal searches in
// both languages.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace idea {

// numpy.random.SeedSequence: turns a seed of any quality into the state of a generator. A spawn key
// makes another, independent one of the same seed.
// Source: numpy/random/bit_generator.pyx, after M. E. O'Neill's randutils.
class SeedSequence {
 public:
  explicit SeedSequence(std::uint64_t seed, const std::vector<std::uint64_t>& spawn_key = {}) {
    std::vector<std::uint32_t> entropy;
    append(entropy, seed);
    // Without the zeros, a long seed and a short one with a key could begin alike.
    if (!spawn_key.empty()) entropy.resize(std::max(entropy.size(), pool_.size()));
    for (const std::uint64_t key : spawn_key) append(entropy, key);
    mix_in(entropy);
  }

  // Four words of 64 bits.
  std::array<std::uint64_t, 4> state() const {
    std::array<std::uint64_t, 4> words{};
    std::uint32_t factor = 0x8b51f9ddU;
    for (std::size_t n = 0; n < 2 * words.size(); ++n) {
      std::uint32_t value = pool_[n % pool_.size()] ^ factor;
      factor *= 0x58f38dedU;
      value *= factor;
      value ^= value >> 16U;
      words[n / 2] |= static_cast<std::uint64_t>(value) << (n % 2 * 32);
    }
    return words;
  }

 private:
  // In words of 32 bits, the least significant first; one at least.
  static void append(std::vector<std::uint32_t>& words, std::uint64_t value) {
    words.push_back(static_cast<std::uint32_t>(value));
    if (value >> 32U != 0) words.push_back(static_cast<std::uint32_t>(value >> 32U));
  }

  void mix_in(const std::vector<std::uint32_t>& entropy) {
    std::uint32_t factor = 0x43b0d7e5U;
    const auto hash = [&factor](std::uint32_t value) {
      value ^= factor;
      factor *= 0x931e8875U;
      value *= factor;
      return value ^ value >> 16U;
    };
    const auto mix = [](std::uint32_t x, std::uint32_t y) {
      const std::uint32_t value = 0xca01f9ddU * x - 0x4973f715U * y;
      return value ^ value >> 16U;
    };
    for (std::size_t n = 0; n < pool_.size(); ++n)
      pool_[n] = hash(n < entropy.size() ? entropy[n] : 0);
    for (std::size_t from = 0; from < pool_.size(); ++from)
      for (std::size_t to = 0; to < pool_.size(); ++to)
        if (from != to) pool_[to] = mix(pool_[to], hash(pool_[from]));
    for (std::size_t from = pool_.size(); from < entropy.size(); ++from)
      for (std::uint32_t& word : pool_) word = mix(word, hash(entropy[from]));
  }

  std::array<std::uint32_t, 4> pool_{};
};

// PCG64, XSL-RR 128/64. Source: M. E. O'Neill, https://www.pcg-random.org.
class Pcg64 {
 public:
  // All of its state; of each pair of words the high one is first.
  struct Saved {
    std::pair<std::uint64_t, std::uint64_t> state;
    std::pair<std::uint64_t, std::uint64_t> increment;
    bool has_half;
    std::uint32_t half;
  };

  explicit Pcg64(const Saved& saved)
      : increment_(join(saved.increment.first, saved.increment.second)),
        state_(join(saved.state.first, saved.state.second)),
        half_(saved.half),
        has_half_(saved.has_half) {}

  explicit Pcg64(const std::array<std::uint64_t, 4>& seed)
      : increment_(join(seed[2], seed[3]) << 1U | 1U) {
    step();
    state_ += join(seed[0], seed[1]);
    step();
  }

  Saved saved() const { return {split(state_), split(increment_), has_half_, half_}; }

  std::uint64_t next64() {
    step();
    const auto high = static_cast<std::uint64_t>(state_ >> 64U);
    const std::uint64_t folded = high ^ static_cast<std::uint64_t>(state_);
    const std::uint64_t turn = high >> 58U;
    return folded >> turn | folded << (-turn & 63U);
  }

  // Half of a draw of 64 bits, the low one first; the other is returned by the next call.
  std::uint32_t next32() {
    has_half_ = !has_half_;
    if (!has_half_) return half_;
    const std::uint64_t value = next64();
    half_ = static_cast<std::uint32_t>(value >> 32U);
    return static_cast<std::uint32_t>(value);
  }

 private:
  __extension__ using Word = unsigned __int128;

  static Word join(std::uint64_t high, std::uint64_t low) { return Word{high} << 64U | low; }

  static std::pair<std::uint64_t, std::uint64_t> split(Word word) {
    return {static_cast<std::uint64_t>(word >> 64U), static_cast<std::uint64_t>(word)};
  }

  void step() { state_ = state_ * join(2549297995355413924U, 4865540595714422341U) + increment_; }

  Word increment_;
  Word state_ = 0;
  std::uint32_t half_ = 0;
  bool has_half_ = false;
};

// numpy.random.default_rng(SeedSequence(seed, spawn_key=…)).
class Generator {
 public:
  explicit Generator(std::uint64_t seed, const std::vector<std::uint64_t>& spawn_key = {})
      : bits_(SeedSequence(seed, spawn_key).state()) {}

  explicit Generator(const Pcg64::Saved& saved) : bits_(saved) {}
  Pcg64::Saved saved() const { return bits_.saved(); }

  // random(dtype=float32): uniform in [0, 1), a multiple of 2^-24.
  float random() { return static_cast<float>(bits_.next32() >> 8U) * 0x1p-24F; }

  // random(): uniform in [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(bits_.next64() >> 11U) * 0x1p-53; }

  // integers(n): uniform in 0…n-1, for n of 1 or more; no draw if n is 1.
  std::uint64_t integer(std::uint64_t n) {
    if (n <= 1) return 0;
    return n <= std::uint64_t{1} << 32U ? below(n) : below_large(n);
  }

  // integers(n, size=count).
  std::vector<std::uint64_t> integers(std::uint64_t n, std::size_t count) {
    std::vector<std::uint64_t> values(count);
    for (std::uint64_t& value : values) value = integer(n);
    return values;
  }

 private:
  // Lemire's method: the high half of a product is uniform, once those draws are discarded whose
  // low half is below the bias threshold.
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t surplus = (std::uint64_t{1} << 32U) % n;
    std::uint64_t product = bits_.next32() * n;
    while ((product & 0xFFFFFFFFU) < surplus) product = bits_.next32() * n;
    return product >> 32U;
  }

  // The same with words of 64 bits.
  std::uint64_t below_large(std::uint64_t n) {
    __extension__ using Word = unsigned __int128;
    const std::uint64_t surplus = -n % n;  // 2^64 % n
    Word product = Word{bits_.next64()} * n;
    while (static_cast<std::uint64_t>(product) < surplus) product = Word{bits_.next64()} * n;
    return static_cast<std::uint64_t>(product >> 64U);
  }

  Pcg64 bits_;
};

}  // namespace idea
