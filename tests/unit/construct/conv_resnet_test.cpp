// Convolutional ResNets as networks: Lemmas A and B, classes, files, one-sided slopes.
#include "construct/conv_resnet.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "construct/conv_constructions.hpp"
#include "construct/kuhn_piece.hpp"
#include "construct/line_error.hpp"
#include "construct/point_check.hpp"
#include "construct/rounding.hpp"
#include "io/network_json.hpp"
#include "network/point_value.hpp"
#include "unit/construct/support.hpp"

namespace narrows::test {
namespace {

Rational value_of(const ConvResNet& net, const std::vector<Rational>& x) {
  return value_and_slope(net, x, std::vector<Rational>(x.size())).value;
}

/// What reverse-mode differentiation gives when relu'(0) = 0 (one block, which leaves its input alone).
Rational naive_slope(const ConvResNet& net, const std::vector<Rational>& x,
                     const std::vector<Rational>& direction) {
  std::vector<Rational> value(net.channels * net.positions), slope(net.channels * net.positions);
  std::copy(x.begin(), x.end(), value.begin());
  std::copy(direction.begin(), direction.end(), slope.begin());
  for (const ConvLayer& layer : net.blocks[0]) {
    std::vector<Rational> y(layer.outputs * net.positions), s(layer.outputs * net.positions);
    for (std::size_t j = 0; j < layer.outputs; ++j)
      for (std::size_t i = 0; i < net.positions; ++i) {
        Rational z = layer.bias[j], dz;
        for (std::size_t l = 0; l < layer.inputs; ++l)
          for (std::size_t k = 0; k < layer.taps && i + k < net.positions; ++k) {
            const Rational& weight = layer.weight[(j * layer.inputs + l) * layer.taps + k];
            z += weight * value[l * net.positions + i + k];
            dz += weight * slope[l * net.positions + i + k];
          }
        if (z > 0) {
          y[j * net.positions + i] = z;
          s[j * net.positions + i] = dz;
        }
      }
    value = y;
    slope = s;
  }
  Rational total;
  for (std::size_t i = 0; i < slope.size(); ++i) total += net.output[i] * slope[i];
  return total;
}

}  // namespace

TEST_CASE("Lemma A: any filter size reads the whole input, with the depth of the theory page") {
  RandomCases random(1);
  struct Case {
    std::size_t D, K, L;
  };
  for (const Case& c : {Case{5, 2, 6}, Case{5, 3, 4}, Case{5, 4, 4}, Case{5, 5, 3}, Case{4, 2, 5},
                        Case{3, 2, 4}, Case{7, 3, 5}, Case{1, 1, 3}}) {
    // Input − 4 − 3 hidden units and the last layer.
    Circuit circuit(c.D);
    std::vector<Form> forms;
    for (const std::size_t width : {4, 3}) {
      forms.clear();
      const std::size_t inputs = width == 4 ? c.D : 4;
      for (std::size_t j = 0; j < width; ++j) {
        Form form = circuit.constant(random_rational(random));
        for (std::size_t i = 0; i < inputs; ++i) form.weight[i] = random_rational(random);
        forms.push_back(form);
      }
      circuit.layer(forms);
    }
    Form out = circuit.constant(Rational(1, 3));
    for (Rational& weight : out.weight) weight = random_rational(random);
    const Subnet subnet = circuit.finish(out, out * Rational(-1));
    const ConvResNet whole = assemble({subnet}, {c.D, 1, c.D, 2, 3}),
                     filtered = assemble({subnet}, {c.D, 1, c.K, 2, 3});
    const ConvClass parameters = class_of(filtered);
    CAPTURE(c.D, c.K);
    CHECK(parameters.L == c.L);
    CHECK(parameters.K == c.K);
    CHECK(parameters.J <= 2 * 4 + 1);
    for (int p = 0; p < 40; ++p) {
      std::vector<Rational> x;
      for (std::size_t i = 0; i < c.D; ++i) x.push_back(Rational(random.integer(0, 12)) / 12);
      // The subnet by hand.
      std::vector<Rational> h = x;
      for (const AffineLayer& layer : subnet.hidden) {
        std::vector<Rational> y = layer.bias;
        for (std::size_t i = 0; i < layer.rows; ++i) {
          for (std::size_t j = 0; j < layer.cols; ++j) y[i] += layer.weight[i * layer.cols + j] * h[j];
          y[i] = positive_part(y[i]);
        }
        h = y;
      }
      Rational expected = out.bias;
      for (std::size_t i = 0; i < h.size(); ++i) expected += out.weight[i] * h[i];
      CHECK(value_of(whole, x) == 2 + 3 * expected);
      CHECK(value_of(filtered, x) == 2 + 3 * expected);
    }
  }
}

TEST_CASE("Lemma B: the product of blocks and channels is free, the function is not") {
  const auto f = make_smooth_function("polynomial:x^2 + 3 x y", 2);
  NodalTable table(*f, 3, 2);
  const auto nodes = all_nodes(2, 3);
  const ConvResNet one = hat_network(table, nodes, 3, {1, 0});
  RandomPoints points(1);
  std::vector<std::vector<Rational>> places;
  for (int p = 0; p < 6; ++p) places.push_back({points.between(0, 1), points.between(0, 1)});
  for (const std::size_t group : {2, 5, 100})
    for (const std::size_t filter : {0, 2}) {
      const ConvResNet many = hat_network(table, nodes, 3, {group, filter});
      CHECK(many.blocks.size() < one.blocks.size());
      for (const auto& x : places) CHECK(value_of(many, x) == value_of(one, x));
    }
  const auto sine = make_smooth_function("sine", 1);
  NodalTable line(*sine, 64, 0);
  for (const std::size_t group : {1, 2, 4, 8, 16, 32, 64}) {
    const ConvResNet net = interpolant_network(line, group);
    const ConvClass c = class_of(net);
    CHECK(c.M == 64 / group);
    CHECK(c.J == std::max<std::size_t>(group, 3));
    CHECK(c.kappa1 == 1);
    CHECK(value_of(net, {Rational(5, 13)}) == value_of(interpolant_network(line, 1), {Rational(5, 13)}));
  }
}

TEST_CASE("classes are those of the theorems") {
  const auto square = make_smooth_function("square", 1);
  NodalTable line(*square, 8, 0);
  const ConvClass c = class_of(interpolant_network(line, 1));
  CHECK(c.M == 8);
  CHECK(c.L == 2);
  CHECK(c.J == 3);
  CHECK(c.K == 1);
  CHECK(c.kappa1 <= 1);
  CHECK(c.kappa2 == Rational(1, 4));
  const auto plane = make_smooth_function("gauss", 2);
  NodalTable mesh(*plane, 4, 0);
  const ConvClass d = class_of(hat_network(mesh, all_nodes(2, 4), 0, {1, 0}));
  CHECK(d.M == 25);
  CHECK(d.L == 4);
  CHECK(d.J == 4);
  CHECK(d.kappa1 == 1);
  CHECK(d.kappa2 == 4);
  const auto space = make_smooth_function("gauss", 3);
  NodalTable cube(*space, 2, 0);
  CHECK(class_of(hat_network(cube, all_nodes(3, 2), 0, {1, 0})).L == 5);
  CHECK(class_of(hat_network(cube, all_nodes(3, 2), 0, {1, 0})).J == 6);
  CHECK(class_of(hat_network(cube, all_nodes(3, 2), 0, {1, 2})).L == 6);
  CHECK(class_of(hat_network(cube, all_nodes(3, 2), 0, {1, 2})).J <= 13);
  NodalTable taylor(*square, 4, 2);
  const ConvClass g = class_of(taylor_network(taylor, 5, 1));
  CHECK(g.M == 5);
  CHECK(g.L == 14);
  CHECK(g.J == 9);
}

TEST_CASE("hats are the interpolant, with its one-sided slopes, on every simplex and face") {
  for (std::size_t dim = 1; dim <= 3; ++dim) {
    const auto f = make_smooth_function(dim == 1 ? "polynomial:x^3" : "polynomial:x^3 - 2 x y + y^2", dim);
    const std::size_t n = dim == 3 ? 2 : 4;
    NodalTable table(*f, n, 0);
    const ConvResNet net = hat_network(table, all_nodes(dim, n), 0, {1, 0});
    // Corners and middles of all simplices: kinks included.
    for (const MeshNode& half : all_nodes(dim, 2 * n)) {
      std::vector<Rational> x, direction;
      for (std::size_t k = 0; k < dim; ++k) {
        x.push_back(Rational(half[k]) / Rational(2 * n));
        direction.push_back(half[k] == 2 * n ? Rational(-1) : Rational(k + 1));
      }
      const KuhnPiece piece(table, simplex_at(x, direction, n));
      const ValueAndSlope expected = piece.approximant_exact(x, direction),
                          got = value_and_slope(net, x, direction);
      CHECK(got.value == expected.value);
      CHECK(got.slope == expected.slope);
    }
  }
}

TEST_CASE(
    "at kinks of a product the one-sided slope is within the bound, the convention ReLU'(0) = 0 is not") {
  for (const unsigned m : {2U, 4U, 8U}) {
    const ConvResNet net = product_network(m, {});
    const Rational eta = Rational(1) / Rational(1U << m), d0 = eta * eta / 4;
    RandomPoints points(m);
    for (int k = 0; k < 60; ++k) {
      // Dyadic points are kinks.
      const Rational x = Rational(points.below(1U << m)) / Rational(1U << m),
                     y = Rational(points.below(1U << m)) / Rational(1U << m);
      const ValueAndSlope right = value_and_slope(net, {x, y}, {Rational(1), Rational(0)}),
                          up = value_and_slope(net, {x, y}, {Rational(0), Rational(1)});
      CHECK(abs(right.value - x * y) <= d0);
      CHECK(abs(right.slope - y) <= eta);
      CHECK(abs(up.slope - x) <= eta);
      const Rational zero = value_and_slope(net, {x, Rational(0)}, {Rational(1), Rational(0)}).value;
      CHECK(zero == 0);
    }
  }
}

TEST_CASE("automatic differentiation with relu'(0) = 0 is wrong at dyadic points, however deep the product") {
  for (const unsigned m : {4U, 8U, 12U}) {
    const ConvResNet net = product_network(m, {});
    const std::vector<Rational> x{Rational(1, 2), Rational(1, 2)}, direction{Rational(1), Rational(1)};
    CHECK(abs(value_and_slope(net, x, direction).slope - 1) <= Rational(1) / Rational(1U << m));
    CHECK(abs(naive_slope(net, x, direction) - 1) == Rational(1, 4));
  }
}

TEST_CASE("files of convolutional networks read back as the same function") {
  const auto f = make_smooth_function("polynomial:x y^2", 2);
  NodalTable table(*f, 2, 0);
  for (const std::size_t filter : {0, 2}) {
    const ConvResNet net = hat_network(table, all_nodes(2, 2), 0, {2, filter});
    const Network read = parse_network_json(to_json(net, "hats"), "test");
    const Chain chain = make_chain(read, {}, "test");
    for (const auto& x : {std::vector<double>{0.25, 0.75}, {0.5, 0.125}, {1.0, 0.0}}) {
      const Interval value = evaluate_at(chain, x).value;
      CHECK(contains(value, midpoint(enclose(value_of(net, {rational_exact(x[0]), rational_exact(x[1])})))));
    }
  }
}

TEST_CASE("a convolutional network with rounded weights is within the bound of the exact one") {
  const auto f = make_smooth_function("polynomial:1/3 x^2 y - y/7", 2), g = make_smooth_function("gauss", 1);
  NodalTable plane(*f, 3, 2), line(*g, 5, 2);
  RandomPoints points(9);
  for (const ConvResNet& net : {hat_network(plane, all_nodes(2, 3), 3, {2, 2}), taylor_network(line, 4, 2), product_network(5, {})}) {
    const ConvResNet doubles = rounded(net);
    const double distance = distance_on_cube(net, doubles);
    CHECK(distance < 1e-9);
    CHECK(distance_on_cube(net, net) == 0);
    for (int p = 0; p < 20; ++p) {
      std::vector<Rational> x;
      for (std::size_t i = 0; i < net.positions; ++i) x.push_back(points.between(0, 1));
      CHECK(abs(value_of(net, x) - value_of(doubles, x)) <= rational_exact(distance));
    }
  }
}

TEST_CASE("the line form of a network is its function, and a block that changes its input is refused") {
  const auto f = make_smooth_function("bump", 1);
  NodalTable table(*f, 8, 2);
  NodalTable values(*f, 8, 0);
  RandomPoints points(4);
  for (ConvResNet net :
       {interpolant_network(values, 3), taylor_network(table, 3, 2),
        sawtooth_network(values, 5, Rational(1, 8), 1), staircase_network(5, Rational(1, 3), 1)}) {
    const LineFunction form = line_form(net);
    for (int k = 0; k < 50; ++k) {
      const Rational x = points.between(0, 1);
      CHECK(form(x) == value_of(net, {x}));
    }
    net.blocks[0].back().bias[0] = 1;
    CHECK_THROWS_AS(line_form(net), std::logic_error);
  }
}

}  // namespace narrows::test
