#include <catch2/catch.hpp>

#include <algorithm>

#include "../critical/random_networks.hpp"
#include "base/errors.hpp"
#include "critical/certify.hpp"
#include "levelset/sup_error.hpp"
#include "smooth_networks.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

SupError error_of(const Chain& chain, const std::string& target, const std::string& domain,
                  double gap = 0.01) {
  SupErrorOptions options;
  options.domain = parse_domain(domain, chain.input_dim);
  options.relative_gap = gap;
  return sup_error(chain, parse_target(target, chain.input_dim, "--target"), options, "test");
}

Rational at(const std::string& text, const std::vector<Rational>& x) {
  return value_exact(parse_target(text, x.size(), "--target").terms, x);
}

}  // namespace

TEST_CASE("targets are read exactly") {
  CHECK(at("x^2", {Rational(3) / 7}) == Rational(9) / 49);
  CHECK(at("0.1*x1 - x2*(x1 + 1/3)^2", {Rational(1) / 3, Rational(2)}) == Rational(1) / 30 - Rational(8) / 9);
  CHECK(at("|x|^4", {Rational(1), Rational(2), Rational(2)}) == 81);
  CHECK(at("-(x1-x2)^3/8+2", {Rational(1), Rational(5)}) == 10);
  CHECK(at("square", {Rational(3), Rational(4)}) == 25);
  CHECK(at("xor", {Rational(3), Rational(4)}) == 12);
  CHECK(parse_target("x1-x1+0", 2, "t").terms.empty());
  CHECK(parse_target("disc", 2, "t").type == Target::Type::sigmoid);
  for (const char* bad :
       {"",    "x",     "x3",  "x0",    "x1^33",      "x1^",     "|x|^3", "|x|", "1/x1",        "1/0", "(x1",
        "x1)", "x1 x2", "2x1", "x1^-1", "sigmoid(x1", "sin(x1)", "1..2",  ".",   "x1^20*x1^20", "+-x1"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_target(bad, 2, "--target"), InputError);
  }
}

TEST_CASE("polynomials in the norm are recognised, others are not") {
  CHECK(radial_coefficients(parse_target("3-2*|x|^2+|x|^6", 3, "t").terms, 3) ==
        std::vector<Rational>{3, -2, 0, 1});
  CHECK(radial_coefficients(parse_target("x1-x1", 2, "t").terms, 2) == std::vector<Rational>{0});
  for (const char* other : {"x1^2", "x1^2+2*x2^2", "x1^4+x2^4", "x1^2+x2^2+x1*x2", "x1", "|x|^2+x2"})
    CHECK(radial_coefficients(parse_target(other, 2, "t").terms, 2).empty());
}

TEST_CASE("a target's enclosure over a box holds its exact values") {
  RandomCases random(4);
  for (const char* text :
       {"x1^3-2*x1*x2+x2^5/7", "|x|^4-x1", "sigmoid(8-32*|x|^2)", "(x1-1/2)^2*(x2+0.25)^3", "0"})
    for (int n = cases(40, 4000); n > 0; --n) {
      const Target target = parse_target(text, 2, "t");
      std::vector<Interval> box;
      Point x;
      for (int i = 0; i < 2; ++i) {
        const double lower = random.uniform(-2, 2),
                     upper = lower + (random.integer(0, 3) ? random.uniform(0, 1) : 0);
        box.emplace_back(lower, upper);
        x.push_back(std::fmin(lower + random.uniform(0, 1) * (upper - lower), upper));
      }
      const Interval exact = value_at(target, x), over = value_on(target, box).range();
      CAPTURE(text, x[0], x[1]);
      REQUIRE_FALSE(disjoint(exact, over));
      REQUIRE(value_approx(target, x) == Approx(midpoint(exact)).epsilon(1e-9).margin(1e-9));
    }
}

TEST_CASE("errors with a closed form lie in their enclosures") {
  const Chain zero = chain_of(2, {{affine(1, 2, {0, 0}, {0})}});
  const auto encloses = [](const SupError& error, double exact) {
    return error.verdict == Verdict::proved && contains(error.error, exact) &&
           width_upper(error.error) <= 0.0101 * exact;
  };
  CHECK(encloses(error_of(zero, "|x|^2", "ball(1)"), 1));
  CHECK(encloses(error_of(zero, "|x|^2", "[-1,2]x[0,3]"), 13));
  CHECK(encloses(error_of(zero, "x1*x2", "ball(2)"), 2));
  CHECK(encloses(error_of(chain_of(2, {{affine(1, 2, {1, -1}, {0.5})}}), "|x|^2", "[-1,1]^2"),
                 3.5));  // at (−1, 1)
  CHECK(encloses(error_of(chain_of(1, {{affine(1, 1, {0}, {0.5})}}), "x^2", "[-1,1]", 1e-6), 0.5));
  const SupError none = error_of(chain_of(2, {{affine(1, 2, {1, -1}, {0.5})}}), "x1-x2+1/2", "[-1,1]^2");
  CHECK((none.verdict == Verdict::proved && none.error.lower() == 0 && none.error.upper() < 1e-8));
}

