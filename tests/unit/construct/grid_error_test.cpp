// The exact L1 error: the figures of the theory page, and a second algorithm that splits the square into linear regions.
#include "construct/grid_error.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <memory>

#include "construct/one_neuron.hpp"
#include "construct/point_check.hpp"
#include "polyhedral/level_sets.hpp"
#include "polyhedral/partition.hpp"
#include "unit/construct/support.hpp"

namespace narrows::test {
namespace {

Rational error_of(const OneNeuronNetwork& net, const GridFunction& h) {
  std::string why;
  const auto form = digit_form(net, &why);
  REQUIRE(form);
  return *grid_error_exact(*form, h);
}

/// Rounded to three significant digits, as the theory page prints.
std::string three_digits(const Rational& x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", midpoint(enclose(x)));
  return text;
}

double disc_error(std::size_t dim, std::size_t n, const Rational& theta) { return std::stod(three_digits(error_of(digit_network(disc_grid(dim, n), theta), disc_grid(dim, n)))); }

/// ∫ |N − level| over a box of the plane, region by region, each triangle of a fan by the mean of its corners.
Rational error_by_regions(const OneNeuronNetwork& net, const Rational& level, const Box& box) {
  const Chain chain = make_chain(to_network(net, ""), {}, "");
  Partition partition(std::make_shared<const Stages>(with_level(make_stages(make_piecewise_linear(chain, "")), level)), box);
  partition.cut_along(1);
  Rational sum;
  for (std::size_t cell = 0; cell < partition.lattice().cells().size(); ++cell) {
    std::vector<std::vector<Rational>> corners;
    std::vector<Rational> values;
    for (const Id v : cyclic_vertices(partition.lattice(), 2, static_cast<Id>(cell))) {
      corners.push_back(partition.point(v));
      values.push_back(abs(value_exact(net, corners.back()) - level));
    }
    for (std::size_t k = 1; k + 1 < corners.size(); ++k) {
      const Rational ax = corners[k][0] - corners[0][0], ay = corners[k][1] - corners[0][1], bx = corners[k + 1][0] - corners[0][0], by = corners[k + 1][1] - corners[0][1];
      sum += abs(ax * by - ay * bx) / 2 * (values[0] + values[k] + values[k + 1]) / 3;
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("exact errors of discs and balls are those of the theory page") {
  CHECK(disc_error(2, 4, Rational(1, 4)) == 0.115);
  CHECK(disc_error(2, 8, Rational(1, 8)) == 0.048);
  CHECK(disc_error(2, 12, Rational(1, 12)) == 0.0316);
  CHECK(disc_error(2, 16, Rational(1, 16)) == 0.0222);
  CHECK(disc_error(2, 32, Rational(1, 32)) == 0.0107);
  CHECK(disc_error(3, 3, Rational(1, 3)) == 0.168);
  CHECK(disc_error(3, 4, Rational(1, 4)) == 0.0757);
  CHECK(disc_error(3, 6, Rational(1, 6)) == 0.088);
  CHECK(disc_error(3, 3, Rational(1, 24)) == 0.0275);
  CHECK(disc_error(3, 4, Rational(1, 32)) == 0.0113);
  CHECK(disc_error(3, 6, Rational(1, 48)) == 0.0122);
}

TEST_CASE("two cells a side, all 1: the exact error, which a fine Riemann sum confirms") {
  const GridFunction h = disc_grid(2, 2);
  const Rational error = error_of(digit_network(h, Rational(1, 2)), h);
  CHECK(error == Rational(51349, 147200));
  double sum = 0;
  constexpr int steps = 1000;
  const auto plus = [](double t) { return t > 0 ? t : 0.0; };
  for (int i = 0; i < steps; ++i)
    for (int j = 0; j < steps; ++j) {
      const double x = (i + 0.5) / steps, t = (j + 0.5) / steps;
      double z = t - 24 * plus(t - 0.875);
      z -= 24 * plus(0.125 - z);
      z += -32 * plus(0.125 - x) - 32 * plus(x - 0.875) + 4 * (plus(x - 0.375) - plus(x - 0.625));
      sum += 1 - std::min(1.0, plus(8 * z));
    }
  CHECK(std::fabs(sum / steps / steps - midpoint(enclose(error))) < 1e-4);
}

TEST_CASE("errors agree with the sum over all linear regions") {
  RandomCases random(3);
  for (int k = 0; k < cases(3, 30); ++k) {
    const GridFunction h = random_grid(random, 2, 2);
    const Rational theta = Rational(random.integer(1, 3)) / 4;
    for (const bool fold_free : {false, true}) {
      const OneNeuronNetwork net = fold_free ? fold_free_network(h, theta) : digit_network(h, theta);
      Rational sum;
      for (std::size_t m = 0; m < h.cells(); ++m) {
        Box box;
        for (const std::size_t j : h.cell(m)) {
          box.lower.push_back(static_cast<double>(j) / 2);
          box.upper.push_back(static_cast<double>(j + 1) / 2);
        }
        sum += error_by_regions(net, h.values[m], box);
      }
      CAPTURE(to_text(theta), fold_free);
      CHECK(error_of(net, h) == sum);
    }
  }
}

TEST_CASE("errors are within the theorem's bound and scale with the values") {
  RandomCases random(4);
  for (std::size_t dim = 2; dim <= 4; ++dim)
    for (int k = 0; k < cases(3, 30); ++k) {
      GridFunction h = random_grid(random, dim, dim == 2 ? 4 : 2);
      const Rational theta = Rational(random.integer(1, 7)) / 8;
      const Rational error = error_of(digit_network(h, theta), h), free = error_of(fold_free_network(h, theta), h);
      CHECK(error <= h.oscillation_with_zero() * flank_volume(dim, theta));
      CHECK(free <= h.oscillation() * flank_volume(dim, theta));
      for (Rational& value : h.values) value *= Rational(-7, 3);
      CHECK(error_of(digit_network(h, theta), h) == error * Rational(7, 3));
      // Against another grid function the error is at least the distance of the two less that.
      GridFunction other = h;
      other.values[0] += 1;
      CHECK(error_of(digit_network(h, theta), other) >= 1 / Rational(h.cells()) - error * Rational(7, 3));
    }
}

TEST_CASE("in one dimension the error is that of the function itself") {
  RandomCases random(5);
  for (int k = 0; k < cases(10, 200); ++k) {
    const GridFunction h = random_grid(random, 1, static_cast<std::size_t>(random.integer(1, 7)));
    const Rational theta = Rational(random.integer(1, 9)) / 10;
    const OneNeuronNetwork net = line_network(h, theta);
    const LineFunction form = line_form(net);
    CHECK(vanishes_off_cube(form));
    CHECK(grid_error_exact(form, h) <= h.oscillation_with_zero() * theta);
    RandomPoints points(1);
    for (int p = 0; p < 20; ++p) {
      const Rational x = points.between(-1, 2);
      CHECK(form(x) == value_exact(net, {x}));
    }
    // O(n) linear pieces (Theorem 2), not 2^n.
    CHECK(form.x().size() <= 12 * h.n + 12);
  }
}

TEST_CASE("one-dimensional distances to targets are those of the theory page") {
  TargetOptions options;
  options.dim = 1;
  options.radius = Rational(1, 4);
  struct Case {
    const char* target;
    std::size_t n;
    double distance, tolerance;
  };
  for (const Case& c : {Case{"hat", 4, 0.1445, 6e-5}, Case{"hat", 16, 0.0409, 6e-5}, Case{"polynomial:x*(1-x)", 4, 0.0328, 6e-5}, Case{"polynomial:x*(1-x)", 8, 0.0176, 6e-5}, Case{"sine", 4, 0.278, 6e-4}, Case{"sine", 8, 0.151, 6e-4}}) {
    const auto target = make_target(c.target, options);
    const GridFunction h = sample_centres(*target, c.n);
    const Interval distance = distance_to_line(*target, line_form(line_network(h, Rational(1) / Rational(c.n))), 8000);
    CAPTURE(c.target, c.n, distance.lower(), distance.upper());
    CHECK(distance.lower() <= c.distance + c.tolerance);
    CHECK(distance.upper() >= c.distance - c.tolerance);
    CHECK(distance.upper() - distance.lower() < 2e-3 + 0.01 * c.distance);
  }
}

}  // namespace narrows::test
