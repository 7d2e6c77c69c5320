// Rows of doubles against the forms of pass.hpp, than which they must not be wider, and against points in 160 bits, which they must enclose.
#include "checker/leaf_pass.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "leaf_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

bool contains(const LeafInterval& x, const Interval& value) {
  return less_equal(Real(x.lo.as_double(), leaf_precision), value.hi) &&
         less_equal(value.lo, Real(x.hi.as_double(), leaf_precision));
}

/// The ends differ by less than 1e-9 of the size.
bool agree(const LeafInterval& x, const Interval& y) {
  const double size = 1e-9 * (1 + std::fabs(y.lo.approx()) + std::fabs(y.hi.approx()));
  return (x.has_nan() && y.has_nan()) ||
         (std::fabs(x.lo.approx() - y.lo.approx()) < size && std::fabs(x.hi.approx() - y.hi.approx()) < size);
}

/// x is in y, up to 1e-9 of the size: products of rows are a little sharper than those of forms.
bool is_sharper(const LeafInterval& x, const Interval& y) {
  const double size = 1e-9 * (1 + std::fabs(y.lo.approx()) + std::fabs(y.hi.approx()));
  return y.has_nan() || (x.lo.approx() > y.lo.approx() - size && x.hi.approx() < y.hi.approx() + size);
}

}  // namespace

TEST_CASE("checker: rows enclose the slopes and row vectors of every point, and are no wider than forms") {
  Chains chains(11);
  for (int trial = 0; trial < 150; ++trial) {
    const std::size_t d = 1 + static_cast<std::size_t>(trial) % 4;
    const Setting s = setting_of(chains.draw(d, 1.5), Family::fixed);
    REQUIRE(s.leaf_layers.size() == s.leaf_chain.size());
    Box box;
    std::vector<Interval> u;
    for (std::size_t i = 0; i < d; ++i) {
      const double centre = 2 * chains.unit(),
                   radius = trial % 5 == 0 ? 0 : std::pow(10, -1.5 + 1.5 * chains.unit());
      box.lo.push_back(centre - radius);
      box.hi.push_back(centre + radius);
    }
    const std::size_t prefix = static_cast<std::size_t>(trial) % s.chain.size();
    for (std::size_t i = 0; i < s.width(prefix); ++i) u.emplace_back(chains.unit(), leaf_precision);
    const std::vector<LeafInterval> leaf_u(u.begin(), u.end());
    CAPTURE(trial, d, prefix);

    std::vector<std::vector<LeafInterval>> slopes;
    std::vector<LeafInterval> results;
    for (const Carry carry : {Carry::values, Carry::symbols}) {
      LeafPass rows(s.leaf_layers, 0, box, carry != Carry::values);
      BoxPass forms(s.leaf_chain, 0, box, leaf_precision, carry);
      slopes.clear();
      for (std::size_t l = 0; l < s.chain.size(); ++l) {
        slopes.push_back(rows.advance());
        const std::vector<Interval> expected = diagonals_of(forms.advance());
        REQUIRE(slopes[l].size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) REQUIRE(agree(slopes[l][i], expected[i]));
      }
      for (int again = 0; again < 2; ++again) {  // symbols of an earlier evaluation are used again
        results.push_back(rows.row_vector_along(prefix, leaf_u));
        REQUIRE(is_sharper(results.back(), forms.row_vector_along(prefix, u).range));
        results.push_back(rows.next_row_vector_along(prefix, leaf_u));
        REQUIRE(is_sharper(
            results.back(),
            BoxPass(s.leaf_chain, 0, box, leaf_precision, carry).next_row_vector_along(prefix, u).range));
      }
    }
    for (int sample = 0; sample < 10; ++sample) {
      Box x;
      for (std::size_t i = 0; i < d; ++i) {
        const double t = sample < 4 ? double(sample >> (i % 2) & 1) : 0.5 + 0.5 * chains.unit();
        x.lo.push_back(std::min(std::max(box.lo[i] + t * (box.hi[i] - box.lo[i]), box.lo[i]), box.hi[i]));
      }
      x.hi = x.lo;
      BoxPass exact(s.point_chain, 0, x, point_precision, Carry::values);
      for (const std::vector<LeafInterval>& met : slopes) {
        const std::vector<Interval> values = diagonals_of(exact.advance());
        for (std::size_t i = 0; i < met.size(); ++i) REQUIRE(contains(met[i], values[i]));
      }
      const Interval along = exact.row_vector_along(prefix, u).range;
      for (const LeafInterval& result : results) REQUIRE(contains(result, along));
    }
  }
}

