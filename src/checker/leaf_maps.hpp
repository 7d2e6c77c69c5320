// The maps of a chain in rows: sums and products of leaf_rows.hpp.
#pragma once

#include <array>
#include <utility>

#include "checker/leaf_rows.hpp"

namespace narrows::checker {

/// The coordinates of the boxes, one for each lane, each with its symbol, and rows that do not depend on the boxes.
template <class T>
[[nodiscard]] BasicRows<T> coordinates(const std::array<const Box*, lanes_in<T>>& boxes) {
  const std::size_t d = boxes[0]->dim();
  BasicRows<T> x(d, 1 + d);
  for (std::size_t i = 0; i < d; ++i) {
    T lo = 0, hi = 0;
    for (std::size_t lane = 0; lane < boxes.size(); ++lane) {
      set_lane(lo, lane, boxes[lane]->lo[i]);
      set_lane(hi, lane, boxes[lane]->hi[i]);
    }
    const BasicLeafInterval<T> c(lo, hi), centre(middle_of(c));
    const T half = absolute(c - centre).hi.as_double();
    T* row = x.at(i);
    auto& rest = x.rest[i];
    row[0] = centre.lo.as_double();
    row[1 + i] = select(lo < hi, half, T(0));
    rest.radius = select(lo < hi, T(0), half);
    rest.set_range(lo, hi);
    rest.size = directed::add(magnitude(row[0]), row[1 + i], true);
  }
  return x;
}

template <class T>
[[nodiscard]] BasicRows<T> constants(const std::vector<LeafInterval>& values) {
  BasicRows<T> x(values.size(), 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    row_parts::RowSum<T> sum(x, i, 1);
    sum.add_constant(values[i]);
    sum.finish();
  }
  return x;
}

/// The radius of row i becomes its coefficient `index`, the slope of a symbol that no other row of the evaluation has been given.
template <class T>
void give_symbol(BasicRows<T>& y, std::size_t i, std::size_t index) {
  y.rest[i].size = directed::add(y.rest[i].size, y.rest[i].radius, true);
  std::swap(y.at(i)[index], y.rest[i].radius);
}

/// The rows of one lane.
template <class T>
[[nodiscard]] Rows lane_of(const BasicRows<T>& x, std::size_t lane) {
  Rows y(x.size(), x.length);
  for (std::size_t k = 0; k < x.coefficients.size(); ++k) y.coefficients[k] = lane_of(x.coefficients[k], lane);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto& rest = x.rest[i];
    y.rest[i] = {lane_of(rest.radius, lane), lane_of(rest.lo, lane), lane_of(rest.hi, lane), lane_of(rest.size, lane),
                 lane_of(rest.reach, lane)};
  }
  return y;
}

/// Entry i: Σ_j weights[i·row + j·step]·x_j + bias_i (empty: 0).
template <class T>
[[nodiscard]] BasicRows<T> linear_map(std::size_t rows, const LeafInterval* weights, std::size_t row, std::size_t step,
                                      const BasicRows<T>& x, const std::vector<LeafInterval>& bias) {
  BasicRows<T> y(rows, x.length);
  for (std::size_t i = 0; i < rows; ++i) {
    row_parts::RowSum<T> sum(y, i, x.size() + 1);
    std::size_t j = 0;
    for (; j + 2 <= x.size(); j += 2)
      sum.add_two(weights[i * row + j * step], x, j, weights[i * row + (j + 1) * step], x, j + 1);
    if (j < x.size()) sum.add(weights[i * row + j * step], x, j);
    if (!bias.empty()) sum.add_constant(bias[i]);
    sum.finish();
  }
  return y;
}

/// scale_i·x_i + bias_i (empty: 0).
template <class T>
[[nodiscard]] BasicRows<T> diagonal_map(const std::vector<LeafInterval>& scale, const BasicRows<T>& x,
                                        const std::vector<LeafInterval>& bias) {
  BasicRows<T> y(x.size(), x.length);
  for (std::size_t i = 0; i < x.size(); ++i) {
    row_parts::RowSum<T> sum(y, i, 2);
    sum.add(scale[i], x, i);
    if (!bias.empty()) sum.add_constant(bias[i]);
    sum.finish();
  }
  return y;
}

/// skip·x + residual·y of a residual layer.
template <class T>
[[nodiscard]] BasicRows<T> residual_sum(const LeafLayer& layer, const BasicRows<T>& x, const BasicRows<T>& y) {
  BasicRows<T> sums(x.size(), std::max(x.length, y.length));
  for (std::size_t i = 0; i < x.size(); ++i) {
    row_parts::RowSum<T> sum(sums, i, 2);
    if (x.length <= y.length) {
      sum.add_two(layer.skip, x, i, layer.residual, y, i);
    } else {
      sum.add_two(layer.residual, y, i, layer.skip, x, i);
    }
    sum.finish();
  }
  return sums;
}

/// Row i of y, which is 0: the line at z_i.
template <class T>
void set_line(BasicRows<T>& y, std::size_t i, const Line<BasicLeafInterval<T>>& line, const BasicRows<T>& z) {
  row_parts::RowSum<T> sum(y, i, 2);
  sum.add_affine(select(line.affine, line.lambda.as_double(), T(0)), z, i);
  sum.add_constant(select(line.affine, line.remainder, line.range));
  sum.finish(line.range);
}

/// x_i·y_i, in rows of at least that length. The first d symbols are paired sharply in the quadratic part.
template <class T>
[[nodiscard]] BasicRows<T> products(const BasicRows<T>& x, const BasicRows<T>& y, std::size_t d, std::size_t length) {
  BasicRows<T> z(x.size(), std::max(length, std::max(x.length, y.length)));
  for (std::size_t i = 0; i < x.size(); ++i)
    row_parts::set_product(z, i, row_parts::Factor<T>(x, i, d), row_parts::Factor<T>(y, i, d), d, x.range(i) * y.range(i));
  return z;
}

}  // namespace narrows::checker
