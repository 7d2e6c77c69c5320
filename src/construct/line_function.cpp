#include "construct/line_function.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace narrows {

LineFunction LineFunction::identity() { return {{Rational(0)}, {Rational(0)}, 1, 1}; }
LineFunction LineFunction::constant(const Rational& value) { return {{Rational(0)}, {value}, 0, 0}; }

LineFunction::LineFunction(std::vector<Rational> x, std::vector<Rational> y, Rational left, Rational right)
    : x_(std::move(x)), y_(std::move(y)), left_(std::move(left)), right_(std::move(right)) {
  assert(!x_.empty() && x_.size() == y_.size());
}

Rational LineFunction::slope(std::size_t k) const {
  if (k == 0) return left_;
  if (k == x_.size()) return right_;
  return (y_[k] - y_[k - 1]) / (x_[k] - x_[k - 1]);
}

Rational LineFunction::operator()(const Rational& at) const {
  const auto after = static_cast<std::size_t>(std::upper_bound(x_.begin(), x_.end(), at) - x_.begin());
  const std::size_t knot = after == 0 ? 0 : after - 1;
  if (x_[knot] == at) return y_[knot];
  return y_[knot] + slope(after) * (at - x_[knot]);
}

void LineFunction::apply_block(const Rational& u, const Rational& v, const Rational& b) {
  if (u == 0) return b > 0 ? add_constant(v * b) : void();
  // The neuron is active where f is on one side of the threshold.
  const Rational threshold = -b / u, gain = u * v;
  const int up = u > 0 ? 1 : -1;
  const auto side = [&](const Rational& y) {
    const int c = y.compare(threshold);
    return up * (c > 0 ? 1 : c < 0 ? -1 : 0);
  };
  std::vector<Rational> x, y;
  x.reserve(x_.size() + 4);
  y.reserve(x_.size() + 4);
  const auto push = [&](Rational at, Rational value) {
    x.push_back(std::move(at));
    y.push_back(std::move(value));
  };
  // Left tail: it crosses if it heads for the other side.
  int previous = side(y_[0]);
  const int far_left = left_ == 0 ? previous : up * (left_ > 0 ? -1 : 1);
  if (previous != 0 && far_left == -previous) push(x_[0] + (threshold - y_[0]) / left_, threshold);
  Rational left = left_, right = right_;
  if (far_left > 0) left += gain * left_;
  for (std::size_t k = 0; k < x_.size(); ++k) {
    const int now = side(y_[k]);
    if (k > 0 && now * previous < 0) push(x.back() + (threshold - y.back()) * (x_[k] - x.back()) / (y_[k] - y.back()), threshold);
    previous = now;
    push(std::move(x_[k]), std::move(y_[k]));
  }
  const int far_right = right_ == 0 ? previous : up * (right_ > 0 ? 1 : -1);
  if (previous != 0 && far_right == -previous) push(x.back() + (threshold - y.back()) / right_, threshold);
  if (far_right > 0) right += gain * right_;
  for (Rational& value : y)
    if (side(value) > 0) value += gain * (value - threshold);
  x_ = std::move(x);
  y_ = std::move(y);
  left_ = std::move(left);
  right_ = std::move(right);
}

LineFunction LineFunction::sum_of_hinges(const Rational& constant, std::vector<Hinge> hinges) {
  std::erase_if(hinges, [](const Hinge& hinge) { return hinge.gain == 0; });
  if (hinges.empty()) return LineFunction::constant(constant);
  std::sort(hinges.begin(), hinges.end(), [](const Hinge& a, const Hinge& b) { return a.at < b.at; });
  // Hinges that open to the left are all active at the far left.
  Rational slope, value = constant;
  for (const Hinge& hinge : hinges) {
    if (hinge.opens_right) continue;
    slope -= hinge.gain;
    value += hinge.gain * (hinge.at - hinges.front().at);
  }
  LineFunction sum({hinges.front().at}, {value}, slope, 0);
  for (const Hinge& hinge : hinges) {
    if (hinge.at != sum.x_.back()) {
      value += slope * (hinge.at - sum.x_.back());
      sum.x_.push_back(hinge.at);
      sum.y_.push_back(value);
    }
    slope += hinge.gain;
  }
  sum.right_ = slope;
  return sum;
}

