// Every trap of T2 and T3, and edge cases, as they look through the critical ratio and `threshold`.
#include <catch2/catch.hpp>

#include "critical/threshold.hpp"
#include "critical/vertex_signs.hpp"
#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;
using Status = CriticalRatio::Status;

namespace {

LayerThreshold threshold_of(const Layer& layer, std::size_t n, Smoothness network = Smoothness::smooth) {
  return find_threshold(layer, n, network);
}
Layer scalar_block(Activation function, const Rational& ratio, const Rational& alpha = 0) {
  return block(1, ratio, {{1}}, function, {{1}}, alpha);
}
/// Regular at `ratio`? x + ratio·σ(x).
Regularity regular_at(Activation function, const Rational& ratio, const Rational& alpha = 0) {
  return threshold_of(scalar_block(function, ratio, alpha), 1).regular;
}
const Rational kTiny = Rational(1) / 1'000'000'000'000LL;

void check_bracket(const LayerThreshold& t, const Rational& expected) {
  REQUIRE(t.critical);
  CHECK(t.critical->status == Status::bracket);
  CHECK(t.critical->lower <= expected);
  REQUIRE(t.critical->upper);
  CHECK(*t.critical->upper >= expected);
  CHECK(*t.critical->upper - t.critical->lower <= kTiny * expected);
}

}  // namespace

TEST_CASE("Trap T3: with silu, gelu or sin the ratio is not infinite where W W~ = 1") {
  // 1 + t σ' vanishes at t = 1/(−s⁻): 10.0163… for silu, 7.7577… for gelu, 1 for sin; all digits of s⁻ count
  check_bracket(threshold_of(scalar_block(Activation::silu, 20), 1), Rational("1000000000000000000000000000000/99839320128866916958184924320"));
  check_bracket(threshold_of(scalar_block(Activation::gelu, 20), 1), Rational("1000000000000000000000000000000/128904145185154786340744442261"));
  check_bracket(threshold_of(scalar_block(Activation::sin, 20), 1), 1);
  for (const Activation f : {Activation::silu, Activation::gelu, Activation::sin}) CHECK(regular_at(f, 20) == Regularity::not_regular);
  CHECK(regular_at(Activation::silu, 10) == Regularity::regular);
  CHECK(regular_at(Activation::gelu, Rational(77) / 10) == Regularity::regular);
  CHECK(regular_at(Activation::sin, 1) == Regularity::not_regular);
  CHECK(threshold_of(scalar_block(Activation::tanh, 20), 1).critical->status == Status::infinite);
}

TEST_CASE("Trap T2: a negative skip is divided out") {
  CHECK(threshold_of(block(-1, 2, {{1}}, Activation::tanh, {{1}}), 1).regular == Regularity::not_regular);
  const LayerThreshold both = threshold_of(block(-1, -2, {{1}}, Activation::tanh, {{1}}), 1);
  CHECK(both.regular == Regularity::regular);
  CHECK(*both.ratio == 2);
  CHECK(both.critical->status == Status::infinite);
  // the direction of the sign of the ratio counts: −x/3 + tanh(x) has ratio −3, critical at size 1
  check_bracket(threshold_of(block(Rational(-1) / 3, 1, {{1}}, Activation::tanh, {{1}}), 1), 1);
}

TEST_CASE("Trap T2: a nilpotent W of tiny norm in some other coordinates can be singular") {
  for (const Rational& c : {Rational(-2), Rational(2), Rational(-1) / 1000}) {
    const LayerThreshold t = threshold_of(block(1, 1, {{c, -c}, {c, -c}}, Activation::tanh, identity_rows(2)), 2);
    check_bracket(t, 1 / abs(c));
    CHECK((t.regular == Regularity::regular) == (abs(c) < 1));
  }
}

TEST_CASE("a strictly triangular W never loses regularity, whatever the slopes") {
  for (const Activation f : {Activation::tanh, Activation::silu, Activation::sin, Activation::relu}) {
    const LayerThreshold t = threshold_of(block(1, 100, {{0, 7}, {0, 0}}, f, identity_rows(2)), 2);
    CHECK(t.critical->status == Status::infinite);
    CHECK(t.regular == Regularity::regular);
  }
}