TEST_CASE("trap: the error is that of the network with its final sigmoid") {
  const Chain chain = chain_of(1, {{affine(1, 1, {1}, {0})}, {ActivationLayer{Activation::sigmoid, 0}}});
  REQUIRE(chain.dropped_sigmoid);
  const SupError error = error_of(chain, "0", "[-1,3]", 1e-6);  // sigmoid(3), not 3
  CHECK(contains(error.error, 0.9525741268224334));
  CHECK(error.error.upper() < 0.9526);
  // No critical point, and T6 says so of the values in (0, 1): 1/2 at least for x² on [−1, 1]. |x² − sigmoid(x)| is largest at −1.
  const SupError square = error_of(chain, "x^2", "[-1,1]", 1e-6);
  CHECK(contains(square.error, 0.7310585786300049));
}

TEST_CASE("the error of a random network is at least every sampled difference, and attained at the point") {
  RandomCases random(6);
  for (int n = cases(6, 1000); n > 0; --n) {
    const Chain chain = random_chain(random);
    const std::size_t d = chain.input_dim;
    const bool ball = random.integer(0, 1) != 0;
    const SupError error = error_of(chain, d == 1 ? "x^2-x/3" : "|x|^2-x1*x2",
                                    ball ? "ball(1)" : "[-1,0.5]^" + std::to_string(d), 0.1);
    if (d < 3) CHECK(error.verdict == Verdict::proved);
    const Above above(chain);
    double most = 0;
    for (int k = 0; k < 300; ++k) {
      Point x;
      double norm = 0;
      for (std::size_t i = 0; i < d; ++i)
        x.push_back(random.uniform(-1, ball ? 1 : 0.5)), norm += x[i] * x[i];
      if (ball && norm > 1) continue;
      most = std::fmax(most, std::fabs(midpoint(value_at(error.target, x) - above(x))));
    }
    REQUIRE(most <= error.error.upper());
    const Interval there = value_at(error.target, error.point) - above(error.point);
    REQUIRE(magnitude(there) >= error.error.lower());
  }
}

TEST_CASE("the lower bounds of T6 for known targets") {
  const auto bound = [](const char* target, const char* domain, std::size_t d) {
    return extremum_bound(parse_target(target, d, "t"), parse_domain(domain, d));
  };
  CHECK(bound("|x|^2", "ball(1)", 2).bound == 0.5);
  CHECK_FALSE(bound("|x|^2", "ball(1)", 2).maximum);
  CHECK(bound("x^2", "[-1,1]", 1).bound == 0.5);
  CHECK(bound("1-x^2", "[-1,1]", 1).maximum);
  CHECK(bound("|x|^4", "ball(2)", 3).bound == 8);
  const double square = bound("|x|^2", "[-1,1]^2", 2).bound;  // the minimum over the boundary is 1
  CHECK((square <= 0.5 && square > 0.499));
  CHECK(bound("xor", "[-1,1]^2", 2).bound < 1e-6);  // a saddle is no extremum
  const double shifted =
      bound("(x1-1/4)^2+x2^2", "ball(1)", 2).bound;  // the minimum over the circle is 9/16, at (1, 0)
  CHECK((shifted <= 0.28125 && shifted > 0.28));
  const double disc = bound("disc", "ball(1.5)", 2).bound;  // ½(σ(10) − σ(−12.5))
  CHECK(disc == Approx(0.4999754385).margin(1e-8));
}

TEST_CASE("the bounds for gradients: a saddle counts") {
  const auto bound = [](const char* target, const char* domain, std::size_t d) {
    return gradient_bound(parse_target(target, d, "t"), parse_domain(domain, d));
  };
  const GradientBound saddle = bound("xor", "ball(1)", 2);
  CHECK(saddle.degree == -1);
  CHECK((saddle.bound <= 1 && saddle.bound > 0.98));
  CHECK(bound("xor", "[-1,1]^2", 2).degree == -1);
  CHECK(bound("|x|^2", "[-1,1]^2", 2).degree == 1);
  CHECK(bound("x1^3-3*x1*x2^2", "ball(1)", 2).degree == -2);  // the monkey saddle, ∇ = 3(x² − y², −2xy)
  CHECK(bound("x1^3-3*x1*x2^2", "ball(1)", 2).bound > 2.9);
  CHECK(bound("x1+x2^2", "ball(1)", 2).degree == 0);
  CHECK(bound("x1^2*x2", "ball(1)", 2).bound == 0);  // ∇ vanishes on the circle
  CHECK((bound("x^2", "[-1,3]", 1).degree == 1 && bound("x^2", "[-1,3]", 1).bound == Approx(2)));
  CHECK(bound("x^2", "[-1,3]", 1).bound <= 2);
  CHECK(bound("x^3", "[-1,1]", 1).degree == 0);
}

