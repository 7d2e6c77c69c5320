#include <catch2/catch.hpp>
#include <random>

#include "checker/rules/levels.hpp"
#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

bool ray(const std::string& model, const ExactPoint& start, const ExactPoint& direction, int sign = 1) {
  return has_sign_on_ray(setting_of(model, Family::fixed), start, direction, sign);
}
/// w·σ(x) + b on the line.
std::string neuron(const std::string& function, const std::string& weight, const std::string& bias) {
  return model(1, activated(function) + ", " + dense("[[" + weight + "]]", "[" + bias + "]"));
}
std::string batch_norm(const std::string& scale) {
  return R"({"type": "batch_norm", "scale": [)" + scale +
         R"(], "bias": [0], "mean": [0], "variance": [2], "epsilon": 0})";
}

}  // namespace

TEST_CASE("checker: far-field follows bounded neurons to their limits, which are not reached") {
  CHECK(ray(neuron("tanh", "1", "-0.5"), {1}, {1}));
  CHECK_FALSE(ray(neuron("tanh", "1", "-1"), {1}, {1}));         // the limit itself is no strict sign
  CHECK(ray(neuron("tanh", "1", "-1"), {1}, {1}, -1) == false);  // tanh < 1, but not beyond rounding
  CHECK(ray(neuron("tanh", "1", "-1.001"), {1}, {1}, -1));
  CHECK(ray(neuron("tanh", "1", "0.999"), {-4}, {-1}, -1));
  CHECK_FALSE(ray(neuron("tanh", "1", "-0.5"), {0}, {1}));  // not at its start
  CHECK(ray(neuron("sigmoid", "1", "-0.5"), {1}, {1}));
  CHECK(ray(neuron("sigmoid", "1", "-0.25"), {-2}, {-1}, -1));
  CHECK_FALSE(ray(neuron("sigmoid", "1", "-0.25"), {-2}, {-1}));
  CHECK(ray(neuron("arctan", "1", "-1.57"), {2000}, {1}));
  CHECK_FALSE(ray(neuron("arctan", "1", "-1.571"), {2000}, {1}));
  CHECK(ray(neuron("sin", "1", "1.01"), {0}, {1}));
  CHECK_FALSE(ray(neuron("sin", "1", "0.99"), {0}, {1}));
}

TEST_CASE("checker: far-field knows what grows and what vanishes") {
  for (const char* function : {"softplus", "silu", "gelu", "elu", "identity"}) {
    INFO(function);
    CHECK(ray(neuron(function, "1", "-0.5"), {1}, {1}));
    CHECK_FALSE(ray(neuron(function, "-1", "100"), {1}, {1}));  // until it falls below 0
    CHECK(ray(neuron(function, "-1", "-0.5"), {1}, {1}, -1));
    if (std::string(function) == "identity") continue;
    CHECK(ray(neuron(function, "1", "1.1"), {-1}, {-1}));     // at least -1
    CHECK(ray(neuron(function, "1", "-1"), {-1}, {-1}, -1));  // at most 0.3
    CHECK_FALSE(ray(neuron(function, "1", "-1"), {-1}, {-1}));
  }
  CHECK_FALSE(ray(neuron("relu", "1", "1"), {1}, {1}));
  CHECK_FALSE(ray(neuron("silu", "1", "0.25"), {0}, {-1}));  // -0.28 on its way to 0
  CHECK(ray(neuron("silu", "1", "0.28"), {0}, {-1}));
  CHECK_FALSE(ray(neuron("gelu", "1", "0.16"), {0}, {-1}));
  CHECK(ray(neuron("gelu", "1", "0.18"), {0}, {-1}));
}

TEST_CASE("checker: far-field sees exact orthogonality, and the lack of it") {
  const std::string wave = model(2, dense("[[0.1, 0.3]]", "[1]") + ", " + activated("tanh"));
  const Rational w1(0.1), w2(0.3);  // the stored numbers
  CHECK(ray(wave, {0, 0}, {w2, -w1}));
  CHECK_FALSE(ray(wave, {0, 0}, {-3, 1}));  // 0.3 - 0.1·3 is -2.8e-17 for the stored numbers: tanh goes to -1
  CHECK(ray(wave, {0, 0}, {3, -1}));
  CHECK(ray(wave, {0, 0}, {3, -1 + Rational(1, 1000)}));
  // s(x) - s(-x) - x = 0: rates cancel, what is left is 0.25
  const std::string cancelled = model(
      1, dense("[[1], [-1]]", "[0, 0]") + ", " + activated("softplus") + ", " + dense("[[1, -1]]", "[0.25]"));
  CHECK(ray(cancelled, {0}, {1}));
  const std::string nothing = model(2, dense("[[1, 0], [-1, 0], [0, 1]]", "[0, 0, 0]") + ", " +
                                           activated("softplus") + ", " + dense("[[1, 1, -1]]", "[0.25]"));
  CHECK(ray(nothing, {0, -1}, {1, 1}));       // s(-x) + s(x) - s(y), x = y + 1
  CHECK_FALSE(ray(nothing, {0, 1}, {1, 1}));  // 1 - s(…) < 0
  CHECK_FALSE(ray(nothing, {0, -1}, {1, Rational(10000001, 10000000)}));
}

