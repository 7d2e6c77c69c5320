#include <catch2/catch.hpp>
#include <algorithm>
#include <random>

#include "approximation_parts.hpp"
#include "checker/rules/approximations.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

Rational forward(const ApproximationParts& p, std::vector<Rational> x) {
  for (const OneNeuron& block : p.blocks) {
    Rational z = block.b;
    if (block.from < p.d) z += block.u * x[block.from];
    if (z > 0) x[block.to] += block.v * z;
  }
  return x[0];
}

Rational value(const DigitForm& form, const std::vector<Rational>& x) {
  Rational z = 0;
  for (std::size_t i = 0; i < x.size(); ++i) z += form.parts[i](x[i]);
  return form.outer(z);
}

/// "read" or "rule reason" of the rejection.
std::string reading(const ApproximationParts& p) {
  try {
    (void)read_digit_form(network_of(p));
    return "read";
  } catch (const Rejection& rejection) {
    return rejection.rejected.rule + ' ' + name_of(rejection.rejected.reason);
  }
}

ApproximationParts small() {
  return on_space(2, 2, {1, 0, 2, -1}, {1, 2});
}

}  // namespace

TEST_CASE("checker: digit-form is the network at every point") {
  std::mt19937 source(5);
  const auto random = [&](int size) -> Rational {
    return Rational(static_cast<int>(source() % 2001) - 1000) / 1000 * size;
  };
  std::vector<ApproximationParts> all = {small(), on_space(1, 3, {1, -2, 3}, {1, 3}),
                                         on_space(3, 2, {1, 2, 3, 4, 5, 6, 7, 8}, {1, 5}),
                                         on_cube(2, 3, {1, 0, 2, -1, 5, 5, 0, 0, 1}, {1, 2})};
  for (int trial = 0; trial < 30; ++trial) {  // random blocks
    ApproximationParts p;
    p.d = 1 + static_cast<std::size_t>(trial % 2);
    const auto add = [&](std::size_t from, std::size_t to) {
      Rational u = random(3);
      if (u == 0) u = 1;
      p.blocks.push_back({from, u, random(2), to, random(4)});
    };
    for (int k = 0; k < 6; ++k) add(p.d - 1, p.d - 1);
    for (int k = 0; k < 4 && p.d == 2; ++k) add(0, 1);
    if (p.d == 2) p.blocks.push_back({0, 1, 0, 0, -1}), p.blocks.push_back({0, -1, 0, 0, 1});
    for (int k = 0; k < 4 && p.d == 2; ++k) add(1, 0);
    p.blocks.push_back({p.d, 0, random(2), 0, random(2)});  // u = 0
    all.push_back(p);
  }
  for (const ApproximationParts& p : all) {
    const DigitForm form = read_digit_form(network_of(p));
    for (int k = 0; k < 60; ++k) {
      std::vector<Rational> x;
      for (std::size_t i = 0; i < p.d; ++i) x.push_back(random(k % 3 == 0 ? 50 : 2));
      CAPTURE(p.d, x[0].get_str());
      REQUIRE((value(form, x) == forward(p, x)));
    }
  }
}

TEST_CASE("checker: digit-form wants its blocks in phases") {
  CHECK(reading(small()) == "read");
  ApproximationParts p = small();
  std::swap(p.blocks[2], p.blocks[3]);  // both from x_1 to x_2
  CHECK(reading(p) == "read");
  std::swap(p.blocks[1], p.blocks[2]);  // x_2 to x_2 after x_1 to x_2
  CHECK(reading(p) == "digit-form inapplicable");
  p = small();
  p.blocks.push_back({0, 1, 0, 0, 1});  // x_1 to x_1 after x_2 to x_1
  CHECK(reading(p) == "digit-form inapplicable");
  p = small();
  p.blocks.push_back({0, 1, 0, 0, 0});  // does nothing
  CHECK(reading(p) == "read");
  p = small();
  p.blocks[0].from = 2;  // u = 0 in phase 1
  CHECK(reading(p) == "digit-form inapplicable");
  p = small();
  for (OneNeuron& block : p.blocks) {
    if (block.from == 0 && block.to == 0 && block.u == 1) block.v = Rational(-99, 100);  // x_1 is not erased
  }
  CHECK(reading(p) == "digit-form inapplicable");
  p = on_space(3, 2, {1, 2, 3, 4, 5, 6, 7, 8}, {1, 5});
  p.blocks.insert(p.blocks.begin(), {0, 1, 0, 1, 1});  // x_1 to x_2
  CHECK(reading(p) == "digit-form inapplicable");
}

