#include "study/random_network.hpp"

#include <bit>
#include <cmath>
#include <vector>

#include "base/bytes.hpp"
#include "base/sha256.hpp"

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

struct Shape {
  std::size_t rows, cols;
};

/// Of the affine layers, in their order.
std::vector<Shape> shapes_of(const NetworkParameters& p, const StudyFamily& family) {
  std::vector<Shape> shapes;
  std::size_t state = p.input_dim;
  for (std::size_t l = 0; l < p.depth; ++l) {
    if (p.architecture == Architecture::mlp) {
      shapes.push_back({p.width, state});
      state = p.width;
    } else if (family.outer) {
      shapes.push_back({state, state});
    } else {
      shapes.push_back({p.width, state});
      shapes.push_back({state, p.width});
    }
  }
  shapes.push_back({1, state});
  return shapes;
}

/// All weights and biases, layer by layer, in single precision; zeros are positive.
std::vector<float> draw_all(const std::vector<Shape>& shapes, const NetworkParameters& p,
                            const StudyFamily& family) {
  Generator random;
  for (const std::uint64_t value :
       {static_cast<std::uint64_t>(p.architecture), static_cast<std::uint64_t>(p.input_dim),
        static_cast<std::uint64_t>(p.width), static_cast<std::uint64_t>(p.depth),
        static_cast<std::uint64_t>(p.activation), static_cast<std::uint64_t>(family.outer), p.seed})
    random.mix(value);
  if (!family.same_weights)
    for (const Rational& factor : {p.skip, p.residual})
      random.mix(std::bit_cast<std::uint64_t>(mpq_get_d(factor.backend().data())));
  const WeightDistribution& law = family.weights;
  std::vector<float> numbers;
  for (const Shape& shape : shapes) {
    const double scale = law.fan_in ? law.scale / std::sqrt(static_cast<double>(shape.cols)) : law.scale;
    for (std::size_t i = 0; i < shape.rows * shape.cols; ++i)
      numbers.push_back(static_cast<float>(scale * draw(law, &random)) + 0.0F);
    for (std::size_t i = 0; i < shape.rows; ++i)
      numbers.push_back(static_cast<float>(law.bias * draw(law, &random)) + 0.0F);
  }
  return numbers;
}

/// Hands out affine layers of the drawn numbers.
class DrawnLayers {
 public:
  DrawnLayers(const NetworkParameters& p, const StudyFamily& family)
      : shapes_(shapes_of(p, family)), numbers_(draw_all(shapes_, p, family)) {}
  Layer next() {
    const Shape shape = shapes_.at(layer_++);
    return {AffineLayer{shape.rows, shape.cols, some(shape.rows * shape.cols), some(shape.rows)}};
  }

 private:
  std::vector<Rational> some(std::size_t count) {
    std::vector<Rational> values;
    for (; count > 0; --count) values.push_back(rational_exact(static_cast<double>(numbers_.at(number_++))));
    return values;
  }
  std::vector<Shape> shapes_;
  std::vector<float> numbers_;
  std::size_t layer_ = 0, number_ = 0;
};

Layer activation(const NetworkParameters& p) {
  const Rational alpha = p.activation == Activation::elu          ? Rational(1)
                         : p.activation == Activation::leaky_relu ? Rational(1, 100)
                                                                  : Rational(0);
  return {ActivationLayer{p.activation, alpha}};
}

}  // namespace

Network random_network(const NetworkParameters& p, const StudyFamily& family) {
  DrawnLayers drawn(p, family);
  Network network;
  network.input_dim = p.input_dim;
  for (std::size_t l = 0; l < p.depth; ++l) {
    if (p.architecture == Architecture::mlp) {
      network.layers.push_back(drawn.next());
      network.layers.push_back(activation(p));
      continue;
    }
    ResidualLayer block{p.skip, p.residual, {}};
    block.branch.push_back(drawn.next());
    block.branch.push_back(activation(p));
    if (!family.outer) block.branch.push_back(drawn.next());
    network.layers.push_back({block});
  }
  network.layers.push_back(drawn.next());
  return network;
}

std::string random_network_key(const NetworkParameters& p, const StudyFamily& family) {
  const std::vector<Shape> shapes = shapes_of(p, family);
  ByteWriter all;
  all.number(p.architecture);
  all.number(p.architecture == Architecture::resnet && family.outer);
  all.number(p.input_dim);
  all.number(p.activation);
  if (p.architecture == Architecture::resnet)
    for (const Rational& factor : {p.skip, p.residual}) all.text(factor.str());
  for (const Shape& shape : shapes) {
    all.number(shape.rows);
    all.number(shape.cols);
  }
  all.numbers(draw_all(shapes, p, family));
  return sha256_hex(all.bytes());
}

}  // namespace narrows
