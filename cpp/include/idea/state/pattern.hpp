// Which units of a layer are on.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "idea/simd/matrix.hpp"

namespace idea {

// A bit for each unit: bit j % 64 of word j / 64.
class Pattern {
 public:
  explicit Pattern(std::size_t units) : words_(words_for(units)) {}

  // As many as a row of a Matrix has bits.
  static std::size_t words_for(std::size_t units) { return (stride_of(units) + 63) / 64; }

  const std::uint64_t* words() const { return words_.data(); }
  // How many units are on.
  std::size_t count() const { return count_; }
  bool on(std::size_t unit) const { return (words_[unit / 64] >> (unit % 64) & 1) != 0; }

  // Overwrites all words: write(words) fills them, with zeros after the last unit.
  template <typename Write>
  void assign(Write write) {
    write(words_.data());
    count_ = 0;
    for (const std::uint64_t word : words_) count_ += std::bitset<64>(word).count();
  }

  // Writes the units that are on to a list, in order.
  void list(std::vector<std::uint32_t>& units) const {
    units.clear();
    for (std::size_t w = 0; w < words_.size(); ++w)
      visit_bits(w, words_[w],
                 [&](std::size_t j) { units.push_back(static_cast<std::uint32_t>(j)); });
  }

  // Calls action(j) for each of these units, in order.
  template <typename Action>
  void visit_differences(const std::uint64_t* others, Action action) const {
    for (std::size_t w = 0; w < words_.size(); ++w) visit_bits(w, words_[w] ^ others[w], action);
  }

 private:
  template <typename Action>
  static void visit_bits(std::size_t word, std::uint64_t bits, Action action) {
    for (; bits != 0; bits &= bits - 1)
      action(64 * word + static_cast<std::size_t>(__builtin_ctzll(bits)));
  }

  std::vector<std::uint64_t> words_;
  std::size_t count_ = 0;
};

}  // namespace idea
