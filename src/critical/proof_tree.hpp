// The tree of splits and proved leaves that branch and bound leaves behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "arith/interval.hpp"

namespace narrows {

enum class LeafRule : std::uint8_t { layers_regular, direction_sign, unique_zero, outside_domain, event, undecided };

/// A split (two children, lower half first) or a leaf, in 12 bytes: trees have millions of nodes.
struct TreeNode {
  bool split = false;
  LeafRule rule = LeafRule::undecided;
  std::uint16_t prefix = 0;  ///< split: the axis; direction_sign: P
  std::uint16_t length = 0;  ///< direction_sign: entries of the direction
  std::uint32_t index = 0;   ///< split: first child, the second follows; direction_sign: offset; unique_zero: the zero; event: the event
};

class ProofTree {
 public:
  ProofTree() : nodes_(1) {}

  [[nodiscard]] const TreeNode& operator[](std::size_t node) const { return nodes_[node]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] std::span<const double> direction(const TreeNode& leaf) const { return {directions_.data() + leaf.index, leaf.length}; }
  [[nodiscard]] const std::vector<TreeNode>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<double>& directions() const { return directions_; }

  /// Rebuilds a tree from its parts, as nodes() and directions() gave them.
  ProofTree(std::vector<TreeNode> nodes, std::vector<double> directions) : nodes_(std::move(nodes)), directions_(std::move(directions)) {}

  /// Turns a leaf into a split; returns the node of the lower half, that of the upper half follows it.
  std::size_t split(std::size_t node, std::size_t axis) {
    const std::size_t child = nodes_.size();
    nodes_.resize(child + 2);
    nodes_[node] = {true, LeafRule::undecided, static_cast<std::uint16_t>(axis), 0, static_cast<std::uint32_t>(child)};
    return child;
  }
  void close(std::size_t node, LeafRule rule) { nodes_[node] = {false, rule, 0, 0, 0}; }
  void close_with_zero(std::size_t node, std::size_t zero) {
    nodes_[node] = {false, LeafRule::unique_zero, 0, 0, static_cast<std::uint32_t>(zero)};
  }
  /// Only in slabs of parameters (bounds/slab.hpp): the box lies in an event.
  void close_with_event(std::size_t node, std::size_t event) { nodes_[node] = {false, LeafRule::event, 0, 0, static_cast<std::uint32_t>(event)}; }
  void close_with_direction(std::size_t node, std::size_t prefix, std::span<const double> direction) {
    nodes_[node] = {false, LeafRule::direction_sign, static_cast<std::uint16_t>(prefix), static_cast<std::uint16_t>(direction.size()),
                    static_cast<std::uint32_t>(directions_.size())};
    directions_.insert(directions_.end(), direction.begin(), direction.end());
  }

 private:
  std::vector<TreeNode> nodes_;
  std::vector<double> directions_;
};

/// Where boxes are cut: 0.5·lo + 0.5·hi in double arithmetic (the certificate format fixes this formula).
[[nodiscard]] inline double split_point(const Interval& side) { return 0.5 * side.lower() + 0.5 * side.upper(); }

}  // namespace narrows
