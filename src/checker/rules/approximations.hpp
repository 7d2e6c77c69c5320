// The rules of claims of the kind `approximation`: digit-form, cores and l1-error. All arithmetic is exact.
//
// notation  d, n, h         a grid of n^d cells over [0,1]^d with one value h_m for each; h = 0 outside
//           θ, w = θ/(2n)   the core of a cell is the cell without a margin of width w on every side
//           x_1, …, x_d     coordinates; the last one is the fast digit of a cell's number m = j_d + n(j_1 + n j_2 + …)
//           N(x) = G(p_1(x_1) + … + p_d(x_d))   the network in digit form
#pragma once

#include <utility>
#include <vector>

#include "checker/model.hpp"

namespace narrows::checker {

/// A continuous piecewise linear function of one variable: a line between neighbouring knots, and beyond the first and last one.
class BrokenLine {
 public:
  struct Knot {
    Rational at, value;
  };

  /// value + slope·t.
  BrokenLine(Rational value, Rational slope)
      : knots_{{0, std::move(value)}}, left_(slope), right_(std::move(slope)) {}

  [[nodiscard]] Rational operator()(const Rational& t) const;
  /// f := f + v·relu(u·f + b).
  void compose(const Rational& u, const Rational& b, const Rational& v);
  /// f := f + Σ v·relu(u·t + b), all u ≠ 0.
  struct Relu {
    Rational u, b, v;
  };
  void add(const std::vector<Relu>& terms);

  /// At least one, at strictly ascending places. The slope may be the same on both sides of one.
  [[nodiscard]] const std::vector<Knot>& knots() const { return knots_; }
  /// The index of the first knot beyond t.
  [[nodiscard]] std::size_t first_beyond(const Rational& t) const;
  /// Slopes before the first and after the last knot.
  [[nodiscard]] const Rational& left() const { return left_; }
  [[nodiscard]] const Rational& right() const { return right_; }
  [[nodiscard]] bool is_constant() const;
  /// Least and largest value on [a, b].
  [[nodiscard]] std::pair<Rational, Rational> range(const Rational& a, const Rational& b) const;

 private:
  std::vector<Knot> knots_;
  Rational left_, right_;
};

/// N(x) = outer(Σ parts[i](x_{i+1})) for all x in R^d. In one dimension the part is the identity.
struct DigitForm {
  std::vector<BrokenLine> parts;
  BrokenLine outer{0, 0};
};

/// Rule `digit-form`: what the network is for all x. Rejects a network that is not of that form.
[[nodiscard]] DigitForm read_digit_form(const Network& network);

struct Grid {
  std::size_t d = 0, n = 0;
  std::vector<Rational> values;  ///< n^d of them
  Rational theta, w;

  /// h on the cell with these indices along x_1, …, x_d.
  [[nodiscard]] const Rational& value(const std::vector<std::size_t>& cell) const;
  /// Takes the indices to those of the next cell; false after the last one.
  [[nodiscard]] bool next(std::vector<std::size_t>& cell) const;
};

/// Rule `cores`: N = h on each closed core.
[[nodiscard]] bool equals_on_cores(const DigitForm& form, const Grid& grid);
/// N = 0 at all x that do not lie in (0,1)^d.
[[nodiscard]] bool vanishes_outside(const DigitForm& form);
/// low <= N <= high everywhere.
[[nodiscard]] bool stays_between(const DigitForm& form, const Rational& low, const Rational& high);

/// Rule `l1-error`: the integral of |N − h| over [0,1]^d. Rejects beyond 2·10^7 evaluations of a corner.
[[nodiscard]] Rational l1_error(const DigitForm& form, const Grid& grid);

}  // namespace narrows::checker