TEST_CASE("checker: rows of huge, tiny and unknown numbers prove nothing false") {
  Chains chains(12);
  for (int trial = 0; trial < 60; ++trial) {
    const double size = trial % 3 == 0 ? 1e200 : trial % 3 == 1 ? 1e-200 : 1e-308;
    const Setting s = setting_of(chains.draw(2, size), Family::fixed);
    const Box box{{-1, 0.5}, {-0.5, 1}};
    const std::vector<LeafInterval> u = {1, chains.unit()};
    for (const bool symbols : {false, true}) {
      LeafPass rows(s.leaf_layers, 0, box, symbols);
      const LeafInterval result = rows.row_vector_along(0, u), next = rows.next_row_vector_along(0, u);
      BoxPass exact(s.point_chain, 0, Box{{-0.75, 0.75}, {-0.75, 0.75}}, point_precision, Carry::values);
      const Interval value = exact.row_vector_along(0, {Interval(u[0]), Interval(u[1])}).range;
      CAPTURE(trial, symbols, value.lo.approx(), value.hi.approx(), result.lo.approx(), result.hi.approx());
      CHECK((result.has_nan() || value.has_nan() || contains(result, value)));
      CHECK((next.has_nan() || value.has_nan() || contains(next, value)));
    }
  }
}

TEST_CASE("checker: rows leave families and flows to the forms") {
  CHECK(setting_of(deep_model(3, 0.5, 1), Family::shared).leaf_layers.empty());
  CHECK(setting_of(deep_model(3, 0.5, 1), Family::scaled).leaf_layers.empty());
  CHECK(setting_of(deep_model(3, 0.5, 1), Family::fixed).leaf_layers.size() == 4);
}

TEST_CASE("checker: intervals of doubles are those of the general kind at leaf precision") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::mt19937_64 source(5);
  const double corners[] = {0,        -0.0,      1,           -1,      3,
                            1e-300,   -1e300,    5e-324,      -5e-324, 1.7976931348623157e308,
                            infinity, -infinity, std::nan("")};
  std::uniform_real_distribution<double> any(-3, 3);
  const auto pick = [&] { return source() % 2 == 0 ? corners[source() % 13] : any(source); };
  const auto draw = [&] {
    const double a = pick(), b = pick();
    return a <= b ? LeafInterval(a, b) : LeafInterval(b, a);
  };
  const auto same = [](const LeafInterval& x, const Interval& y) {
    return (x.has_nan() && y.has_nan()) ||
           (x.lo.as_double() == y.lo.as_double() && x.hi.as_double() == y.hi.as_double());
  };
  for (int k = 0; k < 20000; ++k) {
    const LeafInterval x = draw(), y = draw();
    const Interval X(x), Y(y);
    CAPTURE(x.lo.as_double(), x.hi.as_double(), y.lo.as_double(), y.hi.as_double());
    REQUIRE(same(x + y, X + Y));
    REQUIRE(same(x - y, X - Y));
    REQUIRE(same(x * y, X * Y));
    REQUIRE(same(x / y, X / Y));
    REQUIRE(same(-x, -X));
    REQUIRE(same(absolute(x), absolute(X)));
    REQUIRE(same(square(x), square(X)));
    REQUIRE(same(hull(x, y), hull(X, Y)));
    const LeafInterval eight = times_power(x, 8);
    REQUIRE(eight.has_nan() == x.has_nan());
    REQUIRE_FALSE(eight.lo.as_double() > (X * 8).hi.as_double());
    REQUIRE_FALSE((x.lo.is_finite() && eight.lo.as_double() == infinity));
    REQUIRE_FALSE((x.hi.is_finite() && eight.hi.as_double() == -infinity));
    if (eight.is_finite()) REQUIRE((eight.lo.as_double() == 8 * x.lo.as_double() && eight.hi.as_double() == 8 * x.hi.as_double()));
    REQUIRE(may_meet(x, y) == may_meet(X, Y));
    REQUIRE(x.nonzero() == X.nonzero());
    REQUIRE(x.is_finite() == X.is_finite());
    REQUIRE(x.is_point() == X.is_point());
  }
}

TEST_CASE("checker: a sum of magnitudes is an upper bound") {
  std::mt19937_64 source(6);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int k = 0; k < 300; ++k) {
    std::vector<double> x(source() % 40);
    Rational sum = 0;
    for (double& entry : x) {
      entry = source() % 7 == 0 ? 5e-324 : std::ldexp(unit(source), static_cast<int>(source() % 80) - 40);
      sum += abs(Rational(entry));
    }
    REQUIRE(Rational(directed::sum_of_magnitudes(x.data(), x.size())) >= sum);
  }
}

