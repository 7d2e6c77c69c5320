#include <catch2/catch.hpp>

#include "bounds/existence_proof.hpp"
#include "families.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

/// Φ = Σ_i ε x_i + δ tanh(x_i): for δ < −ε < 0 critical points where tanh' = −ε/δ in every coordinate.
Chain separable(std::size_t dim) {
  Network network;
  network.input_dim = dim;
  ResidualLayer residual{1, 1, {}};
  residual.branch.push_back({ActivationLayer{Activation::tanh, 0}});
  network.layers.push_back({residual});
  network.layers.push_back({AffineLayer{1, dim, std::vector<Rational>(dim, 1), {0}}});
  return make_chain(network, {}, "test");
}

const ParameterCell kCell{{0.45, 0.55}, {-1.6, -1.4}};  // the points lie at ±1.146 in the middle

bool proves(std::size_t dim, ExistenceProof proof, const ParameterCell& cell = kCell, bool lanes = true) {
  const JointProblem problem(family_chain(separable(dim), FamilyType::shared), {}, lanes);
  return proves_existence(problem, cell, proof, 4000);
}

}  // namespace

TEST_CASE("bounds: boundary proofs find the critical points of a separable family, in both engines") {
  for (const bool lanes : {true, false}) {
    CHECK(proves(1, {ExistenceRule::sign_change, 0, {{0.5}, {2}}, {}}, kCell, lanes));
    CHECK(proves(2, {ExistenceRule::opposite_faces, 0, {{0.5, -2}, {2, -0.5}}, {1, 0, 0, 1}}, kCell, lanes));
    CHECK(proves(3, {ExistenceRule::opposite_faces, 0, {{0.5, -2, 0.5}, {2, -0.5, 2}}, {1, 0, 0, 0, 2, 0, 0, 0, -1}}, kCell, lanes));
    CHECK(proves(2, {ExistenceRule::winding, 0, {{0.5, -2}, {2, -0.5}}, {}}, kCell, lanes));
    CHECK(proves(2, {ExistenceRule::minimum, 0, {{0.5, 0.5}, {2, 2}}, {1.146, 1.146}}, kCell, lanes));
    CHECK(proves(2, {ExistenceRule::maximum, 0, {{-2, -2}, {-0.5, -0.5}}, {-1.146, -1.146}}, kCell, lanes));
  }
}

TEST_CASE("bounds: boundary proofs refuse boxes without or with two critical points, wrong extrema and singular matrices") {
  CHECK_FALSE(proves(1, {ExistenceRule::sign_change, 0, {{-2}, {2}}, {}}));
  CHECK_FALSE(proves(1, {ExistenceRule::sign_change, 0, {{2}, {3}}, {}}));
  CHECK_FALSE(proves(1, {ExistenceRule::sign_change, 0, {{1.146}, {3}}, {}}));  // it moves past 1.146 within the cell
  CHECK_FALSE(proves(2, {ExistenceRule::opposite_faces, 0, {{-2, 0.5}, {2, 2}}, {1, 0, 0, 1}}));
  CHECK_FALSE(proves(2, {ExistenceRule::opposite_faces, 0, {{0.5, 0.5}, {2, 2}}, {1, 0, 1, 0}}));
  CHECK_FALSE(proves(2, {ExistenceRule::opposite_faces, 0, {{0.5, 0.5}, {2, 2}}, {0, 1, 1, 0}}));
  CHECK_FALSE(proves(2, {ExistenceRule::winding, 0, {{-2, 0.5}, {2, 2}}, {}}));  // a minimum and a saddle: number 0
  CHECK_FALSE(proves(2, {ExistenceRule::minimum, 0, {{0.5, -2}, {2, -0.5}}, {1.146, -1.146}}));
  CHECK_FALSE(proves(2, {ExistenceRule::maximum, 0, {{0.5, 0.5}, {2, 2}}, {1.146, 1.146}}));
  CHECK_FALSE(proves(2, {ExistenceRule::minimum, 0, {{0.5, 0.5}, {2, 2}}, {2.5, 1}}));  // x0 outside
  CHECK_FALSE(proves(2, {ExistenceRule::opposite_faces, 0, {{0.5, 0.5}, {2, 2}}, {1, 0, 0, 1}}, {{0.45, 0.55}, {-1.6, -0.4}}));
}
