#include "critical/vertex_signs.hpp"

#include <catch2/catch.hpp>

#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

VertexOutcome decide(const Layer& layer, std::size_t n, Smoothness network = Smoothness::smooth) {
  return decide_by_vertices(std::get<ResidualLayer>(layer.value), n, network);
}
Layer scalar_block(Activation function, const Rational& ratio) {
  return block(1, ratio, {{1}}, function, {{1}});
}

}  // namespace

TEST_CASE("a failing test refutes regularity only if the range of slopes is known exactly") {
  CHECK(decide(scalar_block(Activation::tanh, -2), 1) == VertexOutcome::not_regular);
  CHECK(decide(scalar_block(Activation::sin, 2), 1) == VertexOutcome::not_regular);
  CHECK(decide(scalar_block(Activation::silu, 20), 1) == VertexOutcome::undecided);
}

TEST_CASE("a zero at a vertex that the slopes do not reach refutes nothing") {
  // identity's constant slope counts as closed: det = σ' is 0 at the vertex σ' = 0 only, which tanh never
  // reaches
  const Layer layer = residual(0, 1, {activation(Activation::tanh), activation(Activation::identity)});
  CHECK(decide(layer, 1) == VertexOutcome::undecided);
  const Layer relu = residual(0, 1, {activation(Activation::relu), activation(Activation::identity)});
  CHECK(decide(relu, 1, Smoothness::lipschitz) == VertexOutcome::not_regular);
}

TEST_CASE("where half-open and open ranges meet, one nonzero vertex of the closed face decides") {
  // det = 1 − d e with d in (0, 1] (tanh), e in (0, 1) (softplus): 0 only at d = e = 1, which e does not
  // reach
  const Layer layer = residual(1, Rational(1) / 2,
                               {affine({{1}}), activation(Activation::tanh), affine({{1}}),
                                activation(Activation::softplus), affine({{-2}})});
  CHECK(decide(layer, 1) == VertexOutcome::regular);
  const Layer tanh = residual(1, Rational(1) / 2,
                              {affine({{1}}), activation(Activation::tanh), affine({{1}}),
                               activation(Activation::arctan), affine({{-2}})});
  CHECK(decide(tanh, 1) == VertexOutcome::not_regular);
}

TEST_CASE("with batch_norm a vanishing determinant is undecided, everything else is decided") {
  const auto layer = [](const Rational& ratio) {
    return residual(1, ratio, {batch_norm({1}, {2}), batch_norm({1}, {2}), activation(Activation::tanh)});
  };
  CHECK(decide(layer(-2), 1) == VertexOutcome::undecided);  // 1 − 2/(√2 √2)
  CHECK(decide(layer(Rational(-19999) / 10000), 1) == VertexOutcome::regular);
  CHECK(decide(layer(Rational(-20001) / 10000), 1) == VertexOutcome::not_regular);
}

TEST_CASE("precision grows until a sign shows") {
  // 1 + α/(√2 √2) = 2^-200: beyond 128 bits, within 512
  Rational tiny = 1;
  for (int i = 0; i < 200; ++i) tiny /= 2;
  const auto layer = [](const Rational& ratio) {
    return residual(1, ratio, {batch_norm({1}, {2}), batch_norm({1}, {2}), activation(Activation::tanh)});
  };
  CHECK(decide(layer(-2 + 2 * tiny), 1) == VertexOutcome::regular);
  CHECK(decide(layer(-2 - 2 * tiny), 1) == VertexOutcome::not_regular);
}

TEST_CASE("a layer without slopes is decided by its one determinant") {
  CHECK(decide(residual(1, 1, {affine({{1, 1}, {1, 1}})}), 2) == VertexOutcome::regular);
  CHECK(decide(residual(1, -1, {affine({{1, 0}, {0, 2}})}), 2) == VertexOutcome::not_regular);
  CHECK(decide(residual(1, 0, {affine({{1, 1}, {1, 1}})}), 2) == VertexOutcome::regular);
}

TEST_CASE("sixteen slopes in two activation layers are decided, seventeen are not tried") {
  const auto deep = [](std::size_t m) {
    Rows upper(m, std::vector<Rational>(8)), lower(8, std::vector<Rational>(m));
    for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t j = i + 1; j < 8; ++j) upper[i][j] = 2;
      lower[i][i] = 1;
    }
    return residual(
        -1, 1,
        {affine(upper), activation(Activation::softplus), affine(lower), activation(Activation::tanh)});
  };
  CHECK(decide(deep(8), 8) == VertexOutcome::regular);
  CHECK(decide(deep(9), 8) == VertexOutcome::too_many);
}
