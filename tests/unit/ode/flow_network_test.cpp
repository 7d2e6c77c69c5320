#include "ode/flow_network.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/errors.hpp"
#include "flows.hpp"
#include "ode/integrate.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Layer block(const Rational& skip, const Rational& residual, std::vector<Layer> branch) {
  return {ResidualLayer{skip, residual, std::move(branch)}};
}

Network network(std::size_t dim, std::vector<Layer> layers) {
  Network net;
  net.input_dim = dim;
  net.layers = std::move(layers);
  return net;
}

std::string refusal(const Network& net) {
  try {
    (void)neural_ode_limit(net, "net");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

double as_double(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

}  // namespace

TEST_CASE("the limit runs along arcs of signed length, in the rescaled coordinates") {
  // f_l(h) = w̃_l tanh(w_l h + b_l) in one dimension; skips of both signs, ratios of both signs.
  struct Block {
    double skip, residual, inner, bias, outer;
  };
  const std::vector<Block> blocks = {
      {2, 0.5, 1.5, 0.25, -0.75}, {-0.5, 0.25, 0.5, -1, 1.25}, {1.25, -0.375, 2, 0.5, 0.5}};
  std::vector<Layer> layers;
  for (const Block& b : blocks) {
    const auto q = [](double x) { return rational_exact(x); };
    layers.push_back(block(
        q(b.skip), q(b.residual),
        {dense(1, 1, {q(b.inner)}, {q(b.bias)}), activation(Activation::tanh), dense(1, 1, {q(b.outer)})}));
  }
  const Network limit = neural_ode_limit(network(1, layers), "net");
  // The page's definition by Runge and Kutta's method: ẏ = e^{-1} f(e y) for a time of length α, forwards or backwards.
  double y = 0.3, e = 1;
  for (const Block& b : blocks) {
    const auto g = [&](double x) { return b.outer * std::tanh(b.inner * e * x + b.bias) / e; };
    const int steps = 2000;
    const double h = b.residual / b.skip / steps;
    for (int k = 0; k < steps; ++k) {
      const double k1 = g(y), k2 = g(y + h / 2 * k1), k3 = g(y + h / 2 * k2), k4 = g(y + h * k3);
      y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    e *= b.skip;
  }
  const Integration run = integrate_flow_approx(as_flow(limit, "limit"), {rational_exact(0.3)}, {});
  CHECK(as_double(run.end.state[0]) == Approx(y).epsilon(1e-11));
  const auto& last = std::get<AffineLayer>(limit.layers.back().value);  // the factor e_{L+1}
  CHECK(last.weight[0] == rational_exact(2 * -0.5 * 1.25));
}

TEST_CASE("many small blocks come close to their limit, at the rate of the step") {
  const auto error_of = [](int depth) {
    std::vector<Layer> layers;
    const std::vector<Layer> branch = {
        dense(2, 2, {1, Rational(-1, 2), Rational(3, 4), Rational(1, 4)}, {Rational(1, 8), Rational(-1, 4)}),
        activation(Activation::tanh)};
    for (int l = 0; l < depth; ++l) layers.push_back(block(1, Rational(1, depth), branch));
    double x[2] = {0.5, -0.25};
    for (int l = 0; l < depth; ++l) {
      const double u = std::tanh(x[0] - x[1] / 2 + 0.125), v = std::tanh(0.75 * x[0] + x[1] / 4 - 0.25);
      x[0] += u / depth;
      x[1] += v / depth;
    }
    const Integration run =
        integrate_flow_approx(as_flow(neural_ode_limit(network(2, layers), "net"), "limit"),
                              {rational_exact(0.5), rational_exact(-0.25)}, {});
    return std::max(std::fabs(as_double(run.end.state[0]) - x[0]),
                    std::fabs(as_double(run.end.state[1]) - x[1]));
  };
  const double coarse = error_of(8), fine = error_of(16);
  CHECK(coarse > 1e-3);
  CHECK(coarse / fine == Approx(2).epsilon(0.1));
}

TEST_CASE("networks without a neural ODE next to them are refused with the reason") {
  const std::vector<Layer> tanh = {activation(Activation::tanh)};
  CHECK(refusal(network(1, {block(1, 1, tanh)})) == "accepted");
  CHECK(refusal(network(1, {activation(Activation::tanh)}))
            .find("net: has neither an ode layer nor a residual block") == 0);
  CHECK(refusal(network(1, {block(1, 1, tanh), block(0, 1, tanh)})).find("net: layers[1]: has skip 0") == 0);
  CHECK(refusal(network(1, {block(1, 1, {activation(Activation::relu)})}))
            .find("net: layers[0]: relu has a kink") == 0);
  CHECK(refusal(network(1, {block(1, 1, tanh), activation(Activation::tanh), block(1, 1, tanh)}))
            .find("net: layers[2]: is a residual block apart") == 0);
}

TEST_CASE("a network has one flow") {
  const Layer ode{OdeLayer{{{activation(Activation::sin)}}, 1}};
  CHECK_THROWS_AS(as_flow(network(1, {ode, ode}), "net"), InputError);
  CHECK_THROWS_AS(as_flow(network(1, {activation(Activation::relu), ode}), "net"), InputError);
  CHECK_THROWS_AS(as_flow(network(1, {activation(Activation::sin)}), "net"), InputError);
  CHECK(as_flow(network(3, {dense(2, 3, {1, 0, 0, 0, 1, 0}), ode, dense(1, 2, {1, 1})}), "net").dim == 2);
}
