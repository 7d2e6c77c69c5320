// Theorem 6: exact equality of one-neuron ResNets and fully connected networks of width d+1.
#include "construct/fully_connected.hpp"

#include <catch2/catch.hpp>

#include "construct/one_neuron.hpp"
#include "construct/point_check.hpp"
#include "construct/width_identity.hpp"
#include "unit/construct/support.hpp"

namespace narrows::test {
namespace {

OneNeuronNetwork random_network(RandomCases& random, std::size_t dim) {
  OneNeuronNetwork net;
  net.dim = dim;
  for (int k = random.integer(1, 12); k > 0; --k) {
    OneNeuronBlock block;
    for (std::size_t i = 0; i < dim; ++i) {
      block.u.push_back(random.integer(0, 2) == 0 ? Rational(0) : random_rational(random));
      block.v.push_back(random.integer(0, 2) == 0 ? Rational(0) : random_rational(random));
    }
    block.b = random_rational(random);
    net.blocks.push_back(std::move(block));
  }
  for (std::size_t i = 0; i < dim; ++i) net.output.push_back(random_rational(random));
  return net;
}

std::vector<Rational> point_of(RandomPoints& random, std::size_t dim, const Rational& lower, const Rational& upper) {
  std::vector<Rational> x;
  for (std::size_t i = 0; i < dim; ++i) x.push_back(random.between(lower, upper));
  return x;
}

}  // namespace

TEST_CASE("random one-neuron networks equal their fully connected form on the box, and through the clamp everywhere") {
  RandomCases random(1);
  RandomPoints points(1);
  for (int k = 0; k < cases(40, 1000); ++k) {
    const std::size_t dim = static_cast<std::size_t>(random.integer(1, 4));
    const OneNeuronNetwork net = random_network(random, dim);
    const Rational bias = random_rational(random), lower = random_rational(random), upper = lower + random.integer(1, 5);
    const RationalBox box{std::vector<Rational>(dim, lower), std::vector<Rational>(dim, upper)};
    const FullyConnected on_box = fully_connected(net, bias, box, false), clamped = fully_connected(net, bias, box, true);
    CHECK(width(on_box) == dim + 1);
    CHECK(width(clamped) == dim + 1);
    CHECK(on_box.layers.size() == net.blocks.size() + 1);
    CHECK(clamped.layers.size() == net.blocks.size() + 3);
    for (int p = 0; p < 20; ++p) {
      const auto x = point_of(points, dim, lower, upper), far = point_of(points, dim, lower - 100, upper + 100);
      auto inside = far;
      for (Rational& entry : inside) entry = std::min(std::max(entry, lower), upper);
      CHECK(value_exact(on_box, x) == value_exact(net, x) + bias);
      CHECK(value_exact(clamped, far) == value_exact(net, inside) + bias);
    }
  }
}

TEST_CASE("Theorem 1 and 2 networks of width d+1 are equal on all of R^d") {
  RandomCases random(2);
  RandomPoints points(2);
  for (std::size_t dim = 1; dim <= 4; ++dim) {
    const GridFunction h = random_grid(random, dim, dim < 3 ? 4 : 2);
    const OneNeuronNetwork net = dim == 1 ? line_network(h, Rational(1, 3)) : digit_network(h, Rational(1, 3));
    CHECK(vanishes_off_cube(net));
    const FullyConnected wide = fully_connected(net, 0, {std::vector<Rational>(dim, Rational(0)), std::vector<Rational>(dim, Rational(1))}, true);
    for (int p = 0; p < cases(200, 10000); ++p) {
      const Rational reach = p % 3 == 0 ? Rational(1000000) : p % 3 == 1 ? Rational(1, 2) : Rational(0);
      const auto x = point_of(points, dim, -reach, 1 + reach);
      CHECK(value_exact(wide, x) == value_exact(net, x));
    }
    CHECK_FALSE((dim > 1 && vanishes_off_cube(fold_free_network(h, Rational(1, 3)))));
  }
}

TEST_CASE("equality with the blocks is proved from the weights, and lost when one of them is one ulp off") {
  RandomCases random(3);
  RandomPoints points(3);
  const auto changed = [](const Rational& x) { return x == 0 ? Rational(1, 1 << 30) : Rational(x + x / Rational(std::int64_t{1} << 52)); };
  std::size_t lost = 0, kept = 0;
  for (int k = 0; k < cases(30, 500); ++k) {
    const std::size_t dim = static_cast<std::size_t>(random.integer(1, 4));
    const OneNeuronNetwork net = random_network(random, dim);
    const Rational bias = random_rational(random), lower = random_rational(random), upper = lower + random.integer(1, 5);
    const RationalBox box{std::vector<Rational>(dim, lower), std::vector<Rational>(dim, upper)};
    const bool clamped = k % 2 == 0;
    FullyConnected wide = fully_connected(net, bias, box, clamped);
    CHECK(difference_from_blocks(wide, net, bias, box, clamped).value_or("equal") == "equal");
    CHECK(difference_from_blocks(wide, net, bias + 1, box, clamped).has_value());
    CHECK(difference_from_blocks(wide, net, bias, box, !clamped).has_value());
    for (int trial = 0; trial < 10; ++trial) {
      AffineLayer& layer = wide.layers[static_cast<std::size_t>(random.integer(0, static_cast<int>(wide.layers.size()) - 1))];
      auto& list = random.integer(0, 3) == 0 ? layer.bias : layer.weight;
      Rational& entry = list[static_cast<std::size_t>(random.integer(0, static_cast<int>(list.size()) - 1))];
      const Rational before = entry;
      entry = changed(before);
      if (difference_from_blocks(wide, net, bias, box, clamped)) {
        ++lost;
      } else {
        ++kept;
        for (int p = 0; p < 20; ++p) {
          const auto x = point_of(points, dim, lower, upper);
          CHECK(value_exact(wide, x) == value_exact(net, x) + bias);
        }
      }
      entry = before;
    }
    if (net.blocks.size() < 2) continue;
    OneNeuronNetwork tail = net;
    tail.blocks.erase(tail.blocks.begin());
    CHECK(difference_from_blocks(wide, tail, bias, box, clamped).has_value());
    const RationalBox larger{std::vector<Rational>(dim, lower - 1), std::vector<Rational>(dim, upper + 1)};
    if (!clamped) CHECK(difference_from_blocks(wide, net, bias, larger, false).has_value());
  }
  CHECK(lost > 10 * kept);
}

TEST_CASE("networks of another form are refused with the layer that is not") {
  Network network = to_network(digit_network(disc_grid(2, 2), Rational(1, 2)), "");
  Rational bias;
  std::string why;
  std::get<ResidualLayer>(network.layers[2].value).skip = 2;
  CHECK_FALSE(one_neuron_network(network, &bias, &why));
  CHECK(why.find("layer 3") != std::string::npos);
}

}  // namespace narrows::test
