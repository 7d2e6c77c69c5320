#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>

#include "checker/increment.hpp"
#include "limit_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

using Vector = std::vector<double>;

const std::vector<std::pair<std::string, std::function<double(double)>>>& functions() {
  static const std::vector<std::pair<std::string, std::function<double(double)>>> list = {
      {"\"tanh\"", [](double x) { return std::tanh(x); }},
      {"\"sigmoid\"", [](double x) { return 1 / (1 + std::exp(-x)); }},
      {"\"softplus\"", [](double x) { return std::log1p(std::exp(x)); }},
      {"\"arctan\"", [](double x) { return std::atan(x); }},
      {"\"sin\"", [](double x) { return std::sin(x); }},
      {"\"silu\"", [](double x) { return x / (1 + std::exp(-x)); }},
      {"\"gelu\"", [](double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; }},
      {"\"elu\"", [](double x) { return x < 0 ? std::expm1(x) : x; }},
      {"\"identity\"", [](double x) { return x; }},
      {"\"relu\"", [](double x) { return x < 0 ? 0 : x; }},  // from here on: not for an ode
      {R"("leaky_relu", "alpha": 0.25)", [](double x) { return x < 0 ? x / 4 : x; }},
      {R"("elu", "alpha": 2.5)", [](double x) { return x < 0 ? 2.5 * std::expm1(x) : x; }},
  };
  return list;
}

/// A network of planar blocks W̃σ(Wh + b) with the skip ε and the residual δ, as a model and as plain numbers.
struct Planar {
  double skip, residual;
  std::function<double(double)> function;
  std::vector<std::array<double, 10>> blocks;  // W, b, W̃ by rows
  std::string text;

  Planar(std::size_t count, double epsilon, double delta, std::size_t which, unsigned seed) : skip(epsilon), residual(delta), function(functions()[which].second) {
    std::mt19937 source(seed);
    std::uniform_real_distribution<double> weight(-1.5, 1.5);
    std::string layers;
    for (std::size_t l = 0; l < count; ++l) {
      auto& w = blocks.emplace_back();
      for (double& x : w) x = weight(source);
      const auto affine = [&](std::size_t i, double b0, double b1) {
        return R"({"type": "affine", "weight": [[)" + decimal(w[i]) + ", " + decimal(w[i + 1]) + "], [" + decimal(w[i + 2]) + ", " + decimal(w[i + 3]) + R"(]], "bias": [)" +
               decimal(b0) + ", " + decimal(b1) + "]}";
      };
      layers += R"({"type": "residual", "skip": )" + decimal(skip) + ", \"residual\": " + decimal(residual) + ", \"branch\": [" + affine(0, w[4], w[5]) +
                R"(, {"type": "activation", "function": )" + functions()[which].first + "}, " + affine(6, 0, 0) + "]}, ";
    }
    text = model(2, layers + R"({"type": "affine", "weight": [[1, -0.5]], "bias": [3]})");
  }

  Vector f(std::size_t l, const Vector& h) const {
    const auto& w = blocks[l];
    const double a = function(w[0] * h[0] + w[1] * h[1] + w[4]), b = function(w[2] * h[0] + w[3] * h[1] + w[5]);
    return {w[6] * a + w[7] * b, w[8] * a + w[9] * b};
  }

  /// Φ_ResNet - Φ_limit: the ODE by many steps of Runge and Kutta.
  double difference(Vector x, Limit limit) const {
    Vector y = x;
    const auto moved = [](const Vector& h, double t, const Vector& v) { return Vector{h[0] + t * v[0], h[1] + t * v[1]}; };
    for (std::size_t l = 0; l < blocks.size(); ++l) {
      const Vector v = f(l, x);
      x = {skip * x[0] + residual * v[0], skip * x[1] + residual * v[1]};
      if (limit == Limit::mlp) {
        y = f(l, y);
        for (double& c : y) c *= residual;
        continue;
      }
      constexpr int steps = 100;
      const double t = residual / skip / steps;
      for (int step = 0; step < steps; ++step) {
        const Vector a = f(l, y), b = f(l, moved(y, t / 2, a)), c = f(l, moved(y, t / 2, b)), d = f(l, moved(y, t, c));
        for (std::size_t i = 0; i < 2; ++i) y[i] += t / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
      }
      for (double& c : y) c *= skip;
    }
    return x[0] - y[0] - (x[1] - y[1]) / 2;
  }
};

