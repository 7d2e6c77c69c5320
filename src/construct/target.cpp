#include "construct/target.hpp"

#include <algorithm>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "construct/smooth_function.hpp"
#include "io/exact_text.hpp"

namespace narrows {
namespace {

const Rational kHalf = Rational(1, 2);

class Ball : public TargetFunction {
 public:
  Ball(std::size_t dim, const Rational& radius) : TargetFunction(dim), square_(radius * radius), enclosure_(enclose(square_)) {}
  Rational at(std::span<const Rational> x) const override {
    Rational sum;
    for (const Rational& entry : x) sum += (entry - kHalf) * (entry - kHalf);
    return sum <= square_ ? 1 : 0;
  }
  Interval range(std::span<const Interval> box) const override {
    Interval sum = 0.0;
    for (const Interval& side : box) sum += square(side - Interval(0.5));
    if (sum.upper() <= enclosure_.lower()) return 1.0;
    if (sum.lower() > enclosure_.upper()) return 0.0;
    return {0.0, 1.0};
  }

 private:
  Rational square_;
  Interval enclosure_;
};

class Cube : public TargetFunction {
 public:
  Cube(std::size_t dim, const Rational& half) : TargetFunction(dim), half_(half), enclosure_(enclose(half)) {}
  Rational at(std::span<const Rational> x) const override {
    return std::all_of(x.begin(), x.end(), [&](const Rational& entry) { return abs(entry - kHalf) <= half_; }) ? 1 : 0;
  }
  Interval range(std::span<const Interval> box) const override {
    bool inside = true;
    for (const Interval& side : box) {
      const Interval t = side - Interval(0.5);
      if (t.lower() > enclosure_.upper() || t.upper() < -enclosure_.upper()) return 0.0;
      inside = inside && magnitude(t) <= enclosure_.lower();
    }
    return inside ? Interval(1.0) : Interval(0.0, 1.0);
  }

 private:
  Rational half_;
  Interval enclosure_;
};

Interval absolute(const Interval& x) {
  const double low = x.lower() > 0 ? x.lower() : x.upper() < 0 ? -x.upper() : 0.0;
  return {low, magnitude(x)};
}

class Hat : public TargetFunction {
 public:
  Hat(std::size_t dim, const Rational& radius) : TargetFunction(dim), radius_(radius), inverse_(enclose(1 / radius)) {}
  Rational at(std::span<const Rational> x) const override {
    Rational sum;
    for (const Rational& entry : x) sum += abs(entry - kHalf);
    return std::max(Rational(0), Rational(1 - sum / radius_));
  }
  Interval range(std::span<const Interval> box) const override {
    Interval sum = 0.0;
    for (const Interval& side : box) sum += absolute(side - Interval(0.5));
    const Interval value = Interval(1.0) - sum * inverse_;
    return {std::fmax(0.0, value.lower()), std::fmax(0.0, value.upper())};
  }

 private:
  Rational radius_;
  Interval inverse_;
};

/// Inside by the even-odd rule; a point on the border counts as whichever side the rule gives.
class Polygon : public TargetFunction {
 public:
  explicit Polygon(std::vector<std::pair<Rational, Rational>> corners) : TargetFunction(2), corners_(std::move(corners)) {
    for (const auto& [x, y] : corners_) enclosures_.emplace_back(enclose(x), enclose(y));
  }
  Rational at(std::span<const Rational> p) const override {
    bool inside = false;
    for (std::size_t i = 0, j = corners_.size() - 1; i < corners_.size(); j = i++) {
      const auto& [ax, ay] = corners_[i];
      const auto& [bx, by] = corners_[j];
      if ((ay > p[1]) != (by > p[1]) && p[0] < ax + (p[1] - ay) * (bx - ax) / (by - ay)) inside = !inside;
    }
    return inside ? 1 : 0;
  }
  Interval range(std::span<const Interval> box) const override {
    for (std::size_t i = 0, j = corners_.size() - 1; i < corners_.size(); j = i++)
      if (may_meet(enclosures_[i], enclosures_[j], box)) return {0.0, 1.0};
    // No edge meets the box: all of it is on one side.
    const Rational centre[2] = {rational_exact(midpoint(box[0])), rational_exact(midpoint(box[1]))};
    return at(centre) == 0 ? 0.0 : 1.0;
  }

