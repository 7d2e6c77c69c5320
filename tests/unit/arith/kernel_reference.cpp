#include "kernel_reference.hpp"

#include <cmath>
#include <limits>

namespace narrows::test {
namespace {

// Beyond it all tails are below 1e-4000: like infinity here.
constexpr double kFar = 10'000;

double steps(double x, int count) {
  const double target = count < 0 ? -INFINITY : INFINITY;
  for (int i = std::abs(count); i > 0; --i) x = std::nextafter(x, target);
  return x;
}

}  // namespace

// t = ±tanh(y/2), s = sech²(y/2), w = 1/(expm1(y) + 2) for y >= 0.
void KernelReference::half_tanh(double y, bool negative) {
  mpfr_set_d(x_, std::fmin(y, kFar), MPFR_RNDN);
  mpfr_expm1(expm1_, x_, MPFR_RNDN);
  mpfr_add_ui(w_, expm1_, 2, MPFR_RNDN);
  mpfr_ui_div(w_, 1, w_, MPFR_RNDN);
  mpfr_mul(t_, expm1_, w_, MPFR_RNDN);
  if (negative) mpfr_neg(t_, t_, MPFR_RNDN);
  mpfr_add_ui(s_, expm1_, 1, MPFR_RNDN);
  mpfr_mul(s_, s_, w_, MPFR_RNDN);
  mpfr_mul(s_, s_, w_, MPFR_RNDN);
  mpfr_mul_ui(s_, s_, 4, MPFR_RNDN);
}

std::array<Number, 4>& KernelReference::jet(Kernel kernel, double x) {
  const bool negative = std::signbit(x);
  const double y = std::fabs(x);
  if (kernel == Kernel::exp) {
    mpfr_set_d(x_, std::fmax(-kFar, std::fmin(kFar, x)), MPFR_RNDN);
    mpfr_exp(jet_[0], x_, MPFR_RNDN);
    return jet_;
  }
  half_tanh(kernel == Kernel::tanh ? 2 * y : y, negative);
  // Slope, curvature and third derivative of tanh, then scaled.
  const int base = kernel == Kernel::softplus ? 2 : 1, scale = kernel == Kernel::tanh ? 0 : 1;
  mpfr_mul_2si(jet_[base], s_, -2 * scale, MPFR_RNDN);
  mpfr_mul(scratch_, t_, s_, MPFR_RNDN);
  mpfr_mul_si(scratch_, scratch_, -2, MPFR_RNDN);
  mpfr_mul_2si(jet_[base + 1], scratch_, -3 * scale, MPFR_RNDN);
  if (kernel != Kernel::softplus) {
    mpfr_mul_si(scratch_, s_, -6, MPFR_RNDN);
    mpfr_add_ui(scratch_, scratch_, 4, MPFR_RNDN);
    mpfr_mul(scratch_, scratch_, s_, MPFR_RNDN);
    mpfr_mul_2si(jet_[3], scratch_, -4 * scale, MPFR_RNDN);
  }
  if (kernel == Kernel::tanh) {
    mpfr_set(jet_[0], t_, MPFR_RNDN);
    return jet_;
  }
  Number& sigmoid = jet_[kernel == Kernel::sigmoid ? 0 : 1];
  mpfr_add_ui(scratch_, expm1_, 1, MPFR_RNDN);  // e^y
  if (negative)
    mpfr_set(sigmoid, w_, MPFR_RNDN);
  else
    mpfr_mul(sigmoid, scratch_, w_, MPFR_RNDN);
  if (kernel == Kernel::softplus) {
    mpfr_ui_div(scratch_, 1, scratch_, MPFR_RNDN);
    mpfr_log1p(jet_[0], scratch_, MPFR_RNDN);
    if (!negative) mpfr_add_d(jet_[0], jet_[0], x, MPFR_RNDN);
  }
  return jet_;
}

double kernel_point(Kernel kernel, RandomCases& random) {
  const double half = kernel == Kernel::tanh ? 0.5 : 1;  // the argument of expm1 is |x| divided by it
  const double sign = random.integer(0, 1) == 0 ? 1 : -1;
  switch (random.integer(0, 9)) {
    case 0: return random.any_double();
    case 1: return sign * std::ldexp(random.uniform(1, 2), random.integer(-1074, 10));
    case 2: return sign * std::ldexp(random.uniform(1, 2), random.integer(-64, -50));  // where small terms vanish
    case 3: {  // where the integer k changes
      const double k = random.integer(0, 3) == 0 ? random.integer(0, 1030) : random.integer(0, 8);
      return sign * steps((k + 0.5) * half * 0.6931471805599453, random.integer(-3, 3));
    }
    case 4: {  // zeros and extrema of derivatives, the cuts, overflow
      constexpr double kNotable[] = {0.6584789484624084, 1.1462158347805889, 695, 709.782712893384, 710, 744.4400719213812, 745.1332191019412};
      const int i = random.integer(0, 6);
      return sign * steps(i < 2 ? kNotable[i] * 2 * half : kNotable[i] * half, random.integer(-3, 3));
    }
    case 5: return sign * random.uniform(6, 40);
    case 6: return sign * random.uniform(40, 800);
    case 7: return random.integer(0, 50) == 0 ? sign * INFINITY : sign * random.uniform(0, 0.7);
    default: return random.uniform(-6, 6);
  }
}

}  // namespace narrows::test