bool contains(const Interval& x, double value, double tolerance) { return x.lo.approx() - tolerance <= value && value <= x.hi.approx() + tolerance; }

}  // namespace

TEST_CASE("checker: enclosures of differences contain those of sampled points") {
  std::mt19937 source(5);
  std::uniform_real_distribution<double> unit(0, 1);
  for (const Limit limit : {Limit::ode, Limit::mlp}) {
    for (std::size_t which = 0; which < (limit == Limit::ode ? 9u : 12u); ++which) {
      for (const auto& [skip, residual] : {std::pair(1.0, 0.1), {-0.75, 0.5}, {0.3, 1.0}}) {
        if (limit == Limit::ode && skip == 0.3) continue;
        const Planar net(2, skip, residual, which, static_cast<unsigned>(7 + which));
        const bool smooth = functions()[which].first != "\"elu\"";
        const Difference difference(block_chain(net.text), limit, smooth ? 5 : 3);
        const Box box{{-0.25, 0.125}, {0.125, 0.25}};
        for (const bool symbols : {false, true}) {
          const Interval x = difference.over(box, {leaf_precision, symbols, 1});
          CAPTURE(which, skip, symbols, x.lo.approx(), x.hi.approx());
          CHECK(x.hi.approx() - x.lo.approx() < 3);
          for (int sample = 0; sample < 2; ++sample) {
            const Vector point = {box.lo[0] + unit(source) * (box.hi[0] - box.lo[0]), box.lo[1] + unit(source) * (box.hi[1] - box.lo[1])};
            const double value = net.difference(point, limit);
            CHECK(contains(x, value, 1e-9));
            const Interval at_point = difference.over(Box{point, point}, {point_precision, false, smooth ? 2u : 8u});
            CHECK(contains(at_point, value, 1e-9));
            CHECK(at_point.hi.approx() - at_point.lo.approx() < 5e-3);
          }
        }
      }
    }
  }
}

TEST_CASE("checker: increments of activations contain those of every point") {
  std::mt19937 source(8);
  std::uniform_real_distribution<double> unit(-1, 1);
  const Function list[] = {Function::tanh, Function::sigmoid, Function::softplus, Function::arctan, Function::sin, Function::silu, Function::gelu, Function::elu, Function::identity, Function::relu, Function::leaky_relu, Function::elu};
  for (std::size_t which = 0; which < functions().size(); ++which) {
    const Activation a{list[which], which == 10 ? Rational(1, 4) : which == 11 ? Rational(5, 2) : Rational(1)};
    for (int trial = 0; trial < 60; ++trial) {
      // z = z0 + r e_1, ζ = c + s e_2 + u e_1
      const double z0 = 2 * unit(source), r = std::ldexp(std::fabs(unit(source)), -trial % 6), c = std::ldexp(unit(source), -trial % 5), s = r * unit(source) / 4, u = c * unit(source) / 8;
      Form z = coordinate_form(z0 - r, z0 + r, 0, 2, leaf_precision), zeta = constant_form(Interval(c), 2);
      add_scaled(zeta, u, coordinate_form(-1, 1, 0, 2, leaf_precision));
      add_scaled(zeta, s, coordinate_form(-1, 1, 1, 2, leaf_precision));
      tighten(zeta);
      const Form y = increment(a, {z, value_form(a, z)}, zeta, 2);
      for (int sample = 0; sample < 6; ++sample) {
        const double e1 = sample < 2 ? 1 - 2 * sample : unit(source), e2 = unit(source), at = z0 + r * e1, by = c + u * e1 + s * e2;
        const double value = functions()[which].second(at + by) - functions()[which].second(at);
        CAPTURE(which, trial, at, by, value, y.range.lo.approx(), y.range.hi.approx());
        CHECK(contains(y.range, value, 1e-13));
        const double affine = y.centre.approx() + y.slope[0].approx() * e1 + y.slope[1].approx() * e2;
        CHECK(std::fabs(value - affine) <= y.radius.approx() + 1e-13);
      }
    }
  }
}

