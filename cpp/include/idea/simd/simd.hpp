// The vector operations that the kernels are written in, once for each instruction set.
//
// Not a standalone header: kernel_loops.hpp includes it, inside a namespace and, where the compiler
// needs that, under a pragma that allows the instructions. IDEA_SIMD_* chooses which: AVX-512,
// AVX2, or the compiler's own 16-byte vectors, which every x86-64 (SSE2) and 64-bit Arm (NEON) has.

#if defined(IDEA_SIMD_AVX512)

struct Vec {
  static constexpr std::size_t kLanes = 16;
  // How many vectors the kernels keep in registers at once, of 32.
  static constexpr std::size_t kUnroll = 4;
  __m512 v;
};

inline Vec load(const float* p) { return {_mm512_loadu_ps(p)}; }
inline void store(float* p, Vec a) { _mm512_storeu_ps(p, a.v); }
inline Vec splat(float x) { return {_mm512_set1_ps(x)}; }
inline Vec add(Vec a, Vec b) { return {_mm512_add_ps(a.v, b.v)}; }
inline Vec sub(Vec a, Vec b) { return {_mm512_sub_ps(a.v, b.v)}; }
inline Vec min(Vec a, Vec b) { return {_mm512_min_ps(a.v, b.v)}; }
inline Vec max(Vec a, Vec b) { return {_mm512_max_ps(a.v, b.v)}; }
// a * b + c
inline Vec fma(Vec a, Vec b, Vec c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
// Bit k is set if lane k is above zero.
inline std::uint32_t above_zero(Vec a) {
  return _mm512_cmp_ps_mask(a.v, _mm512_setzero_ps(), _CMP_GT_OQ);
}
// Bit k is set if lane k isn't zero.
inline std::uint32_t not_zero(Vec a) {
  return _mm512_cmp_ps_mask(a.v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
}
inline float sum(Vec a) { return _mm512_reduce_add_ps(a.v); }
// Writes first + k to `list` for each bit k that is set, and returns their number; up to kLine
// places are overwritten.
inline std::size_t list_bits(std::uint32_t bits, std::uint32_t first, std::uint32_t* list) {
  const __m512i places =
      _mm512_add_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                       _mm512_set1_epi32(static_cast<int>(first)));
  _mm512_storeu_si512(list, _mm512_maskz_compress_epi32(static_cast<__mmask16>(bits), places));
  return static_cast<std::size_t>(__builtin_popcount(bits));
}
// Writes the lanes whose bits are set to `list`; up to kLine places are overwritten.
inline void list_values(std::uint32_t bits, Vec a, float* list) {
  _mm512_storeu_ps(list, _mm512_maskz_compress_ps(static_cast<__mmask16>(bits), a.v));
}

#elif defined(IDEA_SIMD_AVX2)

struct Vec {
  static constexpr std::size_t kLanes = 8;
  static constexpr std::size_t kUnroll = 2;  // of 16 registers
  __m256 v;
};

inline Vec load(const float* p) { return {_mm256_loadu_ps(p)}; }
inline void store(float* p, Vec a) { _mm256_storeu_ps(p, a.v); }
inline Vec splat(float x) { return {_mm256_set1_ps(x)}; }
inline Vec add(Vec a, Vec b) { return {_mm256_add_ps(a.v, b.v)}; }
inline Vec sub(Vec a, Vec b) { return {_mm256_sub_ps(a.v, b.v)}; }
inline Vec min(Vec a, Vec b) { return {_mm256_min_ps(a.v, b.v)}; }
inline Vec max(Vec a, Vec b) { return {_mm256_max_ps(a.v, b.v)}; }
inline Vec fma(Vec a, Vec b, Vec c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
inline std::uint32_t above_zero(Vec a) {
  return static_cast<std::uint32_t>(
      _mm256_movemask_ps(_mm256_cmp_ps(a.v, _mm256_setzero_ps(), _CMP_GT_OQ)));
}
inline std::uint32_t not_zero(Vec a) {
  return static_cast<std::uint32_t>(
      _mm256_movemask_ps(_mm256_cmp_ps(a.v, _mm256_setzero_ps(), _CMP_NEQ_UQ)));
}
inline float sum(Vec a) {
  __m128 x = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  x = _mm_add_ps(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)));
}

#else

using Float4 __attribute__((vector_size(16))) = float;

struct Vec {
  static constexpr std::size_t kLanes = 4;
  static constexpr std::size_t kUnroll = 2;
  Float4 v;
};

inline Vec load(const float* p) {
  Vec a{};
  std::memcpy(&a.v, p, sizeof a.v);
  return a;
}
inline void store(float* p, Vec a) { std::memcpy(p, &a.v, sizeof a.v); }
inline Vec splat(float x) { return {Float4{x, x, x, x}}; }
inline Vec add(Vec a, Vec b) { return {a.v + b.v}; }
inline Vec sub(Vec a, Vec b) { return {a.v - b.v}; }
inline Vec min(Vec a, Vec b) { return {a.v < b.v ? a.v : b.v}; }
inline Vec max(Vec a, Vec b) { return {a.v > b.v ? a.v : b.v}; }
inline Vec fma(Vec a, Vec b, Vec c) { return {a.v * b.v + c.v}; }
inline std::uint32_t above_zero(Vec a) {
  std::uint32_t bits = 0;
  for (unsigned k = 0; k < Vec::kLanes; ++k) bits |= static_cast<std::uint32_t>(a.v[k] > 0) << k;
  return bits;
}
inline std::uint32_t not_zero(Vec a) {
  std::uint32_t bits = 0;
  for (unsigned k = 0; k < Vec::kLanes; ++k) bits |= static_cast<std::uint32_t>(a.v[k] != 0) << k;
  return bits;
}

inline float sum(Vec a) { return (a.v[0] + a.v[2]) + (a.v[1] + a.v[3]); }

#endif

#if !defined(IDEA_SIMD_AVX512)

inline std::size_t list_bits(std::uint32_t bits, std::uint32_t first, std::uint32_t* list) {
  std::size_t count = 0;
  for (; bits != 0; bits &= bits - 1)
    list[count++] = first + static_cast<std::uint32_t>(__builtin_ctz(bits));
  return count;
}
inline void list_values(std::uint32_t bits, Vec a, float* list) {
  float lanes[Vec::kLanes];
  store(lanes, a);
  for (; bits != 0; bits &= bits - 1) *list++ = lanes[__builtin_ctz(bits)];
}

#endif