TEST_CASE("Trap T2: the symmetric part needs the factor s, and nonnegative slopes") {
  const LayerThreshold elu = threshold_of(scalar_block(Activation::elu, Rational(-1) / 2, 4), 1);
  CHECK(elu.regular == Regularity::not_regular);
  check_bracket(elu, Rational(1) / 4);
  CHECK(threshold_of(scalar_block(Activation::leaky_relu, 1, -3), 1).regular == Regularity::not_regular);
}

TEST_CASE("at the critical ratio exactly, closed and attained ranges fail and softplus does not") {
  CHECK(regular_at(Activation::softplus, -1) == Regularity::regular);
  for (const Activation f : {Activation::tanh, Activation::arctan, Activation::relu}) CHECK(regular_at(f, -1) == Regularity::not_regular);
  CHECK(regular_at(Activation::elu, -1, 1) == Regularity::not_regular);
  CHECK(regular_at(Activation::sigmoid, -4) == Regularity::not_regular);
  // tanh, two neurons: det = 1 − d_1 + d_2 (…) stays positive where d_2 > 0 helps
  const Rows inner{{1}, {1}}, outer{{-1, 1}};
  const LayerThreshold helped = threshold_of(block(1, 1, inner, Activation::tanh, outer), 1);
  CHECK(helped.critical->lower == 1);
  CHECK(helped.critical->upper == Rational(1));
  CHECK(helped.regular == Regularity::regular);
  CHECK(helped.test == ThresholdTest::p_matrix);
  CHECK(threshold_of(block(1, 1, inner, Activation::relu, outer), 1).regular == Regularity::not_regular);
  // … which is not proved in a network with a kink elsewhere, whose ranges are closed; but it is not refuted either
  CHECK(threshold_of(block(1, 1, inner, Activation::tanh, outer), 1, Smoothness::lipschitz).regular == Regularity::undecided);
}

TEST_CASE("Trap: a zero at slopes that are not attained refutes nothing, whatever the other layers are") {
  // det = 1 − d_1 + d_1 d_2: zero at d = (1, 0) only
  const Rows w{{-1, -1}, {1, 0}};
  const auto at = [&](Activation f, const Rational& alpha, const Rational& ratio, Smoothness network) {
    return threshold_of(block(1, ratio, w, f, identity_rows(2), alpha), 2, network).regular;
  };
  const Rational half = Rational(1) / 2, more = Rational(1001) / 1000;
  CHECK(at(Activation::tanh, 0, 1, Smoothness::smooth) == Regularity::regular);
  CHECK(at(Activation::elu, 1, 1, Smoothness::c1) == Regularity::regular);
  for (const Activation f : {Activation::tanh, Activation::arctan, Activation::softplus})
    CHECK(at(f, 0, 1, Smoothness::lipschitz) == Regularity::undecided);
  CHECK(at(Activation::elu, half, 1, Smoothness::lipschitz) == Regularity::undecided);
  CHECK(at(Activation::elu, 2, half, Smoothness::lipschitz) == Regularity::undecided);
  CHECK(at(Activation::relu, 0, 1, Smoothness::lipschitz) == Regularity::not_regular);
  CHECK(at(Activation::sin, 0, 1, Smoothness::lipschitz) == Regularity::not_regular);
  // both signs refute, attained or not; so does a zero with all slopes at the upper end
  for (const Activation f : {Activation::tanh, Activation::softplus, Activation::relu})
    CHECK(at(f, 0, more, Smoothness::lipschitz) == Regularity::not_regular);
  CHECK(at(Activation::elu, half, more, Smoothness::lipschitz) == Regularity::not_regular);
  const auto scalar = [](Activation f, const Rational& ratio, const Rational& alpha) {
    return threshold_of(scalar_block(f, ratio, alpha), 1, Smoothness::lipschitz).regular;
  };
  CHECK(scalar(Activation::tanh, -1, 0) == Regularity::not_regular);
  CHECK(scalar(Activation::elu, -1, half) == Regularity::not_regular);
  CHECK(scalar(Activation::elu, -half, 2) == Regularity::not_regular);
  CHECK(scalar(Activation::softplus, -1, 0) == Regularity::undecided);
  // the same through the test of all vertices
  const auto vertices = [&](Activation f, const Rational& ratio, const Rational& alpha) {
    const Layer layer = block(1, ratio, w, f, identity_rows(2), alpha);
    return decide_by_vertices(std::get<ResidualLayer>(layer.value), 2, Smoothness::lipschitz);
  };
  CHECK(vertices(Activation::tanh, 1, 0) == VertexOutcome::undecided);
  CHECK(vertices(Activation::elu, 1, half) == VertexOutcome::undecided);
  CHECK(vertices(Activation::relu, 1, 0) == VertexOutcome::not_regular);
  for (const Activation f : {Activation::tanh, Activation::softplus, Activation::relu}) CHECK(vertices(f, more, 0) == VertexOutcome::not_regular);
}