TEST_CASE("checker: leaves shrink to the distance faster than their boxes") {
  for (const Limit limit : {Limit::ode, Limit::mlp}) {
    const Planar net(20, limit == Limit::ode ? 1 : 0.2, limit == Limit::ode ? 0.05 : 1, 0, 3);
    const Difference difference(block_chain(net.text), limit, 5);
    const double value = net.difference({0.3, -0.2}, limit);
    double excess[2];
    for (int i = 0; i < 2; ++i) {
      const double r = i == 0 ? 1.0 / 32 : 1.0 / 64, at = 0.3, other = -0.2;
      const Interval x = difference.over({{at - r, other - r}, {at + r, other + r}}, {});
      excess[i] = x.hi.approx() - x.lo.approx();
    }
    CAPTURE(value, excess[0], excess[1]);
    CHECK(excess[1] < 0.6 * excess[0]);
    CHECK(excess[1] < 0.2 * std::fabs(value));
  }
}

TEST_CASE("checker: near-limit proves the distance from the MLP of one block, which is |εx|") {
  DistanceParts p = scalar_distance("mlp", {scalar_block("0.25", "2", "\"tanh\"")});
  p.lo = "0.25", p.hi = "0.25000000001";
  const Outcome outcome = check_parts(p);
  CHECK(short_verdict(outcome) == "ACCEPTED");
  CHECK(outcome.claim == "distance proved on [-1,1] output 0 to mlp: [0.25,0.25000000001]");
  p.hi = "0.2499";
  p.lo = "0";
  CHECK(verdict_of(p) == "near-limit not-proved");
  p.hi = "0.3";
  p.lo = "0.2501";
  CHECK(verdict_of(p) == "near-limit not-proved");
  p.lo = "0.25";
  p.point = "[0.99]";
  CHECK(verdict_of(p) == "near-limit not-proved");
  p.point = "[-1]";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: near-limit proves the distance of Euler's step from the exponential") {
  // ẏ = y over α: ε(1 + α - e^α)x
  const auto verdict_for = [](const std::string& skip, const std::string& residual, const std::string& lo, const std::string& hi) {
    DistanceParts p = scalar_distance("ode", {scalar_block(skip, residual, "\"identity\"")});
    p.lo = lo;
    p.hi = hi;
    return verdict_of(p);
  };
  CHECK(verdict_for("1", "0.25", "0.0340254", "0.0340255") == "ACCEPTED");
  CHECK(verdict_for("1", "0.25", "0", "0.0340254") == "near-limit not-proved");
  CHECK(verdict_for("1", "0.25", "0.0340255", "1") == "near-limit not-proved");
  CHECK(verdict_for("2", "0.5", "0.0680508", "0.068051") == "ACCEPTED");
  // α = -1/4: 1 - 1/4 - e^{-1/4} = -0.0288007830714…, smaller than with |α|
  CHECK(verdict_for("1", "-0.25", "0.0288007", "0.0288008") == "ACCEPTED");
  CHECK(verdict_for("-1", "0.25", "0.0288007", "0.0288008") == "ACCEPTED");
  CHECK(verdict_for("1", "-0.25", "0.0340254", "0.0340255") == "near-limit not-proved");
  CHECK(verdict_for("-1", "-0.25", "0.0340254", "0.0340255") == "ACCEPTED");
  // α = 3: arcs in parts; e^3 - 4 = 16.0855369…
  CHECK(verdict_for("1", "3", "16.0855", "16.0856") == "ACCEPTED");
  CHECK(verdict_for("1", "3", "0", "16.08") == "near-limit not-proved");
}

