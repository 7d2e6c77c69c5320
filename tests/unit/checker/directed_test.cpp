// The doubles of the checker's leaves against numbers of 8000 bits, where sums and products of a few doubles are exact.
#include "checker/directed.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "checker/activation.hpp"
#include "checker/form.hpp"
#include "support/random_cases.hpp"

using namespace narrows::checker;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();

/// A number with room for sums of products of two or three doubles.
class Exact {
 public:
  explicit Exact(double x = 0) {
    mpfr_init2(v_, 8000);
    mpfr_set_d(v_, x, MPFR_RNDN);
  }
  Exact(const Exact& other) : Exact() { mpfr_set(v_, other.v_, MPFR_RNDN); }
  Exact& operator=(const Exact& other) {
    mpfr_set(v_, other.v_, MPFR_RNDN);
    return *this;
  }
  ~Exact() { mpfr_clear(v_); }
  [[nodiscard]] mpfr_srcptr raw() const { return v_; }
  [[nodiscard]] bool is_number() const { return mpfr_number_p(v_) != 0; }

  friend Exact operator+(const Exact& a, const Exact& b) { return apply(mpfr_add, a, b); }
  friend Exact operator-(const Exact& a, const Exact& b) { return apply(mpfr_sub, a, b); }
  friend Exact operator*(const Exact& a, const Exact& b) { return apply(mpfr_mul, a, b); }
  friend bool operator<=(const Exact& a, const Exact& b) { return mpfr_lessequal_p(a.v_, b.v_) != 0; }

 private:
  template <class F>
  static Exact apply(F f, const Exact& a, const Exact& b) {
    Exact r;
    f(r.v_, a.v_, b.v_, MPFR_RNDN);
    return r;
  }
  mpfr_t v_;
};

bool between(double lo, const Exact& x, double hi) {
  return Exact(lo) <= x && x <= Exact(hi);
}

bool holds(const Interval& x, const Exact& value) {
  return x.lo.is_double() && x.hi.is_double() && between(x.lo.as_double(), value, x.hi.as_double());
}

/// Doubles of all kinds: finite ones, and infinities.
double end(narrows::test::RandomCases& cases) {
  const int kind = cases.integer(0, 40);
  return kind == 0 ? infinity : kind == 1 ? -infinity : cases.any_double();
}

}  // namespace

TEST_CASE("checker: a step goes to the neighbouring double") {
  narrows::test::RandomCases cases(5);
  for (int k = 0; k < 20000; ++k) {
    const double x = end(cases);
    CAPTURE(x);
    CHECK(directed::step(x, true) == std::nextafter(x, infinity));
    CHECK(directed::step(x, false) == std::nextafter(x, -infinity));
  }
  CHECK((std::isnan(directed::step(quiet_nan, true)) && std::isnan(directed::step(-quiet_nan, false))));
}

TEST_CASE("checker: a directed sum is the exact one rounded that way, unless it is huge, and a bound always") {
  narrows::test::RandomCases cases(6);
  for (int k = 0; k < narrows::test::cases(20000, 2000000); ++k) {
    const double a = end(cases), b = cases.integer(0, 3) == 0 ? -a * (1 + cases.integer(-2, 2) * 0x1p-52) : end(cases);
    const double down = directed::add(a, b, false), up = directed::add(a, b, true);
    const Exact sum = Exact(a) + Exact(b);
    CAPTURE(a, b, down, up);
    if (std::isnan(a + b)) {
      CHECK((std::isnan(down) && std::isnan(up)));
      continue;
    }
    REQUIRE(between(down, sum, up));
    if (std::fabs(a) < 0x1p1019 && std::fabs(b) < 0x1p1019) {
      REQUIRE((down == mpfr_get_d(sum.raw(), MPFR_RNDD) && up == mpfr_get_d(sum.raw(), MPFR_RNDU)));
    }
  }
  CHECK((std::isnan(directed::add(quiet_nan, infinity, true)) && std::isnan(directed::add(infinity, -infinity, false))));
}

TEST_CASE("checker: a sum of errors bounds the exact sum, and the rounding of fused additions") {
  narrows::test::RandomCases cases(7);
  for (int k = 0; k < narrows::test::cases(3000, 300000); ++k) {
    directed::ErrorSum terms, rounding;
    Exact total, exact;
    double r = 0;
    const int scale = cases.integer(-560, 400), n = cases.integer(1, 30);
    for (int i = 0; i < n; ++i) {
      const double a = std::ldexp(cases.moderate(), scale), b = std::ldexp(cases.moderate(), cases.integer(0, 1) * scale);
      terms.add(a * b);
      total = total + Exact(std::fabs(a)) * Exact(std::fabs(b));
      rounding.fused_add(r, a, b);
      exact = exact + Exact(a) * Exact(b);
    }
    CAPTURE(scale, n, r, terms.upper(), rounding.upper());
    REQUIRE(total <= Exact(terms.upper()));
    REQUIRE((exact <= Exact(r) + Exact(rounding.upper()) && Exact(r) <= exact + Exact(rounding.upper())));
    CHECK(rounding.upper() <= 1e-13 * terms.upper() + 1e-320);  // and it is not much more
  }
  for (const double bad : {quiet_nan, infinity, -infinity}) {
    directed::ErrorSum sum, fused;
    sum.add(bad);
    double r = 1;
    fused.fused_add(r, bad, 0);
    CHECK_FALSE((sum.upper() < infinity || fused.upper() < infinity));
  }
}

