// The work queue of branch and bound: boxes waiting for their test, in contiguous memory, newest last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "arith/interval.hpp"

namespace narrows {

class OpenBoxes {
 public:
  explicit OpenBoxes(std::size_t dim) : dim_(dim) {}

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] bool empty() const { return nodes_.empty(); }
  [[nodiscard]] std::size_t dim() const { return dim_; }
  [[nodiscard]] std::size_t node(std::size_t i) const { return nodes_[i]; }
  [[nodiscard]] const double* lower(std::size_t i) const { return lower_.data() + i * dim_; }
  [[nodiscard]] const double* upper(std::size_t i) const { return upper_.data() + i * dim_; }
  [[nodiscard]] std::vector<Interval> box(std::size_t i) const {
    std::vector<Interval> sides;
    for (std::size_t k = 0; k < dim_; ++k) sides.emplace_back(lower(i)[k], upper(i)[k]);
    return sides;
  }

  void push(std::size_t node, const double* lower, const double* upper) {
    nodes_.push_back(static_cast<std::uint32_t>(node));
    lower_.insert(lower_.end(), lower, lower + dim_);
    upper_.insert(upper_.end(), upper, upper + dim_);
  }
  void push(std::size_t node, const std::vector<Interval>& box) {
    nodes_.push_back(static_cast<std::uint32_t>(node));
    for (const Interval& side : box) {
      lower_.push_back(side.lower());
      upper_.push_back(side.upper());
    }
  }
  /// Copies the box with one side replaced.
  void push_part(std::size_t node, const OpenBoxes& from, std::size_t i, std::size_t axis, double lower, double upper) {
    push(node, from.lower(i), from.upper(i));
    lower_[lower_.size() - dim_ + axis] = lower;
    upper_[upper_.size() - dim_ + axis] = upper;
  }
  void clear() {
    nodes_.clear();
    lower_.clear();
    upper_.clear();
  }
  /// Moves the newest `count` boxes to `taken`, in order.
  void take_newest(std::size_t count, OpenBoxes* taken) {
    taken->clear();
    const std::size_t begin = size() - count;
    for (std::size_t i = begin; i < size(); ++i) taken->push(nodes_[i], lower(i), upper(i));
    nodes_.resize(begin);
    lower_.resize(begin * dim_);
    upper_.resize(begin * dim_);
  }

 private:
  std::size_t dim_;
  std::vector<std::uint32_t> nodes_;
  std::vector<double> lower_, upper_;
};

}  // namespace narrows
