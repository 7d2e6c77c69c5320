#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

Parts linear(const std::string& tree) {
  Parts p;
  p.model = model(2, R"({"type": "affine", "weight": [[1, 2]], "bias": [0]})");
  p.domain = R"({"type": "box", "bounds": [[0, 1], [0, 1]]})";
  p.proof = "{\"tree\": [" + tree + "]}";
  return p;
}

/// A searched certificate for the whole box, decided or not.
Parts searched(const std::string& model_text, const Domain& domain, int depth, Search& found) {
  found = search(model_text, domain, depth);
  Parts p;
  p.model = model_text;
  p.domain = domain.type == Domain::Type::box ? box_domain(domain.box) : R"({"type": "ball", "radius": 2})";
  p.proof = found.proof;
  p.points = found.points;
  p.complete = found.undecided == 0 ? "true" : "false";
  p.verdict = found.zeros > 0 ? "refuted" : found.undecided == 0 ? "proved" : "undecided";
  return p;
}

Domain square_domain(double r) {
  Domain domain;
  domain.type = Domain::Type::box;
  domain.box = {{-r, -r}, {r, r}};
  return domain;
}

}  // namespace

TEST_CASE("checker: a tree must cover its box and then end") {
  CHECK(verdict_of(linear(R"(["layers-regular"])")) == "ACCEPTED");
  CHECK(verdict_of(linear(R"(["split", 1], ["layers-regular"], ["layers-regular"])")) == "ACCEPTED");
  CHECK(verdict_of(linear("")) == "document incomplete");
  CHECK(verdict_of(linear(R"(["split", 0], ["layers-regular"])")) == "document incomplete");
  CHECK(verdict_of(linear(R"(["layers-regular"], ["layers-regular"])")) == "document mismatch");
  CHECK(verdict_of(linear(R"(["split", 2], ["layers-regular"], ["layers-regular"])")) == "document out-of-range");
  CHECK(verdict_of(linear(R"(["split"], ["layers-regular"], ["layers-regular"])")) == "document mismatch");
  CHECK(verdict_of(linear("[]")) == "document wrong-type");
  CHECK(verdict_of(linear("1")) == "document wrong-type");
  CHECK(verdict_of(linear(R"(["layers-regular", 0])")) == "document mismatch");
}

TEST_CASE("checker: a box too thin for its midpoint cannot be split") {
  Parts p = linear(R"(["split", 0], ["layers-regular"], ["layers-regular"])");
  p.domain = R"({"type": "box", "bounds": [[1, 1.0000000000000002], [0, 1]]})";
  CHECK(verdict_of(p) == "split out-of-range");
}

TEST_CASE("checker: undecided leaves forbid a complete claim") {
  Parts p = linear(R"(["split", 1], ["layers-regular"], ["undecided"])");
  CHECK(verdict_of(p) == "conclusion incomplete");
  p.complete = "false";
  CHECK(verdict_of(p) == "conclusion not-proved");  // proved needs complete
  p.verdict = "undecided";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.verdict = "refuted";
  CHECK(verdict_of(p) == "conclusion not-proved");
}

TEST_CASE("checker: a searched tree over a deep network is accepted, and every damaged leaf rejected") {
  Search found;
  const Parts p = searched(deep_model(20, 0.5, 7), square_domain(2), 12, found);
  CHECK(found.leaves > 20);
  CHECK(found.undecided == 0);
  REQUIRE(verdict_of(p) == "ACCEPTED");
  // The rules must be looked at: a direction of zeros proves nothing.
  Parts damaged = p;
  const std::size_t at = damaged.proof.rfind("[\"direction-sign\"");
  if (at != std::string::npos) {
    damaged.proof.replace(at, damaged.proof.find("]]", at) + 2 - at, R"(["direction-sign", 0, [0, 0]])");
    CHECK(verdict_of(damaged) == "direction-sign not-proved");
  }
}

TEST_CASE("checker: critical points of a network of bumps are found, listed and complete") {
  // Φ = sin(x) + sin(y) on [-2, 2]^2: a minimum, a maximum and two saddles.
  const std::string bumps = model(2, R"({"type": "activation", "function": "sin"},
                                         {"type": "affine", "weight": [[1, 1]], "bias": [0]})");
  Search found;
  Parts p = searched(bumps, square_domain(2), 14, found);
  CHECK(found.zeros == 4);
  CHECK(found.undecided == 0);
  REQUIRE(verdict_of(p) == "ACCEPTED");
  CHECK(check_parts(p).claim == "no-critical-points refuted on [-2,2]x[-2,2] output 0: 4 critical points, complete");
  p.kind = "no-local-extremum";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.verdict = "proved";
  CHECK(verdict_of(p) == "conclusion not-proved");
}

TEST_CASE("checker: a ball is covered by leaves inside and outside of it") {
  Domain ball;
  ball.type = Domain::Type::ball;
  ball.radius = 2;
  Search found;
  Parts p = searched(deep_model(3, 1, 3), ball, 14, found);
  CHECK(found.proof.find("outside-domain") != std::string::npos);
  REQUIRE(verdict_of(p) == "ACCEPTED");
  p.domain = R"({"type": "ball", "radius": 2.5})";
  CHECK(verdict_of(p) != "ACCEPTED");
}

TEST_CASE("checker: a leaf may be bisected, but no number of halves proves what is false") {
  // |u·v| has its sign on every box that stays 2^-k away from the critical point of x^2-like Φ = softplus(x) - x/2 at 0.
  Parts p;
  p.model = model(1, R"({"type": "residual", "skip": "-1/2", "residual": 1,
                         "branch": [{"type": "activation", "function": "softplus"}]})");
  p.proof = R"({"tree": [["direction-sign", 0, [1]]]})";
  p.domain = R"({"type": "box", "bounds": [[1e-3, 8]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.domain = R"({"type": "box", "bounds": [[-1e-3, 8]]})";
  CHECK(verdict_of(p) == "direction-sign not-proved");
}

TEST_CASE("checker: one leaf that does not hold is found among leaves that are tested with it") {
  // Φ = tanh(x) - x/2 + y has no critical point, but ∂Φ/∂x changes its sign near |x| = 0.88.
  Parts p;
  p.model = model(2, R"({"type": "residual", "skip": "-1/2", "residual": 1, "branch": [{"type": "activation", "function": "tanh"}]},
                        {"type": "affine", "weight": [[1, -2]], "bias": [0]})");
  p.domain = R"({"type": "box", "bounds": [[-4, 4], [0.125, 0.25]]})";
  constexpr int leaves = 9;
  for (int wrong = -1; wrong < leaves; ++wrong) {
    for (const char* broken : {R"(["direction-sign", 0, [0, 0]])", R"(["layers-regular"])"}) {
      std::string tree;
      std::vector<std::string> list;
      for (int k = 0; k < leaves - 1; ++k) list.push_back(R"(["split", 1])");  // along y: all leaves hold for the same reason
      for (int k = 0; k < leaves; ++k) list.push_back(k == wrong ? broken : R"(["direction-sign", 0, [0, 1]])");
      for (std::size_t k = 0; k < list.size(); ++k) tree += (k == 0 ? "" : ", ") + list[k];
      p.proof = R"({"tree": [)" + tree + "]}";
      CAPTURE(wrong, broken);
      if (wrong < 0) {
        CHECK(verdict_of(p) == "ACCEPTED");
      } else {
        CHECK(verdict_of(p) == (broken[2] == 'd' ? "direction-sign not-proved" : "layers-regular not-proved"));
      }
    }
  }
}
