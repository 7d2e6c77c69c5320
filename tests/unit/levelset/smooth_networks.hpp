// Small networks with known level sets, and trained ones.
#pragma once

#include <cmath>
#include <string>

#include "io/domain_parse.hpp"
#include "io/load.hpp"
#include "network/chain.hpp"
#include "network/evaluate.hpp"

namespace narrows::test {

inline AffineLayer affine(std::size_t rows, std::size_t cols, const std::vector<double>& weight,
                          const std::vector<double>& bias) {
  AffineLayer layer{rows, cols, {}, {}};
  for (const double w : weight) layer.weight.push_back(rational_exact(w));
  for (const double b : bias) layer.bias.push_back(rational_exact(b));
  return layer;
}

inline Chain chain_of(std::size_t d, std::vector<Layer> layers) {
  Network network;
  network.input_dim = d;
  network.layers = std::move(layers);
  validate(network, "test");
  return make_chain(network, {}, "test");
}

/// height − factor·Σ_i s(x_i), s(x) = softplus(x) + softplus(−x) = 2 log(2 cosh(x/2)): strictly concave, its maximum at 0.
inline Chain hill(std::size_t d, double height, double factor, Activation function = Activation::softplus) {
  std::vector<double> split(2 * d * d, 0.0);
  for (std::size_t i = 0; i < d; ++i) {
    split[2 * i * d + i] = 1;
    split[(2 * i + 1) * d + i] = -1;
  }
  return chain_of(d, {{affine(2 * d, d, split, std::vector<double>(2 * d, 0.0))},
                      {ActivationLayer{function, 0}},
                      {affine(1, 2 * d, std::vector<double>(2 * d, -factor), {height})}});
}

/// height − factor·s(a·x): above 0 on a strip of the plane along the line a·x = 0.
inline Chain strip(double a1, double a2, double height, double factor) {
  return chain_of(2, {{affine(2, 2, {a1, a2, -a1, -a2}, {0, 0})},
                      {ActivationLayer{Activation::softplus, 0}},
                      {affine(1, 2, {-factor, -factor}, {height})}});
}

inline Network trained_network(const std::string& name) {
  return load_network(std::string(NARROWS_DATA_DIR) + "/networks/trained/" + name + ".json").network;
}
inline Chain trained(const std::string& name) {
  return make_chain(trained_network(name), {}, name);
}

/// Φ(x) − level by natural intervals of 160 bits: no arithmetic that the proofs use.
class Above {
 public:
  explicit Above(const Chain& chain) : compiled_(compile_big(chain, 160)) {}
  Interval operator()(const std::vector<double>& x, const Rational& level = 0) const {
    std::vector<BigInterval> h;
    for (const double t : x) h.emplace_back(t, 160);
    return (forward_all(compiled_, h).value - BigInterval(level, 160)).to_double();
  }

 private:
  CompiledChain<BigInterval> compiled_;
};

}  // namespace narrows::test
