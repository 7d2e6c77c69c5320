#include <catch2/catch.hpp>
#include <cmath>

#include "limit_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

std::string verdict_at(DistanceParts p, const std::string& theorem, double value) {
  p.hi = "1e6";
  p.bound = "{\"theorem\": \"" + theorem + "\", \"value\": " + decimal(value) + "}";
  return verdict_of(p);
}

/// Accepted a little above the value, rejected 1 % below.
void check_value(const DistanceParts& p, const std::string& theorem, double value) {
  CAPTURE(value);
  CHECK(verdict_at(p, theorem, value * (1 + 1e-12)) == "ACCEPTED");
  CHECK(verdict_at(p, theorem, value * (1 - 1e-12)) == "a-priori not-proved");
  CHECK(verdict_at(p, theorem, value * 0.99) == "a-priori not-proved");
}

}  // namespace

TEST_CASE("checker: a-priori computes T4 with the sizes of all ratios") {
  // α = -1/2 and 1/4, K = 2, S = 1, e_2 = -2, e_3 = -6: without absolute values it would be smaller
  const DistanceParts p = scalar_distance("ode", {scalar_block("-2", "1", "\"tanh\"", "2"), scalar_block("3", "0.75", "\"tanh\"", "2")});
  check_value(p, "T4", 6 * (0.25 / 2 * 2 * 1 * std::exp(0.5) + 0.0625 / 2 * 2 * 1 / 2));
  const DistanceParts q = scalar_distance("ode", {scalar_block("1", "0.5", "\"tanh\"", "2"), scalar_block("1", "-0.5", "\"tanh\"", "2")});
  check_value(q, "T4", 0.25 * (std::exp(1.0) + 1));
  const Outcome outcome = check_parts([&] {
    DistanceParts claimed = q;
    claimed.bound = R"({"theorem": "T4", "value": 1})";
    return claimed;
  }());
  CHECK(outcome.claim == "distance proved on [-1,1] output 0 to ode: [0,1], T4 at most 1");
}

TEST_CASE("checker: a-priori knows the slopes and sizes of its functions and no others") {
  const auto block = [](const std::string& function) { return scalar_distance("ode", {scalar_block("1", "0.5", function, "3")}); };
  check_value(block("\"tanh\""), "T4", 0.125 * 3);
  check_value(block("\"sin\""), "T4", 0.125 * 3);
  check_value(block("\"sigmoid\""), "T4", 0.125 * 0.75);
  check_value(block("\"arctan\""), "T4", 0.125 * 3 * std::acos(0.0));
  for (const char* function : {"\"softplus\"", "\"silu\"", "\"gelu\"", "\"elu\"", "\"identity\""}) CHECK(verdict_at(block(function), "T4", 1e5) == "a-priori inapplicable");
  const std::string tanh = R"({"type": "activation", "function": "tanh"})";
  const std::string twice = R"({"type": "residual", "skip": 1, "residual": 0.5, "branch": [)" + tanh + ", " + tanh + "]}";
  CHECK(verdict_at(scalar_distance("ode", {twice}), "T4", 1e5) == "a-priori inapplicable");
  const std::string none = R"({"type": "residual", "skip": 1, "residual": 0.5, "branch": [{"type": "affine", "weight": [[1]], "bias": [0]}]})";
  CHECK(verdict_at(scalar_distance("ode", {none}), "T4", 1e5) == "a-priori inapplicable");
}

TEST_CASE("checker: a-priori takes norms of both matrices, the outer bias and batch_norm") {
  // |W̃||W| = [[3,6],[4,8]] by rows (1+2)(|1|+|-2|)…: W = [[1,-2],[0,1]], W̃ = [[1,-1],[2,0]], b̃ = (0.5, -3)
  const std::string block = R"({"type": "residual", "skip": 1, "residual": 0.5, "branch": [{"type": "affine", "weight": [[1, -2], [0, 1]], "bias": [7, 0]},
    {"type": "activation", "function": "tanh"}, {"type": "affine", "weight": [[1, -1], [2, 0]], "bias": [0.5, -3]}]})";
  DistanceParts p = scalar_distance("ode", {});
  p.model = model(2, block + R"(, {"type": "affine", "weight": [[1, -2]], "bias": [0]})");
  p.domain = R"({"type": "box", "bounds": [[-1, 1], [-1, 1]]})";
  p.point = "[0, 0]";
  // |W̃||W|: row sums 1·3 + 1·1 = 4 and 2·3 = 6; S = max(2.5, 5); ‖w‖₁ = 3
  check_value(p, "T4", 3 * 0.125 * 6 * 5);
  // γ = -3/√2 before tanh, 3/√2 after it with the shift 1 - 3/√2·0.5
  const double g = 3 / std::sqrt(2.0);
  const std::string norms = R"({"type": "residual", "skip": 1, "residual": 0.5, "branch": [{"type": "batch_norm", "scale": [-3], "bias": [1], "mean": [0.5], "variance": [2], "epsilon": 0},
    {"type": "activation", "function": "tanh"}, {"type": "batch_norm", "scale": [3], "bias": [1], "mean": [0.5], "variance": [2], "epsilon": 0}]})";
  check_value(scalar_distance("ode", {norms}), "T4", 0.125 * g * g * (g + std::fabs(1 - g / 2)));
}

TEST_CASE("checker: a-priori computes T5 with the radius of the states before the blocks") {
  const std::string first = R"({"type": "affine", "weight": [[-3]], "bias": [1]})";
  DistanceParts p = scalar_distance("mlp", {first, scalar_block("0.25", "2", "\"tanh\"", "0.5"), scalar_block("-0.125", "-1", "\"tanh\"", "3")});
  // R_0 = 4, R_1 = 1 + 2 = 3, F_1 = 1, F_2 = 0.125·3 + 1·3·1
  check_value(p, "T5", 0.375 + 3);
  p = scalar_distance("mlp", {scalar_block("0.25", "2", "\"tanh\"")});  // tight
  p.lo = "0.25", p.hi = "0.25000000001";
  p.bound = R"({"theorem": "T5", "value": 0.25})";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: T4 is for the ode and T5 for the MLP") {
  CHECK(verdict_at(scalar_distance("ode", {scalar_block("1", "0.5", "\"tanh\"")}), "T5", 1e5) == "document mismatch");
  CHECK(verdict_at(scalar_distance("mlp", {scalar_block("1", "0.5", "\"tanh\"")}), "T4", 1e5) == "document mismatch");
}
