// Critical points on boundaries and split lines, degenerate ones, overflowing numbers, and the traps of the theory.
#include <catch2/catch.hpp>
#include <cmath>

#include "small_networks.hpp"
#include "unit/network/layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Certified certified(const Network& network, const Domain& domain, std::size_t max_boxes) {
  CertifyOptions options;
  options.search.max_boxes = max_boxes;
  Certified out = certify_network(network, domain, options);
  CHECK_THAT(check_line(out.certificate), Catch::StartsWith("ACCEPTED"));
  return out;
}

CertifyResult answer(const Network& network, const Domain& domain, std::size_t max_boxes = 5000) {
  return certified(network, domain, max_boxes).result;
}

Domain interval(double lo, double hi) { return box_domain({{lo}, {hi}}); }

void check_refuted_with(const CertifyResult& result, std::size_t count) {
  CHECK(result.verdict == Verdict::refuted);
  CHECK(result.complete);
  CHECK(indices_of(result).size() == count);
}

void check_on_boundary(const CertifyResult& result) {
  CHECK(result.verdict == Verdict::undecided);
  REQUIRE(result.critical_points.size() == 1);
  CHECK_FALSE(result.critical_points[0].inside);
}

void check_proved(const CertifyResult& result) {
  CHECK(result.verdict == Verdict::proved);
  CHECK(result.complete);
  CHECK(result.critical_points.empty());
}

}  // namespace

TEST_CASE("a critical point exactly on the boundary is reported there, neither lost nor counted inside", "[properties]") {
  const Network line = bump({0}), plane = bump({0, 0});
  check_on_boundary(answer(line, interval(0, 1)));
  check_on_boundary(answer(line, interval(-1, 0)));
  check_on_boundary(answer(plane, box_domain({{0, -1}, {1, 1}})));
  check_on_boundary(answer(plane, box_domain({{-1, -1}, {1, 0}})));
  check_on_boundary(answer(plane, box_domain({{0, 0}, {1, 1}})));
  check_on_boundary(answer(bump({Rational(3, 4), 1}), ball(2, 1.25)));
}

TEST_CASE("a critical point just inside is counted, just outside it is not", "[properties]") {
  const Rational step = Rational(1, 1 << 20);
  check_refuted_with(answer(bump({1 - step, 0}), cube(2, 1)), 1);
  check_proved(answer(bump({1 + step, 0}), cube(2, 1)));
  check_refuted_with(answer(bump({Rational(3, 4), 1 - step}), ball(2, 1.25)), 1);
  check_proved(answer(bump({Rational(3, 4), 1 + step}), ball(2, 1.25)));
  check_refuted_with(answer(bump({1 - step}), interval(-1, 1)), 1);
  check_proved(answer(bump({1 + step}), interval(-1, 1)));
}

TEST_CASE("a critical point on or next to a split line is counted once", "[properties]") {
  const Rational steps[] = {0, Rational(1, 1 << 30), Rational(-1, 1 << 30), Rational(1, 1 << 12), Rational(-1, 1LL << 50)};
  for (const Rational& x : steps) {
    check_refuted_with(answer(bump({x}), interval(-1, 1)), 1);
    check_refuted_with(answer(bump({x}), interval(-3, 1)), 1);
    for (const Rational& y : steps) {
      check_refuted_with(answer(bump({x, y}), cube(2, 1)), 1);
      check_refuted_with(answer(bump({Rational(1, 2) + x, y - Rational(1, 4)}), cube(2, 1)), 1);
      check_refuted_with(answer(bump({x, y}), ball(2, 1)), 1);
    }
  }
  check_refuted_with(answer(bump({0, 0, 0}), cube(3, 1)), 1);
}

TEST_CASE("degenerate critical points stay undecided", "[properties]") {
  const Network inflection = line_block(1, -1, Activation::tanh);  // x − tanh x
  for (const Domain& domain : {interval(-1, 1), interval(-1, 2), interval(0, 1), ball(1, 0.5), space(1)}) {
    const CertifyResult result = answer(inflection, domain);
    CHECK(result.verdict == Verdict::undecided);
    CHECK_FALSE(result.complete);
  }
  // x³ − 3xy² to third order: x − 2 tanh x + ½ tanh(x+y) + ½ tanh(x−y).
  const Network monkey_saddle =
      network(2, {residual(1, 1, {affine({{1, 0}, {1, 1}, {1, -1}}), activation(Activation::tanh), affine({{-2, Rational(1, 2), Rational(1, 2)}, {0, 0, 0}})}),
                  affine({{1, 0}})});
  const Network valley = network(2, {affine({{1, 0}, {1, 0}}, {1, -1}), activation(Activation::tanh), affine({{1, -1}})});  // a line of maxima
  for (const Network& net : {monkey_saddle, valley}) {
    const CertifyResult result = answer(net, cube(2, 0.5));
    CHECK(result.verdict == Verdict::undecided);
    CHECK_FALSE(result.complete);
    CHECK(result.critical_points.empty());
  }
}