TEST_CASE("checker: digit-form refuses other layers") {
  const std::string block =
      R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": [[1]], "bias": [0]}, {"type": "activation", "function": "relu"}, {"type": "affine", "weight": [[1]], "bias": [0]}]})";
  const std::string out = R"({"type": "affine", "weight": [[1]], "bias": [0]})";
  const auto with = [&](const std::string& layers) -> std::string {
    const std::string text = model(1, layers);
    const Json json = parse_json(text, "model");
    try {
      (void)read_digit_form(read_network(Field(json, "model")));
      return "read";
    } catch (const Rejection& rejection) {
      return rejection.rejected.rule;
    }
  };
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  CHECK(with(block + ", " + out) == "read");
  CHECK(with(block) == "digit-form");
  CHECK(with(out + ", " + out) == "digit-form");
  CHECK(with(block + ", " + replaced(out, "[0]", "[1]")) == "digit-form");
  CHECK(with(block + ", " + replaced(out, "[[1]]", "[[2]]")) == "digit-form");
  CHECK(with(replaced(block, "\"skip\": 1", "\"skip\": 2") + ", " + out) == "digit-form");
  CHECK(with(replaced(block, "\"residual\": 1", "\"residual\": \"1/2\"") + ", " + out) == "digit-form");
  CHECK(with(replaced(block, "\"relu\"", "\"leaky_relu\"") + ", " + out) == "digit-form");
  CHECK(with(replaced(block, "[0]}]", "[1]}]") + ", " + out) == "digit-form");
}

TEST_CASE("checker: digit-form limits what compositions may cost") {
  ApproximationParts p;
  p.d = 1;
  for (int k = 0; k < 40; ++k) {  // a tent: the pieces double every time
    p.blocks.push_back({0, 1, Rational(-1, 2), 0, -2});
    p.blocks.push_back({0, 1, 0, 0, 1});
  }
  CHECK(reading(p) == "digit-form limit");
  p.blocks.clear();
  for (int k = 0; k < 400; ++k) p.blocks.push_back({0, 1, Rational(1, 3), 0, Rational(1001, 1000)});
  CHECK(reading(p) == "digit-form limit");  // thousands of digits
}

TEST_CASE("checker: digit-form limits the numbers of sums, whose denominators multiply") {
  const auto long_fraction = [](int k) {  // short enough on its own
    mpz_class denominator = 1;
    mpz_mul_2exp(denominator.get_mpz_t(), denominator.get_mpz_t(), 1500);
    return Rational(1, denominator + 2 * k + 1);
  };
  const ApproximationParts good = on_space(2, 1, {1}, {1, 2});
  const auto with_terms = [&](std::size_t from, std::size_t to, int count, int sign) {
    ApproximationParts p = good;
    auto place = p.blocks.end();  // of the last phase
    if (from == 0) place = std::find_if(p.blocks.begin(), p.blocks.end(), [](const OneNeuron& b) { return b.from == 0 && b.to == 1; });
    std::vector<OneNeuron> terms;
    for (int k = 0; k < count; ++k) terms.push_back({from, Rational(sign), long_fraction(k), to, 1});
    p.blocks.insert(place, terms.begin(), terms.end());
    return reading(p);
  };
  CHECK(with_terms(0, 1, 1, 1) != "digit-form limit");
  CHECK(with_terms(0, 1, 8, -1) == "digit-form limit");  // the second phase
  CHECK(with_terms(1, 0, 1, 1) != "digit-form limit");
  CHECK(with_terms(1, 0, 8, -1) == "digit-form limit");  // the fourth
  CHECK(with_terms(1, 0, 8, 0) == "digit-form limit");   // constants
}
