#ifndef CVEC_H
#define CVEC_H

// Vector operations that Swift's SIMD types lack or lower to scalar code. Clang imports vector
// types of 16 lanes as SIMD16, and inlines these functions into the Swift that calls them. Each is
// exact or correctly rounded, so all instruction sets give the same bits.

typedef float cv_f16 __attribute__((ext_vector_type(16)));
typedef double cv_d8 __attribute__((ext_vector_type(8)));
typedef int cv_i16 __attribute__((ext_vector_type(16)));
typedef unsigned cv_u16 __attribute__((ext_vector_type(16)));
typedef unsigned long cv_ul8 __attribute__((ext_vector_type(8)));

#define CV static inline __attribute__((always_inline))

/// Returns a b + c, rounded once.
CV cv_f16 cv_fma(cv_f16 a, cv_f16 b, cv_f16 c) { return __builtin_elementwise_fma(a, b, c); }
/// Returns the square root, correctly rounded.
CV cv_f16 cv_sqrt(cv_f16 a) { return __builtin_elementwise_sqrt(a); }
/// Returns the smaller number of each lane.
CV cv_f16 cv_min(cv_f16 a, cv_f16 b) { return __builtin_elementwise_min(a, b); }
/// Returns the larger number of each lane.
CV cv_f16 cv_max(cv_f16 a, cv_f16 b) { return __builtin_elementwise_max(a, b); }
/// Returns the smaller number of each lane, or b if one is a NaN; one instruction, unlike `cv_min`.
CV cv_f16 cv_smaller(cv_f16 a, cv_f16 b) { return a < b ? a : b; }
/// Returns the larger number of each lane, or b if one is a NaN; one instruction, unlike `cv_max`.
CV cv_f16 cv_larger(cv_f16 a, cv_f16 b) { return a > b ? a : b; }
/// Returns the float nearest to each unsigned integer.
CV cv_f16 cv_float_u(cv_u16 a) { return __builtin_convertvector(a, cv_f16); }
/// Returns the float nearest to each integer.
CV cv_f16 cv_float_i(cv_i16 a) { return __builtin_convertvector(a, cv_f16); }
/// Returns the 64-bit products of the even lanes of unsigned 32-bit integers.
CV cv_ul8 cv_multiply_even(cv_u16 a, cv_u16 b) {
  return ((cv_ul8)a & 0xFFFFFFFF) * ((cv_ul8)b & 0xFFFFFFFF);
}
/// Returns the 64-bit products of the odd lanes of unsigned 32-bit integers.
CV cv_ul8 cv_multiply_odd(cv_u16 a, cv_u16 b) { return ((cv_ul8)a >> 32) * ((cv_ul8)b >> 32); }
/// Returns lanes 0-7 in double precision.
CV cv_d8 cv_double_low(cv_f16 a) { return __builtin_convertvector(a.lo, cv_d8); }
/// Returns lanes 8-15 in double precision.
CV cv_d8 cv_double_high(cv_f16 a) { return __builtin_convertvector(a.hi, cv_d8); }
/// Returns a b + c in double precision, rounded once.
CV cv_d8 cv_fma_d(cv_d8 a, cv_d8 b, cv_d8 c) { return __builtin_elementwise_fma(a, b, c); }

#define CV_MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
/// Returns the high 32 bits of such products, lane by lane. It is a shuffle, because from shifts
/// and masks the compiler makes more products.
CV cv_u16 cv_high(cv_ul8 even, cv_ul8 odd) {
  return CV_MIX(
      (cv_u16)even, (cv_u16)odd, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
}
/// Returns the low 32 bits of such products, lane by lane.
CV cv_u16 cv_low(cv_ul8 even, cv_ul8 odd) {
  return CV_MIX(
      (cv_u16)even, (cv_u16)odd, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
}
/// Transposes at most sixteen aligned rows of sixteen floats, `stride` floats apart, into b. Rows
/// after the last count as zeros.
CV void cv_transposed(const float *from, long stride, long rows, cv_f16 b[16]) {
  cv_f16 a[16];
  for (int i = 0; i < 16; i++) {
    b[i] = i < rows ? *(const cv_f16 *)(from + i * stride) : (cv_f16)0.0f;
  }
  // Each stage interleaves pairs of rows at distance 8.
  for (int stage = 0; stage < 4; stage++) {
    for (int i = 0; i < 16; i++) a[i] = b[i];
    for (int i = 0; i < 8; i++) {
      b[2 * i] = CV_MIX(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[2 * i + 1] =
          CV_MIX(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
  }
}
/// Transposes at most sixteen aligned rows of sixteen floats, `stride` floats apart, into sixteen
/// others, `toStride` floats apart. Rows after the last count as zeros.
CV void cv_transpose(const float *from, long stride, long rows, float *to, long toStride) {
  cv_f16 b[16];
  cv_transposed(from, stride, rows, b);
  for (int i = 0; i < 16; i++) *(cv_f16 *)(to + i * toStride) = b[i];
}
/// Returns the lane sums of sixteen vectors: pairs at distance 8, 4, 2 and 1 are added in turn.
CV cv_f16 cv_sums(const float *from) {
  cv_f16 a[16];
  cv_transposed(from, 16, 16, a);
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) a[i] += a[i + half];
  }
  return a[0];
}
/// Returns the x86-64 level of this processor: 4 (AVX-512), 3 (AVX2 and FMA) or 1; 0 on other
/// processors.
int cv_level(void);

#endif
