// Networks and parameters for the tests of regime maps.
#pragma once

#include <random>
#include <string>

#include "bounds/parameter_family.hpp"
#include "bounds/regime_map.hpp"
#include "io/load.hpp"
#include "network/chain.hpp"

namespace narrows::test {

inline Chain trained_chain(const std::string& name) {
  const std::string path = std::string(NARROWS_DATA_DIR) + "/networks/trained/" + name + ".json";
  return make_chain(load_network(path).network, {}, path);
}

inline Domain box_domain(std::size_t dim, double radius) {
  Domain domain;
  domain.type = Domain::Type::box;
  domain.dim = dim;
  domain.box = {std::vector<double>(dim, -radius), std::vector<double>(dim, radius)};
  return domain;
}

/// Φ = ε x + δ v·tanh(w x + b).
inline Chain one_neuron(double w, double v, double b = 0) {
  Network network;
  network.input_dim = 1;
  ResidualLayer residual{1, 1, {}};
  residual.branch.push_back({AffineLayer{1, 1, {rational_exact(w)}, {rational_exact(b)}}});
  residual.branch.push_back({ActivationLayer{Activation::tanh, 0}});
  residual.branch.push_back({AffineLayer{1, 1, {rational_exact(v)}, {0}}});
  network.layers.push_back({residual});
  return make_chain(network, {}, "test");
}

inline double uniform(std::mt19937_64& source, double low, double high) { return std::uniform_real_distribution<double>(low, high)(source); }

/// A cell inside [0, 2]², now and then on an axis.
inline ParameterCell random_cell(std::mt19937_64& source) {
  const double width = std::ldexp(1.0, -static_cast<int>(source() % 8));
  const double e = source() % 5 == 0 ? 0 : uniform(source, 0, 2 - width), d = source() % 5 == 0 ? 0 : uniform(source, 0, 2 - width);
  return {{e, e + width}, {d, d + width}};
}

inline bool contains(const ParameterCell& cell, double e, double d) {
  return cell.skip.lower() <= e && e <= cell.skip.upper() && cell.residual.lower() <= d && d <= cell.residual.upper();
}

}  // namespace narrows::test
