// The winding number of the gradient along the boundary of a box: closed forms, and relations that hold for every network.
#include "critical/winding.hpp"

#include <catch2/catch.hpp>

#include "random_networks.hpp"
#include "support/random_cases.hpp"

using namespace narrows;

namespace {

// ∇Φ = (1 − 3/2 tanh'(x), −1 + 3/2 tanh'(y)): zeros at (±a, ±a), a = 0.658…, of the signs −xy.
Network four_points() {
  Network network;
  network.input_dim = 2;
  network.layers.push_back(
      {ResidualLayer{1, Rational(-3, 2), {Layer{ActivationLayer{Activation::tanh, 0}}}}});
  network.layers.push_back({AffineLayer{1, 2, {1, -1}, {0}}});
  return network;
}

// The same function of A·x, A with determinant −1.
Network swapped(Network network) {
  network.layers.insert(network.layers.begin(), {AffineLayer{2, 2, {0, 1, 1, 0}, {0, 0}}});
  return network;
}

std::optional<int> winding(const Network& network, const IntervalBox& box, Engine engine = Engine::batched) {
  const Chain chain = make_chain(network, {}, "network");
  return gradient_winding_number(Problem(chain, prove_layers_regular(chain), engine), box);
}

IntervalBox box_of(double x_lower, double x_upper, double y_lower, double y_upper) {
  return {Interval(x_lower, x_upper), Interval(y_lower, y_upper)};
}

}  // namespace

TEST_CASE("the winding number is +1 round an extremum, -1 round a saddle, and adds up") {
  for (const Network& network : {four_points(), swapped(four_points())})
    for (const Engine engine : {Engine::batched, Engine::simple}) {
      CHECK(winding(network, box_of(0.3, 2, -2, -0.3), engine) == 1);
      CHECK(winding(network, box_of(-2, -0.3, 0.3, 2), engine) == 1);
      CHECK(winding(network, box_of(0.3, 2, 0.3, 2), engine) == -1);
      CHECK(winding(network, box_of(-2, -0.3, -2, -0.3), engine) == -1);
      CHECK(winding(network, box_of(0.3, 2, -2, 2), engine) == 0);
      CHECK(winding(network, box_of(-3, 3, -3, 3), engine) == 0);
    }
}

TEST_CASE(
    "no winding number is given where the gradient vanishes on the boundary, nor for an edge of no length") {
  // tanh² x = 1/3 at x = 0.6584789484624083…: the doubles next to it do not tell, a box that ends 1e-9 before it does.
  const double a = 0.6584789484624083;
  CHECK_FALSE(winding(four_points(), {Interval(-1, 2), Interval(a, a)}).has_value());
  CHECK(winding(four_points(), box_of(0.3, a - 1e-9, 0.3, 2)) == 0);
  CHECK(winding(four_points(), box_of(0.3, a + 1e-9, 0.3, 2)) == -1);
  // Φ = (x − tanh x) + y·0: ∇Φ vanishes on the line x = 0.
  Network line;
  line.input_dim = 2;
  line.layers.push_back({ResidualLayer{1, -1, {Layer{ActivationLayer{Activation::tanh, 0}}}}});
  line.layers.push_back({AffineLayer{1, 2, {1, 0}, {0}}});
  CHECK_FALSE(winding(line, box_of(-1, 1, -1, 1)).has_value());
}

TEST_CASE(
    "winding numbers of random networks: those of the quarters add up, mirroring changes nothing, both "
    "engines agree") {
  test::RandomCases random(77);
  int nonzero = 0, compared = 0;
  for (int wanted = test::cases(40, 4000); wanted > 0;) {
    const Chain chain = test::random_chain(random);
    if (chain.input_dim != 2) continue;
    --wanted;
    Network network;
    network.input_dim = 2;
    network.layers = chain.layers;
    const auto whole = winding(network, box_of(-2, 2, -2, 2));
    if (!whole) continue;
    CHECK(winding(network, box_of(-2, 2, -2, 2), Engine::simple) == whole);
    CHECK(winding(swapped(network), box_of(-2, 2, -2, 2)) == whole);
    int sum = 0;
    bool known = true;
    for (const double x : {-2.0, 0.125})
      for (const double y : {-2.0, 0.125}) {
        const auto part = winding(network, box_of(x, x < 0 ? 0.125 : 2, y, y < 0 ? 0.125 : 2));
        known = known && part;
        sum += part.value_or(0);
      }
    if (!known) continue;
    CHECK(sum == *whole);
    ++compared;
    nonzero += *whole != 0;
  }
  CHECK(compared > 20);
  CHECK(nonzero > 2);
}