TEST_CASE("weights near the largest double never give a wrong answer", "[properties]") {
  const Rational huge = rational_exact(1e300), tiny = rational_exact(1e-300);
  for (const Rational& inner : {huge, Rational(1), tiny})
    for (const Rational& outer : {huge, -huge, tiny}) {
      INFO(inner.convert_to<double>() << " " << outer.convert_to<double>());
      for (const Domain& domain : {interval(-1, 1), interval(-0.5, 2), space(1)}) CHECK(answer(bump({0}, inner, outer), domain, 300).verdict != Verdict::proved);
      for (const Domain& domain : {cube(2, 1), ball(2, 3)}) CHECK(answer(bump({0, 0}, inner, outer), domain, 300).verdict != Verdict::proved);
    }
  // Two layers of them overflow: 1e600 x.
  Network twice = bump({0, 0}, huge, huge);
  twice.layers.insert(twice.layers.begin(), affine({{huge, 0}, {0, huge}}));
  CHECK(answer(twice, cube(2, 1), 300).verdict != Verdict::proved);
  CHECK(answer(line_block(1, -huge, Activation::tanh), space(1)).verdict != Verdict::proved);
  CHECK(answer(line_block(huge, -huge, Activation::tanh), space(1)).verdict == Verdict::undecided);
}

TEST_CASE("trap T9: x - c tanh x has critical points exactly from c = 1 on", "[properties]") {
  check_proved(answer(line_block(1, Rational(-999, 1000), Activation::tanh), space(1)));
  CHECK(answer(line_block(1, -1, Activation::tanh), space(1)).verdict == Verdict::undecided);
  check_refuted_with(answer(line_block(1, Rational(-1001, 1000), Activation::tanh), space(1)), 2);
}

TEST_CASE("trap T9: the supremum of the slope counts, and whether it is attained", "[properties]") {
  check_proved(answer(line_block(1, -3, Activation::sigmoid), space(1)));
  CHECK(answer(line_block(1, -4, Activation::sigmoid), space(1)).verdict == Verdict::undecided);
  check_refuted_with(answer(line_block(1, -5, Activation::sigmoid), space(1)), 2);
  check_proved(answer(line_block(1, -1, Activation::softplus), space(1)));  // slope 1 is never reached
  check_refuted_with(answer(line_block(1, Rational(-101, 100), Activation::softplus), space(1)), 1);
}

TEST_CASE("trap T9: with several units the dot product of the weights decides nothing", "[properties]") {
  // The dot product is 0, but the first unit alone turns the slope round.
  check_refuted_with(answer(line_block(1, 1, Activation::tanh, {1, 1}, {0, -10}, {-3, 3}), space(1)), 2);
  // The dot product is −1/2 twice over, but the units are never active together.
  CHECK(answer(line_block(1, 1, Activation::tanh, {1, 1}, {0, -40}, {Rational(-3, 4), Rational(-3, 4)}), interval(-50, 50)).verdict == Verdict::proved);
}

TEST_CASE("trap T3: slopes that change sign give critical points to blocks with positive weights", "[properties]") {
  for (const Activation function : {Activation::silu, Activation::gelu}) {
    check_refuted_with(answer(line_block(1, 20, function), interval(-16, 16)), 2);
    CHECK(answer(line_block(1, 20, function), space(1)).verdict != Verdict::proved);
  }
  check_refuted_with(answer(line_block(1, 2, Activation::sin), interval(-4, 4)), 2);  // cos x = −1/2
  CHECK(answer(line_block(1, 2, Activation::sin), space(1)).verdict != Verdict::proved);
  check_proved(answer(line_block(1, 5, Activation::silu), space(1)));
}

TEST_CASE("trap T2: with a negative skip the ratio of the channels counts", "[properties]") {
  check_refuted_with(answer(line_block(-1, 2, Activation::tanh), space(1)), 2);
  check_proved(answer(line_block(-1, -2, Activation::tanh), space(1)));
}

TEST_CASE("trap T8: no critical point of a C1 network is claimed from second derivatives", "[properties]") {
  const CertifyResult result = answer(line_block(1, -2, Activation::elu), space(1));  // slope 1 − 2e^x for x < 0
  CHECK(result.verdict == Verdict::undecided);
  CHECK(result.critical_points.empty());
  check_proved(answer(line_block(1, Rational(1, 2), Activation::elu), space(1)));
}

TEST_CASE("trap T1: a wide layer without full row rank hides nothing", "[properties]") {
  // Augmented: 1 → 2 → 1. Every square factor is regular, the product of the outer ones is not.
  const Network net = network(1, {affine({{1}, {1}}, {1, -1}), activation(Activation::tanh), affine({{1, -1}})});
  check_refuted_with(answer(net, interval(-8, 8)), 1);
  CHECK(answer(net, space(1)).verdict != Verdict::proved);
}
