// What the library proves about layers is what the independent checker accepts, test by test.
#include <catch2/catch.hpp>

#include "checker/rules/rules.hpp"
#include "critical/global_regularity.hpp"
#include "layers.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

checker::Rational convert(const Rational& x) {
  return checker::Rational(x.str());
}
std::vector<checker::Rational> convert(const std::vector<Rational>& all) {
  std::vector<checker::Rational> converted;
  for (const Rational& x : all) converted.push_back(convert(x));
  return converted;
}

checker::Layer convert(const Layer& layer, std::size_t inputs) {
  using Kind = checker::Layer::Kind;
  checker::Layer c;
  c.inputs = inputs;
  c.outputs = output_dim(layer, inputs);
  if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) {
    c.kind = Kind::affine;
    c.weight = checker::RationalMatrix(affine->rows, affine->cols);
    c.weight.entries = convert(affine->weight);
    c.bias = convert(affine->bias);
  } else if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
    c.kind = Kind::activation;
    c.activation = {static_cast<checker::Function>(activation->function), convert(activation->alpha)};
  } else if (const auto* norm = std::get_if<BatchNormLayer>(&layer.value)) {
    c.kind = Kind::batch_norm;
    c.scale = convert(norm->scale);
    c.bias = convert(norm->bias);
    c.mean = convert(norm->mean);
    c.variance = convert(norm->variance);
  } else {
    const auto& residual = std::get<ResidualLayer>(layer.value);
    c.kind = Kind::residual;
    c.skip = convert(residual.skip);
    c.residual = convert(residual.residual);
    std::size_t width = inputs;
    for (const Layer& step : residual.branch) {
      c.branch.push_back(convert(step, width));
      width = c.branch.back().outputs;
    }
  }
  return c;
}

checker::Smoothness convert(Smoothness smoothness) {
  switch (smoothness) {
    case Smoothness::lipschitz:
      return checker::Smoothness::lipschitz;
    case Smoothness::c1:
      return checker::Smoothness::c1;
    case Smoothness::smooth:
      break;
  }
  return checker::Smoothness::smooth;
}

constexpr Activation kFunctions[] = {Activation::tanh,       Activation::sigmoid, Activation::softplus,
                                     Activation::arctan,     Activation::sin,     Activation::silu,
                                     Activation::gelu,       Activation::elu,     Activation::relu,
                                     Activation::leaky_relu, Activation::identity};

Layer random_activation(RandomNumbers& random) {
  const Activation function = kFunctions[random.below(11)];
  Rational alpha = 0;
  if (function == Activation::elu)
    alpha = random.below(2) == 0 ? Rational(1) : Rational(1 + random.below(8)) / 4;
  if (function == Activation::leaky_relu) alpha = Rational(random.below(13) - 4) / 8;
  return activation(function, alpha);
}

/// A random block of one or two activation layers, sometimes with batch_norm.
Layer random_block(std::size_t n, RandomNumbers& random) {
  std::vector<Layer> branch;
  std::size_t width = n;
  const int depth = 1 + random.below(2);
  for (int k = 0; k < depth; ++k) {
    const std::size_t next = random.below(2) == 0 ? n : static_cast<std::size_t>(1 + random.below(3));
    branch.push_back(affine(random.matrix(next, width)));
    width = next;
    if (random.below(4) == 0) {
      std::vector<Rational> scale, variance;
      for (std::size_t i = 0; i < width; ++i) {
        scale.push_back(random.weight());
        variance.push_back(1 + random.below(5));
      }
      branch.push_back(batch_norm(scale, variance));
    }
    branch.push_back(random_activation(random));
  }
  branch.push_back(affine(random.matrix(n, width)));
  const Rational skip = random.below(4) == 0 ? Rational(0) : random.nonzero();
  return residual(skip, random.nonzero() / 4, branch);
}

/// identity and leaky_relu(1): the library follows the letter of FORMAT.md and calls the range [1, 1] closed,
/// the checker knows that it does not vary and accepts a little more.
bool has_constant_slope(const Layer& layer) {
  for (const Layer& step : std::get<ResidualLayer>(layer.value).branch) {
    const auto* activation = std::get_if<ActivationLayer>(&step.value);
    if (activation == nullptr) continue;
    if (activation->function == Activation::identity) return true;
    if (activation->function == Activation::leaky_relu && activation->alpha == 1) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the checker accepts every proof of a random layer") {
  RandomNumbers random(31);
  std::vector<int> proofs(7);
  for (int trial = 0; trial < 3000; ++trial) {
    const auto n = static_cast<std::size_t>(1 + random.below(3));
    Layer layer = random_block(n, random);
    if (trial % 10 == 0) layer = affine(random.matrix(static_cast<std::size_t>(1 + random.below(3)), n));
    if (trial % 10 == 1) layer = random_activation(random);
    const Smoothness network =
        std::max(smoothness_of({layer}), random.below(5) == 0 ? Smoothness::lipschitz : Smoothness::smooth);
    const RegularityTest test = prove_layer_regular(layer, n, network);
    ++proofs[static_cast<std::size_t>(test)];
    if (test == RegularityTest::none) continue;
    const checker::LayerRule* rule = checker::find_layer_rule(to_string(test));
    REQUIRE(rule != nullptr);
    INFO("trial " << trial << " test " << to_string(test));
    REQUIRE(rule->test(convert(layer, n), convert(network)) == checker::TestResult::proved);
  }
  for (const int count : proofs) CHECK(count > 0);
}

TEST_CASE("where the exact test fails, the checker accepts no other test") {
  RandomNumbers random(32);
  for (int trial = 0; trial < 1000; ++trial) {
    const auto n = static_cast<std::size_t>(1 + random.below(3));
    const Layer layer = random_block(n, random);
    const Smoothness network = smoothness_of({layer});
    if (has_constant_slope(layer)) continue;
    if (prove_layer_regular(layer, n, network) != RegularityTest::none) continue;
    INFO("trial " << trial);
    for (const char* name : {"chain", "norm", "symmetric-part", "vertices"})
      REQUIRE(checker::find_layer_rule(name)->test(convert(layer, n), convert(network)) !=
              checker::TestResult::proved);
  }
}
