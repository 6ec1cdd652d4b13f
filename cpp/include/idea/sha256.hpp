// SHA-256, by which a record knows its files again. Source: FIPS 180-4.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace idea {

class Sha256 {
 public:
  // The digest in hexadecimal.
  static std::string of(std::string_view data) {
    Sha256 sum;
    const std::size_t whole = data.size() / kBlock * kBlock;
    for (std::size_t n = 0; n < whole; n += kBlock) sum.add(data.substr(n, kBlock));
    const std::string rest = padded_end(data.substr(whole), data.size());
    for (std::size_t n = 0; n < rest.size(); n += kBlock)
      sum.add(std::string_view(rest).substr(n, kBlock));
    return sum.text();
  }

 private:
  static constexpr std::size_t kBlock = 64;

  // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  static constexpr std::array<std::uint32_t, kBlock> kRound = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
      0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
      0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
      0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
      0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
      0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
      0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
      0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
      0xc67178f2};

  static std::uint32_t turned(std::uint32_t x, unsigned bits) {
    return x >> bits | x << (32 - bits);
  }

  // A one, zeros, and the length in bits.
  static std::string padded_end(std::string_view rest, std::uint64_t size) {
    std::string end(rest);
    end += '\x80';
    while (end.size() % kBlock != kBlock - 8) end += '\0';
    for (unsigned byte = 8; byte-- > 0;) end += static_cast<char>(8 * size >> (8 * byte) & 0xFFU);
    return end;
  }

  static std::array<std::uint32_t, kBlock> schedule(std::string_view block) {
    std::array<std::uint32_t, kBlock> w{};
    const auto byte = [block](std::size_t n) -> std::uint32_t {
      return static_cast<unsigned char>(block[n]);
    };
    for (std::size_t n = 0; n < 16; ++n)
      w[n] = byte(4 * n) << 24U | byte(4 * n + 1) << 16U | byte(4 * n + 2) << 8U | byte(4 * n + 3);
    for (std::size_t n = 16; n < kBlock; ++n) {
      const std::uint32_t x = w[n - 15];
      const std::uint32_t y = w[n - 2];
      w[n] = w[n - 16] + w[n - 7] + (turned(x, 7) ^ turned(x, 18) ^ x >> 3U) +
             (turned(y, 17) ^ turned(y, 19) ^ y >> 10U);
    }
    return w;
  }

  void add(std::string_view block) {
    const std::array<std::uint32_t, kBlock> w = schedule(block);
    std::array<std::uint32_t, 8> s = state_;
    for (std::size_t n = 0; n < kBlock; n += s.size()) {
      // Unrolled, the eight words stay in registers and none is moved.
#pragma GCC unroll 8
      for (std::size_t k = 0; k < s.size(); ++k) {
        // a…h of round n + k
        const auto word = [&s, k](std::size_t letter) -> std::uint32_t& {
          return s[(letter + 8 - k) % 8];
        };
        const std::uint32_t a = word(0);
        const std::uint32_t e = word(4);
        word(7) += (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) +
                   ((e & word(5)) ^ (~e & word(6))) + kRound[n + k] + w[n + k];
        word(3) += word(7);
        word(7) += (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) +
                   ((a & word(1)) ^ (a & word(2)) ^ (word(1) & word(2)));
      }
    }
    for (std::size_t n = 0; n < s.size(); ++n) state_[n] += s[n];
  }

  std::string text() const {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string digest;
    for (const std::uint32_t word : state_)
      for (unsigned place = 8; place-- > 0;) digest += kHex[word >> (4 * place) & 0xFU];
    return digest;
  }

  // The same of the square roots of the first 8.
  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};

inline std::string sha256(std::string_view data) { return Sha256::of(data); }

}  // namespace idea
