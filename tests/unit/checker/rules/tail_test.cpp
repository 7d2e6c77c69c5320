#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

Parts parts(const std::string& residual, const std::string& core, const std::string& function = "\"tanh\"") {
  Parts p;
  p.model = model(1, scalar_block("1", residual, function));
  p.proof = "{\"core\": " + core + R"(, "tree": [["layers-regular"]]})";
  return p;
}

}  // namespace

TEST_CASE("checker: tail proves regularity beyond the core") {
  CHECK(verdict_of(parts("0.5", "[-1, 1]")) == "ACCEPTED");
  CHECK(verdict_of(parts("-0.5", "[0, 0]")) == "ACCEPTED");
  CHECK(verdict_of(parts("-0.99", "[-3, 1]", "\"softplus\"")) == "ACCEPTED");
}

TEST_CASE("checker: tail rejects a critical point outside the core") {
  CHECK(verdict_of(parts("-1.5", "[-0.5, 0.5]")) == "tail not-proved");
  CHECK(verdict_of(parts("-1.5", "[-0.5, 0.7]")) == "tail not-proved");
  CHECK(verdict_of(parts("1.5", "[-1, 1]", "\"sin\"")) == "tail not-proved");
}

TEST_CASE("checker: tail does not take a limit 0 of a slope for a proof") {
  Parts p;
  p.model = model(1, R"({"type": "activation", "function": "arctan"})");
  p.proof = R"({"core": [-1, 1], "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "tail not-proved");
  // With the layer in proof.layers it is fine.
  p.proof = R"({"layers": [{"layer": 1, "test": "slope"}], "core": [-1, 1], "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  // x - softplus(x): slope 1 - σ' tends to 0.
  CHECK(verdict_of(parts("-1", "[-1, 1]", "\"softplus\"")) == "tail not-proved");
}

TEST_CASE("checker: core is for the whole line only") {
  Parts p = parts("0.5", "[-1, 1]");
  p.domain = R"({"type": "box", "bounds": [[-1, 1]]})";
  CHECK(verdict_of(p) == "document inapplicable");
  p = parts("0.5", "[1, -1]");
  CHECK(verdict_of(p) == "document out-of-range");
  p = parts("0.5", "[-1, 1]");
  p.proof = R"({"tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "document missing");
  p.model = model(2, R"({"type": "affine", "weight": [[1, 1]], "bias": [0]})");
  p.proof = R"({"core": [-1, 1], "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "document inapplicable");
}

TEST_CASE("checker: a critical point in the core is found and the line is complete") {
  Parts p;
  p.model = model(1, scalar_block("1", "-1.5", "\"tanh\""));
  p.verdict = "refuted";
  p.points = R"([{"box": [[-0.7, -0.6]], "value": [0.2, 0.3], "morse_index": 1, "in_domain": "inside"},
                 {"box": [[0.6, 0.7]], "value": [-0.3, -0.2], "morse_index": 0, "in_domain": "inside"}])";
  p.proof = R"({"core": [-0.75, 0.75],
    "zeros": [{"prefix": 0, "box": [[-0.75, -0.5]], "enclosure": [[-0.6584789486, -0.6584789484]]},
              {"prefix": 0, "box": [[0.5, 0.75]], "enclosure": [[0.6584789484, 0.6584789486]]}],
    "tree": [["split", 0], ["split", 0], ["split", 0], ["unique-zero", 0], ["layers-regular"], ["layers-regular"],
             ["split", 0], ["layers-regular"], ["split", 0], ["layers-regular"], ["unique-zero", 1]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  CHECK(check_parts(p).claim == "no-critical-points refuted on R^1 output 0: 2 critical points, complete");
}
