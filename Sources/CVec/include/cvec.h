#ifndef CVEC_H
#define CVEC_H

// The few vector operations that Swift's SIMD types lack or lower to scalar code. Clang imports
// vector types of 16 lanes as SIMD16, and inlines these functions into the Swift that calls them.
// Every one of them is exact or correctly rounded, so all instruction sets give the same bits.

typedef float cv_f16 __attribute__((ext_vector_type(16)));
typedef double cv_d8 __attribute__((ext_vector_type(8)));
typedef int cv_i16 __attribute__((ext_vector_type(16)));
typedef unsigned cv_u16 __attribute__((ext_vector_type(16)));
typedef unsigned long cv_ul16 __attribute__((ext_vector_type(16)));

#define CV static inline __attribute__((always_inline))

/// a b + c, rounded once.
CV cv_f16 cv_fma(cv_f16 a, cv_f16 b, cv_f16 c) { return __builtin_elementwise_fma(a, b, c); }
CV cv_f16 cv_sqrt(cv_f16 a) { return __builtin_elementwise_sqrt(a); }
CV cv_f16 cv_min(cv_f16 a, cv_f16 b) { return __builtin_elementwise_min(a, b); }
CV cv_f16 cv_max(cv_f16 a, cv_f16 b) { return __builtin_elementwise_max(a, b); }
/// Nearest float of each integer.
CV cv_f16 cv_float_u(cv_u16 a) { return __builtin_convertvector(a, cv_f16); }
CV cv_f16 cv_float_i(cv_i16 a) { return __builtin_convertvector(a, cv_f16); }
/// High 32 bits of the product of two unsigned 32-bit integers.
CV cv_u16 cv_multiply_high(cv_u16 a, cv_u16 b) {
  cv_ul16 product = __builtin_convertvector(a, cv_ul16) * __builtin_convertvector(b, cv_ul16);
  return __builtin_convertvector(product >> 32, cv_u16);
}
/// Lanes 0-7 and 8-15 in double precision.
CV cv_d8 cv_double_low(cv_f16 a) { return __builtin_convertvector(a.lo, cv_d8); }
CV cv_d8 cv_double_high(cv_f16 a) { return __builtin_convertvector(a.hi, cv_d8); }
/// a b + c in double precision, rounded once.
CV cv_d8 cv_fma_d(cv_d8 a, cv_d8 b, cv_d8 c) { return __builtin_elementwise_fma(a, b, c); }

/// The x86-64 level of this processor: 4 (AVX-512), 3 (AVX2 and FMA) or 1; 0 on other processors.
int cv_level(void);

#endif