 private:
  using Vertex = std::pair<Interval, Interval>;
  /// False only if the edge and the box are separated by an axis or by the edge's own line.
  static bool may_meet(const Vertex& a, const Vertex& b, std::span<const Interval> box) {
    if (disjoint(hull(a.first, b.first), box[0]) || disjoint(hull(a.second, b.second), box[1])) return false;
    const Interval side = (b.first - a.first) * (box[1] - a.second) - (b.second - a.second) * (box[0] - a.first);
    return !excludes_zero(side);
  }
  std::vector<std::pair<Rational, Rational>> corners_;
  std::vector<Vertex> enclosures_;
};

class Smooth : public TargetFunction {
 public:
  explicit Smooth(std::unique_ptr<SmoothFunction> f) : TargetFunction(f->dim()), f_(std::move(f)), order_(dim()) {}
  Rational at(std::span<const Rational> x) const override { return f_->derivative_near(order_, x); }
  Interval enclosure_at(std::span<const Rational> x) const override {
    if (const auto exact = f_->derivative_exact(order_, x)) return enclose(*exact);
    std::vector<Interval> point;
    for (const Rational& entry : x) point.push_back(enclose(entry));
    return f_->derivative(order_, point);
  }
  Interval range(std::span<const Interval> box) const override {
    // The mean value form is tighter on small boxes.
    Interval value = f_->derivative(order_, box);
    std::vector<Interval> centre;
    for (const Interval& side : box) centre.emplace_back(midpoint(side));
    Interval mean = f_->derivative(order_, centre);
    std::vector<unsigned> order(dim());
    for (std::size_t i = 0; i < dim(); ++i) {
      order[i] = 1;
      mean += f_->derivative(order, box) * (box[i] - centre[i]);
      order[i] = 0;
    }
    return meet(value, mean);
  }

 private:
  std::unique_ptr<SmoothFunction> f_;
  std::vector<unsigned> order_;
};

class GridTarget : public TargetFunction {
 public:
  explicit GridTarget(GridFunction grid) : TargetFunction(grid.dim), grid_(std::move(grid)) {}
  Rational at(std::span<const Rational> x) const override {
    std::vector<std::size_t> cell;
    for (const Rational& entry : x) {
      const Rational scaled = entry * Rational(grid_.n);
      const auto k = static_cast<std::size_t>(numerator(scaled) / denominator(scaled));
      cell.push_back(std::min(k, grid_.n - 1));
    }
    return grid_.values[grid_.number(cell)];
  }
  Interval range(std::span<const Interval>) const override { return Interval::entire(); }
  const GridFunction* grid() const override { return &grid_; }

 private:
  GridFunction grid_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text + "\n") {
    if (c == '\r') continue;
    if (c != '\n') {
      line += c;
      continue;
    }
    if (line.find_first_not_of(" \t") != std::string::npos && line[0] != '#') lines.push_back(line);
    line.clear();
  }
  return lines;
}

/// The numbers between commas, semicolons or blanks.
std::vector<Rational> numbers_of(const std::string& line, const std::string& where) {
  std::vector<Rational> numbers;
  std::string word;
  for (const char c : line + ",") {
    if (c != ',' && c != ';' && c != ' ' && c != '\t') {
      word += c;
      continue;
    }
    if (word.empty()) continue;
    auto exact = parse_exact(word);
    if (!exact) {
      if (!parse_decimal(word) || word.size() > 100 || word.find_first_of("eE") != std::string::npos) throw InputError(where, "'" + word + "' is not a number", "write decimals or fractions such as 1/3");
      const bool negative = word[0] == '-';
      const Polynomial value = Polynomial::parse(word.substr(negative ? 1 : 0), 1, where);  // a decimal, exactly
      const Rational zero[1] = {0};
      exact = negative ? Rational(-value(zero)) : value(zero);
    }
    numbers.push_back(*exact);
    word.clear();
  }
  return numbers;
}

std::unique_ptr<TargetFunction> read_polygon(const std::string& path) {
  std::vector<std::pair<Rational, Rational>> corners;
  for (const std::string& line : lines_of(read_file(path))) {
    const auto p = numbers_of(line, path);
    if (p.size() != 2) throw InputError(path, "a line does not hold two numbers", "write one corner x,y per line");
    if (p[0] < 0 || p[0] > 1 || p[1] < 0 || p[1] > 1) throw InputError(path, "a corner is outside [0,1]^2", "scale the polygon into the unit square");
    corners.emplace_back(p[0], p[1]);
  }
  if (corners.size() < 3) throw InputError(path, "has fewer than three corners", "write one corner x,y per line");
  return std::make_unique<Polygon>(std::move(corners));
}

}  // namespace

