// Value and gradient errors against the figures of the theory page, exact cases, and the networks' own linear pieces.
#include "construct/conv_certificate.hpp"

#include <catch2/catch.hpp>

#include <cmath>

#include "base/errors.hpp"
#include "construct/kuhn_piece.hpp"
#include "unit/construct/support.hpp"

namespace narrows::test {
namespace {

ConvAnswer answer(char theorem, const std::string& target, std::size_t dim, std::size_t n, unsigned m = 8) {
  ConvRequest request;
  request.theorem = theorem;
  request.target = target;
  request.dim = dim;
  request.n = n;
  request.product_depth = m;
  return construct_convresnet(request);
}

bool about(const Interval& x, double value, double relative) { return x.lower() <= value * (1 + relative) && x.upper() >= value * (1 - relative) && x.upper() <= value * (1 + 2 * relative); }

}  // namespace

TEST_CASE("Theorem C attains its bounds on x², exactly") {
  for (const std::size_t n : {1, 3, 4, 8, 16}) {
    const ConvAnswer a = answer('C', "square", 1, n);
    CHECK(a.verdict == Verdict::proved);
    CHECK(a.within_bound == Verdict::proved);
    CHECK(*a.error.value_exact == Rational(1) / Rational(4 * n * n));
    CHECK(*a.error.gradient_exact == Rational(1) / Rational(n));
    CHECK(*a.pieces == n);
    CHECK(a.gradient_lower_bound == Approx(1.0 / static_cast<double>(n)).epsilon(1e-12));
  }
}

TEST_CASE("Theorem C on transcendental functions has the errors of the theory page") {
  struct Case {
    const char* target;
    std::size_t n;
    double value, gradient;
  };
  for (const Case& c : {Case{"sine", 32, 4.79e-3, 6.15e-1}, Case{"sine", 128, 3.011e-4, 1.542e-1}, Case{"bump", 128, 1.830e-4, 9.373e-2}, Case{"gauss", 128, 1.526e-5, 7.812e-3}}) {
    const ConvAnswer a = answer('C', c.target, 1, c.n);
    CAPTURE(c.target, c.n);
    CHECK(a.verdict == Verdict::proved);
    CHECK(a.within_bound == Verdict::proved);
    CHECK(about(a.error.value, c.value, 1e-3));
    CHECK(about(a.error.gradient, c.gradient, 1e-3));
  }
  const ConvAnswer sine = answer('C', "sine", 1, 128);
  CHECK(sine.bound.value == Approx(3.012e-4).epsilon(1e-3));
  CHECK(sine.bound.gradient == Approx(1.542e-1).epsilon(1e-3));
}

TEST_CASE("Theorem D: the gradient bound is attained by x² + 3xy, other errors are those of the theory page") {
  for (const std::size_t n : {2, 3, 4, 6}) {
    const ConvAnswer a = answer('D', "polynomial:x^2+3xy", 2, n);
    CHECK(a.verdict == Verdict::proved);
    CHECK(a.error.gradient.lower() == Approx(4.0 / static_cast<double>(n)).epsilon(1e-12));
    CHECK(a.error.gradient.upper() == Approx(4.0 / static_cast<double>(n)).epsilon(1e-12));
    CHECK(a.hats == (n + 1) * (n + 1));
  }
  const ConvAnswer gauss = answer('D', "gauss", 2, 16);
  CHECK(gauss.verdict == Verdict::proved);
  CHECK(gauss.within_bound == Verdict::proved);
  CHECK(about(gauss.error.value, 1.94e-3, 1e-2));
  CHECK(about(gauss.error.gradient, 6.24e-2, 1e-2));
  CHECK(gauss.bound.value == Approx(1.95e-3).epsilon(5e-3));
  CHECK(gauss.bound.gradient == Approx(1.085e-1).epsilon(1e-3));
  const ConvAnswer sine = answer('D', "sine", 2, 8);
  CHECK(sine.within_bound == Verdict::proved);
  const ConvAnswer line = answer('D', "sine", 1, 32);  // hats in one dimension are Theorem C's interpolant
  CHECK(about(line.error.value, 4.79e-3, 5e-3));
}

TEST_CASE("an attained bound is not called kept where outward rounding carries the enclosure beyond it") {
  const ConvAnswer a = answer('D', "square", 2, 2);
  CHECK(a.verdict == Verdict::proved);  // of the enclosures
  CHECK(a.error.value.upper() > a.bound.value);
  CHECK(a.error.value.upper() <= a.bound.value * (1 + 1e-9));
  CHECK(a.within_bound == Verdict::undecided);
}

TEST_CASE("errors on simplices contain the errors at random points") {
  RandomCases random(1);
  for (const auto& [dim, n, degree] : {std::tuple{std::size_t{1}, std::size_t{5}, 2U}, {std::size_t{2}, std::size_t{3}, 0U}, {std::size_t{2}, std::size_t{3}, 2U}, {std::size_t{3}, std::size_t{2}, 0U}}) {
    const auto f = make_smooth_function("gauss-bump", dim);
    NodalTable table(*f, n, degree);
    const ErrorEnclosure error = kuhn_error(table, 0, 0.05);
    double most = 0, steepest = 0;
    for (int k = 0; k < cases(200, 5000); ++k) {
      std::vector<Rational> x;
      std::vector<Interval> point;
      for (std::size_t i = 0; i < dim; ++i) {
        x.push_back(Rational(random.integer(1, 999)) / 1000);
        point.push_back(enclose(x.back()));
      }
      for (std::size_t i = 0; i < dim; ++i) {
        std::vector<Rational> direction(dim);
        direction[i] = 1;
        const ValueAndSlope q = KuhnPiece(table, simplex_at(x, direction, n)).approximant_exact(x, direction);
        std::vector<unsigned> order(dim);
        most = std::fmax(most, std::fabs(midpoint(f->derivative(order, point)) - midpoint(enclose(q.value))));
        order[i] = 1;
        steepest = std::fmax(steepest, std::fabs(midpoint(f->derivative(order, point)) - midpoint(enclose(q.slope))));
      }
    }
    CAPTURE(dim, n, degree);
    CHECK(most <= error.value.upper() + 1e-14);
    CHECK(steepest <= error.gradient.upper() + 1e-13);
    CHECK(error.value.upper() <= error.value.lower() * 1.06);
    CHECK(error.gradient.upper() <= error.gradient.lower() * 1.06);
  }
}

TEST_CASE("Theorem G: the enclosure from smooth part and products contains that of the exact linear pieces") {
  for (const unsigned m : {3U, 5U}) {
    const auto f = make_smooth_function("sine", 1);
    NodalTable table(*f, 4, 2);
    const ErrorEnclosure by_theorem = kuhn_error(table, m, 2e-3), by_pieces = line_error(*f, line_form(taylor_network(table, m, 1)), 1e-3);
    const ErrorBound bound = theorem_bound(table, m);
    CAPTURE(m);
    CHECK(by_pieces.value.lower() <= by_theorem.value.upper());
    CHECK(by_pieces.gradient.lower() <= by_theorem.gradient.upper());
    CHECK(by_pieces.value.upper() >= by_theorem.value.lower());
    CHECK(by_pieces.gradient.upper() >= by_theorem.gradient.lower());
    CHECK(by_pieces.value.upper() <= bound.value);
    CHECK(by_pieces.gradient.upper() <= bound.gradient);
  }
  const ConvAnswer a = answer('G', "sine", 1, 32, 12);
  CHECK(a.verdict == Verdict::proved);
  CHECK(a.error.gradient.upper() <= 4.405e-2);
  CHECK(a.error.value.upper() <= 1.58e-4);
  CHECK(a.parameters.M == 33);
  CHECK(a.parameters.J == 9);
}

TEST_CASE("Theorems F and H, and the staircase, as on the theory page") {
  const ConvAnswer product = answer('F', "", 2, 1, 4);
  CHECK(product.verdict == Verdict::proved);
  CHECK(product.error.value.lower() == std::ldexp(1.0, -10));
  CHECK(product.error.gradient.lower() >= 6.21e-2);
  CHECK(product.error.gradient.upper() == std::ldexp(1.0, -4));
  const ConvAnswer taylor = answer('H', "sine", 2, 4, 6);
  CHECK(taylor.verdict == Verdict::proved);
  CHECK(taylor.within_bound == Verdict::proved);
  for (const auto& [plateaus, ramp, value, gradient] :
       {std::tuple{std::size_t{10}, Rational(1, 2), Rational(1, 20), Rational(1)}, {std::size_t{100}, Rational(1, 10), Rational(1, 200), Rational(9)}, {std::size_t{1000}, Rational(1, 100), Rational(1, 2000), Rational(99)}}) {
    const ConvAnswer a = construct_staircase(plateaus, ramp, 1);
    CHECK(a.verdict == Verdict::proved);
    CHECK(*a.error.value_exact == value);
    CHECK(*a.error.gradient_exact == gradient);
    CHECK(a.parameters.M == 2 * (plateaus - 1));
  }
  const ConvAnswer saw = construct_sawtooth("square", 64, 12, Rational(1, 64), {});
  CHECK(*saw.error.gradient_exact >= 64 - Rational(1, 64));
  CHECK(*saw.error.value_exact <= Rational(1, 64) + Rational(1, 16384));
}

TEST_CASE("Theorem E: hats of a circle grow like n, and the network is the interpolant on it") {
  const auto f = make_smooth_function("polynomial:x y", 2);
  std::size_t last = 0;
  for (const std::size_t n : {8, 16, 32}) {
    NodalTable table(*f, n, 0);
    const ManifoldError along = manifold_error(table, "circle");
    CHECK(along.nodes.size() <= 12 * n);
    if (last > 0) CHECK(static_cast<double>(along.nodes.size()) / static_cast<double>(last) == Approx(2).epsilon(0.15));
    last = along.nodes.size();
    CHECK(along.error.value.upper() <= 1.021 * along.bound.value);
    CHECK(along.error.gradient.upper() <= 1.05 * along.error.gradient.lower());
    CHECK(along.error.gradient.upper() <= along.bound.gradient);
    if (n > 8) continue;
    const ConvResNet net = hat_network(table, along.nodes, 0, {});
    for (int k = -5; k <= 5; ++k) {
      // A rational point of the circle, and its tangent.
      const Rational t = Rational(k) / 4, c = (1 - t * t) / (1 + t * t), s = 2 * t / (1 + t * t);
      const std::vector<Rational> x{Rational(1, 2) + Rational(2, 5) * c, Rational(1, 2) + Rational(2, 5) * s}, tangent{-s, c};
      const ValueAndSlope got = value_and_slope(net, x, tangent), expected = KuhnPiece(table, simplex_at(x, tangent, n)).approximant_exact(x, tangent);
      CHECK(got.value == expected.value);
      CHECK(got.slope == expected.slope);
      CHECK(abs(got.value - x[0] * x[1]) <= rational_exact(along.error.value.upper()));
      CHECK(abs(got.slope - (x[1] * tangent[0] + x[0] * tangent[1])) <= rational_exact(along.error.gradient.upper()));
    }
  }
}

TEST_CASE("Theorem E on a sphere: hats grow like n², and both errors are enclosed to a few percent") {
  const auto f = make_smooth_function("polynomial:x y z", 3);
  std::size_t last = 0;
  for (const std::size_t n : {4, 8}) {
    NodalTable table(*f, n, 0);
    const ManifoldError along = manifold_error(table, "sphere");
    if (last > 0) CHECK(static_cast<double>(along.nodes.size()) / static_cast<double>(last) == Approx(4).epsilon(0.15));
    last = along.nodes.size();
    CHECK(along.error.value.upper() <= 1.05 * along.error.value.lower());
    CHECK(along.error.gradient.upper() <= 1.05 * along.error.gradient.lower());
    CHECK(along.error.value.upper() <= along.bound.value);
    // Rational points of the sphere, by stereographic projection.
    const ConvResNet net = hat_network(table, along.nodes, 0, {});
    for (int k = -2; k <= 2; ++k) {
      const Rational s = Rational(k) / 3, t = Rational(k * k) / 5 - Rational(1, 2), r = 1 + s * s + t * t;
      const std::vector<Rational> nu{2 * s / r, 2 * t / r, (s * s + t * t - 1) / r};
      std::vector<Rational> x;
      for (const Rational& c : nu) x.push_back(Rational(1, 2) + Rational(2, 5) * c);
      const Rational value = value_and_slope(net, x, {Rational(1), Rational(0), Rational(0)}).value;
      CHECK(abs(value - x[0] * x[1] * x[2]) <= rational_exact(along.error.value.upper()));
    }
  }
}

TEST_CASE("requests that make no sense are refused") {
  CHECK_THROWS_AS(answer('Z', "sine", 1, 4), InputError);
  CHECK_THROWS_AS(answer('C', "sine", 2, 4), InputError);
  CHECK_THROWS_AS(answer('E', "sine", 2, 4), InputError);
  CHECK_THROWS_AS(answer('D', "sine", 3, 100), InputError);
  CHECK_THROWS_AS(answer('D', "cosine", 1, 4), InputError);
  CHECK_THROWS_AS(construct_staircase(1, Rational(1, 2), 1), InputError);
  CHECK_THROWS_AS(construct_staircase(10, 2, 1), InputError);
}

}  // namespace narrows::test
