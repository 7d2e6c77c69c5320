#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// x - 1.5·tanh(x) on [lo, hi], a tree of one leaf.
std::string verdict_for(const std::string& lo, const std::string& hi, const std::string& function = "\"tanh\"") {
  Parts p;
  p.model = model(1, scalar_block("1", "-1.5", function));
  p.domain = R"({"type": "box", "bounds": [[)" + lo + ", " + hi + "]]}";
  p.proof = R"({"tree": [["layers-regular"]]})";
  return verdict_of(p);
}

}  // namespace

TEST_CASE("checker: layers-regular accepts boxes whose reached slopes keep the layer regular") {
  CHECK(verdict_for("1", "2") == "ACCEPTED");
  CHECK(verdict_for("-0.6", "0.6") == "ACCEPTED");  // slope of the layer < 0 there; zero at 0.658…
  CHECK(verdict_for("0.7", "50") == "ACCEPTED");
}

TEST_CASE("checker: layers-regular rejects boxes with a singular layer") {
  CHECK(verdict_for("0.6", "0.7") == "layers-regular not-proved");
  CHECK(verdict_for("-2", "2") == "layers-regular not-proved");
}

TEST_CASE("checker: leaf rules need a differentiable network") {
  CHECK(verdict_for("1", "2", "\"relu\"") == "document inapplicable");
}

TEST_CASE("checker: layers-regular finds the determinant of correlated diagonals") {
  // (d1, d2) = (σ'(x), σ'(x)): det = 1 - d1·d2 with both slopes below 1 away from 0.
  Parts p;
  p.model = model(2, R"({"type": "residual", "skip": 1, "residual": 1, "branch": [
    {"type": "affine", "weight": [[0, 1], [1, 0]], "bias": [0, 0]}, {"type": "activation", "function": "tanh"}]})");
  p.domain = R"({"type": "box", "bounds": [[0.125, 3], [-4, 4]]})";
  p.proof = R"({"tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.domain = R"({"type": "box", "bounds": [[-1, 3], [-4, 4]]})";
  CHECK(verdict_of(p) == "layers-regular not-proved");
}

TEST_CASE("checker: layers-regular does not depend on the corners at which determinants are known") {
  // J = (0.6875 - σ'(x_i)) on the diagonal, singular at σ' = 0.6875, which is such a corner; σ' > 0.9 on this box.
  Parts p;
  p.model = model(4, R"({"type": "residual", "skip": 0.6875, "residual": -1, "branch": [{"type": "activation", "function": "tanh"}]})");
  p.domain = R"({"type": "box", "bounds": [[-0.25, 0.25], [-0.25, 0.25], [-0.25, 0.25], [-0.25, 0.25]]})";
  p.proof = R"({"tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.domain = R"({"type": "box", "bounds": [[-0.25, 0.25], [-0.25, 0.25], [-0.25, 0.25], [-0.25, 0.75]]})";
  CHECK(verdict_of(p) == "layers-regular not-proved");
}