GridFunction read_grid(const std::string& path, std::size_t dim) {
  const auto lines = lines_of(read_file(path));
  if (lines.empty()) throw InputError(path, "is empty", "write n numbers per line");
  const std::size_t n = numbers_of(lines[0], path).size();
  GridFunction grid = make_grid(dim, n);
  if (lines.size() * n != grid.cells()) throw InputError(path, "has " + std::to_string(lines.size()) + " lines of " + std::to_string(n) + " numbers", "give n^(d-1) lines of n numbers, with --dim d");
  for (std::size_t r = 0; r < lines.size(); ++r) {
    const auto row = numbers_of(lines[r], path);
    if (row.size() != n) throw InputError(path, "line " + std::to_string(r + 1) + " has " + std::to_string(row.size()) + " numbers, line 1 has " + std::to_string(n), "give every line n numbers");
    std::vector<std::size_t> cell(dim);
    for (std::size_t i = 1, rest = r; i < dim; ++i, rest /= n) cell[i] = rest % n;
    for (cell[0] = 0; cell[0] < n; ++cell[0]) grid.values[grid.number(cell)] = row[cell[0]];
  }
  return grid;
}

std::unique_ptr<TargetFunction> make_target(const std::string& name, const TargetOptions& options) {
  const auto radius = [&](const Rational& otherwise) {
    const Rational r = options.radius.value_or(otherwise);
    if (!(r > 0 && r <= kHalf)) throw InputError("--radius", to_text(r) + " is not in (0, 1/2]", "use for example 2/5", ExitCode::usage);
    return r;
  };
  const auto file = [&](const std::string& prefix) { return name.substr(prefix.size()); };
  if (name == "disc" && options.dim != 2) throw InputError("--target", "a disc has two dimensions", "use ball, or --dim 2", ExitCode::usage);
  if (name == "disc" || name == "ball") return std::make_unique<Ball>(options.dim, radius(Rational(2, 5)));
  if (name == "box") return std::make_unique<Cube>(options.dim, radius(Rational(1, 4)));
  if (name == "hat") return std::make_unique<Hat>(options.dim, radius(kHalf));
  if (name.starts_with("grid:")) return std::make_unique<GridTarget>(read_grid(file("grid:"), options.dim));
  if (name.starts_with("image:") || name.starts_with("polygon:")) {
    if (options.dim != 2) throw InputError("--dim", "images and polygons have two dimensions", "use --dim 2", ExitCode::usage);
    if (name.starts_with("polygon:")) return read_polygon(file("polygon:"));
    return std::make_unique<GridTarget>(read_image(file("image:")));
  }
  if (is_smooth_function(name)) return std::make_unique<Smooth>(make_smooth_function(name, options.dim));
  throw InputError("--target", "'" + name + "' is not known", "use disc, ball, box, hat, sine, bump, square, gauss, gauss-bump, polynomial:TEXT, grid:FILE, image:FILE or polygon:FILE", ExitCode::usage);
}

GridFunction sample_centres(const TargetFunction& target, std::size_t n) {
  if (const GridFunction* grid = target.grid()) return *grid;
  GridFunction h = make_grid(target.dim(), n);
  using boost::multiprecision::denominator;
  auto common = denominator(Rational(1));
  for (std::size_t m = 0; m < h.cells(); ++m) {
    std::vector<Rational> centre;
    for (const std::size_t j : h.cell(m)) centre.push_back(Rational(2 * j + 1) / Rational(2 * n));
    h.values[m] = target.at(centre);
    if (common < (1 << 17)) common = lcm(common, denominator(h.values[m]));
  }
  if (common <= (1 << 16)) return h;
  for (Rational& value : h.values) {
    const Rational shifted = value * 4096 + kHalf;
    auto floor = numerator(shifted) / denominator(shifted);
    if (shifted < 0 && floor * denominator(shifted) != numerator(shifted)) --floor;
    value = Rational(floor) / 4096;
  }
  return h;
}

}  // namespace narrows
