#include "critical/global_regularity.hpp"

#include <catch2/catch.hpp>

#include "critical/certify.hpp"
#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

/// x + α v σ(u x) in one dimension with u v = 1.
Layer scalar_block(Activation function, const Rational& alpha) {
  return block(1, alpha, {{1}}, function, {{1}});
}

RegularityTest test_of(const Layer& layer, std::size_t n) {
  return prove_layer_regular(layer, n);
}
bool is_proved(const Layer& layer, std::size_t n) {
  return test_of(layer, n) != RegularityTest::none;
}

}  // namespace

TEST_CASE("an affine layer is regular exactly if its matrix has full row rank") {
  CHECK(test_of(affine({{1, 2}, {2, 5}}), 2) == RegularityTest::rank);
  CHECK(test_of(affine({{1, 2, 0}, {2, 4, 1}}), 3) == RegularityTest::rank);
  CHECK(test_of(affine({{1, 2}, {2, 4}}), 2) == RegularityTest::none);
  CHECK(test_of(affine({{1}, {0}}), 1) == RegularityTest::none);  // more rows than columns
  CHECK(test_of(affine({{0, 0}}), 2) == RegularityTest::none);    // w = 0
}

TEST_CASE("a diagonal layer is regular exactly if no slope can vanish") {
  for (const Activation f : {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::arctan,
                             Activation::identity})
    CHECK(test_of(activation(f), 2) == RegularityTest::slope);
  CHECK(test_of(activation(Activation::elu, 3), 2) == RegularityTest::slope);
  CHECK(test_of(activation(Activation::leaky_relu, Rational(1) / 100), 2) == RegularityTest::slope);
  CHECK_FALSE(is_proved(activation(Activation::leaky_relu, 0), 2));
  CHECK_FALSE(is_proved(activation(Activation::leaky_relu, -1), 2));
  for (const Activation f : {Activation::relu, Activation::sin, Activation::silu, Activation::gelu})
    CHECK_FALSE(is_proved(activation(f), 2));
  CHECK(test_of(batch_norm({1, -2}, {1, 3}), 2) == RegularityTest::slope);
  CHECK_FALSE(is_proved(batch_norm({1, 0}, {1, 3}), 2));
}

TEST_CASE("the cheapest test that proves a block is the one reported") {
  CHECK(test_of(block(1, Rational(1) / 2, {{1}}, Activation::tanh, {{1}}), 1) == RegularityTest::norm);
  CHECK(test_of(block(1, 5, {{1}}, Activation::tanh, {{1}}), 1) == RegularityTest::symmetric_part);
  // W W̃ = [[0, 4], [0, 0]] has all minors of I + D W W̃ equal to 1, but no definite symmetric part
  CHECK(test_of(block(1, 1, {{0, 4}, {0, 0}}, Activation::tanh, identity_rows(2)), 2) ==
        RegularityTest::vertices);
}

TEST_CASE("a plain MLP layer is regular by its chain") {
  const std::vector<Layer> branch{affine({{1, 2}, {3, 5}}), batch_norm({1, -1}, {2, 3}),
                                  activation(Activation::tanh)};
  CHECK(test_of(residual(0, -3, branch), 2) == RegularityTest::chain);
  CHECK_FALSE(is_proved(residual(0, 0, branch), 2));
  CHECK_FALSE(is_proved(block(0, 1, {{1, 2}, {2, 4}}, Activation::tanh, identity_rows(2)), 2));
  // m = 1 < n = 2: the Jacobian has rank 1
  CHECK_FALSE(is_proved(block(0, 1, {{1, 2}}, Activation::tanh, {{1}, {1}}), 2));
  // m = 2 > n = 1: not square, but the slopes add up with one sign
  CHECK(test_of(block(0, 1, {{1}, {2}}, Activation::tanh, {{1, 3}}), 1) == RegularityTest::vertices);
  CHECK_FALSE(is_proved(block(0, 1, {{1}, {2}}, Activation::tanh, {{1, -3}}), 1));
}

TEST_CASE("Trap T2: a negative skip is divided out, not added to the P-matrix") {
  // −x + 2 tanh(x): −1 + 2σ' vanishes; "εI + δWW̃ = 1 > 0" would call it regular
  CHECK_FALSE(is_proved(block(-1, 2, {{1}}, Activation::tanh, {{1}}), 1));
  // −x − 2 tanh(x): −1 − 2σ' never vanishes; α = 2
  CHECK(is_proved(block(-1, -2, {{1}}, Activation::tanh, {{1}}), 1));
  // two dimensions: det = (−1)² stays positive for D = 0, and becomes negative for D = diag(1, 0)
  CHECK_FALSE(is_proved(block(-1, 2, identity_rows(2), Activation::tanh, identity_rows(2)), 2));
}