TEST_CASE("checker: operations on intervals of doubles contain the exact results at every magnitude") {
  narrows::test::RandomCases cases(8);
  for (int k = 0; k < narrows::test::cases(5000, 500000); ++k) {
    double e[4];
    for (double& x : e) x = end(cases);
    if (k % 5 == 0) e[1] = e[0];
    if (k % 7 == 0) e[3] = directed::next_up(e[2]);
    const Interval x(std::min(e[0], e[1]), std::max(e[0], e[1]), leaf_precision);
    const Interval y(std::min(e[2], e[3]), std::max(e[2], e[3]), leaf_precision);
    CAPTURE(e[0], e[1], e[2], e[3]);
    for (const double s : {e[0], e[1]}) {
      for (const double t : {e[2], e[3]}) {
        if (!std::isfinite(s) || !std::isfinite(t)) continue;  // an infinite end is no member
        const Exact p(s), q(t);
        REQUIRE((holds(x + y, p + q) && holds(x - y, p - q) && holds(x * y, p * q) && holds(square(x), p * p) && holds(-x, Exact(-s))));
        REQUIRE((holds(absolute(x), Exact(std::fabs(s))) && holds(hull(x, y), p) && holds(hull(x, y), q)));
        if (s > 0) {  // y = s is the exact quotient of s·y by y
          const Interval quotient = y / Interval(s, leaf_precision);
          REQUIRE((Exact(quotient.lo.as_double()) * p <= q && q <= Exact(quotient.hi.as_double()) * p));
          const Interval root = square_root(Interval(s, leaf_precision));
          REQUIRE((Exact(root.lo.as_double()) * Exact(root.lo.as_double()) <= p && p <= Exact(root.hi.as_double()) * Exact(root.hi.as_double())));
        }
      }
    }
    if (x.hi.as_double() < y.lo.as_double()) CHECK(intersect(x, y).has_nan());
    for (const Interval& bad : {Interval(quiet_nan, e[0], leaf_precision), Interval(e[0], quiet_nan, leaf_precision)}) {
      for (const Interval& z : {x + bad, bad * y, bad - x, y / bad, square(bad), hull(x, bad), intersect(bad, x), absolute(bad), -bad}) {
        REQUIRE_FALSE((z.nonzero() || inside(z, -infinity, infinity)));
      }
    }
  }
}

TEST_CASE("checker: an mpfr number where doubles are expected proves nothing") {
  const Interval fine(1, point_precision);
  Form leaf = coordinate_form(1, 2, 0, 1, leaf_precision);
  Real r(leaf_precision);
  add(r, fine.lo, Real(1, leaf_precision), true);
  CHECK(r.is_nan());
  multiply(r, fine.lo, fine.lo, false);
  CHECK(r.is_nan());
  add_scaled(leaf, fine, coordinate_form(1, 2, 0, 1, point_precision));
  tighten(leaf);
  CHECK_FALSE((leaf.centre.is_finite() || leaf.radius.is_finite()));
  CHECK((leaf.range.positive() && inside(Interval(Real(1, leaf_precision)) + fine, 2, 2)));
}

TEST_CASE("checker: functions of doubles are those at 192 bits, rounded outward") {
  narrows::test::RandomCases cases(9);
  for (int k = 0; k < narrows::test::cases(3000, 100000); ++k) {
    const auto f = static_cast<Function>(k % static_cast<int>(function_names.size()));
    const double x = k % 3 == 0 ? cases.any_double() : cases.moderate();
    const Jet leaf = jet({f, 1}, Interval(x, leaf_precision)), fine = jet({f, 1}, Interval(x, exact_precision));
    CAPTURE(function_names[static_cast<std::size_t>(f)], x);
    for (std::size_t i = 0; i < 5; ++i) {
      if (fine.order[i].has_nan()) continue;
      REQUIRE(leaf.order[i].lo.is_double());
      REQUIRE((less_equal(leaf.order[i].lo, fine.order[i].hi) && less_equal(fine.order[i].lo, leaf.order[i].hi)));
    }
  }
}

TEST_CASE("checker: affine forms in doubles contain their function at every magnitude") {
  narrows::test::RandomCases cases(10);
  for (int k = 0; k < narrows::test::cases(3000, 300000); ++k) {
    const auto box = [&] {
      const double a = std::ldexp(cases.any_double(), -30), b = cases.integer(0, 2) == 0 ? a : std::ldexp(cases.any_double(), -30);
      return std::pair(std::min(a, b), std::max(a, b));
    };
    const auto [xl, xh] = box();
    const auto [yl, yh] = box();
    const double w = cases.any_double();
    const Form x = coordinate_form(xl, xh, 0, 2, leaf_precision), y = coordinate_form(yl, yh, 1, 2, leaf_precision);
    Form z = product(x, y, 2);
    add_scaled(z, Interval(w, leaf_precision), x);
    tighten(z);
    give_symbol(z, 2);
    Form q = product(z, y, 2);  // (xy + wx)y
    tighten(q);
    for (const double s : {xl, xh, std::clamp(0.5 * xl + 0.5 * xh, xl, xh)}) {
      for (const double t : {yl, yh}) {
        const Exact value = Exact(s) * Exact(t) + Exact(w) * Exact(s);
        CAPTURE(xl, xh, yl, yh, w, s, t);
        REQUIRE(holds(z.range, value));
        REQUIRE(holds(q.range, value * Exact(t)));
      }
    }
  }
}
