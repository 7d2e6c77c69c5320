#include "checker/form.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "support.hpp"

using namespace narrows::checker;

namespace {

/// The form's affine part at the symbols e, enlarged by its radius, contains the value; so does its range.
bool describes(const Form& form, const std::vector<double>& e, const Interval& value) {
  Interval affine = hull(Interval(form.radius), -Interval(form.radius)) + Interval(form.centre);
  for (std::size_t i = 0; i < e.size(); ++i) affine = affine + Interval(form.slope[i]) * Interval(e[i], 128);
  return may_meet(affine, value) && may_meet(form.range, value);
}

}  // namespace

TEST_CASE("checker: affine forms contain the function at every point of the box") {
  std::mt19937 source(3);
  std::uniform_real_distribution<double> centre(-3, 3), unit(-1, 1);
  const Function functions[] = {Function::tanh, Function::sigmoid, Function::softplus, Function::arctan, Function::sin,
                                Function::silu, Function::gelu,    Function::elu};
  for (int trial = 0; trial < 400; ++trial) {
    const double r = std::pow(10, unit(source)), x0 = centre(source), y0 = centre(source), w = centre(source);
    const Activation a{functions[trial % 8], 1};
    const Form x = coordinate_form(x0 - r, x0 + r, 0, 2, 64), y = coordinate_form(y0 - r, y0 + 2 * r, 1, 2, 64);
    Form z = product(x, y, 2);
    add_scaled(z, Interval(w, w + 1e-3, 64), x);
    add_constant(z, Interval(0.5, 64));
    tighten(z);
    const ActivatedForm activated(a, z);
    const Form forms[] = {activated.derivative(0), activated.derivative(1), activated.derivative(2)};
    for (int sample = 0; sample < 10; ++sample) {
      const std::vector<double> e = {sample < 4 ? (sample % 2 != 0 ? 1.0 : -1.0) : unit(source),
                                     sample < 4 ? (sample / 2 != 0 ? 1.0 : -1.0) : unit(source)};
      const auto at = [&](const Form& f, std::size_t i) {
        return Interval(f.centre) + Interval(f.slope[i]) * Interval(e[i], 192);
      };
      const Interval xv = at(x, 0), yv = at(y, 1);
      const Interval zv = xv * yv + Interval(w + 0.5e-3, 192) * xv + Interval(0.5, 192);
      CAPTURE(trial, x0, y0, r, w, e[0], e[1]);
      REQUIRE(describes(z, e, zv));
      for (std::size_t k = 0; k < 3; ++k) {
        const Interval value = hull(jet(a, Interval(zv.lo)).order[k], jet(a, Interval(zv.hi)).order[k]);
        CAPTURE(k, static_cast<int>(a.function));
        REQUIRE(describes(forms[k], e, value));
      }
    }
  }
}

TEST_CASE("checker: products of forms of different precision contain the function, too") {
  const Form doubles = coordinate_form(0.25, 0.75, 0, 2, leaf_precision), reals = coordinate_form(-1, 3, 1, 2, point_precision);
  for (const Form& z : {product(doubles, reals, 2), product(reals, doubles, 2)}) {
    CHECK(inside(z.range, -0.76, 2.26));
    for (const double e : {-1.0, 0.0, 1.0})
      for (const double f : {-1.0, 0.5, 1.0}) CHECK(describes(z, {e, f}, Interval((0.5 + 0.25 * e) * (1 + 2 * f), 160)));
  }
}

TEST_CASE("checker: an affine form cancels what depends on the same symbol") {
  const Form x = coordinate_form(-1, 3, 0, 1, 64);
  Form difference = x;
  add_scaled(difference, Interval(-1.0, 64), x);
  tighten(difference);
  CHECK(inside(difference.range, 0, 0));
  CHECK(inside(product(x, x, 1).range, -3.0, 9.0));
}

TEST_CASE("checker: forms over unbounded boxes keep only their range") {
  const Form x = coordinate_form(2, HUGE_VAL, 0, 1, 64);
  const Form t = ActivatedForm({Function::tanh, 1}, x).derivative(0);
  CHECK(t.range.positive());
  CHECK(inside(t.range, 0.9, 1.0));
  Form zero(1, 64);
  add_scaled(zero, Interval(0, 64), x);
  tighten(zero);
  CHECK(inside(zero.range, 0, 0));
}

TEST_CASE("checker: dual forms contain the derivatives of a network and its gradient") {
  using namespace test;
  const std::string text = deep_model(4, 0.4, 11);
  const Json json = parse_json(text, "model");
  const auto exact = fold_output(read_network(Field(json, "model")), Output{});
  const auto chain = enclose(exact, 64), fine = enclose(exact, 192);
  std::mt19937 source(4);
  std::uniform_real_distribution<double> unit(-1, 1);
  const Box box{{-0.3, 0.1}, {0.2, 0.5}};
  BoxPass pass(chain, 0, box, 64, Carry::derivatives);
  const auto v0 = pass.row_vector(0);
  const auto v2 = pass.row_vector(2);
  for (int sample = 0; sample < 20; ++sample) {
    std::vector<double> x;
    for (std::size_t i = 0; i < 2; ++i) x.push_back(box.lo[i] + (box.hi[i] - box.lo[i]) * (0.5 + 0.5 * unit(source)));
    BoxPass point(fine, 0, Box{x, x}, 192, Carry::derivatives);
    CHECK(may_meet(pass.finish()[0].value.range, point.finish()[0].value.range));
    const auto p0 = point.row_vector(0), p2 = point.row_vector(2);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(may_meet(v0[i].value.range, p0[i].value.range));
      CHECK(may_meet(v2[i].value.range, p2[i].value.range));
      // v_0 is the gradient of the output.
      CHECK(midpoint_approx(point.finish()[0].derivative[i].range) == Approx(midpoint_approx(p0[i].value.range)));
      for (std::size_t j = 0; j < 2; ++j) CHECK(may_meet(v0[i].derivative[j].range, p0[i].derivative[j].range));
    }
    // The Hessian is symmetric, and the slope of the gradient.
    CHECK(midpoint_approx(p0[0].derivative[1].range) == Approx(midpoint_approx(p0[1].derivative[0].range)));
    const double h = 1e-6;
    BoxPass shifted(fine, 0, Box{{x[0] + h, x[1]}, {x[0] + h, x[1]}}, 192, Carry::values);
    const double slope = (midpoint_approx(shifted.row_vector(0)[1].value.range - p0[1].value.range)) / h;
    CHECK(slope == Approx(midpoint_approx(p0[1].derivative[0].range)).epsilon(1e-3).margin(1e-4));
  }
}
