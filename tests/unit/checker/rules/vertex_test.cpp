#include <catch2/catch.hpp>

#include "ratio_parts.hpp"

using namespace narrows::checker::test;

namespace {
const std::string kTanh = "\"tanh\"", kNegative = "[[-2, -1], [-1, -2]]";  // critical at 1/3 for both neurons, 1/2 for one
std::string neurons(const std::string& list) { return "\"neurons\": " + list; }
}  // namespace

TEST_CASE("checker: vertex bounds the critical ratio from above where the determinant is not positive") {
  const std::string layer = outer_block(kNegative, kTanh);
  CHECK(verdict_for_step(layer, 2, "1/3", "vertex", neurons("[0, 1]")) == "ACCEPTED");
  CHECK(verdict_for_step(layer, 2, "1/2", "vertex", neurons("[0]")) == "ACCEPTED");
  CHECK(verdict_for_step(layer, 2, "333333333333/1000000000000", "vertex", neurons("[0, 1]")) == "vertex not-proved");
  CHECK(verdict_for_step(layer, 2, "49/100", "vertex", neurons("[0]")) == "vertex not-proved");
  CHECK(verdict_for_step(layer, 2, "2", "vertex", neurons("[0, 1]")) == "vertex not-proved");  // two sign changes: positive again
  CHECK(verdict_for_step(layer, 2, "2", "vertex", neurons("[]")) == "vertex not-proved");
  CHECK(verdict_for_step(layer, 2, "infinity", "vertex", neurons("[0]")) == "vertex not-proved");
}

TEST_CASE("checker: a neuron counts once") {
  const std::string layer = outer_block(kNegative, kTanh);
  for (const std::string list : {"[0, 0]", "[1, 0]", "[0, 1, 1]", "[0, 2]", "[7]"})
    CHECK(verdict_for_step(layer, 2, "1/3", "vertex", neurons(list)) == "vertex not-proved");
}

TEST_CASE("checker: not regular needs a sign change, or an attained zero") {
  const auto at = [](const std::string& function, const std::string& residual, const std::string& more) {
    return verdict_for_step(scalar_block("1", residual, function), 1, "present", "vertex", more);
  };
  CHECK(at(kTanh, "-2", neurons("[0]")) == "ACCEPTED");
  CHECK(at(kTanh, "2", neurons("[0]")) == "vertex not-proved");
  CHECK(at(kTanh, "-1", neurons("[0]")) == "ACCEPTED");                    // the slope 1 is attained
  CHECK(at("\"softplus\"", "-1", neurons("[0]")) == "vertex not-proved");  // not here
  CHECK(at("\"relu\"", "-1", neurons("[0]")) == "ACCEPTED");
  CHECK(at("\"silu\"", "20", neurons("[]")) == "ACCEPTED");
  CHECK(at("\"silu\"", "10", neurons("[]")) == "vertex not-proved");
  CHECK(at("\"sin\"", "1", neurons("[]")) == "ACCEPTED");
  const std::string leaky = "\"leaky_relu\", \"alpha\": 0.5";
  CHECK(at(leaky, "-1.5", "\"neurons\": [0], \"against\": []") == "ACCEPTED");
  CHECK(at(leaky, "-5", "\"neurons\": [0], \"against\": []") == "vertex not-proved");  // negative at both ends: regular
  CHECK(at(leaky, "-2", "\"neurons\": [], \"against\": [0]") == "ACCEPTED");            // zero at the slope 1/2
}

TEST_CASE("checker: a zero with some slope at 0 is not attained by tanh") {
  // det = 1 − d_1 + d_2 at ratio 1: zero at d = (1, 0)
  const std::string layer = R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": [[1], [1]], "bias": [0, 0]},
    {"type": "activation", "function": )";
  const std::string rest = R"(}, {"type": "affine", "weight": [[-1, 1]], "bias": [0]}]})";
  CHECK(verdict_for_step(layer + kTanh + rest, 1, "present", "vertex", neurons("[0]")) == "vertex not-proved");
  CHECK(verdict_for_step(layer + "\"relu\"" + rest, 1, "present", "vertex", neurons("[0]")) == "ACCEPTED");
  CHECK(verdict_for_step(layer + kTanh + rest, 1, "1", "vertex", neurons("[0]")) == "ACCEPTED");  // t* speaks of the closed box
  CHECK(verdict_for_step(layer + kTanh + rest, 1, "present", "vertices") == "ACCEPTED");
}