TEST_CASE("Trap T2: a small but not absolute norm proves nothing") {
  // W = c [[1, -1], [1, -1]] is nilpotent, so its norm can be made 0.001 by a change of coordinates that is
  // no scaling of the axes; yet I + DW with D = diag(d, 0) has determinant 1 + c d
  const Rational c = -2;
  const Layer layer = block(1, 1, {{c, -c}, {c, -c}}, Activation::tanh, identity_rows(2));
  CHECK_FALSE(is_proved(layer, 2));
}

TEST_CASE("Trap T2: the symmetric part needs the factor s") {
  // elu(4) has slopes up to 4: I + α W W̃ = 1/2 > 0, but 1 − σ'/2 vanishes at σ' = 2
  CHECK_FALSE(is_proved(block(1, Rational(-1) / 2, {{1}}, Activation::elu, {{1}}, 4), 1));
  // leaky_relu(-3…1): s⁻ < 0
  CHECK_FALSE(is_proved(block(1, 1, {{1}}, Activation::leaky_relu, {{1}}, -3), 1));
}

TEST_CASE("Trap T2, T3: activations with negative slopes are not proved by tests for 0 <= slope") {
  // α W W̃ = 20: I + 20 > 0 and every α would be allowed, but 1 + 20 σ' vanishes where σ' = −1/20
  for (const Activation f : {Activation::silu, Activation::gelu, Activation::sin})
    CHECK_FALSE(is_proved(scalar_block(f, 20), 1));
  CHECK(is_proved(scalar_block(Activation::silu, 10), 1));  // 10 · 0.0998 < 1
  CHECK_FALSE(is_proved(scalar_block(Activation::silu, Rational(101) / 10), 1));
  CHECK(is_proved(scalar_block(Activation::gelu, Rational(77) / 10), 1));
  CHECK_FALSE(is_proved(scalar_block(Activation::gelu, Rational(78) / 10), 1));
  CHECK(is_proved(scalar_block(Activation::sin, Rational(99) / 100), 1));
  CHECK_FALSE(is_proved(scalar_block(Activation::sin, 1), 1));
}

