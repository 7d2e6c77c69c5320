#include "levelset/ray.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <variant>

namespace narrows {
namespace {

constexpr int kFan = 64, kStarts = 4, kTurns = 24;
constexpr double kFarthest = 0x1p40;

/// The first affine layer that acts on x itself: the first layer, or that of a first residual layer's branch.
const AffineLayer* first_rows(const Chain& chain) {
  const Layer& first = chain.layers.front();
  if (const auto* affine = std::get_if<AffineLayer>(&first.value)) return affine;
  const auto* residual = std::get_if<ResidualLayer>(&first.value);
  return residual != nullptr && !residual->branch.empty()
             ? std::get_if<AffineLayer>(&residual->branch.front().value)
             : nullptr;
}

/// (−w_j, w_i) in the plane of the axes i and j, for each row and each pair, scaled by a power of two: w·r = 0 exactly.
void add_orthogonal(const AffineLayer& layer, std::vector<Point>* directions) {
  for (std::size_t row = 0; row < layer.rows; ++row)
    for (std::size_t i = 0; i < layer.cols; ++i)
      for (std::size_t j = i + 1; j < layer.cols; ++j) {
        double wi = 0, wj = 0;
        if (!is_double(layer.weight[row * layer.cols + i], &wi) ||
            !is_double(layer.weight[row * layer.cols + j], &wj))
          continue;
        const double size = std::fmax(std::fabs(wi), std::fabs(wj));
        if (!(size > 1e-200) || !(size < 1e200)) continue;
        const int shift = -std::ilogb(size);
        Point r(layer.cols, 0.0);
        r[i] = std::ldexp(-wj, shift);
        r[j] = std::ldexp(wi, shift);
        directions->push_back(r);
        for (double& x : r) x = -x;
        directions->push_back(r);
      }
}

Point at_angle(double angle) {
  return {std::cos(angle), std::sin(angle)};
}

Point moved(const Point& from, const Point& r, double t) {
  Point x = from;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += t * r[i];
  return x;
}

std::vector<Point> fan_of(std::size_t dim) {
  std::vector<Point> fan;
  if (dim == 1) return {{1.0}, {-1.0}};
  if (dim == 2) {
    for (int k = 0; k < kFan; ++k) fan.push_back(at_angle(2 * std::numbers::pi * k / kFan));
    for (int k = 0; k < kFan; k += kFan / 4)
      fan[static_cast<std::size_t>(k)] = {std::round(fan[static_cast<std::size_t>(k)][0]),
                                          std::round(fan[static_cast<std::size_t>(k)][1])};
    return fan;
  }
  for (std::size_t i = 0; i < dim; ++i)
    for (const double a : {1.0, -1.0}) {
      Point r(dim, 0.0);
      r[i] = a;
      fan.push_back(r);
      for (std::size_t j = i + 1; j < dim; ++j)
        for (const double b : {1.0, -1.0}) {
          r[j] = b;
          fan.push_back(r);
          r[j] = 0;
        }
    }
  return fan;
}

}  // namespace

std::vector<Point> straight_directions(const Chain& chain) {
  std::vector<Point> directions;
  if (const AffineLayer* rows = first_rows(chain); rows != nullptr) add_orthogonal(*rows, &directions);
  for (Point& r : fan_of(chain.input_dim)) directions.push_back(std::move(r));
  return directions;
}

RaySearch::RaySearch(const SegmentSign& sign)
    : sign_(sign), far_(sign.chain(), sign.first()), directions_(straight_directions(sign.chain())) {}

/// The least of Φ on the way, at distances from 1/4 to 2^20.
double RaySearch::merit(const Point& from, const Point& direction) const {
  double least = sign_.approx().least_on_line(from, direction, 4, 24);
  for (double t = 5; t < 0x1p20; t *= t < 100 ? 1.1 : 1.7) {
    const double value = sign_.approx().value_approx(moved(from, direction, t));
    if (!(value >= least)) least = value;
  }
  return least;
}

bool RaySearch::proved(const Point& from, const Point& direction) const {
  const StateLine line = sign_.state_line(from, direction);
  double T = 1;
  while (!far_.proved_beyond(line, T))
    if ((T *= 2) > kFarthest) return false;
  return sign_.proved_on_line(from, direction, T, true);
}

/// Pattern search for the angle with the largest merit, then the proof.
std::optional<Point> RaySearch::turned(const Point& from, double angle) const {
  double best = merit(from, at_angle(angle)), step = std::numbers::pi / kFan;
  for (int turn = 0; turn < kTurns; ++turn, step *= 0.5)
    for (const double other : {angle - step, angle + step}) {
      const double value = merit(from, at_angle(other));
      if (!(value > best)) continue;
      best = value;
      angle = other;
    }
  const Point r = at_angle(angle);
  if (!(best > 0) || !proved(from, r)) return std::nullopt;
  return r;
}

std::optional<Point> RaySearch::direction_from(const Point& from) const {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t k = 0; k < directions_.size(); ++k) order.emplace_back(-merit(from, directions_[k]), k);
  std::sort(order.begin(), order.end());
  std::size_t tried = 0;
  for (const auto& [minus_merit, k] : order) {
    if (!(minus_merit < 0) || ++tried > 16) break;
    if (proved(from, directions_[k])) return directions_[k];
  }
  if (from.size() != 2) return std::nullopt;
  for (std::size_t s = 0; s < order.size() && s < kStarts; ++s) {
    const Point& r = directions_[order[s].second];
    if (const auto found = turned(from, std::atan2(r[1], r[0]))) return found;
  }
  return std::nullopt;
}

}  // namespace narrows
