#include "support.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// Φ = sin(x) + sin(c·y): minima, maxima and saddles.
Parts parts(const std::string& x, const std::string& y, const std::string& index) {
  const auto interval = [](const std::string& t) {
    return t == "+" ? std::string("[1.57, 1.5716]") : std::string("[-1.5716, -1.57]");
  };
  Parts p;
  p.model = model(2, R"({"type": "activation", "function": "sin"},
                         {"type": "affine", "weight": [[1, 1]], "bias": [0]})");
  p.verdict = "refuted";
  p.complete = "false";
  p.domain = R"({"type": "box", "bounds": [[-2, 2], [-2, 2]]})";
  const std::string box = "[" + interval(x) + ", " + interval(y) + "]";
  p.points = R"([{"box": )" + box + R"(, "value": [-2.1, 2.1], "morse_index": )" + index +
             R"(, "in_domain": "inside"}])";
  p.proof = R"({"zeros": [{"prefix": 0, "box": )" + box + R"(, "enclosure": )" + box + "}]}";
  return p;
}

}  // namespace

TEST_CASE("checker: morse-index proves minima, saddles and maxima") {
  CHECK(verdict_of(parts("-", "-", "0")) == "ACCEPTED");
  CHECK(verdict_of(parts("+", "-", "1")) == "ACCEPTED");
  CHECK(verdict_of(parts("+", "+", "2")) == "ACCEPTED");
  CHECK(verdict_of(parts("+", "+", "null")) == "ACCEPTED");
}

TEST_CASE("checker: morse-index rejects another index") {
  CHECK(verdict_of(parts("-", "-", "1")) == "morse-index mismatch");
  CHECK(verdict_of(parts("+", "-", "0")) == "morse-index mismatch");
  CHECK(verdict_of(parts("+", "+", "3")) == "document out-of-range");
}

TEST_CASE("checker: an extremum refutes no-local-extremum and a saddle does not") {
  Parts p = parts("+", "+", "2");
  p.kind = "no-local-extremum";
  CHECK(verdict_of(p) == "ACCEPTED");
  p = parts("+", "-", "1");
  p.kind = "no-local-extremum";
  CHECK(verdict_of(p) == "conclusion not-proved");
  p = parts("+", "+", "null");
  p.kind = "no-local-extremum";
  CHECK(verdict_of(p) == "conclusion not-proved");
}

TEST_CASE("checker: morse-index handles a Hessian with a zero diagonal") {
  // Φ = tanh(x + y)·… : h = (x + y, x - y), Φ = cos-like difference: Hessian [[0, 2], [2, 0]] up to scale.
  Parts p;
  p.model = model(2, R"({"type": "affine", "weight": [[1, 1], [1, -1]], "bias": ["7074237752028440/4503599627370496", "7074237752028440/4503599627370496"]},
                         {"type": "activation", "function": "sin"},
                         {"type": "affine", "weight": [[1, -1]], "bias": [0]})");
  p.verdict = "refuted";
  p.complete = "false";
  const std::string box = "[[-0.001, 0.001], [-0.001, 0.001]]";
  p.points = R"([{"box": )" + box + R"(, "value": [-0.1, 0.1], "morse_index": 1, "in_domain": "inside"}])";
  p.proof = R"({"zeros": [{"prefix": 1, "box": )" + box + R"(, "enclosure": )" + box + "}]}";
  CHECK(verdict_of(p) == "ACCEPTED");
}