TEST_CASE("checker: the remainder of Taylor's formula is taken over the whole arc") {
  // order 2: e^{1/4} - 5/4 = 0.0340 is α²/2 times a point of the arc, neither its start (0.03125) nor its end (0.0401)
  DistanceParts p = scalar_distance("ode", {scalar_block("1", "0.25", "\"identity\"")});
  p.order = "2";
  p.domain = R"({"type": "box", "bounds": [[0.9999999, 1]]})";
  const auto verdict_for = [&](const std::string& lo, const std::string& hi) {
    p.lo = lo, p.hi = hi;
    return verdict_of(p);
  };
  CHECK(verdict_for("0", "0.034") == "near-limit not-proved");
  CHECK(verdict_for("0.0341", "0.05") == "near-limit not-proved");
  CHECK(verdict_for("0.033", "0.043") == "ACCEPTED");
}

TEST_CASE("checker: near-limit carries the error of one block through the next") {
  // two blocks of ẏ = y, α = 1/4: (1 + α)² - e^{2α} = -0.0862212707…; of alternating signs: 1 - α² - 1 = -1/16
  DistanceParts p = scalar_distance("ode", {scalar_block("1", "0.25", "\"identity\""), scalar_block("1", "0.25", "\"identity\"")});
  p.lo = "0.0862212", p.hi = "0.0862213";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.lo = "0", p.hi = "0.0862212";
  CHECK(verdict_of(p) == "near-limit not-proved");
  p = scalar_distance("ode", {scalar_block("1", "0.25", "\"identity\""), scalar_block("1", "-0.25", "\"identity\"")});
  p.lo = "0.0624999", p.hi = "0.0625001";
  CHECK(verdict_of(p) == "ACCEPTED");
  // and through ε: e_l counts; (3·(-2)) times the first
  p = scalar_distance("ode", {scalar_block("3", "0.75", "\"identity\""), scalar_block("-2", "-0.5", "\"identity\"")});
  p.lo = "0.5173276", p.hi = "0.5173277";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: near-limit follows the nonlinear flow of one neuron") {
  // ẏ = tanh y: sinh y(α) = e^α sinh y(0); at x = 1, α = 1/2
  const double value = std::fabs(1 + 0.5 * std::tanh(1.0) - std::asinh(std::exp(0.5) * std::sinh(1.0)));
  DistanceParts p = scalar_distance("ode", {scalar_block("1", "0.5", "\"tanh\"")});
  p.domain = R"({"type": "box", "bounds": [[0.9990234375, 1]]})";
  p.lo = decimal(value * 0.99999), p.hi = decimal(value * 1.01);
  CHECK(verdict_of(p) == "ACCEPTED");
  p.lo = decimal(value * 1.00001);
  CHECK(verdict_of(p) == "near-limit not-proved");
  p.lo = "0", p.hi = decimal(value * 0.99);
  CHECK(verdict_of(p) == "near-limit not-proved");
}