TEST_CASE("errors of gradients on the boundary, and the C1 version of T6") {
  const Domain disc = parse_domain("ball(1)", 2);
  const Target saddle = parse_target("xor", 2, "t");
  // Linear Φ: |∇f − ∇Φ| = |(y − a, x − b)|, largest opposite to (b, a): 1 + |(a, b)|.
  const Interval linear =
      gradient_error(chain_of(2, {{affine(1, 2, {3, 4}, {7})}}), saddle, disc, 0.01, "test");
  CHECK((contains(linear, 6) && width_upper(linear) < 0.061));
  const Interval square =
      gradient_error(chain_of(2, {{affine(1, 2, {0, 0.5}, {0})}}), parse_target("|x|^2", 2, "t"),
                     parse_domain("[-1,2]x[-1,1]", 2), 0.001, "test");
  CHECK((contains(square, std::sqrt(16 + 6.25)) && width_upper(square) < 0.005));
  for (const char* name : {"xor_mlp6_s0_m06", "xor_mlp6_s01_bn_m03", "xor_ode20_m00", "xor_res6_m06"}) {
    CAPTURE(name);
    const Chain chain = trained(name);
    const Interval error = gradient_error(chain, saddle, disc, 0.05, name);
    CHECK(width_upper(error) <= 0.051 * error.upper());
    const CertifyResult critical = certify(chain, disc, {}, name);
    if (critical.verdict == Verdict::proved) CHECK(error.lower() >= gradient_bound(saddle, disc).bound);
  }
  CHECK_THROWS_AS(gradient_error(hill(2, 1, 1, Activation::relu), saddle, disc, 0.05, "test"), InputError);
}

TEST_CASE("T6 in the plane: a network with a minimum comes within 1/2 of |x|² on the disc") {
  const Chain bowl =
      hill(2, -16 * std::log(2.0), -4);  // 4(s(x1) + s(x2)) − 16 log 2 = |x|² − |x|⁴/24 + …, s(0) = 2 log 2
  const SupError error = error_of(bowl, "|x|^2", "ball(1)");
  CHECK(error.error.upper() < 0.5);
  CHECK(certify(bowl, parse_domain("ball(1)", 2), {}, "test").verdict == Verdict::refuted);
}

TEST_CASE("T6 on trained networks: x² needs a critical point to be met within 1/2") {
  const Target target = parse_target("x^2", 1, "t");
  const Domain domain = parse_domain("[-1,1]", 1);
  int free = 0, close = 0;
  for (const char* name : {"x2_L1_s0.01_r1_m22", "x2_L1_s0_r1_m11", "x2_L1_s1_r0.3_m13", "x2_L1_s1_r1_m16",
                           "x2_L1_s1_r1_m23", "x2_L1_s20_r20_m03", "x2_L2_s0_r1_m22", "x2_L2_s1_r10_m00",
                           "x2_L2_s1_r1_m12", "x2_L2_s2_r1_m04", "x2_L3_s0.01_r1_m22", "x2_L3_s0_r1_m15",
                           "x2_L3_s1_r10_m00", "x2_L3_s1_r1_m08", "x2_L3_s20_r20_m22", "x2_L3_s2_r1_m19"}) {
    CAPTURE(name);
    const Chain chain = trained(name);
    SupErrorOptions options;
    options.domain = domain;
    const SupError error = sup_error(chain, target, options, name);
    CHECK(error.verdict == Verdict::proved);
    const CertifyResult critical = certify(chain, domain, {}, name);
    CHECK(critical.verdict != Verdict::undecided);
    if (critical.verdict == Verdict::proved)
      CHECK(error.error.lower() >= extremum_bound(target, domain).bound);
    if (error.error.upper() < 0.5) CHECK(critical.verdict == Verdict::refuted);
    free += critical.verdict == Verdict::proved;
    close += error.error.upper() < 0.5;
  }
  CHECK(free >= 5);
  CHECK(close >= 3);
}
