#include "levelset/tunnel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "levelset/barrier.hpp"
#include "levelset/ray.hpp"
#include "levelset/tunnel_path.hpp"
#include "network/point_value.hpp"

namespace narrows {
namespace {

void check_request(const Chain& chain, const Point& from, const TunnelOptions& options,
                   const std::string& where) {
  const auto refuse = [&](const std::string& what, const std::string& mend) {
    throw InputError(where, what, mend);
  };
  const std::size_t d = chain.input_dim;
  if (from.size() != d)
    refuse(fmt::format("the point has {} coordinates, the network {} inputs", from.size(), d),
           "give one number for each input");
  if (options.domain.dim != d)
    refuse("the domain's dimension is not the network's", fmt::format("give a domain of dimension {}", d));
  if (options.domain.type == Domain::Type::ball)
    refuse("tunnels are looked for in boxes and in all of R^d", "give a box");
  for (std::size_t i = 0; i < d; ++i) {
    if (!std::isfinite(from[i])) refuse("the point is not finite", "give finite numbers");
    if (options.domain.type == Domain::Type::box &&
        !(options.domain.box.lower[i] <= from[i] && from[i] <= options.domain.box.upper[i]))
      refuse("the point is not in the domain", "choose a point of the box, or a larger box");
  }
}

/// [-R, R]^d, shifted to the point in whole units.
Box box_round(const Point& from, double R) {
  Box box;
  for (const double x : from) {
    const double middle = std::fabs(x) <= 0.5 * R ? 0.0 : std::round(x);
    box.lower.push_back(middle - R);
    box.upper.push_back(middle + R);
  }
  return box;
}

class TunnelSearch {
 public:
  TunnelSearch(const Chain& signed_chain, const TunnelOptions& options, Tunnel* tunnel)
      : sign_(signed_chain), options_(options), tunnel_(*tunnel) {}

  void run() {
    const bool found =
        options_.domain.type == Domain::Type::box ? within(options_.domain.box) : towards_infinity();
    if (found) return;
    tunnel_.reason = options_.stop.stop_requested() ? "stopped"
                     : options_.domain.type == Domain::Type::box
                         ? "neither a path to the boundary nor a closed curve of the opposite sign was found"
                         : "neither a path with a ray nor a closed curve of the opposite sign was found; a "
                           "ray need not exist: a box can be decided";
  }

 private:
  bool within(const Box& box) {
    if (const auto path = path_by_flow(sign_, tunnel_.from, box, options_.max_segments))
      return arrived(*path, "a path that every segment certifies");
    if (stopped()) return false;
    if (enclosed(box)) return true;
    if (const auto path = path_by_cells(sign_, tunnel_.from, box, options_.max_segments, options_.stop))
      return arrived(*path, "a path through certified cells");
    return false;
  }

  bool towards_infinity() {
    const RaySearch rays(sign_);
    if (ray_from({tunnel_.from}, rays)) return true;
    for (const double R : {3.0, 16.0}) {
      if (stopped()) return false;
      const auto path = path_by_flow(sign_, tunnel_.from, box_round(tunnel_.from, R), options_.max_segments);
      if (path && ray_from(*path, rays)) return true;
      const Trace trace = trace_uphill(sign_.approx(), tunnel_.from, box_round(tunnel_.from, R));
      if (!trace.arrived || (path && trace.points.back() == path->back())) continue;
      const auto flow = certified_chords(sign_, trace.points, options_.max_segments);
      if (flow && ray_from(*flow, rays)) return true;
    }
    for (const double R : {2.0, 4.0, 16.0})
      if (!stopped() && enclosed(box_round(tunnel_.from, R))) return true;
    for (const double R : {3.0, 16.0}) {
      if (stopped()) return false;
      const auto path = path_by_cells(sign_, tunnel_.from, box_round(tunnel_.from, R), options_.max_segments,
                                      options_.stop);
      if (path && ray_from(*path, rays)) return true;
    }
    return false;
  }

  bool ray_from(const std::vector<Point>& path, const RaySearch& rays) {
    const auto direction = rays.direction_from(path.back());
    if (!direction) return false;
    tunnel_.path = path;
    tunnel_.direction = *direction;
    tunnel_.verdict = Verdict::proved;
    tunnel_.reaches = Reaches::infinity;
    tunnel_.reason = "a ray to infinity";
    return true;
  }

  bool arrived(const std::vector<Point>& path, const char* reason) {
    tunnel_.path = path;
    tunnel_.verdict = Verdict::proved;
    tunnel_.reaches = Reaches::boundary;
    tunnel_.reason = reason;
    return true;
  }

  bool enclosed(const Box& box) {
    if (auto polygon = barrier_round(sign_, tunnel_.from, box, options_.max_barrier)) {
      tunnel_.barrier = std::move(*polygon);
    } else if (auto inner = barrier_box_round(sign_, tunnel_.from, box); tunnel_.from.size() > 2 && inner) {
      tunnel_.barrier_box = std::move(*inner);
    } else {
      return false;
    }
    tunnel_.verdict = Verdict::refuted;
    tunnel_.reaches = Reaches::closed;
    tunnel_.reason = "a closed barrier of the opposite sign";
    return true;
  }

  [[nodiscard]] bool stopped() const { return options_.stop.stop_requested(); }

  SegmentSign sign_;
  const TunnelOptions& options_;
  Tunnel& tunnel_;
};

}  // namespace

std::string_view to_string(Reaches reaches) {
  switch (reaches) {
    case Reaches::boundary:
      return "boundary";
    case Reaches::infinity:
      return "infinity";
    case Reaches::closed:
      return "closed";
    case Reaches::nothing:
      break;
  }
  return "nothing";
}

Tunnel find_tunnel(const Chain& chain, const Point& from, const TunnelOptions& options,
                   const std::string& where) {
  check_request(chain, from, options, where);
  Tunnel tunnel;
  tunnel.domain = options.domain;
  tunnel.level = options.level;
  tunnel.from = from;
  tunnel.value_at_from = evaluate_at(chain, from).value;
  const Interval above = evaluate_at(signed_chain(chain, options.level, true), from).value;
  if (!excludes_zero(above)) {
    tunnel.reason = "the value at the point is the level, or not told apart from it";
    return tunnel;
  }
  tunnel.positive = is_positive(above);
  TunnelSearch(signed_chain(chain, options.level, tunnel.positive), options, &tunnel).run();
  return tunnel;
}

}  // namespace narrows
