#include "construct/line_error.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace narrows {
namespace {

/// Σ parts, pairwise: every knot is moved a logarithmic number of times.
LineFunction sum_of(std::vector<LineFunction> parts) {
  if (parts.empty()) return LineFunction::constant(0);
  while (parts.size() > 1) {
    for (std::size_t i = 0; i < parts.size() / 2; ++i) {
      LineFunction pair = std::move(parts[2 * i]);
      pair.add(parts[2 * i + 1]);
      pair.simplify();
      parts[i] = std::move(pair);
    }
    if (parts.size() % 2 == 1) parts[parts.size() / 2] = std::move(parts.back());
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>((parts.size() + 1) / 2), parts.end());
  }
  return std::move(parts[0]);
}

/// What a block adds to each channel.
std::vector<LineFunction> block_form(const std::vector<ConvLayer>& block, std::size_t channels) {
  std::vector<LineFunction> state(channels, LineFunction::constant(0));
  state[0] = LineFunction::identity();
  for (std::size_t l = 0; l < block.size(); ++l) {
    const ConvLayer& layer = block[l];
    std::vector<LineFunction> next;
    for (std::size_t j = 0; j < layer.outputs; ++j) {
      LineFunction sum = LineFunction::constant(layer.bias[j]);
      for (std::size_t i = 0; i < layer.inputs; ++i) {
        const Rational& weight = layer.weight[(j * layer.inputs + i) * layer.taps];
        if (weight == 0) continue;
        if (l == 0 && i > 0) throw std::logic_error("a block reads an accumulator");
        LineFunction term = state[i];
        term.multiply(weight);
        sum.add(term);
      }
      sum.relu();
      sum.simplify();
      next.push_back(std::move(sum));
    }
    state = std::move(next);
  }
  return state;
}

bool is_zero(const LineFunction& f) {
  return f.left_slope() == 0 && f.right_slope() == 0 && std::all_of(f.y().begin(), f.y().end(), [](const Rational& y) { return y == 0; });
}

}  // namespace

LineFunction line_form(const ConvResNet& net) {
  std::vector<LineFunction> parts{LineFunction::constant(net.bias)};
  if (net.output[0] != 0) {
    parts.push_back(LineFunction::identity());
    parts.back().multiply(net.output[0]);
  }
  for (const auto& block : net.blocks) {
    auto added = block_form(block, net.channels);
    if (!is_zero(added[0])) throw std::logic_error("a block changes the input channel");
    for (std::size_t c = 1; c < net.channels; ++c) {
      if (is_zero(added[c])) continue;
      added[c].multiply(net.output[c]);
      parts.push_back(std::move(added[c]));
    }
  }
  return sum_of(std::move(parts));
}

std::size_t pieces_on_unit_interval(const LineFunction& g) {
  LineFunction simple = g;
  simple.simplify();
  std::size_t pieces = 1;
  for (std::size_t k = 0; k < simple.x().size(); ++k) pieces += simple.x()[k] > 0 && simple.x()[k] < 1 && simple.slope(k) != simple.slope(k + 1);
  return pieces;
}

namespace {

/// On a piece [a, b] with g = y + slope (x − a).
class PieceError {
 public:
  PieceError(const SmoothFunction& f, double tolerance) : f_(f), value_(tolerance), gradient_(tolerance) {}

  void set_piece(const Rational& a, const Rational& y, const Rational& slope) {
    a_ = enclose(a), y_ = enclose(y), slope_ = enclose(slope);
  }
  Interval f(unsigned k, const Interval& x) const {
    const unsigned order[1] = {k};
    const Interval box[1] = {x};
    return f_.derivative(order, box);
  }
  Interval error_at(const Interval& x) const { return f(0, x) - (y_ + slope_ * (x - a_)); }

  /// x in the closed piece.
  void sample(const Interval& x) {
    value_.occurs(error_at(x));
    gradient_.occurs(f(1, x) - slope_);
  }
  void cover(double lo, double hi, int depth) {
    const double middle = midpoint(Interval(lo, hi));
    const Interval box(lo, hi), m(middle), t = box - m, curvature = f(2, box), slope_at_m = f(1, m) - slope_;
    if (hi - lo > 1e-9) sample(m);  // surely inside the piece, whose ends are within an ulp of the first box
    const Interval gradient = meet(f(1, box) - slope_, slope_at_m + curvature * t);
    const Interval value = meet(error_at(m) + gradient * t, error_at(m) + slope_at_m * t + curvature * square(t) * Interval(0.5));
    if ((value_.settles(value) && gradient_.settles(gradient)) || depth == 0 || !(middle > lo && middle < hi)) {
      value_.take(value);
      gradient_.take(gradient);
      return;
    }
    cover(lo, middle, depth - 1);
    cover(middle, hi, depth - 1);
  }
  [[nodiscard]] ErrorEnclosure result() const { return {value_.result(), gradient_.result(), {}, {}}; }

 private:
  const SmoothFunction& f_;
  SupremumSearch value_, gradient_;
  Interval a_, y_, slope_;
};

/// e = f − g is a parabola on each piece: its ends and its vertex.
void exact_error(const SmoothFunction& f, const LineFunction& g, ErrorEnclosure* result) {
  const auto derivative = [&](unsigned k, const Rational& at) {
    const unsigned order[1] = {k};
    const Rational x[1] = {at};
    return *f.derivative_exact(order, x);
  };
  Rational value, gradient;
  const Rational bend = derivative(2, 0);
  for (std::size_t k = 0; k + 1 < g.x().size(); ++k) {
    const Rational &a = g.x()[k], &b = g.x()[k + 1];
    if (a < 0 || b > 1) continue;
    const Rational slope = g.slope(k + 1), at_a = derivative(1, a) - slope, at_b = derivative(1, b) - slope;
    gradient = std::max({gradient, Rational(abs(at_a)), Rational(abs(at_b))});
    value = std::max({value, Rational(abs(derivative(0, a) - g.y()[k])), Rational(abs(derivative(0, b) - g.y()[k + 1]))});
    if (at_a.sign() * at_b.sign() < 0) {
      const Rational vertex = a - at_a / bend;
      value = std::max(value, Rational(abs(derivative(0, vertex) - g.y()[k] - slope * (vertex - a))));
    }
  }
  result->value_exact = value;
  result->gradient_exact = gradient;
  result->value = enclose(value);
  result->gradient = enclose(gradient);
}

}  // namespace

ErrorEnclosure line_error(const SmoothFunction& f, const LineFunction& g, double tolerance, const StopToken& stop) {
  constexpr int depth = 14;
  LineFunction refined = g;
  refined.refine({Rational(0), Rational(1)});
  if (f.polynomial() != nullptr && f.polynomial()->degree() <= 2) {
    ErrorEnclosure exact;
    exact_error(f, refined, &exact);
    return exact;
  }
  PieceError error(f, tolerance);
  const auto& x = refined.x();
  for (const bool sampling : {true, false})
    for (std::size_t k = 0; k + 1 < x.size(); ++k) {
      if (x[k] < 0 || x[k] >= 1) continue;
      error.set_piece(x[k], refined.y()[k], refined.slope(k + 1));
      if (sampling) {
        error.sample(enclose(x[k]));
        error.sample(enclose(x[k + 1]));
        error.sample(enclose((x[k] + x[k + 1]) / 2));
      } else {
        error.cover(enclose(x[k]).lower(), enclose(x[k + 1]).upper(), stop.stop_requested() ? 0 : depth);
      }
    }
  return error.result();
}

}  // namespace narrows