TEST_CASE("checker: far-field passes residual and batch_norm layers") {
  CHECK(ray(model(1, scalar_block("1", "-3", "\"tanh\"")), {4}, {1}));
  CHECK_FALSE(ray(model(1, scalar_block("1", "-3", "\"tanh\"")), {1}, {1}));  // -1.3 at first
  CHECK(ray(model(1, scalar_block("1", "-3", "\"tanh\"")), {0.5}, {1}) == false);
  CHECK(ray(model(1, scalar_block("-1", "1", "\"softplus\"") + ", " + dense("[[1]]", "[0.001]")), {0},
            {1}));  // s(x) - x > 0
  CHECK(ray(model(1, scalar_block("0", "1", "\"tanh\"")), {1}, {1}));
  CHECK(ray(model(1, batch_norm("1")), {1}, {1}));
  CHECK_FALSE(ray(model(1, batch_norm("-1")), {1}, {1}));
  CHECK(ray(model(1, batch_norm("-1")), {1}, {1}, -1));
  CHECK(ray(model(1, batch_norm("0") + ", " + dense("[[1]]", "[1]")), {1}, {1}));
}

TEST_CASE("checker: far-field never contradicts the sign at sampled points of the ray, near and far") {
  std::mt19937 source(6);
  const auto small = [&] { return std::to_string(static_cast<int>(source() % 7) - 3); };
  const auto pair_of = [&] { return '[' + small() + ", " + small() + ']'; };
  int proved = 0;
  for (int trial = 0; trial < 150; ++trial) {
    const char* functions[] = {"tanh", "sigmoid", "softplus", "arctan", "sin", "silu", "gelu", "elu"};
    std::string layers;
    for (int block = 0; block < 2; ++block) {
      layers += R"({"type": "residual", "skip": )" + small() + R"(, "residual": )" + small() +
                R"(, "branch": [)" + dense('[' + pair_of() + ", " + pair_of() + ']', pair_of()) + ", " +
                activated(functions[source() % 8]) + "]}, ";
    }
    const Setting s =
        setting_of(model(2, layers + dense('[' + pair_of() + ']', '[' + small() + ']')), Family::fixed);
    const ExactPoint start = {static_cast<int>(source() % 5) - 2, 1},
                     direction = {static_cast<int>(source() % 5) - 2, static_cast<int>(source() % 3) - 1};
    for (const int sign : {1, -1}) {
      if (!has_sign_on_ray(s, start, direction, sign)) continue;
      ++proved;
      for (const double t : {0.0, 0.3, 1.0, 2.5, 7.0, 20.0, 1e3, 1e6, 1e12}) {
        INFO(trial << ' ' << t);
        CHECK(sign_at(s, {start[0] + t * direction[0], start[1] + t * direction[1]}) == sign);
      }
    }
  }
  CAPTURE(proved);
  CHECK(proved > 40);
}

TEST_CASE("checker: tunnels to infinity need a direction, and the sign on all of the ray") {
  LevelParts p;
  p.model = bump();
  p.domain = space_domain;
  p.members = R"(, "level": 1, "sign": "+", "from": [0, 0], "reaches": "infinity")";
  const auto with = [&](const std::string& proof) {
    p.proof = proof;
    return verdict_of(p);
  };
  CHECK(with(R"({"path": [[0, 0]], "direction": [1, 0]})") == "ACCEPTED");  // b(0) > 1 remains
  CHECK(with(R"({"path": [[0, 0], [2, 0]], "direction": [1e-3, 0]})") == "ACCEPTED");
  CHECK(with(R"({"path": [[0, 0]], "direction": [1, 1]})") == "far-field not-proved");
  CHECK(with(R"({"path": [[0, 0]], "direction": [1, 1e-5]})") == "far-field not-proved");
  CHECK(with(R"({"path": [[0, 0]], "direction": [0, 0]})") == "document out-of-range");
  CHECK(with(R"({"path": [[0, 0]], "direction": [0, "-0x0p0"]})") == "document out-of-range");
  CHECK(with(R"({"path": [[0, 0]]})") == "document missing");
  CHECK(with(R"({"path": [[0, 0]], "direction": [1]})") == "document mismatch");
  p.members = R"(, "level": 2, "sign": "+", "from": [0, 0], "reaches": "infinity")";
  CHECK(with(R"({"path": [[0, 0]], "direction": [1, 0]})") == "far-field not-proved");
}
