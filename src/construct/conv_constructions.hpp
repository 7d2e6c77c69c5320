// The convolutional ResNets of convresnet.md, section 3 and 4, as networks; their errors are enclosed elsewhere.
#pragma once

#include <vector>

#include "construct/circuit.hpp"
#include "construct/nodal_table.hpp"

namespace narrows {

struct ConvOptions {
  std::size_t group = 1;   ///< G subnets per block
  std::size_t filter = 0;  ///< K; 0: as many taps as positions
};

/// f_0 + Σ gain·relu(x − at), D = 1. Theorem C and the staircase are sums of hinges. No block if all gains are 0.
struct ConvHinge {
  Rational at, gain;
};
[[nodiscard]] ConvResNet hinge_network(const Rational& constant, const std::vector<ConvHinge>& hinges, std::size_t group);
/// Theorem C: the piecewise linear interpolant at i/n. Precondition: table.dim() == 1.
[[nodiscard]] ConvResNet interpolant_network(NodalTable& table, std::size_t group);
/// 4.1: N plateaus, ramps of width l/N, target x.
[[nodiscard]] ConvResNet staircase_network(std::size_t plateaus, const Rational& ramp, std::size_t group);
/// 4.2: the interpolant plus amplitude·g^{∘depth}, a sawtooth of 2^depth pieces.
[[nodiscard]] ConvResNet sawtooth_network(NodalTable& table, unsigned depth, const Rational& amplitude, std::size_t group);

/// Theorem D (degree 0), E (some nodes only) and H (degree 2): Σ over nodes of hat times Taylor polynomial, products of depth m.
[[nodiscard]] ConvResNet hat_network(NodalTable& table, const std::vector<MeshNode>& nodes, unsigned product_depth, const ConvOptions& options);
/// Theorem F: (x, y) ↦ prod_m(x, y) on [0,1]².
[[nodiscard]] ConvResNet product_network(unsigned product_depth, const ConvOptions& options);
/// Theorem G: D = 1, degree 2, one subnet per node. Precondition: table.degree() == 2.
[[nodiscard]] ConvResNet taylor_network(NodalTable& table, unsigned product_depth, std::size_t group);

}  // namespace narrows