TEST_CASE("checker: weighted sums of rows contain the exact sums, and so do their affine parts") {
  std::mt19937_64 source(7);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int trial = 0; trial < 500; ++trial) {
    const std::size_t d = 1 + source() % 4;
    const double width = trial % 3 == 0 ? 0 : trial % 3 == 1 ? 1e-3 : 1;
    Box box;
    std::vector<LeafInterval> weights;
    for (std::size_t i = 0; i < d; ++i) {
      const double lo = unit(source);
      box.lo.push_back(lo);
      box.hi.push_back(source() % 2 == 0 ? lo : lo + 0.1);
      const double w = unit(source);
      weights.emplace_back(w, w + width);
    }
    const Rows x = coordinates<double>({&box}), y = linear_map(1, weights.data(), d, 1, x, {LeafInterval(0.1)});
    for (int sample = 0; sample < 8; ++sample) {
      Rational sum = Rational(0.1), affine = Rational(y.at(0)[0]);
      for (std::size_t i = 0; i < d; ++i) {
        const bool right = source() % 2 == 0;
        const Rational at = right ? box.hi[i] : box.lo[i], slope = x.at(i)[1 + i];
        sum += Rational(source() % 2 == 0 ? weights[i].lo.as_double() : weights[i].hi.as_double()) * at;
        if (slope != 0) affine += Rational(y.at(0)[1 + i]) * ((at - Rational(x.at(i)[0])) / slope);
      }
      CAPTURE(trial, d, width);
      REQUIRE(Rational(y.rest[0].lo) <= sum);
      REQUIRE(sum <= Rational(y.rest[0].hi));
      REQUIRE(abs(Rational(sum - affine)) <= Rational(y.rest[0].radius));
    }
  }
}

TEST_CASE("checker: sums of rows that overflow on the way are not known") {
  // With four of a sign the sums of coefficients overflow, too.
  for (const std::size_t half : {3, 4}) {
    const Rows x = constants<double>(std::vector<LeafInterval>(2 * half, 1));
    std::vector<LeafInterval> weights(half, 8e307), bias = {};
    weights.resize(2 * half, -8e307);
    const LeafInterval zero = linear_map(1, weights.data(), 2 * half, 1, x, bias).range(0);
    CHECK_FALSE(zero.nonzero());
    CHECK(may_meet(zero, LeafInterval(0)));
  }
}

TEST_CASE("checker: what is not known of a row is not known of sums of it") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<LeafInterval> none = {};
  const auto sum_of = [&](double lo, double hi, double weight) {
    const Box box{{-1, 2}, {1, 3}};
    Rows x = coordinates<double>({&box});
    x.rest[0].set_range(lo, hi);
    const std::vector<LeafInterval> weights = {weight, 1.0};
    return linear_map(1, weights.data(), 2, 1, x, none).range(0);
  };
  const double nan = std::nan("");
  CHECK(sum_of(nan, nan, 1).has_nan());
  CHECK(sum_of(nan, nan, 0).has_nan());
  CHECK(sum_of(2, 1, 1).has_nan());  // a contradiction
  CHECK_FALSE(sum_of(-infinity, infinity, 0).has_nan());
  for (const auto& [lo, hi] : {std::pair{-infinity, infinity}, std::pair{-infinity, 1.0}, std::pair{-1.0, infinity}}) {
    const LeafInterval y = sum_of(lo, hi, 1);  // the affine part is finite
    CHECK(y.lo.as_double() == Approx(1));
    CHECK(y.hi.as_double() == Approx(4));
    CHECK(y.lo.as_double() <= 1);
    CHECK(y.hi.as_double() >= 4);
  }
  Rows x = constants<double>({LeafInterval(0, infinity), LeafInterval(1)});
  const std::vector<LeafInterval> weights = {1, 1};
  const LeafInterval y = linear_map(1, weights.data(), 2, 1, x, none).range(0);
  CHECK_FALSE(y.lo.as_double() > 1);
  CHECK_FALSE(y.hi.as_double() < infinity);
}

TEST_CASE("checker: a line without slope knows its range, whatever the row is") {
  Rows z(1, 2);
  z.at(0)[0] = std::numeric_limits<double>::infinity();
  z.at(0)[1] = std::nan("");
  Rows y(1, 2);
  const Line<LeafInterval> line{true, LeafReal(0), LeafInterval(0.25, 0.5), LeafInterval(0.25, 0.5)};
  set_line(y, 0, line, z);
  CHECK(y.range(0).lo.as_double() == 0.25);
  CHECK(y.range(0).hi.as_double() == 0.5);
  CHECK(y.at(0)[0] == 0.375);
  CHECK(std::isfinite(y.rest[0].radius));
}

TEST_CASE("checker: boxes with parameters are not for rows, with or without residual layers") {
  const std::string plain = model(
      1,
      R"({"type": "affine", "weight": [[1], [1]], "bias": [1, -1]}, {"type": "activation", "function": "tanh"}, {"type": "affine", "weight": [[1, -1]], "bias": [0]})");
  const Setting s = setting_of(plain, Family::shared);
  CHECK(s.in_rows(Box{{-1}, {1}}));
  CHECK_FALSE(s.in_rows(Box{{-1, 0.5, 0.5}, {1, 1, 1}}));
}
