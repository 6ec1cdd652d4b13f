// Eight numbers in double precision, the same on every instruction set: in one register, in two or
// in four.
//
// Not a standalone header: map_loops.hpp includes it, as kernel_loops.hpp does simd.hpp. Nothing
// but add_squares and sum adds up the eight or fuses a product with an addition: so every
// instruction set, whether it can or not, gives the same bits of all else.

// Keeps the compiler from fusing a product, which is in a register, with the following addition.
#if defined(__x86_64__)
#define IDEA_SIMD_ROUNDED(product) __asm__("" : "+v"(product))
#elif defined(__aarch64__)
#define IDEA_SIMD_ROUNDED(product) __asm__("" : "+w"(product))
#else
#define IDEA_SIMD_ROUNDED(product) static_cast<void>(product)
#endif

#if defined(IDEA_SIMD_AVX512)

using Part = __m512d;
inline Part part_of(const float* p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
inline void store_rounded(float* p, Part a) { _mm256_storeu_ps(p, _mm512_cvtpd_ps(a)); }
inline Part max_of(Part a, Part b) { return _mm512_max_pd(a, b); }

#elif defined(IDEA_SIMD_AVX2)

using Part = __m256d;
inline Part part_of(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
inline void store_rounded(float* p, Part a) { _mm_storeu_ps(p, _mm256_cvtpd_ps(a)); }
inline Part max_of(Part a, Part b) { return _mm256_max_pd(a, b); }

#else

using Part __attribute__((vector_size(16))) = double;
inline void store_rounded(float* p, Part a) {
  p[0] = static_cast<float>(a[0]);
  p[1] = static_cast<float>(a[1]);
}
inline Part part_of(const float* p) {
  using Half __attribute__((vector_size(8))) = float;
  Half half{};
  std::memcpy(&half, p, sizeof half);
  return __builtin_convertvector(half, Part);
}
inline Part max_of(Part a, Part b) { return a > b ? a : b; }

#endif

struct Eight {
  static constexpr std::size_t kLanes = sizeof(Part) / sizeof(double);
  static constexpr std::size_t kParts = kEight / kLanes;
  // How many the kernels keep in registers at once.
  static constexpr std::size_t kUnroll = kParts == 1 ? 8 : kParts == 2 ? 4 : 2;
  Part parts[kParts];
};

// Part by part: compilers copy all at once in smaller pieces, which stalls what reads them as parts.
inline Eight load_eight(const double* p) {
  Eight a{};
  for (std::size_t n = 0; n < Eight::kParts; ++n)
    std::memcpy(&a.parts[n], p + n * Eight::kLanes, sizeof(Part));
  return a;
}
inline void store_eight(double* p, const Eight& a) {
  for (std::size_t n = 0; n < Eight::kParts; ++n)
    std::memcpy(p + n * Eight::kLanes, &a.parts[n], sizeof(Part));
}
inline Eight zeros() { return {}; }

// As floats.
inline void store_rounded(float* p, const Eight& a) {
  for (std::size_t n = 0; n < Eight::kParts; ++n) store_rounded(p + n * Eight::kLanes, a.parts[n]);
}

// sum += x * row
inline void add_product(Eight& sum, double x, const double* row) {
  for (std::size_t n = 0; n < Eight::kParts; ++n) {
    Part part;
    std::memcpy(&part, row + n * Eight::kLanes, sizeof part);
    Part product = x * part;
    IDEA_SIMD_ROUNDED(product);
    sum.parts[n] += product;
  }
}

// The same with a row of floats.
inline void add_product(Eight& sum, double x, const float* row) {
  for (std::size_t n = 0; n < Eight::kParts; ++n) {
    Part product = x * part_of(row + n * Eight::kLanes);
    IDEA_SIMD_ROUNDED(product);
    sum.parts[n] += product;
  }
}

inline Eight difference(const Eight& a, const Eight& b) {
  Eight c{};
  for (std::size_t n = 0; n < Eight::kParts; ++n) c.parts[n] = a.parts[n] - b.parts[n];
  return c;
}

inline Eight total(const Eight& a, const Eight& b) {
  Eight c{};
  for (std::size_t n = 0; n < Eight::kParts; ++n) c.parts[n] = a.parts[n] + b.parts[n];
  return c;
}

inline Eight quotient(const Eight& a, double divisor) {
  Eight c{};
  for (std::size_t n = 0; n < Eight::kParts; ++n) c.parts[n] = a.parts[n] / divisor;
  return c;
}

inline Eight larger(const Eight& a, const Eight& b) {
  Eight c{};
  for (std::size_t n = 0; n < Eight::kParts; ++n) c.parts[n] = max_of(a.parts[n], b.parts[n]);
  return c;
}

// total += a * a
inline void add_squares(Eight& total, const Eight& a) {
  for (std::size_t n = 0; n < Eight::kParts; ++n) total.parts[n] += a.parts[n] * a.parts[n];
}

// Not the same on every instruction set.
inline double sum(const Eight& a) {
  double total = 0;
  for (std::size_t k = 0; k < kEight; ++k) total += a.parts[k / Eight::kLanes][k % Eight::kLanes];
  return total;
}

#if defined(IDEA_SIMD_AVX512)
inline void store_chosen(__mmask8 bits, Part a, double* values) {
  _mm512_storeu_pd(values, _mm512_maskz_compress_pd(bits, a));
}
inline void store_chosen(__mmask8 bits, Part a, float* values) {
  _mm256_storeu_ps(values, _mm512_cvtpd_ps(_mm512_maskz_compress_pd(bits, a)));
}
#endif

// Writes those of the eight that aren't zero to `values`, as such or as floats, and first + k for
// each to `places`, and returns their number; all eight places of either may be overwritten.
template <typename Number>
inline std::uint32_t list_nonzero(const Eight& a, std::uint32_t first, std::uint32_t* places,
                                  Number* values) {
#if defined(IDEA_SIMD_AVX512)
  const __mmask8 bits = _mm512_cmp_pd_mask(a.parts[0], _mm512_setzero_pd(), _CMP_NEQ_UQ);
  const __m512i all =
      _mm512_add_epi32(_mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 7, 6, 5, 4, 3, 2, 1, 0),
                       _mm512_set1_epi32(static_cast<int>(first)));
  const __m512i chosen = _mm512_maskz_compress_epi32(bits, all);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(places), _mm512_castsi512_si256(chosen));
  store_chosen(bits, a.parts[0], values);
  return static_cast<std::uint32_t>(__builtin_popcount(bits));
#else
  std::uint32_t count = 0;
  for (std::uint32_t k = 0; k < kEight; ++k) {
    const double value = a.parts[k / Eight::kLanes][k % Eight::kLanes];
    values[count] = static_cast<Number>(value);
    places[count] = first + k;
    count += value != 0 ? 1 : 0;
  }
  return count;
#endif
}

#undef IDEA_SIMD_ROUNDED