void LineFunction::add_constant(const Rational& c) {
  for (Rational& value : y_) value += c;
}

void LineFunction::add(const LineFunction& other) {
  refine(other.x_);
  std::size_t j = 0;  // other's knots up to here are <= x_[k]
  for (std::size_t k = 0; k < x_.size(); ++k) {
    while (j < other.x_.size() && other.x_[j] <= x_[k]) ++j;
    const std::size_t knot = j == 0 ? 0 : j - 1;
    y_[k] += other.x_[knot] == x_[k] ? other.y_[knot] : Rational(other.y_[knot] + other.slope(j) * (x_[k] - other.x_[knot]));
  }
  left_ += other.left_;
  right_ += other.right_;
}

void LineFunction::multiply(const Rational& factor) {
  for (Rational& value : y_) value *= factor;
  left_ *= factor;
  right_ *= factor;
}

LineFunction LineFunction::relued() const {
  LineFunction copy = *this;
  copy.apply_block(-1, 1, 0);  // f + relu(-f)
  return copy;
}

void LineFunction::simplify() {
  std::vector<Rational> x, y;
  for (std::size_t k = 0; k < x_.size(); ++k) {
    if (slope(k) == slope(k + 1) && !(k + 1 == x_.size() && x.empty())) continue;
    x.push_back(x_[k]);
    y.push_back(y_[k]);
  }
  x_ = std::move(x);
  y_ = std::move(y);
}

void LineFunction::refine(const std::vector<Rational>& places) {
  std::vector<Rational> extra;
  for (const Rational& at : places)
    if (!std::binary_search(x_.begin(), x_.end(), at)) extra.push_back(at);
  if (extra.empty()) return;
  std::sort(extra.begin(), extra.end());
  extra.erase(std::unique(extra.begin(), extra.end()), extra.end());
  std::vector<Rational> x, y;
  std::size_t k = 0;
  const auto keep_until = [&](const Rational* at) {
    for (; k < x_.size() && (at == nullptr || x_[k] < *at); ++k) {
      x.push_back(x_[k]);
      y.push_back(y_[k]);
    }
  };
  for (const Rational& at : extra) {
    keep_until(&at);
    x.push_back(at);
    y.push_back((*this)(at));
  }
  keep_until(nullptr);
  x_ = std::move(x);
  y_ = std::move(y);
}

LineFunction::Supremum LineFunction::supremum_left_of(const Rational& at) const {
  Supremum best{left_ >= 0, (*this)(at)};
  for (std::size_t k = 0; k < x_.size() && x_[k] <= at; ++k) best.value = std::max(best.value, y_[k]);
  return best;
}

LineFunction::Supremum LineFunction::supremum_right_of(const Rational& at) const {
  Supremum best{right_ <= 0, (*this)(at)};
  for (std::size_t k = x_.size(); k-- > 0 && x_[k] >= at;) best.value = std::max(best.value, y_[k]);
  return best;
}

LineFunction::Supremum LineFunction::supremum() const {
  return {left_ >= 0 && right_ <= 0, *std::max_element(y_.begin(), y_.end())};
}

Rational integral_of_distance(const LineFunction& f, const Rational& level, const Rational& a, const Rational& b) {
  LineFunction part = f;
  part.refine({a, b});
  Rational sum;
  const auto& x = part.x();
  for (std::size_t k = static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), a) - x.begin()); k + 1 < x.size() && x[k] < b; ++k) {
    const Rational p = part.y()[k] - level, q = part.y()[k + 1] - level, length = x[k + 1] - x[k];
    const Rational mean = p.sign() * q.sign() >= 0 ? Rational(abs(p) + abs(q)) : Rational((p * p + q * q) / (abs(p) + abs(q)));
    sum += length * mean / 2;
  }
  return sum;
}

}  // namespace narrows