TEST_CASE("Trap: without slopes, regular at one ratio on a box says nothing about the smaller ones") {
  // 1 − α, singular at α = 1 and nowhere else; with batch_norm 1 − α/2
  for (const Layer& branch : {affine({{-1}}), batch_norm({-1}, {1})}) {
    Network network;
    network.input_dim = 1;
    network.layers = {residual(1, Rational(1) / 2, {branch})};
    ThresholdOptions options;
    options.domain = Domain{Domain::Type::box, 1, {{-1}, {1}}, 0};
    const ThresholdResult result = find_thresholds(network, options);
    CHECK(result.verdict == Verdict::proved);
    REQUIRE(result.layers[0].critical);
    CHECK(result.layers[0].critical->status != Status::infinite);
    CHECK(result.layers[0].critical->lower <= 1);
    CHECK_FALSE(result.layers[0].lower_reached_depth);
  }
}

TEST_CASE("a rational instance by hand: at its critical ratio it is not called regular, just below it is") {
  // W W~ = −[[2, 1], [1, 2]]: eigenvalues −1, −3, so 1/3 for the whole set and 1/2 for each neuron
  const Rows w{{-2, -1}, {-1, -2}};
  const auto at = [&](const Rational& ratio) { return threshold_of(block(1, ratio, w, Activation::tanh, identity_rows(2)), 2); };
  check_bracket(at(1), Rational(1) / 3);
  CHECK(at(Rational(1) / 3).regular == Regularity::not_regular);
  CHECK(at(Rational(1) / 3 - kTiny * kTiny).regular == Regularity::regular);
  CHECK(at(Rational(1) / 3 + kTiny * kTiny).regular == Regularity::not_regular);
}

TEST_CASE("one-neuron blocks have the critical ratio −1/(u·v), exactly") {
  const Layer layer = block(2, 1, {{3, 1, -2}}, Activation::relu, {{-1}, {2}, {3}});  // u·v = −7
  const LayerThreshold t = threshold_of(layer, 3);
  CHECK(t.critical->lower == Rational(1) / 7);
  CHECK(t.critical->upper == Rational(1) / 7);
  CHECK(*t.ratio == Rational(1) / 2);
  CHECK(t.regular == Regularity::not_regular);
  CHECK(threshold_of(block(7, 1, {{3, 1, -2}}, Activation::relu, {{-1}, {2}, {3}}), 3).regular == Regularity::not_regular);
  CHECK(threshold_of(block(Rational(70001) / 10000, 1, {{3, 1, -2}}, Activation::relu, {{-1}, {2}, {3}}), 3).regular == Regularity::regular);
  CHECK(threshold_of(block(2, -1, {{3, 1, -2}}, Activation::relu, {{-1}, {2}, {3}}), 3).critical->status == Status::infinite);
}

