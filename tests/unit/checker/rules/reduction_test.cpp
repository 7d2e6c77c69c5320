#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// Φ = sin-like: h = tanh(2x + 1), then h + 0.5·sin(4h): the gradient in h vanishes where cos(4h) = -1/2.
const std::string head = R"({"type": "affine", "weight": [[2]], "bias": [1]}, {"type": "activation", "function": "FN"})";

Parts parts(const std::string& function, const std::string& residual) {
  std::string layers = head;
  layers.replace(layers.find("FN"), 2, function);
  Parts p;
  p.model = model(1, layers + ", " + scalar_block("1", residual, "\"sin\"", "4"));
  return p;
}

}  // namespace

TEST_CASE("checker: reduction proves all of space from a closed cube") {
  Parts p = parts("tanh", "0.2");
  p.proof = R"({"reduction": {"drop": 2}, "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  CHECK(check_parts(p).claim == "no-critical-points proved on R^1 output 0: 0 critical points, complete");
  p = parts("sigmoid", "0.2");
  p.proof = R"({"reduction": {"drop": 2}, "tree": [["direction-sign", 2, [1]]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.proof = R"({"reduction": {"drop": 2}, "tree": [["direction-sign", 0, [1]]]})";
  CHECK(verdict_of(p) == "document out-of-range");
}

TEST_CASE("checker: reduction rejects layers that are not a diffeomorphism onto a cube") {
  Parts p = parts("tanh", "0.2");
  p.proof = R"({"reduction": {"drop": 1}, "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "reduction inapplicable");
  p.proof = R"({"reduction": {"drop": 3}, "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "reduction inapplicable");
  p.proof = R"({"reduction": {"drop": 4}, "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "reduction inapplicable");
  p = parts("arctan", "0.2");
  p.proof = R"({"reduction": {"drop": 2}, "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "reduction inapplicable");
  p.model = model(1, R"({"type": "affine", "weight": [[0]], "bias": [1]}, {"type": "activation", "function": "tanh"},
                         {"type": "affine", "weight": [[1]], "bias": [0]})");
  p.proof = R"({"reduction": {"drop": 2}, "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "reduction inapplicable");
  p = parts("tanh", "0.2");
  p.domain = R"({"type": "box", "bounds": [[-1, 1]]})";
  p.proof = R"({"reduction": {"drop": 2}, "tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "document inapplicable");
}

TEST_CASE("checker: critical points found behind a reduction are listed in the input space") {
  // 1 + 2 cos(4h) = 0 at h = π/6 = 0.52359877…: x = (atanh(h) - 1)/2 = -0.20942…
  Parts p = parts("tanh", "0.5");
  p.verdict = "refuted";
  p.complete = "false";
  p.proof = R"({"reduction": {"drop": 2},
    "zeros": [{"prefix": 2, "box": [[0.5, 0.55]], "enclosure": [[0.5235987755, 0.5235987757]]}]})";
  const auto points = [](const std::string& box, const std::string& index) {
    return R"([{"box": [)" + box + R"(], "value": [0.9, 1], "morse_index": )" + index + R"(, "in_domain": "inside"}])";
  };
  p.points = points("[-0.2095, -0.2093]", "1");
  CHECK(verdict_of(p) == "ACCEPTED");
  p.points = points("[-0.2095, -0.2093]", "0");
  CHECK(verdict_of(p) == "morse-index mismatch");
  p.points = points("[0.5235, 0.5237]", "1");  // the coordinates of h, not of x
  CHECK(verdict_of(p) == "conclusion mismatch");
}
