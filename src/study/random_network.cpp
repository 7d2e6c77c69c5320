#include "study/random_network.hpp"

#include <bit>
#include <cmath>

namespace narrows {
namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): passes BigCrush, and any seed is a good one.
class Generator {
 public:
  void mix(std::uint64_t value) { state_ = next() ^ value; }
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// In (0, 1), a multiple of 2^-53 plus 2^-54.
  double unit() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }
  /// In 0 … count−1, without bias.
  std::uint64_t below(std::uint64_t count) {
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % count;
    for (;;)
      if (const std::uint64_t x = next(); x < limit) return x % count;
  }
  /// Standard normal by the ratio of uniforms (Kinderman, Monahan 1977): the logarithm decides on acceptance only, so its last bit, in which
  /// mathematical libraries differ, does not reach the number.
  double normal() {
    constexpr double bound = 0.8577638849607068;  // sqrt(2/e)
    for (;;) {
      const double u = unit(), v = bound * (2 * unit() - 1), x = v / u;
      if (x * x <= -4 * std::log(u)) return x;
    }
  }

 private:
  std::uint64_t state_ = 0;
};

double draw(const WeightDistribution& law, Generator* random) {
  switch (law.law) {
    case WeightLaw::uniform:
      return 2 * random->unit() - 1;
    case WeightLaw::normal:
      return random->normal();
    case WeightLaw::bits:
      break;
  }
  const auto most = (std::int64_t{1} << (law.bits - 1)) - 1;
  const auto m = static_cast<std::int64_t>(random->below(static_cast<std::uint64_t>(2 * most + 1))) - most;
  return static_cast<double>(m) / static_cast<double>(most + 1);
}

Rational single_precision(double x) {
  return rational_exact(static_cast<double>(static_cast<float>(x)));
}

Layer affine(std::size_t rows, std::size_t cols, const WeightDistribution& law, Generator* random) {
  AffineLayer layer{rows, cols, {}, {}};
  const double scale = law.fan_in ? law.scale / std::sqrt(static_cast<double>(cols)) : law.scale;
  for (std::size_t i = 0; i < rows * cols; ++i)
    layer.weight.push_back(single_precision(scale * draw(law, random)));
  for (std::size_t i = 0; i < rows; ++i) layer.bias.push_back(single_precision(law.bias * draw(law, random)));
  return {layer};
}

Layer activation(const NetworkParameters& p) {
  const Rational alpha = p.activation == Activation::elu          ? Rational(1)
                         : p.activation == Activation::leaky_relu ? Rational(1, 100)
                                                                  : Rational(0);
  return {ActivationLayer{p.activation, alpha}};
}

Layer residual_block(const NetworkParameters& p, const Family& family, Generator* random) {
  ResidualLayer block{p.skip, p.residual, {}};
  const std::size_t inner = family.outer ? p.input_dim : p.width;
  block.branch.push_back(affine(inner, p.input_dim, family.weights, random));
  block.branch.push_back(activation(p));
  if (!family.outer) block.branch.push_back(affine(p.input_dim, inner, family.weights, random));
  return {block};
}

}  // namespace

Network random_network(const NetworkParameters& p, const Family& family) {
  Generator random;
  for (const std::uint64_t value :
       {static_cast<std::uint64_t>(p.architecture), static_cast<std::uint64_t>(p.input_dim),
        static_cast<std::uint64_t>(p.width), static_cast<std::uint64_t>(p.depth),
        static_cast<std::uint64_t>(p.activation), static_cast<std::uint64_t>(family.outer), p.seed})
    random.mix(value);
  if (!family.same_weights)
    for (const Rational& factor : {p.skip, p.residual})
      random.mix(std::bit_cast<std::uint64_t>(mpq_get_d(factor.backend().data())));
  Network network;
  network.input_dim = p.input_dim;
  std::size_t state = p.input_dim;
  for (std::size_t l = 0; l < p.depth; ++l) {
    if (p.architecture == Architecture::resnet) {
      network.layers.push_back(residual_block(p, family, &random));
    } else {
      network.layers.push_back(affine(p.width, state, family.weights, &random));
      network.layers.push_back(activation(p));
      state = p.width;
    }
  }
  network.layers.push_back(affine(1, state, family.weights, &random));
  return network;
}

}  // namespace narrows
