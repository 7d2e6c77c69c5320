// The truth about the kernels at a point, by MPFR with 160 bits, and points biased to where kernels go wrong.
#pragma once

#include <mpfr.h>

#include <array>

#include "lane_probe.hpp"
#include "support/random_cases.hpp"

namespace narrows::test {

/// A 160-bit number. Its exponent range is that of MPFR: nothing under- or overflows here.
class Number {
 public:
  Number() { mpfr_init2(value_, 160); }
  ~Number() { mpfr_clear(value_); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  operator mpfr_ptr() { return value_; }  // NOLINT(google-explicit-constructor)

 private:
  mpfr_t value_;
};

class KernelReference {
 public:
  /// Orders 0…3 at x (not NaN; infinite: the limits), each with a relative error below 2^-150; exp: order 0 only.
  /// The results live until the next call.
  std::array<Number, 4>& jet(Kernel kernel, double x);

 private:
  void half_tanh(double y, bool negative);

  std::array<Number, 4> jet_;
  Number x_, expm1_, t_, s_, w_, scratch_;
};

/// Points for `kernel`, corners included: both zeros, subnormals, infinities, the thresholds of the reduction and the cut.
double kernel_point(Kernel kernel, RandomCases& random);

}  // namespace narrows::test
