// A continuous piecewise linear function of one variable with finitely many pieces, exactly.
//
// notation == meaning:  knots x_0 < … < x_k with values y_0 … y_k; slope `left` before x_0 and `right` after x_k. At least one knot; a
// knot need not be a kink.
#pragma once

#include <cstddef>
#include <vector>

#include "arith/rational.hpp"

namespace narrows {

class LineFunction {
 public:
  /// x ↦ x.
  static LineFunction identity();
  static LineFunction constant(const Rational& value);
  /// gain·relu(x − at), or gain·relu(at − x).
  struct Hinge {
    Rational at, gain;
    bool opens_right = true;
  };
  static LineFunction sum_of_hinges(const Rational& constant, std::vector<Hinge> hinges);
  /// Precondition: x ascending, not empty, as long as y.
  LineFunction(std::vector<Rational> x, std::vector<Rational> y, Rational left, Rational right);

  [[nodiscard]] const std::vector<Rational>& x() const { return x_; }
  [[nodiscard]] const std::vector<Rational>& y() const { return y_; }
  [[nodiscard]] const Rational& left_slope() const { return left_; }
  [[nodiscard]] const Rational& right_slope() const { return right_; }
  /// Of the piece between knots k-1 and k; k = 0 and k = x().size() are the two tails.
  [[nodiscard]] Rational slope(std::size_t k) const;
  [[nodiscard]] Rational operator()(const Rational& at) const;

  /// f ← f + v·relu(u f + b), the effect of a one-neuron block on its own coordinate. Knots appear where u f + b crosses 0.
  /// Cost  one comparison per knot, arithmetic only where the neuron is active.
  void apply_block(const Rational& u, const Rational& v, const Rational& b);
  void add_constant(const Rational& c);
  void add(const LineFunction& other);
  void multiply(const Rational& factor);
  /// f ← max(f, 0).
  void relu() { *this = relued(); }
  /// Drops knots without a change of slope (one knot stays).
  void simplify();

  /// The least upper bound over x ≤ at, or over x ≥ at; `bounded` is false if there is none.
  struct Supremum {
    bool bounded = true;
    Rational value;
  };
  [[nodiscard]] Supremum supremum_left_of(const Rational& at) const;
  [[nodiscard]] Supremum supremum_right_of(const Rational& at) const;
  [[nodiscard]] Supremum supremum() const;

  /// Inserts knots at these places (no change of the function).
  void refine(const std::vector<Rational>& places);

 private:
  [[nodiscard]] LineFunction relued() const;
  std::vector<Rational> x_, y_;
  Rational left_, right_;
};

/// ∫ |f − level| over [a, b]. Precondition: a <= b.
[[nodiscard]] Rational integral_of_distance(const LineFunction& f, const Rational& level, const Rational& a, const Rational& b);

}  // namespace narrows
