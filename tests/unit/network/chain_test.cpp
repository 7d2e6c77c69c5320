#include "network/chain.hpp"

#include <catch2/catch.hpp>

#include "base/errors.hpp"
#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

const AffineLayer& last(const Chain& chain) {
  return std::get<AffineLayer>(chain.layers.back().value);
}
OutputSelection component(std::size_t k) {
  return {false, k, 0};
}
OutputSelection margin(std::size_t i, std::size_t j) {
  return {true, i, j};
}

}  // namespace

TEST_CASE("the selected output is folded into a final affine layer, exactly") {
  const Network net = network(2, {affine({{1, 2}, {3, Rational(1) / 3}, {5, 6}}, {7, 8, Rational(1) / 7})});
  const Chain one = make_chain(net, component(1), "net.json");
  CHECK(one.layers.size() == 1);
  CHECK(one.widths == std::vector<std::size_t>{2, 1});
  CHECK(last(one).weight == std::vector<Rational>{3, Rational(1) / 3});
  CHECK(last(one).bias == std::vector<Rational>{8});

  const Chain difference = make_chain(net, margin(1, 2), "net.json");
  CHECK(last(difference).rows == 1);
  CHECK(last(difference).weight == std::vector<Rational>{-2, Rational(-17) / 3});
  CHECK(last(difference).bias == std::vector<Rational>{Rational(55) / 7});
}

TEST_CASE("a row is appended where the last layer is not affine") {
  const Chain one =
      make_chain(network(2, {shape(2, 2), activation(Activation::tanh)}), component(1), "net.json");
  CHECK(one.layers.size() == 3);
  CHECK(one.widths == std::vector<std::size_t>{2, 2, 2, 1});
  CHECK(last(one).weight == std::vector<Rational>{0, 1});
  CHECK(last(one).bias == std::vector<Rational>{0});
  const Chain difference = make_chain(network(2, {activation(Activation::tanh)}), margin(1, 0), "net.json");
  CHECK(last(difference).weight == std::vector<Rational>{-1, 1});
}

TEST_CASE("a final sigmoid is dropped, and only a sigmoid, and only one") {
  const Chain sigmoid = chain(2, {shape(1, 2), activation(Activation::sigmoid)});
  CHECK(sigmoid.dropped_sigmoid);
  CHECK(sigmoid.layers.size() == 1);
  const Chain twice = chain(1, {activation(Activation::sigmoid), activation(Activation::sigmoid)});
  CHECK(twice.layers.size() == 2);  // one sigmoid stays, the row (1) is appended
  CHECK(twice.dropped_sigmoid);
  const Chain tanh = chain(2, {shape(1, 2), activation(Activation::tanh)});
  CHECK_FALSE(tanh.dropped_sigmoid);
  CHECK(tanh.layers.size() == 3);
  const Chain only = chain(1, {activation(Activation::sigmoid)});
  CHECK(last(only).weight == std::vector<Rational>{1});
}

TEST_CASE("a selection that makes no sense is an input error that names the file") {
  const Network net = network(2, {shape(2, 2)});
  CHECK_THROWS_WITH(make_chain(net, component(2), "net.json"),
                    Catch::StartsWith("net.json: output 2 does not exist"));
  CHECK_THROWS_AS(make_chain(net, margin(0, 2), "net.json"), InputError);
  CHECK_THROWS_AS(make_chain(net, margin(2, 0), "net.json"), InputError);
  CHECK_THROWS_AS(make_chain(net, margin(1, 1), "net.json"), InputError);
  const Network squashed = network(2, {shape(2, 2), activation(Activation::sigmoid)});
  CHECK_THROWS_AS(make_chain(squashed, margin(0, 1), "net.json"), InputError);
  CHECK_NOTHROW(make_chain(squashed, component(1), "net.json"));
  CHECK_NOTHROW(make_chain(net, margin(0, 1), "net.json"));
}

TEST_CASE("smoothness is that of the weakest activation, branches included") {
  const auto with = [](const Layer& layer) {
    return chain(1, {residual(1, 1, {layer}), activation(Activation::tanh)}).smoothness;
  };
  CHECK(with(activation(Activation::silu)) == Smoothness::smooth);
  CHECK(with(activation(Activation::elu, 1)) == Smoothness::c1);
  CHECK(with(activation(Activation::elu, 2)) == Smoothness::lipschitz);
  CHECK(with(activation(Activation::relu)) == Smoothness::lipschitz);
  CHECK(with(activation(Activation::leaky_relu, Rational(1) / 100)) == Smoothness::lipschitz);
  CHECK(with(activation(Activation::leaky_relu, 1)) == Smoothness::smooth);
}

TEST_CASE("the first kinked activation is named") {
  CHECK(first_kinked_activation({activation(Activation::tanh), activation(Activation::elu, 1)}).empty());
  CHECK(first_kinked_activation({activation(Activation::tanh),
                                 residual(1, 1, {activation(Activation::leaky_relu, 0)}),
                                 activation(Activation::relu)}) == "leaky_relu");
}
