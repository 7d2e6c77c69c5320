// Helpers for the tests of partitions: partitions of networks, random points, and which cell holds a point.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "polyhedral/level_sets.hpp"
#include "polyhedral/regions.hpp"
#include "random_networks.hpp"

namespace narrows::test {

inline std::shared_ptr<const Stages> leveled_stages(const Network& net, const Rational& level = 0) {
  return std::make_shared<const Stages>(with_level(make_stages(make_piecewise_linear(chain_of(net), "test")), level));
}

inline Box cube(std::size_t d, double half) { return {std::vector<double>(d, -half), std::vector<double>(d, half)}; }

/// The partition of the whole space cut along Φ = level, and the sets.
struct CutSpace {
  Partition partition;
  LevelSets sets;
};
inline CutSpace cut_space(const Network& net, const Rational& level = 0) {
  Partition partition(leveled_stages(net, level));
  partition.cut_along(1);
  LevelSets sets = level_sets_exact(partition);
  return {std::move(partition), std::move(sets)};
}

/// Exactly, by the sides of the walls: is the homogeneous point p in the closed cell?
inline bool holds(Partition& partition, Id cell, const std::vector<Integer>& p) {
  const FaceLattice& lattice = partition.lattice();
  const std::size_t d = lattice.dim;
  const std::vector<Id> all = vertices_of(lattice, d, cell);
  for (const Id wall : lattice.cells()[static_cast<std::size_t>(cell)].boundary) {
    std::vector<Id> corners = d == 1 ? std::vector<Id>{wall} : cyclic_vertices(lattice, d - 1, wall);
    std::vector<std::vector<Integer>> rows;
    for (std::size_t i = 0; i < d; ++i) rows.push_back(partition.coordinates(corners[i]));
    rows.push_back(p);
    const int side = determinant(rows).sign();
    for (const Id v : all) {
      rows.back() = partition.coordinates(v);
      if (determinant(rows).sign() * side < 0) return false;
    }
  }
  return true;
}

inline std::optional<Id> cell_of(Partition& partition, const std::vector<Integer>& p) {
  for (std::size_t cell = 0; cell < partition.lattice().cells().size(); ++cell)
    if (holds(partition, static_cast<Id>(cell), p)) return static_cast<Id>(cell);
  return std::nullopt;
}

inline Rational value_of(const AffineFunction& function, const std::vector<Rational>& x) {
  Rational value = function.constant;
  for (std::size_t i = 0; i < x.size(); ++i) value += function.gradient[i] * x[i];
  return value;
}

/// d inputs, relu layers of the given widths, with the given rows (weights then bias); then the output row.
inline Network relu_network(std::size_t d, const std::vector<std::vector<std::vector<Rational>>>& layers) {
  Network net;
  net.input_dim = d;
  std::size_t cols = d;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    AffineLayer layer{layers[l].size(), cols, {}, {}};
    for (const auto& row : layers[l]) {
      layer.weight.insert(layer.weight.end(), row.begin(), row.end() - 1);
      layer.bias.push_back(row.back());
    }
    cols = layers[l].size();
    net.layers.push_back(Layer{layer});
    if (l + 1 < layers.size()) net.layers.push_back(Layer{ActivationLayer{Activation::relu, 0}});
  }
  return net;
}

/// c − |x_1 − m_1| − … − |x_d − m_d|.
inline Network cross_polytope(const std::vector<Rational>& middle, const Rational& c) {
  const std::size_t d = middle.size();
  std::vector<std::vector<Rational>> hidden;
  for (std::size_t i = 0; i < d; ++i)
    for (const int s : {1, -1}) {
      hidden.emplace_back(d + 1);
      hidden.back()[i] = s;
      hidden.back()[d] = -s * middle[i];
    }
  std::vector<Rational> output(2 * d, Rational(-1));
  output.push_back(c);
  return relu_network(d, {hidden, {output}});
}

}  // namespace narrows::test
