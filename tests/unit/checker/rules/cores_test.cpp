#include <catch2/catch.hpp>

#include "approximation_parts.hpp"
#include "checker/rules/approximations.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

const std::vector<Rational> four = {1, 0, 2, -1};

}  // namespace

TEST_CASE("checker: cores accepts the networks of the theorems in one to four dimensions") {
  CHECK(verdict_of(on_space(2, 2, four, {1, 2})) == "ACCEPTED");
  CHECK(verdict_of(on_space(1, 1, {5}, {1, 2})) == "ACCEPTED");
  CHECK(verdict_of(on_space(1, 4, {1, Rational(-1, 3), 0, 2}, {1, 4})) == "ACCEPTED");
  CHECK(verdict_of(on_space(3, 2, {1, 2, 3, 4, 5, 6, 7, 8}, {1, 3})) == "ACCEPTED");
  CHECK(verdict_of(on_space(4, 2, std::vector<Rational>(16, Rational(1, 7)), {1, 3})) == "ACCEPTED");
  CHECK(verdict_of(on_space(2, 2, {0, 0, 0, 0}, {1, 2})) == "ACCEPTED");
  CHECK(verdict_of(on_cube(2, 2, four, {1, 2})) == "ACCEPTED");
  CHECK(verdict_of(on_cube(3, 2, {1, 2, 3, 4, 5, 6, 7, 8}, {1, 3})) == "ACCEPTED");
  CHECK(check(certificate(on_space(2, 2, four, {1, 2}))).claim ==
        "approximation proved on R^2 output 0: grid 2^2, theta 1/2, zero outside, at most 9/4");
  CHECK(check(certificate(on_cube(2, 2, four, {1, 2}))).claim ==
        "approximation proved on [0,1]x[0,1] output 0: grid 2^2, theta 1/2, at most 9/4");
}

TEST_CASE("checker: cores refuses every single changed number of a network") {
  for (ApproximationParts good :
       {on_space(2, 2, four, {1, 2}), on_space(1, 2, {1, 3}, {1, 2}), on_cube(2, 2, four, {1, 2})}) {
    const Grid grid{good.d, good.n, good.values, good.theta, good.theta / 4};
    good.error = '"' + l1_error(read_digit_form(network_of(good)), grid).get_str() + '"';
    REQUIRE(verdict_of(good) == "ACCEPTED");
    int survivors = 0;
    for (std::size_t k = 0; k < good.blocks.size(); ++k) {
      for (int number = 0; number < 3; ++number) {
        ApproximationParts bad = good;
        Rational& x = number == 0 ? bad.blocks[k].u : number == 1 ? bad.blocks[k].b : bad.blocks[k].v;
        x += Rational(1, 1000);
        if (verdict_of(bad) != "ACCEPTED") continue;
        ++survivors;
        UNSCOPED_INFO(k << ' ' << number);
      }
    }
    CAPTURE(good.d, good.space);
    CHECK(survivors <=
          (good.d == 1 ? 10 : 9));  // flanks that may be steeper; two numbers of the constant blocks at once
  }
}

TEST_CASE("checker: cores compares every value of the grid") {
  for (std::size_t k = 0; k < 4; ++k) {
    ApproximationParts p = on_space(2, 2, four, {1, 2});
    p.values[k] += Rational(1, 1000000);
    CHECK(verdict_of(p) == "cores not-proved");
  }
  ApproximationParts p = on_space(2, 2, four, {1, 2});
  std::swap(p.values[1], p.values[2]);  // x_2 is the fast digit
  CHECK(verdict_of(p) == "cores not-proved");
  p = on_space(2, 2, four, {1, 2});
  p.theta = Rational(499, 1000);  // a larger core than that of the network
  CHECK(verdict_of(p) == "cores not-proved");
  p.theta = Rational(501, 1000);
  CHECK(verdict_of(p) == "ACCEPTED");
  p = on_space(2, 2, four, {1, 2});
  p.values.pop_back();
  CHECK(verdict_of(p) == "document mismatch");
}

TEST_CASE("checker: cores wants a zero outside of the cube for claims about all of space") {
  ApproximationParts p = on_cube(2, 2, four, {1, 2});
  p.space = true;
  CHECK(verdict_of(p) == "document inapplicable");
  p.vanishes = true;
  CHECK(verdict_of(p) == "cores not-proved");
  p = on_space(2, 2, four, {1, 2});
  p.vanishes = false;
  CHECK(verdict_of(p) == "document inapplicable");
  p.space = false;
  CHECK(verdict_of(p) == "ACCEPTED");  // 0 lies between the least and the largest value
  p.values = {1, 2, 3, 4};
  p.blocks = on_space(2, 2, p.values, p.theta).blocks;
  CHECK(verdict_of(p) == "cores not-proved");  // here it does not, and N rises from 0
  p = on_space(2, 2, four, {1, 2});
  p.blocks[0].v /= 100;  // a flank that is not steep enough
  CHECK(verdict_of(p) == "cores not-proved");
  p = on_space(1, 2, {1, 3}, {1, 2});
  p.blocks.push_back({0, 1, 0, 0, 1});  // twice the positive part
  CHECK(verdict_of(p) == "cores not-proved");
}

TEST_CASE("checker: cores wants the exact bound and values between the extremes") {
  ApproximationParts p = on_space(2, 2, four, {1, 2});
  p.bound = R"("2249999/1000000")";
  CHECK(verdict_of(p) == "cores mismatch");
  p.bound = R"("2250001/1000000")";
  CHECK(verdict_of(p) == "cores mismatch");
  p = on_space(2, 2, four, {1, 2});
  // a hat of height 9 between the plateaus at z = 3/8 and z = 5/8, where the value falls from 1 to 0
  p.blocks.push_back({1, 1, Rational(-15, 32), 0, 288});
  p.blocks.push_back({1, 1, Rational(-16, 32), 0, -576});
  p.blocks.push_back({1, 1, Rational(-17, 32), 0, 288});
  CHECK(verdict_of(p) == "cores not-proved");
}

TEST_CASE("checker: approximation claims are read strictly") {
  ApproximationParts p = on_space(2, 2, four, {1, 2});
  p.domain = R"({"type": "ball", "radius": 1})";
  CHECK(verdict_of(p) == "document inapplicable");
  p.domain = R"({"type": "box", "bounds": [[0, 1], [0, 2]]})";
  CHECK(verdict_of(p) == "document inapplicable");
  p = on_space(2, 2, four, {1, 2});
  p.theta = 1;
  CHECK(verdict_of(p) == "document out-of-range");
  p = on_space(2, 2, four, {1, 2});
  const std::string good = certificate(p);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return short_verdict(check(text.replace(text.find(from), from.size(), to)));
  };
  CHECK(with(R"("equals_on_cores": true)", R"("equals_on_cores": false)") == "document inapplicable");
  CHECK(with(R"("equals_on_cores": true, )", "") == "document missing");
  CHECK(with(R"("verdict": "proved")", R"("verdict": "refuted")") == "document mismatch");
  CHECK(with(R"("index": 0)", R"("index": 1)") == "document inapplicable");
  CHECK(with(R"({"approximation": {}})", "{}") == "document missing");
  CHECK(with(R"({"approximation": {}})", R"({"approximation": {"x": 1}})") == "document unknown");
  CHECK(with(R"("n": 2)", R"("n": 3)") == "document mismatch");
  CHECK(with(R"("n": 2)", R"("n": 257)") == "document limit");
  CHECK(with(R"("n": 2)", R"("n": 0)") == "document out-of-range");
}
