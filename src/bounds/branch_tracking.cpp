#include "bounds/branch_tracking.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bounds/branch_joining.hpp"
#include "critical/certify.hpp"

namespace narrows {
namespace {

using Points = std::vector<std::vector<double>>;

std::vector<double> middle_of(const IntervalBox& box) {
  std::vector<double> x;
  for (const Interval& side : box) x.push_back(midpoint(side));
  return x;
}

bool contains_point(const IntervalBox& box, const std::vector<double>& x) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!contains(box[i], x[i])) return false;
  return true;
}

class Tracker {
 public:
  Tracker(const JointProblem& problem, const Box& domain, const ParameterPath& path, const TrackOptions& options)
      : problem_(problem), options_(options), newton_(problem.fast, followed_region(domain, options.growth)), track_{path, {}, {}, {}, {}, {}, Verdict::undecided, {}, 0} {
    for (std::size_t i = 0; i < domain.dim(); ++i) track_.domain.emplace_back(domain.lower[i], domain.upper[i]);
  }

  Track run() {
    if (const auto points = all_points(0)) {
      points_ = *points;
      advance();
    }
    if (track_.reason.empty()) join_branches(problem_, options_.growth, &track_);
    return std::move(track_);
  }

 private:
  void advance() {
    double s = 0, step = options_.first_step;
    while (s < track_.path.end()) {
      if (options_.slab.stop.stop_requested()) return give_up(s, "stopped");
      const double to = std::min({s + step, std::floor(s) + 1, track_.path.end()});
      if (auto slab = slab_over(s, to)) {
        accept(*std::move(slab));
        s = to;
        step = std::min(step * 1.5, options_.largest_step);
        step = std::exp2(std::floor(std::log2(step) * 2) / 2);
      } else if (step > options_.smallest_step) {
        step /= 2;
      } else if (const auto past = cross_event(s)) {
        s = *past;
        step = options_.smallest_step * 4;
      } else {
        return give_up(s, "no slab could be proved");
      }
      if (options_.progress) options_.progress(s, points_.size());
    }
  }

  [[nodiscard]] std::optional<Slab> slab_over(double from, double to) const {
    return prove_slab(problem_, newton_, track_.domain, track_.path, from, to, moved(points_, 0.5 * (from + to)), options_.slab);
  }

  void accept(Slab slab) {
    points_.clear();
    for (const TrackedZero& zero : slab.zeros)
      if (inside(zero.enclosure, scaled(track_.domain, options_.growth))) points_.push_back(middle_of(zero.enclosure));
    points_ = moved(points_, slab.to);
    track_.boxes += slab.boxes;
    track_.slabs.push_back(std::move(slab));
  }

  /// A slab with event boxes from s to the first position, up to the longest length, beyond which all points are known and tubes
  /// can be proved again.
  std::optional<double> cross_event(double s) {
    SlabOptions options = options_.slab;
    options.allow_events = true;
    const Points before = points_;
    for (double length = 2 * options_.smallest_step; length <= options_.longest_event; length *= 2) {
      const double to = std::min({s + length, std::floor(s) + 1, track_.path.end()});
      auto slab = prove_slab(problem_, newton_, track_.domain, track_.path, s, to, moved(before, 0.5 * (s + to)), options);
      const auto beyond = slab ? all_points(to) : std::nullopt;
      if (!beyond) continue;
      points_ = *beyond;
      for (std::vector<double>& x : moved(before, to))
        if (!contains_point(track_.domain, x)) points_.push_back(std::move(x));  // certify() looks inside only
      const double next = std::min({to + 2 * options_.smallest_step, std::floor(to) + 1, track_.path.end()});
      if (next > to && !slab_over(to, next)) continue;
      track_.boxes += slab->boxes;
      track_.slabs.push_back(*std::move(slab));
      return to;
    }
    return std::nullopt;
  }

  /// Where these points are at another position, those that Newton's method finds.
  [[nodiscard]] Points moved(const Points& points, double s) const {
    const auto p = track_.path.point_approx(s);
    Points there;
    for (std::vector<double> x : points)
      if (newton_.follow(p[0], p[1], &x)) there.push_back(std::move(x));
    return there;
  }

  /// All critical points in the domain of the member at s; nothing if they are not all found.
  std::optional<Points> all_points(double s) {
    const auto p = track_.path.point_exact(s);
    CertifyOptions options;
    options.winding = false;
    options.search.stop = options_.slab.stop;
    options.search.max_boxes = 50 * options_.slab.max_boxes;
    Domain domain;
    domain.type = Domain::Type::box;
    domain.dim = problem_.dim;
    domain.box = corners_of(track_.domain);
    const CertifyResult found = certify(member_at(problem_.family, p[0], p[1]), domain, options, "--track");
    if (!found.complete) {
      if (s == 0) give_up(s, "the critical points at the start are not all decided");
      return std::nullopt;
    }
    Points points;
    for (const CriticalPoint& point : found.critical_points) points.push_back(middle_of(point.box));
    return points;
  }

  void give_up(double s, const std::string& why) { track_.reason = why + " at s = " + std::to_string(s); }

  const JointProblem& problem_;
  const TrackOptions& options_;
  CriticalGuess newton_;
  Track track_;
  Points points_;
};

}  // namespace

std::string_view to_string(BranchEnd end) {
  switch (end) {
    case BranchEnd::start: return "start";
    case BranchEnd::end: return "end";
    case BranchEnd::fold: return "fold";
    case BranchEnd::boundary: return "boundary";
    case BranchEnd::event: break;
  }
  return "event";
}

Track track_branches(const JointProblem& problem, const Box& domain, const ParameterPath& path, const TrackOptions& options) {
  return Tracker(problem, domain, path, options).run();
}

}  // namespace narrows