TEST_CASE("leaky relu: nothing is claimed above the critical ratio of [0, 1]") {
  // slopes in [1/2, 1]: 1 − t/2·(…): at ratio −1.5 the determinant 1 − 1.5 d changes sign; at −5 it is negative all over
  const LayerThreshold t = threshold_of(scalar_block(Activation::leaky_relu, -5, Rational(1) / 2), 1);
  CHECK(t.regular == Regularity::regular);
  CHECK_FALSE(t.critical_is_sharp);
  check_bracket(t, 1);
  CHECK(regular_at(Activation::leaky_relu, Rational(-3) / 2, Rational(1) / 2) == Regularity::not_regular);
  CHECK(regular_at(Activation::leaky_relu, -2, Rational(1) / 2) == Regularity::not_regular);
}

TEST_CASE("zero weights, repeated rows, singular maps, ratio 0") {
  CHECK(threshold_of(block(1, 5, {{0, 0}, {0, 0}}, Activation::relu, identity_rows(2)), 2).critical->status == Status::infinite);
  CHECK(threshold_of(block(1, 5, {{0, 0}, {0, 0}}, Activation::relu, identity_rows(2)), 2).regular == Regularity::regular);
  // repeated rows: the slopes add up
  check_bracket(threshold_of(block(1, 1, {{-1}, {-1}, {-1}}, Activation::tanh, {{1, 1, 1}}), 1), Rational(1) / 3);
  check_bracket(threshold_of(block(1, 1, {{-1, 1}, {-1, 1}}, Activation::tanh, identity_rows(2)), 2), 1);
  const LayerThreshold none = threshold_of(block(1, 0, {{-9}}, Activation::relu, {{1}}), 1);
  CHECK(none.regular == Regularity::regular);
  CHECK(none.critical->lower == Rational(1) / 9);
}

TEST_CASE("layers without ratio: dense layers by rank, plain MLP layers by their chain") {
  CHECK(threshold_of(affine({{1, 2}, {2, 4}}), 2).regular == Regularity::not_regular);
  CHECK(threshold_of(affine({{1, 2}, {2, 5}}), 2).test == ThresholdTest::rank);
  CHECK(threshold_of(affine({{1}, {2}}), 1).regular == Regularity::not_regular);  // more rows than columns
  const LayerThreshold plain = threshold_of(block(0, 1, {{1, 2}, {2, 5}}, Activation::tanh, identity_rows(2)), 2);
  CHECK(plain.regular == Regularity::regular);
  CHECK_FALSE(plain.ratio);
  CHECK_FALSE(plain.critical);
  CHECK(threshold_of(block(0, 1, {{1, 2}, {2, 4}}, Activation::tanh, identity_rows(2)), 2).regular == Regularity::not_regular);
}

TEST_CASE("batch_norm: irrational critical ratios are bracketed, too") {
  const Layer layer = residual(1, -3, {batch_norm({1}, {2}), activation(Activation::tanh)});  // √2
  const LayerThreshold t = threshold_of(layer, 1);
  REQUIRE(t.critical->upper);
  CHECK(t.critical->lower * t.critical->lower < 2);
  CHECK(*t.critical->upper * *t.critical->upper > 2);
  CHECK(*t.critical->upper - t.critical->lower < 2 * kTiny);
  CHECK(t.regular == Regularity::not_regular);
}

TEST_CASE("the uniform factor is bracketed by the tightest block") {
  Network network;
  network.input_dim = 1;
  network.layers = {block(1, 2, {{-1}}, Activation::relu, {{1}}), block(1, -3, {{1}}, Activation::relu, {{1}}), affine({{1}})};
  const ThresholdResult result = find_thresholds(network);
  CHECK(result.verdict == Verdict::refuted);
  REQUIRE(result.factor);
  CHECK(result.factor->lower == Rational(1) / 3);
  CHECK(result.factor->upper == Rational(1) / 3);
  network.layers.push_back(affine({{0}}));
  CHECK_FALSE(find_thresholds(network).factor);
}