TEST_CASE("Trap T9: equality at the critical ratio is decided by whether the largest slope is attained") {
  CHECK_FALSE(is_proved(scalar_block(Activation::tanh, -1), 1));  // x − tanh x has a critical point at 0
  CHECK_FALSE(is_proved(scalar_block(Activation::arctan, -1), 1));
  CHECK(is_proved(scalar_block(Activation::softplus, -1), 1));  // the slope 1 is not attained
  CHECK_FALSE(is_proved(scalar_block(Activation::sigmoid, -4), 1));
  CHECK(is_proved(scalar_block(Activation::sigmoid, Rational(-4) + Rational(1) / 1'000'000'000), 1));
  CHECK_FALSE(is_proved(scalar_block(Activation::relu, -1), 1));
  CHECK_FALSE(is_proved(block(1, -1, {{1}}, Activation::elu, {{1}}, 1), 1));
}

TEST_CASE("Trap T9: for several neurons the dot product is not the criterion") {
  // w̃·w = 0, but 1 − 2σ'_1 + 2σ'_2 vanishes
  CHECK_FALSE(is_proved(block(1, 1, {{1}, {1}}, Activation::tanh, {{-2, 2}}), 1));
  // the negative terms count alone: −1/2 − 1/4 > −1
  CHECK(is_proved(block(1, 1, {{1}, {1}, {7}}, Activation::tanh, {{Rational(-1) / 2, Rational(-1) / 4, 9}}),
                  1));
  CHECK_FALSE(
      is_proved(block(1, 1, {{1}, {1}}, Activation::tanh, {{Rational(-1) / 2, Rational(-1) / 2}}), 1));
  // … unless a third slope, which is never 0, helps: 1 − σ'_1/2 − σ'_2/2 + 63 σ'_3 > 0; relu's can be 0
  CHECK(is_proved(block(1, 1, {{1}, {1}, {7}}, Activation::tanh, {{Rational(-1) / 2, Rational(-1) / 2, 9}}),
                  1));
  CHECK_FALSE(is_proved(
      block(1, 1, {{1}, {1}, {7}}, Activation::relu, {{Rational(-1) / 2, Rational(-1) / 2, 9}}), 1));
  CHECK(is_proved(
      block(1, 1, {{1}, {1}, {7}}, Activation::softplus, {{Rational(-1) / 2, Rational(-1) / 2, 9}}), 1));
}

TEST_CASE("a kink anywhere in the chain closes the ranges of all blocks") {
  // W = 0: det = 1; and the vertex D = 0 of a plain layer: det = 0, allowed for tanh, not in Clarke's
  // calculus
  const Layer plain = block(0, 1, {{1}, {2}}, Activation::tanh, {{1, 3}});
  CHECK(prove_layer_regular(plain, 1, Smoothness::smooth) == RegularityTest::vertices);
  CHECK(prove_layer_regular(plain, 1, Smoothness::c1) == RegularityTest::vertices);
  CHECK(prove_layer_regular(plain, 1, Smoothness::lipschitz) == RegularityTest::none);

  Network network;
  network.input_dim = 1;
  network.layers = {plain, block(1, 1, {{1}}, Activation::relu, {{1}})};
  const auto tests = prove_layers_regular(make_chain(network, {}, "test"));
  CHECK(tests == std::vector<RegularityTest>{RegularityTest::none, RegularityTest::symmetric_part,
                                             RegularityTest::rank});
}

TEST_CASE("batch_norm factors are enclosed, and decide what is not on the edge") {
  // γ/√v = 1/√2: the ratio −√2 is critical
  const auto layer = [](const Rational& ratio) {
    return residual(1, ratio, {batch_norm({1}, {2}), activation(Activation::tanh)});
  };
  CHECK(is_proved(layer(Rational(-14142135) / 10'000'000), 1));
  CHECK_FALSE(is_proved(layer(Rational(-14142136) / 10'000'000), 1));
  // on the edge: v = 4 gives 1/2 exactly, but only as an enclosure
  CHECK_FALSE(is_proved(residual(1, -2, {batch_norm({1}, {4}), activation(Activation::softplus)}), 1));
}

TEST_CASE("a layer with many neurons is left to the polynomial tests") {
  constexpr std::size_t m = 40;
  Rows inner(m, std::vector<Rational>(2)), outer(2, std::vector<Rational>(m));
  for (std::size_t j = 0; j < m; ++j) {
    inner[j][j % 2] = 1;
    outer[j % 2][j] = 1;
  }
  CHECK(test_of(block(1, 1, inner, Activation::tanh, outer), 2) == RegularityTest::symmetric_part);
  CHECK(test_of(block(1, Rational(1) / 100, inner, Activation::tanh, outer), 2) == RegularityTest::norm);
  const Layer wrong = block(1, -1, inner, Activation::tanh, outer);
  CHECK_FALSE(is_proved(wrong, 2));
  CHECK(why_not_regular(wrong, 2).find("too many activations") != std::string::npos);
}

TEST_CASE("why_not_regular names the reason, and is empty where there is a proof") {
  CHECK(why_not_regular(affine({{1, 2}}), 2).empty());
  CHECK(why_not_regular(affine({{1, 2}, {2, 4}}), 2) == "its matrix has 2 rows but rank 1");
  CHECK(why_not_regular(activation(Activation::relu), 2) == "the slope of relu is not positive everywhere");
  CHECK(why_not_regular(batch_norm({0}, {1}), 1) == "one of its scales is 0");
  CHECK(why_not_regular(scalar_block(Activation::tanh, -1), 1) ==
        "the determinant of its Jacobian vanishes or changes sign over the box of slopes");
}

TEST_CASE("the names of the tests are those of the certificate format") {
  CHECK(to_string(RegularityTest::symmetric_part) == "symmetric-part");
  CHECK(to_string(RegularityTest::vertices) == "vertices");
  CHECK(to_string(RegularityTest::none) == "none");
}

TEST_CASE("a flow is regular everywhere, and a network is decided with it on the whole space") {
  const Layer flow{OdeLayer{{{affine({{1, 2}, {3, 4}}), activation(Activation::sin)}}, 7}};
  CHECK(test_of(flow, 2) == RegularityTest::flow);
  Network net;
  net.input_dim = 2;
  net.layers = {affine({{1, 2}, {3, 4}}), flow, affine({{1, 0}})};
  const Domain space{Domain::Type::space, 2, {}, 0};
  const CertifyResult proved = certify(make_chain(net, {}, "net"), space, {}, "net");
  CHECK(proved.verdict == Verdict::proved);
  CHECK(proved.complete);
  net.layers.front() = affine({{1, 2}, {2, 4}});  // rank 1: undecided, with the reason
  const CertifyResult open = certify(make_chain(net, {}, "net"), space, {}, "net");
  CHECK(open.verdict == Verdict::undecided);
  CHECK(open.reason.find("layer 1 (affine) is not proved regular") != std::string::npos);
}
