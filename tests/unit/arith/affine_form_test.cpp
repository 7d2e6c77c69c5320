// Affine forms: the defining property checked in exact rationals at random points of the box.
#include "arith/affine_form.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "support/random_cases.hpp"

using namespace narrows;
using test::RandomCases;

namespace {

struct Tracked {
  AffineForm form;
  Rational exact;  // the value at the sampled point
};

Rational absolute(const Rational& q) { return q < 0 ? Rational(-q) : q; }

// |value − c − Σ k_i e_i| <= r and value in the range, exactly.
void require_sound(const Tracked& x, const std::vector<Rational>& e) {
  Rational linear = rational_exact(x.form.centre());
  for (std::size_t i = 0; i < e.size(); ++i) linear += rational_exact(x.form.coefficients()[i]) * e[i];
  REQUIRE(absolute(x.exact - linear) <= rational_exact(x.form.radius()));
  REQUIRE(rational_exact(x.form.range().lower()) <= x.exact);
  REQUIRE(x.exact <= rational_exact(x.form.range().upper()));
}

}  // namespace

TEST_CASE("every operation on affine forms keeps the exact value within centre, coefficients and radius") {
  RandomCases random(21);
  for (int k = 0; k < test::cases(3'000, 200'000); ++k) {
    const std::size_t d = static_cast<std::size_t>(random.integer(1, 4));
    std::vector<Tracked> pool;
    std::vector<Rational> e;
    for (std::size_t i = 0; i < d; ++i) {
      const double a = random.moderate(), b = a + random.uniform(0, 2) * std::ldexp(1.0, -random.integer(0, 20));
      const AffineForm x = AffineForm::symbol(Interval(a, b), i, d);
      e.push_back(rational_exact(random.integer(0, 2) == 0 ? static_cast<double>(random.integer(-1, 1)) : random.uniform(-1, 1)));
      // The point must lie in the box itself: the symbol's half-width is rounded up.
      Rational value = rational_exact(x.centre()) + rational_exact(x.coefficients()[i]) * e[i];
      if (value < rational_exact(a) || value > rational_exact(b)) {
        e.back() = 0;
        value = rational_exact(x.centre());
      }
      pool.push_back({x, value});
    }
    for (int step = 0; step < 8; ++step) {
      const Tracked &x = pool[static_cast<std::size_t>(random.integer(0, static_cast<int>(pool.size()) - 1))],
                    &y = pool[static_cast<std::size_t>(random.integer(0, static_cast<int>(pool.size()) - 1))];
      const double lo = random.moderate(), hi = random.integer(0, 1) ? lo : next_up(lo + 1e-9);
      const Interval c(lo, hi);
      const Rational inside = (rational_exact(lo) + rational_exact(hi)) / 2;
      Tracked z;
      switch (random.integer(0, 4)) {
        case 0: z = {x.form + y.form, x.exact + y.exact}; break;
        case 1: z = {x.form - y.form, x.exact - y.exact}; break;
        case 2: z = {x.form * y.form, x.exact * y.exact}; break;
        case 3: z = {x.form * c, x.exact * inside}; break;
        default: z = {x.form + c, x.exact + inside}; break;
      }
      require_sound(z, e);
      pool.push_back(z);
    }
  }
}

TEST_CASE("an overflowing affine form proves nothing") {
  const AffineForm huge = AffineForm::symbol(Interval(1e200, 1e201), 0, 1);
  const AffineForm product = huge * huge * huge;
  const AffineForm difference = product - product;
  REQUIRE_FALSE(excludes_zero(difference.range()));
}

TEST_CASE("the coordinate of a point carries no symbol, so that a difference of two points keeps its error") {
  for (const double x : {0.0, 0.1, -3e300, 4.9e-324}) {
    const AffineForm point = AffineForm::symbol(Interval(x), 0, 2);
    CHECK(point.coefficients()[0] == 0);
    CHECK(contains(point.range(), x));
  }
  // 2^-900 away from 0 on one side, 0 on the other: whatever the rounding errors are, they must not cancel.
  const AffineForm difference = AffineForm::symbol(Interval(0x1p-900), 0, 1) - AffineForm::symbol(Interval(0.0), 0, 1);
  CHECK(contains(difference.range(), 0x1p-900));
}
