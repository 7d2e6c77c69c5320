// The rules of the network model and the spelling of domains.
#include "network/model.hpp"

#include <catch2/catch.hpp>

#include "base/errors.hpp"
#include "network/domain.hpp"

using namespace narrows;

namespace {

Layer affine(std::size_t rows, std::size_t cols) {
  return {AffineLayer{rows, cols, std::vector<Rational>(rows * cols, Rational(1, 3)),
                      std::vector<Rational>(rows)}};
}

Layer activation(Activation function, const Rational& alpha = 0) {
  return {ActivationLayer{function, alpha}};
}

Network sample() {
  Network net;
  net.input_dim = 2;
  net.layers = {affine(3, 2),
                {ResidualLayer{1, Rational(1, 10), {affine(3, 3), activation(Activation::tanh)}}},
                affine(1, 3)};
  return net;
}

/// The message with which validate() refuses the sample after `change`.
template <typename Change>
std::string refusal(Change change) {
  Network net = sample();
  change(net);
  try {
    validate(net, "net");
  } catch (const InputError& error) {
    return error.what();
  }
  return "valid";
}

}  // namespace

TEST_CASE("a network knows its widths and the kinds of its layers") {
  const Network net = sample();
  CHECK_NOTHROW(validate(net, "net"));
  CHECK(widths(net) == std::vector<std::size_t>{2, 3, 3, 1});
  CHECK(kind_of(net.layers[0]) == "affine");
  CHECK(kind_of(net.layers[1]) == "residual");
  CHECK(kind_of(activation(Activation::relu)) == "activation");
  CHECK(kind_of({BatchNormLayer{}}) == "batch_norm");
  CHECK(to_string(Activation::leaky_relu) == "leaky_relu");
  CHECK(to_string(Activation::identity) == "identity");
}

TEST_CASE("networks that break a rule are refused with the place") {
  CHECK(refusal([](Network&) {}) == "valid");
  CHECK(refusal([](Network& n) { n.layers[2] = affine(1, 2); }) ==
        "net: layers[2].weight: each row: 2 numbers where 3 must stand; make it fit the layer before it");
  CHECK(refusal([](Network& n) { n.input_dim = 0; }) == "net: input_dim: is 0; give at least one input");
  CHECK(refusal([](Network& n) { n.layers.clear(); }) == "net: layers: is empty; give at least one layer");
  const auto starts = [](const std::string& text, const std::string& beginning) {
    return text.rfind(beginning, 0) == 0;
  };
  CHECK(starts(refusal([](Network& n) { std::get<AffineLayer>(n.layers[0].value).bias.clear(); }),
               "net: layers[0].bias: 0 numbers"));
  CHECK(starts(refusal([](Network& n) { std::get<ResidualLayer>(n.layers[1].value).branch.clear(); }),
               "net: layers[1].branch: is empty"));
  CHECK(starts(refusal([](Network& n) {
                 n.layers[1] = {ResidualLayer{1, 1, {affine(2, 3)}}};
               }),
               "net: layers[1].branch: its output"));
  CHECK(starts(refusal([](Network& n) {
                 n.layers[1] = {ResidualLayer{1, 1, {n.layers[1]}}};
               }),
               "net: layers[1].branch[0]: a residual layer inside"));
  CHECK(starts(refusal([](Network& n) { n.layers.push_back(activation(Activation::elu, 0)); }),
               "net: layers[3].alpha"));
  CHECK(starts(refusal([](Network& n) {
                 n.layers.push_back({BatchNormLayer{{1}, {0}, {0}, {-1}, 1}});
               }),
               "net: layers[3].variance[0]"));
  CHECK(starts(refusal([](Network& n) {
                 n.layers.push_back({BatchNormLayer{{1}, {0}, {0, 0}, {1}, 1}});
               }),
               "net: layers[3].mean"));
}

TEST_CASE("same_layers compares exact numbers and ignores names and unused parameters") {
  Network a = sample(), b = sample();
  b.name = "other";
  b.weights_dtype = "float32";
  CHECK(same_layers(a, b));
  std::get<ResidualLayer>(b.layers[1].value).residual += Rational(1, 1000000);
  CHECK_FALSE(same_layers(a, b));
  a.layers = {activation(Activation::tanh, 1)};
  b.layers = {activation(Activation::tanh, 2)};
  CHECK(same_layers(a, b));
  a.layers = {activation(Activation::elu, 1)};
  b.layers = {activation(Activation::elu, 2)};
  CHECK_FALSE(same_layers(a, b));
  b.layers = {activation(Activation::relu)};
  CHECK_FALSE(same_layers(a, b));
}

TEST_CASE("domains are written with the shortest decimals") {
  Domain box{Domain::Type::box, 2, {{-2, 0.1}, {2, 1e22}}, 0};
  CHECK(to_string(box) == "[-2,2]x[0.1,1e+22]");
  CHECK(to_string(Domain{Domain::Type::ball, 2, {}, 1.5}) == "ball(1.5)");
  CHECK(to_string(Domain{Domain::Type::space, 3, {}, 0}) == "R^3");
}
