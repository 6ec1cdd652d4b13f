// The inner loops, compiled for several instruction sets; the best that the machine has is chosen
// when the program runs, so one binary serves old machines and new ones.
//
// IDEA_SIMD=avx512, avx2 or plain in the environment forces one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "idea/error.hpp"
#include "idea/simd/cell_list.hpp"
#include "idea/simd/float_maps.hpp"
#include "idea/simd/maps.hpp"
#include "idea/simd/matrix.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace idea {

// A row of weights, and how much of it is added.
struct Row {
  const float* values;
  float coefficient;
};

// A list of rows that is filled again and again.
class Rows {
 public:
  explicit Rows(std::size_t most) : rows_(most) {}

  void clear() { size_ = 0; }
  // Field by field: a row copied whole would be read back before its halves have been stored.
  void add(const float* values, float coefficient) {
    rows_[size_].values = values;
    rows_[size_++].coefficient = coefficient;
  }

  const Row* data() const { return rows_.data(); }
  Row& operator[](std::size_t index) { return rows_[index]; }
  std::size_t size() const { return size_; }

 private:
  std::vector<Row> rows_;
  std::size_t size_ = 0;
};

// How a change moves the last hidden layer: by step * values, plus the rows.
struct Column {
  const float* values;
  float step;
  const Row* rows;
  std::size_t count;
};

// How many columns are built at once.
inline constexpr std::size_t kGroup = 6;
// How many outputs' gains are summed at once.
inline constexpr std::size_t kOutputGroup = 10;

// One loop over rows of floats and of doubles.
struct AddWithResidual {
  template <typename Number>
  using Loop = void (*)(double* sums, double* residuals, double* size, double x, const Number* row,
                        std::size_t width);

  template <typename Number>
  void operator()(double* sums, double* residuals, double* size, double x, const Number* row,
                  std::size_t width) const {
    if constexpr (std::is_same_v<Number, float>)
      floats(sums, residuals, size, x, row, width);
    else
      doubles(sums, residuals, size, x, row, width);
  }

  Loop<float> floats;
  Loop<double> doubles;
};

// The functions of float_map_loops.hpp.
struct FloatMapKernels {
  void (*list_next_changes)(Slacks& level, const ChangeList& x, const FloatTaps& taps, bool flat,
                            ChangeList& list);
  Squares (*sum_next_changes)(Slacks& level, const ChangeList& x, const FloatTaps& taps,
                              const Matrix& weights, double* gains);
  float (*largest_slack)(Slacks& level, const ChangeList& x, const FloatTaps& taps);
  void (*renew_slacks)(const Maps& sums, const Maps& results, const Convolution& layer,
                       const Box& cells, Slacks& level);
  void (*list_pixel_changes)(const Maps& sums, const Maps& results, const Convolution& layer,
                             const double* taps, const PixelReach& reach, double step, bool flat,
                             ChangeList& list);
};

// The functions of kernel_loops.hpp, for one instruction set.
struct Kernels {
  const char* name;
  void (*add_rows)(float* y, const Row* rows, std::size_t count, std::size_t size);
  void (*combine)(float* const* y, const float* const* x, std::size_t count, const Matrix& W,
                  const std::vector<std::uint32_t>& chosen);
  void (*list_signs)(const float* a, std::size_t size, std::uint64_t* words);
  std::size_t (*find_switched)(const float* a, const float* w, float s, const std::uint64_t* on,
                               std::size_t size, std::uint32_t* found);
  std::size_t (*find_switching)(float a, const float* w, const float* s, std::size_t size,
                                std::uint32_t* found);
  double (*gain_sum)(const Column& column, const float* negated, const float* w, std::size_t begin,
                     std::size_t end);
  void (*gain_sums)(const Column& column, const float* negated, const Matrix& w, std::size_t begin,
                    std::size_t end, float* changes, double* gains);
  double (*absolute_dot)(const float* x, const float* y, std::size_t size);
  // The functions of prior_loops.hpp.
  double (*log_product)(const float* x, const float* y, std::size_t size, std::size_t most);
  void (*logistic)(float* y, const double* x, std::size_t size);
  void (*add_exactly)(double* y, double x, const float* row, std::size_t size);
  AddWithResidual add_with_residual;
  void (*round)(float* y, const double* x, double sign, std::size_t size);
  std::size_t (*differences)(const std::uint64_t* x, const std::uint64_t* y, std::size_t words);
  // The functions of map_loops.hpp.
  void (*add_list)(Maps& sums, const CellList<double>& x, const FloatTaps& taps);
  void (*list_changes)(const Maps& moved, const Box& box, const Maps& before, const Maps& results,
                       const Convolution& layer, bool flat, CellList<double>& changes);
  void (*renew)(const Maps& sums, const Convolution& layer, Maps& results, bool flat,
                CellList<double>& list);
  void (*renew_and_list)(const Maps& sums, const Box& box, const Convolution& layer, Maps& results,
                         bool flat, CellList<double>& changes, Slacks* slacks);
  FloatMapKernels float_maps;
};

// A number that is known when the program is compiled, as an argument.
template <std::size_t N>
using Count = std::integral_constant<std::size_t, N>;

namespace plain {
#define IDEA_SIMD_NAME "plain"
#include "idea/simd/kernel_loops.hpp"
#undef IDEA_SIMD_NAME
}  // namespace plain

#if defined(__x86_64__)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,popcnt")
#endif
namespace avx2 {
#define IDEA_SIMD_AVX2
#define IDEA_SIMD_NAME "avx2"
#include "idea/simd/kernel_loops.hpp"
#undef IDEA_SIMD_NAME
#undef IDEA_SIMD_AVX2
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx2,fma,popcnt"))), \
                             apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx2,fma,popcnt,prefer-vector-width=512")
#endif
namespace avx512 {
#define IDEA_SIMD_AVX512
#define IDEA_SIMD_NAME "avx512"
#include "idea/simd/kernel_loops.hpp"
#undef IDEA_SIMD_NAME
#undef IDEA_SIMD_AVX512
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif  // __x86_64__

// Those that this machine can run, the best first.
inline std::vector<const Kernels*> runnable_kernels() {
  std::vector<const Kernels*> found;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) found.push_back(&avx512::kKernels);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found.push_back(&avx2::kKernels);
#endif
  found.push_back(&plain::kKernels);
  return found;
}

// The kernels to use: those of that name, or, for an empty name, the best.
inline const Kernels& kernels_named(const std::string& name) {
  std::string names;
  for (const Kernels* kernels : runnable_kernels()) {
    if (name.empty() || name == kernels->name) return *kernels;
    names += (names.empty() ? "" : ", ") + std::string(kernels->name);
  }
  throw Error("IDEA_SIMD: expected one of " + names + " on this machine, found " + name);
}

// The kernels chosen by the environment, or the best.
inline const Kernels& chosen_kernels() {
  const char* name = std::getenv("IDEA_SIMD");
  return kernels_named(name == nullptr ? "" : name);
}

}  // namespace idea