TEST_CASE("checker: which ends are attained is a matter of the layer's own function") {
  // det = 1 − d_1 + d_1 d_2: zero at d = (1, 0); other layers with kinks do not make tanh attain 0
  const std::string w = "[[-1, -1], [1, 0]]", leaky = R"({"type": "activation", "function": "leaky_relu", "alpha": 0.5})";
  const auto verdict = [&](const std::string& function, const std::string& residual, const std::string& list) {
    RatioParts p;
    p.model = model(2, outer_block(w, function, residual) + ", " + leaky);
    p.steps = {step("present", "vertex", neurons(list))};
    p.words = {"not-regular", "undecided"};
    p.verdict = "refuted";
    return verdict_of(p);
  };
  const std::string elu = "\"elu\", \"alpha\": ";
  for (const std::string& f : {kTanh, std::string("\"sigmoid\""), std::string("\"arctan\""), std::string("\"softplus\""), elu + "0.5", elu + "1"}) {
    CHECK(verdict(f, f == "\"sigmoid\"" ? "4" : "1", "[0]") == "vertex not-proved");
    CHECK(verdict(f, "4.001", "[0]") == "ACCEPTED");  // both signs
  }
  CHECK(verdict(elu + "2", "0.5", "[0]") == "vertex not-proved");
  CHECK(verdict("\"relu\"", "1", "[0]") == "ACCEPTED");
  CHECK(verdict_for_step(outer_block(w, elu + "0.5"), 2, "present", "vertex", neurons("[0]")) == "vertex not-proved");
  CHECK(verdict_for_step(outer_block(w, elu + "0.5", "1.001"), 2, "present", "vertex", neurons("[0]")) == "ACCEPTED");
  // all slopes at the upper end
  const auto scalar = [](const std::string& function, const std::string& residual) {
    return verdict_for_step(scalar_block("1", residual, function), 1, "present", "vertex", neurons("[0]"));
  };
  CHECK(scalar(elu + "0.5", "-1") == "ACCEPTED");
  CHECK(scalar(elu + "2", "-0.5") == "ACCEPTED");
}

TEST_CASE("checker: fails is for layers without branch") {
  const auto dense = [](const std::string& rows) { return R"({"type": "affine", "weight": )" + rows + R"(, "bias": [0, 0]})"; };
  CHECK(verdict_for_step(dense("[[1, 2], [2, 4]]"), 2, "present", "fails") == "ACCEPTED");
  CHECK(verdict_for_step(dense("[[1, 2], [2, 5]]"), 2, "present", "fails") == "fails not-proved");
  CHECK(verdict_for_step(R"({"type": "activation", "function": "relu"})", 1, "present", "fails") == "ACCEPTED");
  CHECK(verdict_for_step(R"({"type": "activation", "function": "tanh"})", 1, "present", "fails") == "fails not-proved");
  CHECK(verdict_for_step(scalar_block("1", "-2", kTanh), 1, "present", "fails") == "fails inapplicable");
}

TEST_CASE("checker: the words must be what the steps prove, no more and no less") {
  RatioParts p;
  p.model = model(1, scalar_block("1", "-2", kTanh));
  p.steps = {step("present", "vertex", neurons("[0]")), step("1", "p-matrix"), step("1", "vertex", neurons("[0]"))};
  p.words = {"not-regular critical [1,1]"};
  p.verdict = "refuted";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.factor = "\"[1/2,1/2]\"";
  CHECK(verdict_of(p) == "ACCEPTED");
  for (const std::string wrong : {"\"[1/2,1]\"", "\"[1/3,1/2]\"", "\"[1/2,?]\"", "\"infinite\"", "\"[2/4,1/2]\""}) {
    p.factor = wrong;
    CHECK(verdict_of(p) == "document mismatch");
  }
  p.factor = "null";
  for (const std::string wrong : {"regular critical [1,1]", "undecided critical [1,1]", "not-regular", "not-regular critical [1,2]",
                                  "not-regular critical [1/2,1]", "not-regular critical [1,?]", "not-regular critical infinite"}) {
    p.words = {wrong};
    CHECK(verdict_of(p) == "document mismatch");
  }
  p.words = {"not-regular critical [1,1]"};
  for (const std::string wrong : {"proved", "undecided"}) {
    p.verdict = wrong;
    CHECK(verdict_of(p) == "document mismatch");
  }
  p.verdict = "refuted";
  p.steps.push_back(step("present", "vertex", neurons("[0]")));
  CHECK(verdict_of(p) == "document mismatch");  // twice
  p.steps.pop_back();
  p.domain = R"({"type": "box", "bounds": [[-1, 1]]})";
  CHECK(verdict_of(p) == "vertex inapplicable");
}
