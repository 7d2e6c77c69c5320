// Rule `cores`: a network in digit form equals the grid's function on each closed core; and, for claims about all of space, it
// vanishes outside of the cube.
#include <algorithm>
#include <iterator>
#include <optional>

#include "checker/rules/approximations.hpp"

namespace narrows::checker {

const Rational& Grid::value(const std::vector<std::size_t>& cell) const {
  std::size_t number = 0;
  for (std::size_t i = d - 1; i-- > 0;) number = number * n + cell[i];
  return values[number * n + cell[d - 1]];
}

bool Grid::next(std::vector<std::size_t>& cell) const {
  for (std::size_t& index : cell) {
    if (++index < n) return true;
    index = 0;
  }
  return false;
}

namespace {

/// Is f the constant `value` on [a, b]? Long runs of equal knots are passed in one step.
class ConstantRuns {
 public:
  explicit ConstantRuns(const BrokenLine& f) : f_(f), end_(f.knots().size()) {
    for (std::size_t i = end_.size(); i-- > 0;) {
      const bool same = i + 1 < end_.size() && f.knots()[i].value == f.knots()[i + 1].value;
      end_[i] = same ? end_[i + 1] : i + 1;
    }
  }
  [[nodiscard]] bool is(const Rational& value, const Rational& a, const Rational& b) const {
    if (f_(a) != value || f_(b) != value) return false;
    const std::size_t first = f_.first_beyond(a), last = f_.first_beyond(b);  // knots in (a, b]
    return first == last || (f_.knots()[first].value == value && end_[first] >= last);
  }

 private:
  const BrokenLine& f_;
  std::vector<std::size_t> end_;  ///< the first knot after i with another value
};

}  // namespace

bool equals_on_cores(const DigitForm& form, const Grid& grid) {
  std::vector<std::vector<std::pair<Rational, Rational>>> ranges(grid.d);  // of part i on its n cores
  for (std::size_t i = 0; i < grid.d; ++i) {
    for (std::size_t j = 0; j < grid.n; ++j) {
      const Rational a = Rational(j) / grid.n, b = Rational(j + 1) / grid.n;
      ranges[i].push_back(form.parts[i].range(a + grid.w, b - grid.w));
    }
  }
  const ConstantRuns runs(form.outer);
  std::vector<std::size_t> cell(grid.d);
  do {
    Rational low = 0, high = 0;
    for (std::size_t i = 0; i < grid.d; ++i) {
      low += ranges[i][cell[i]].first;
      high += ranges[i][cell[i]].second;
    }
    if (!runs.is(grid.value(cell), low, high)) return false;
  } while (grid.next(cell));
  return true;
}

namespace {

/// sup f over R, or over t <= 0 and t >= 1; nothing if it is infinite.
std::optional<Rational> supremum(const BrokenLine& f, bool outside) {
  if (f.left() < 0 || f.right() > 0) return std::nullopt;
  Rational largest = std::max(f(0), f(1));
  for (const BrokenLine::Knot& knot : f.knots()) {
    if (!outside || knot.at <= 0 || knot.at >= 1) largest = std::max(largest, knot.value);
  }
  return largest;
}

/// d = 1: N = 0 on t <= 0 and on t >= 1.
bool vanishes_beyond_the_unit_interval(const BrokenLine& f) {
  bool zero = f.left() == 0 && f.right() == 0 && f(0) == 0 && f(1) == 0;
  for (const BrokenLine::Knot& knot : f.knots())
    zero = zero && (knot.value == 0 || (knot.at > 0 && knot.at < 1));
  return zero;
}

}  // namespace

/// Where one coordinate is outside of (0,1), z is at most the largest value of its part there plus those of the others. G vanishes up
/// to that.
bool vanishes_outside(const DigitForm& form) {
  if (form.parts.size() == 1) return vanishes_beyond_the_unit_interval(form.outer);
  const auto& knots = form.outer.knots();
  const auto nonzero =
      std::find_if(knots.begin(), knots.end(), [](const BrokenLine::Knot& knot) { return knot.value != 0; });
  if (form.outer.left() != 0 || nonzero == knots.begin()) return false;
  if (nonzero == knots.end() && form.outer.right() == 0) return true;
  Rational all = 0, excess;  // Σ sup p_i over R, and the largest of (sup outside) - (sup over R)
  for (std::size_t i = 0; i < form.parts.size(); ++i) {
    const auto everywhere = supremum(form.parts[i], false), outside = supremum(form.parts[i], true);
    if (!everywhere || !outside) return false;
    all += *everywhere;
    const Rational difference = *outside - *everywhere;
    excess = i == 0 ? difference : std::max(excess, difference);
  }
  return all + excess <= std::prev(nonzero)->at;
}

bool stays_between(const DigitForm& form, const Rational& low, const Rational& high) {
  const BrokenLine& f = form.outer;
  return f.left() == 0 && f.right() == 0 &&
         std::all_of(f.knots().begin(), f.knots().end(),
                     [&](const BrokenLine::Knot& knot) { return low <= knot.value && knot.value <= high; });
}

}  // namespace narrows::checker