TEST_CASE("checker: what has no such limit is refused with the reason") {
  const std::string block = scalar_block("1", "0.25", "\"tanh\""), tanh = R"({"type": "activation", "function": "tanh"})";
  CHECK(verdict_of(scalar_distance("ode", {scalar_block("0", "0.25", "\"tanh\"")})) == "distance inapplicable");
  CHECK(verdict_of(scalar_distance("ode", {block, scalar_block("0", "0", "\"tanh\"")})) == "distance inapplicable");
  CHECK(verdict_of(scalar_distance("mlp", {scalar_block("0", "0.25", "\"tanh\"")})) == "ACCEPTED");  // it is one
  CHECK(verdict_of(scalar_distance("ode", {scalar_block("1", "0.25", "\"relu\"")})) == "distance inapplicable");
  CHECK(verdict_of(scalar_distance("ode", {R"({"type": "activation", "function": "relu"})", block})) == "distance inapplicable");
  CHECK(verdict_of(scalar_distance("mlp", {scalar_block("0.9", "0.25", "\"relu\"")})) == "ACCEPTED");
  CHECK(verdict_of(scalar_distance("ode", {})) == "distance inapplicable");
  CHECK(verdict_of(scalar_distance("ode", {block, tanh})) == "distance inapplicable");
  CHECK(verdict_of(scalar_distance("ode", {block, tanh, block})) == "distance inapplicable");
  CHECK(verdict_of(scalar_distance("ode", {tanh, block})) == "ACCEPTED");
  CHECK(verdict_of(scalar_distance("mlp", {ode_layer(linear_branch("[[1]]"), "1"), block})) == "distance inapplicable");
  CHECK(verdict_of(scalar_distance("mlp", {block, ode_layer(linear_branch("[[1]]"), "1")})) == "distance inapplicable");
}

TEST_CASE("checker: point, distance, order and tree must be those of the claim") {
  const DistanceParts good = scalar_distance("ode", {scalar_block("1", "0.25", "\"tanh\"")});
  CHECK(verdict_of(good) == "ACCEPTED");
  const auto with = [&](auto change) {
    DistanceParts p = good;
    change(p);
    return verdict_of(p);
  };
  CHECK(with([](auto& p) { p.point = "[1.0000000000000002]"; }) == "document out-of-range");
  CHECK(with([](auto& p) { p.point = "[0, 0]"; }) == "document mismatch");
  CHECK(with([](auto& p) { p.lo = "-0.1"; }) == "document out-of-range");
  CHECK(with([](auto& p) { p.lo = "2"; }) == "document out-of-range");
  CHECK(with([](auto& p) { p.order = "1"; }) == "document out-of-range");
  CHECK(with([](auto& p) { p.order = "9"; }) == "document out-of-range");
  CHECK(with([](auto& p) { p.order = ""; }) == "document mismatch");
  CHECK(with([](auto& p) { p.limit = "mlp"; }) == "document mismatch");
  CHECK(with([](auto& p) { p.limit = "sde"; }) == "document unknown");
  CHECK(with([](auto& p) { p.domain = R"({"type": "space"})"; }) == "document inapplicable");
  CHECK(with([](auto& p) { p.domain = R"({"type": "ball", "radius": 1})"; }) == "document inapplicable");
  CHECK(with([](auto& p) { p.domain = R"({"type": "box", "bounds": [[1, 1]]})"; }) == "document out-of-range");
  CHECK(with([](auto& p) { p.tree = R"([["split", 0], ["below"], ["below"]])"; }) == "ACCEPTED");
  CHECK(with([](auto& p) { p.tree = R"([["split", 0], ["below"]])"; }) == "document incomplete");
  CHECK(with([](auto& p) { p.tree = R"([["below"], ["below"]])"; }) == "document mismatch");
  CHECK(with([](auto& p) { p.tree = R"([["split", 1], ["below"], ["below"]])"; }) == "document out-of-range");
  CHECK(with([](auto& p) { p.tree = R"([["below", 0]])"; }) == "document mismatch");
  for (const char* leaf : {"undecided", "layers-regular", "above"}) CHECK(with([&](auto& p) { p.tree = "[[\"" + std::string(leaf) + "\"]]"; }) == "document mismatch");
}

TEST_CASE("checker: a final sigmoid is dropped before distances are taken") {
  const std::string net = model(1, scalar_block("0.25", "2", "\"tanh\"") + R"(, {"type": "affine", "weight": [[4]], "bias": [0]}, {"type": "activation", "function": "sigmoid"})");
  DistanceParts p = scalar_distance("mlp", {});
  p.model = net;
  p.lo = "1", p.hi = "1.00000000001";
  CHECK(verdict_of(p) == "ACCEPTED");
}
