#include <catch2/catch.hpp>

#include "../critical/random_networks.hpp"
#include "levelset/far_field.hpp"
#include "levelset/ray.hpp"
#include "smooth_networks.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

constexpr Activation kAll[] = {Activation::tanh,       Activation::sigmoid, Activation::softplus,
                               Activation::arctan,     Activation::sin,     Activation::silu,
                               Activation::gelu,       Activation::elu,     Activation::relu,
                               Activation::leaky_relu, Activation::identity};

/// One or two layers of one activation in two inputs, skip connections in half of them.
Chain small_chain(RandomCases& random, Activation function) {
  std::vector<Layer> layers;
  const ActivationLayer activation{function, rational_exact(function == Activation::elu          ? 1.0
                                                            : function == Activation::leaky_relu ? 0.25
                                                                                                 : 0.0)};
  if (random.integer(0, 1)) {
    layers.push_back({random_affine(random, 2, 2)});
    layers.push_back({activation});
  }
  layers.push_back({ResidualLayer{
      Rational(random.integer(0, 1)), Rational(1), {{random_affine(random, 2, 2)}, {activation}}}});
  layers.push_back({random_affine(random, 1, 2)});
  return chain_of(2, std::move(layers));
}

Point moved(const Point& a, const Point& r, double t) {
  return {a[0] + t * r[0], a[1] + t * r[1]};
}

}  // namespace

TEST_CASE("what is proved beyond T on a ray holds at sampled points, for every activation") {
  RandomCases random(1);
  for (const Activation function : kAll) {
    int proved = 0;
    for (int n = cases(25, 2000); n > 0; --n) {
      const Chain chain = small_chain(random, function);
      const SegmentSign sign(chain);
      const Above above(chain);
      const FarField far(chain, sign.first());
      const auto directions = straight_directions(chain);
      const Point a{random.uniform(-2, 2), random.uniform(-2, 2)},
          r = directions[static_cast<std::size_t>(
              random.integer(0, static_cast<int>(directions.size()) - 1))];
      const double T = std::ldexp(1.0, random.integer(-1, 8));
      if (!far.proved_beyond(sign.state_line(a, r), T)) continue;
      ++proved;
      // Points are rounded: a margin covers what that changes for a constant row.
      for (double t = T; t < 1e9 * T; t *= 3.7) {
        const double value = above(moved(a, r, t)).upper();
        CAPTURE(to_string(function), T, t, value);
        REQUIRE(value > -1e-6);
      }
    }
    CAPTURE(to_string(function));
    CHECK(proved > 0);
  }
}

TEST_CASE("a segment is proved exactly where its sampled values have the sign with room") {
  RandomCases random(2);
  int proved = 0, missed = 0;
  for (int n = cases(20, 5000); n > 0; --n) {
    const Chain chain = random_chain(random);
    const SegmentSign sign(chain);
    const Above above(chain);
    Point a, b;
    for (std::size_t i = 0; i < chain.input_dim; ++i) {
      a.push_back(random.uniform(-3, 3));
      b.push_back(random.uniform(-3, 3));
    }
    for (const bool positive : {true, false}) {
      double least = kInfinity;
      for (int s = 0; s <= 50; ++s) {
        Point x = a;
        for (std::size_t i = 0; i < x.size(); ++i) x[i] += s / 50.0 * (b[i] - a[i]);
        const Interval value = above(x);
        least = std::fmin(least, positive ? value.upper() : -value.lower());
      }
      const bool found = sign.proved_on_segment(a, b, positive);
      if (found) REQUIRE(least > 0);
      proved += found;
      missed += !found && least > 0.05;
    }
  }
  CHECK(proved > 6);
  CHECK(missed <= proved / 20);
}

TEST_CASE("a form made of numbers has the symbols it was asked for, exactly") {
  RandomCases random(9);
  for (int n = cases(300, 30000); n > 0; --n) {
    const double centre = random.moderate(), radius = std::fabs(random.moderate()) * 1e-18;
    const double k[2] = {random.moderate(), random.integer(0, 3) ? random.moderate() * 1e-3 : 0};
    const AffineForm form = affine_form(centre, k, 2, radius);
    for (const int e : {-1, 1})
      for (const int f : {-1, 1}) {
        const Rational asked = rational_exact(centre) + e * rational_exact(k[0]) + f * rational_exact(k[1]);
        const Rational made = rational_exact(form.centre()) + e * rational_exact(form.coefficients()[0]) +
                              f * rational_exact(form.coefficients()[1]);
        REQUIRE(abs(asked - made) + rational_exact(radius) <= rational_exact(form.radius()));
      }
  }
}

TEST_CASE("the batched kernels and the scalar forms both enclose the values on a box") {
  RandomCases random(3);
  for (int n = cases(60, 3000); n > 0; --n) {
    const Chain chain = random_chain(random);
    const std::size_t d = chain.input_dim;
    const FormValues values(chain, 0, d);
    std::vector<Interval> box;
    Point x;
    for (std::size_t i = 0; i < d; ++i) {
      const double lower = random.uniform(-2, 2), upper = lower + random.uniform(0, 0.5);
      box.emplace_back(lower, upper);
      x.push_back(lower + random.uniform(0, 1) * (upper - lower));
      x.back() = std::fmin(x.back(), upper);
    }
    std::vector<double> pieces;
    values.add_box(box, &pieces);
    std::vector<ValueForm> forms;
    values.forms(pieces, &forms);
    const Interval value = Above(chain)(x);
    REQUIRE_FALSE(disjoint(forms[0].range, value));
    // The affine part at x, its radius outward.
    Interval line(forms[0].centre);
    for (std::size_t i = 0; i < d; ++i) {
      const double middle = midpoint(box[i]), half = radius_upper(box[i], middle);
      line += Interval(forms[0].coefficients[i]) * ((Interval(x[i]) - Interval(middle)) / Interval(half));
    }
    REQUIRE_FALSE(disjoint(line + Interval(-forms[0].radius, forms[0].radius), value));
  }
}
