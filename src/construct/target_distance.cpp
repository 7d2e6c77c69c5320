// Enclosing ∫ |f − h| cell by cell: boxes with the widest contribution are bisected first.
#include <algorithm>
#include <queue>

#include "construct/target.hpp"

namespace narrows {
namespace {

/// What the target is compared with on a box: value + slope·(x_1 − origin).
struct Level {
  Interval value, slope = 0.0, origin = 0.0;
  [[nodiscard]] Interval on(const std::vector<Interval>& box) const { return value + slope * (box[0] - origin); }
};

struct Part {
  std::vector<Interval> box;
  Level level;
  Interval contribution;
  [[nodiscard]] double width() const { return contribution.upper() - contribution.lower(); }
  bool operator<(const Part& other) const { return width() < other.width(); }
};

Interval distance_between(const Interval& a, const Interval& b) {
  const Interval t = a - b;
  const double low = t.lower() > 0 ? t.lower() : t.upper() < 0 ? -t.upper() : 0.0;
  return {low, magnitude(t)};
}

Part make_part(const TargetFunction& target, std::vector<Interval> box, const Level& level) {
  // A box with ends a <= b as doubles has exactly this volume, up to rounding.
  Interval volume = 1.0;
  for (const Interval& side : box) volume = volume * (Interval(side.upper()) - Interval(side.lower()));
  const Interval range = target.range(box);
  const Interval contribution = distance_between(range, level.on(box)) * volume;
  return {std::move(box), level, contribution};
}

/// Encloses the integral over all boxes.
Interval integrate(const TargetFunction& target, std::vector<Part> parts, std::size_t budget, const StopToken& stop) {
  std::priority_queue<Part> open(std::less<Part>(), std::move(parts));
  for (std::size_t done = open.size(); done < budget && open.top().width() > 0; ++done) {
    if ((done & 255) == 0 && stop.stop_requested()) break;
    const Part top = open.top();
    std::size_t axis = 0;
    for (std::size_t i = 1; i < top.box.size(); ++i)
      if (top.box[i].upper() - top.box[i].lower() > top.box[axis].upper() - top.box[axis].lower()) axis = i;
    const double middle = midpoint(top.box[axis]);
    if (!(middle > top.box[axis].lower() && middle < top.box[axis].upper())) break;
    open.pop();
    auto lower = top.box, upper = top.box;
    lower[axis] = Interval(top.box[axis].lower(), middle);
    upper[axis] = Interval(middle, top.box[axis].upper());
    open.push(make_part(target, std::move(lower), top.level));
    open.push(make_part(target, std::move(upper), top.level));
  }
  Interval sum = 0.0;
  for (; !open.empty(); open.pop()) sum += open.top().contribution;
  return sum;
}

/// The double nearest to a rational.
double nearest(const Rational& x) { return midpoint(enclose(x)); }

}  // namespace

GridDistance distance_to_grid(const TargetFunction& target, const GridFunction& h, const Rational& theta, std::size_t budget, const StopToken& stop) {
  if (target.grid() != nullptr) return {0.0, 0.0};
  const Rational w = theta / Rational(2 * h.n), n = Rational(h.n);
  std::vector<Part> whole, cores;
  double largest = 0;
  for (std::size_t m = 0; m < h.cells(); ++m) {
    std::vector<Interval> cell, core;
    for (const std::size_t j : h.cell(m)) {
      const Rational a = Rational(j) / n, b = Rational(j + 1) / n;
      cell.emplace_back(nearest(a), nearest(b));
      core.emplace_back(nearest(a + w), nearest(b - w));
    }
    const Interval level = enclose(h.values[m]);
    whole.push_back(make_part(target, std::move(cell), {level}));
    cores.push_back(make_part(target, std::move(core), {level}));
    largest = std::fmax(largest, magnitude(distance_between(target.range(whole.back().box), level)));
  }
  // The walls are doubles within 2^-52 of the true ones: the slabs between the two have at most this volume, and |f − h| there is at most
  // what it is on one side, plus a jump of h.
  const std::size_t slabs = 2 * h.n * h.dim;
  const double jump = add_upper(largest, magnitude(enclose(h.oscillation())));
  const double slack = mul_upper(mul_upper(static_cast<double>(slabs), 0x1p-52), jump);
  const double slack_cores = mul_upper(slack, 2);
  const auto widened = [](const Interval& x, double by) { return Interval(std::fmax(0.0, next_down(x.lower() - by)), next_up(x.upper() + by)); };
  return {widened(integrate(target, std::move(whole), budget, stop), slack), widened(integrate(target, std::move(cores), budget, stop), slack_cores)};
}

Interval distance_to_line(const TargetFunction& target, const LineFunction& f, std::size_t budget, const StopToken& stop) {
  LineFunction refined = f;
  refined.refine({Rational(0), Rational(1)});
  std::vector<Part> parts;
  double largest = magnitude(target.range(std::vector<Interval>{Interval(0.0, 1.0)}));
  std::size_t walls = 0;
  const auto& x = refined.x();
  for (std::size_t k = 0; k + 1 < x.size(); ++k) {
    if (x[k] < 0 || x[k] >= 1) continue;
    const double a = nearest(x[k]), b = nearest(x[k + 1]);
    largest = std::fmax(largest, magnitude(enclose(refined.y()[k])) + magnitude(enclose(refined.y()[k + 1])));
    ++walls;
    if (a < b) parts.push_back(make_part(target, {Interval(a, b)}, {enclose(refined.y()[k]), enclose(refined.slope(k + 1)), enclose(x[k])}));
  }
  // As for the grid; beyond its piece, a line is off by at most its slope times what the wall is moved.
  double steepest = 0;
  for (std::size_t k = 0; k <= x.size(); ++k) steepest = std::fmax(steepest, magnitude(enclose(refined.slope(k))));
  const double reach = add_upper(mul_upper(4, largest), mul_upper(steepest, 0x1p-50));
  const double slack = mul_upper(mul_upper(static_cast<double>(2 * walls + 2), 0x1p-52), reach);
  const Interval sum = integrate(target, std::move(parts), budget, stop);
  return {std::fmax(0.0, next_down(sum.lower() - slack)), next_up(sum.upper() + slack)};
}

}  // namespace narrows
