// The point kernels against MPFR: the proved error bounds hold, and every instruction set gives the same bits.
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>
#include <vector>

#include "arith/isa.hpp"
#include "arith/lane_errors.hpp"
#include "kernel_reference.hpp"

using namespace narrows;
using test::KernelReference;
using test::RandomCases;

namespace {

constexpr std::size_t kBlock = 1024;

struct Block {
  std::vector<double> x = std::vector<double>(kBlock);
  std::vector<double> order[4] = {x, x, x, x};

  void run(Isa isa, Kernel kernel) {
    const ProbeResult out = {order[0].data(), order[1].data(), order[2].data(), order[3].data()};
    switch (isa) {
#if defined(__x86_64__)
      case Isa::avx512: return avx512::probe(kernel, x.data(), out, kBlock);
      case Isa::avx2: return avx2::probe(kernel, x.data(), out, kBlock);
#endif
      default: return portable::probe(kernel, x.data(), out, kBlock);
    }
  }
};

struct Bound {
  double error;
  bool relative_to_slope = false;
};

// (|a − f| − guard)/scale, the part that the relative bound has to cover.
double relative_error(double a, mpfr_ptr f, double scale) {
  test::Number storage;
  mpfr_ptr difference = storage;
  mpfr_d_sub(difference, a, f, MPFR_RNDN);
  mpfr_abs(difference, difference, MPFR_RNDN);
  mpfr_sub_d(difference, difference, kKernelGuard, MPFR_RNDN);
  if (mpfr_sgn(difference) <= 0) return 0;
  mpfr_div_d(difference, difference, scale, MPFR_RNDU);
  return mpfr_get_d(difference, MPFR_RNDU);
}

void require_bounds(Kernel kernel, const char* name, std::initializer_list<Bound> bounds, std::uint64_t seed) {
  RandomCases random(seed);
  KernelReference reference;
  Block block;
  double worst[4] = {};
  const int blocks = test::cases(98, 9766);  // 10^5 points, 10^7 in a campaign
  for (int b = 0; b < blocks; ++b) {
    for (double& x : block.x) x = test::kernel_point(kernel, random);
    block.run(best_isa(), kernel);
    for (std::size_t i = 0; i < kBlock; ++i) {
      if (!std::isfinite(block.order[0][i])) {  // exp above its range, softplus at +inf
        REQUIRE(block.x[i] > (kernel == Kernel::exp ? 709.78 : DBL_MAX));
        continue;
      }
      auto& exact = reference.jet(kernel, block.x[i]);
      std::size_t k = 0;
      for (const Bound& bound : bounds) {
        const double a = block.order[k][i], scale = bound.relative_to_slope ? block.order[1][i] : std::fabs(a);
        const double error = relative_error(a, exact[k], scale);
        if (!(error <= bound.error)) {
          CAPTURE(name, k, block.x[i], a, error);
          FAIL("beyond the proved bound");
        }
        worst[k] = std::fmax(worst[k], error);
        ++k;
      }
    }
  }
  if (std::getenv("NARROWS_LONG") != nullptr) {
    std::size_t k = 0;
    for (const Bound& bound : bounds) {
      std::printf("%-8s order %zu: %.0f points, observed %.3f, proved %.3f units of 2^-52\n", name, k, 1.0 * blocks * kBlock,
                  worst[k] * 0x1p52, bound.error * 0x1p52);
      ++k;
    }
  }
}

}  // namespace

TEST_CASE("the error of the tanh kernel is within its proved bound") {
  require_bounds(Kernel::tanh, "tanh", {{kTanhValueError}, {kTanhSlopeError}, {kTanhCurvatureError}, {kTanhThirdError, true}}, 11);
}

TEST_CASE("the error of the sigmoid kernel is within its proved bound") {
  require_bounds(Kernel::sigmoid, "sigmoid",
                 {{kSigmoidValueError}, {kSigmoidSlopeError}, {kSigmoidCurvatureError}, {kSigmoidThirdError, true}}, 12);
}

TEST_CASE("the error of the softplus kernel is within its proved bound") {
  require_bounds(Kernel::softplus, "softplus",
                 {{kSoftplusValueError}, {kSoftplusSlopeError}, {kSoftplusCurvatureError}, {kSoftplusThirdError}}, 13);
}

TEST_CASE("the error of the exponential kernel is within its proved bound") {
  require_bounds(Kernel::exp, "exp", {{kExpError}}, 14);
}

TEST_CASE("every instruction set gives the same bits in the point kernels, not-a-number included") {
  RandomCases random(15);
  for (const Kernel kernel : {Kernel::tanh, Kernel::sigmoid, Kernel::softplus, Kernel::exp}) {
    Block reference, other;
    for (int b = 0; b < test::cases(3, 300); ++b) {
      for (double& x : reference.x) x = test::kernel_point(kernel, random);
      reference.x[5] = NAN;
      other.x = reference.x;
      reference.run(Isa::portable, kernel);
      REQUIRE(std::isnan(reference.order[0][5]));
      for (const Isa isa : {Isa::avx2, Isa::avx512}) {
        if (!is_available(isa)) continue;
        other.run(isa, kernel);
        for (int k = 0; k < 4; ++k) {
          REQUIRE((kernel == Kernel::exp || std::isnan(other.order[k][5])));
          other.order[k][5] = reference.order[k][5];  // the payload of a NaN is nobody's promise
          REQUIRE(std::memcmp(other.order[k].data(), reference.order[k].data(), kBlock * sizeof(double)) == 0);
        }
      }
    }
  }
}
