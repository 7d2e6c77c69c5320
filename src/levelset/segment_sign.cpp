#include "levelset/segment_sign.hpp"

#include <cmath>
#include <utility>
#include <variant>

namespace narrows {
namespace {

// The checker goes to 20 levels and 65,536 tests a segment in its own, slightly different forms: what is proved here leaves it room.
constexpr int kMaxDepth = 13;
constexpr std::size_t kMaxTests = 6000;
constexpr int kSamples = 40;

/// Interval [from, to] of the parameter and how often it was halved.
struct Stretch {
  double from, to;
  int depth;
};

Rational exact_product(const AffineLayer& layer, std::size_t row, const Point& x) {
  Rational sum = 0;
  for (std::size_t j = 0; j < layer.cols; ++j)
    sum += layer.weight[row * layer.cols + j] * rational_exact(x[j]);
  return sum;
}

const AffineLayer* first_affine(const Chain& chain) {
  return std::get_if<AffineLayer>(&chain.layers.front().value);
}

Point difference(const Point& b, const Point& a) {
  Point r(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) r[i] = b[i] - a[i];
  return r;
}

}  // namespace

Chain signed_chain(const Chain& chain, const Rational& level, bool positive) {
  Chain result = chain;
  auto& last = std::get<AffineLayer>(result.layers.back().value);
  last.bias[0] -= level;
  if (positive) return result;
  for (Rational& w : last.weight) w = -w;
  last.bias[0] = -last.bias[0];
  return result;
}

SegmentSign::SegmentSign(const Chain& signed_chain)
    : chain_(signed_chain),
      values_(signed_chain, first_affine(signed_chain) != nullptr ? 1 : 0, 1),
      approx_(signed_chain) {}

StateLine SegmentSign::state_line(const Point& a, const Point& r) const {
  StateLine line;
  if (first() == 0) {
    line.start.assign(a.begin(), a.end());
    line.slope.assign(r.begin(), r.end());
    return line;
  }
  const AffineLayer& layer = *first_affine(chain_);
  for (std::size_t i = 0; i < layer.rows; ++i) {
    line.start.push_back(enclose(exact_product(layer, i, a) + layer.bias[i]));
    line.slope.push_back(enclose(exact_product(layer, i, r)));
  }
  return line;
}

bool SegmentSign::proved_on(const StateLine& line, std::vector<double> cuts, bool positive) const {
  std::vector<Stretch> open;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) open.push_back({cuts[i], cuts[i + 1], 0});
  std::vector<double> pieces;
  std::vector<Interval> ranges;
  std::size_t tests = 0;
  while (!open.empty()) {
    if ((tests += open.size()) > kMaxTests) return false;
    pieces.clear();
    for (const Stretch& stretch : open) {
      const Interval t(stretch.from, stretch.to);
      const double middle = midpoint(t), half = radius_upper(t, middle);
      for (std::size_t i = 0; i < line.start.size(); ++i) {
        // start + slope·(middle + half·e): what the two doubles written for centre and coefficient miss goes into the radius.
        const Interval centre = line.start[i] + line.slope[i] * Interval(middle),
                       reach = line.slope[i] * Interval(half);
        const double c = midpoint(centre), k = midpoint(reach);
        pieces.insert(pieces.end(),
                      {c, k,
                       add_upper(c == centre.lower() && c == centre.upper() ? 0.0 : radius_upper(centre, c),
                                 k == reach.lower() && k == reach.upper() ? 0.0 : radius_upper(reach, k))});
      }
    }
    values_.ranges(pieces, &ranges);
    std::vector<Stretch> next;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (positive ? is_positive(ranges[i]) : is_negative(ranges[i])) continue;
      const double middle = 0.5 * open[i].from + 0.5 * open[i].to;
      if ((positive ? ranges[i].upper() <= 0 : ranges[i].lower() >= 0) || open[i].depth == kMaxDepth ||
          !(open[i].from < middle && middle < open[i].to))
        return false;
      next.push_back({open[i].from, middle, open[i].depth + 1});
      next.push_back({middle, open[i].to, open[i].depth + 1});
    }
    open = std::move(next);
  }
  return true;
}

// b − a in doubles is not what the segment is made of: the exact difference is enclosed.
bool SegmentSign::proved_on_segment(const Point& a, const Point& b, bool positive) const {
  const Point r = difference(b, a);
  if (!(approx_.least_on_line(a, r, 1, kSamples, positive ? 1 : -1) > 0)) return false;
  StateLine line;
  if (first() == 1) {
    const AffineLayer& layer = *first_affine(chain_);
    for (std::size_t i = 0; i < layer.rows; ++i) {
      const Rational at_a = exact_product(layer, i, a), at_b = exact_product(layer, i, b);
      line.start.push_back(enclose(at_a + layer.bias[i]));
      line.slope.push_back(enclose(at_b - at_a));
    }
  } else {
    for (std::size_t i = 0; i < a.size(); ++i) {
      line.start.emplace_back(a[i]);
      line.slope.push_back(Interval(b[i]) - Interval(a[i]));
    }
  }
  return proved_on(line, {0, 0.25, 0.5, 0.75, 1}, positive);
}

bool SegmentSign::proved_on_line(const Point& a, const Point& r, double end, bool positive) const {
  std::vector<double> cuts{0, 0.25, 0.5};
  for (double t = 1; t < end; t *= 2) {
    cuts.push_back(t);
    cuts.push_back(1.5 * t);
  }
  while (cuts.size() > 1 && cuts.back() >= end) cuts.pop_back();
  cuts.push_back(end);
  return proved_on(state_line(a, r), std::move(cuts), positive);
}

bool SegmentSign::proved_on_faces(const Box& box, bool positive) const {
  const std::size_t d = box.dim();
  if (d < 2 || d > 4) return false;
  const FormValues values(chain_, 0, d - 1);
  struct Face {
    std::vector<Interval> sides;
    int depth;
  };
  std::vector<Face> open;
  for (std::size_t k = 0; k < d; ++k)
    for (const double end : {box.lower[k], box.upper[k]}) {
      std::vector<Interval> sides;
      for (std::size_t i = 0; i < d; ++i) sides.emplace_back(box.lower[i], box.upper[i]);
      sides[k] = Interval(end);
      open.push_back({std::move(sides), 0});
    }
  std::vector<double> pieces;
  std::vector<Interval> ranges;
  std::size_t tests = 0;
  while (!open.empty()) {
    if ((tests += open.size()) > kMaxTests) return false;
    pieces.clear();
    for (const Face& face : open) values.add_box(face.sides, &pieces);
    values.ranges(pieces, &ranges);
    std::vector<Face> next;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (positive ? is_positive(ranges[i]) : is_negative(ranges[i])) continue;
      if ((positive ? ranges[i].upper() <= 0 : ranges[i].lower() >= 0) || open[i].depth == 2 * kMaxDepth)
        return false;
      std::size_t widest = 0;
      for (std::size_t k = 1; k < d; ++k)
        if (width_upper(open[i].sides[k]) > width_upper(open[i].sides[widest])) widest = k;
      const Interval side = open[i].sides[widest];
      const double middle = midpoint(side);
      if (!(side.lower() < middle && middle < side.upper())) return false;
      Face lower = open[i], upper = open[i];
      lower.depth = upper.depth = open[i].depth + 1;
      lower.sides[widest] = Interval(side.lower(), middle);
      upper.sides[widest] = Interval(middle, side.upper());
      next.push_back(std::move(lower));
      next.push_back(std::move(upper));
    }
    open = std::move(next);
  }
  return true;
}

}  // namespace narrows
