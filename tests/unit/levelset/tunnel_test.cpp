#include <catch2/catch.hpp>

#include <algorithm>

#include "base/errors.hpp"
#include "critical/certify.hpp"
#include "levelset/barrier.hpp"
#include "levelset/tunnel_path.hpp"
#include "smooth_networks.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

Tunnel tunnel_from(const Chain& chain, const Point& from, const std::string& domain,
                   const Rational& level = 0) {
  TunnelOptions options;
  options.level = level;
  options.domain = parse_domain(domain, chain.input_dim);
  return find_tunnel(chain, from, options, "test");
}

Point between(const Point& a, const Point& b, double t) {
  Point x = a;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += t * (b[i] - a[i]);
  return x;
}

/// Φ − level at a point, with the sign that a tunnel's path must have turned to +.
bool has_sign(const Above& above, const Tunnel& tunnel, const Point& x, bool same) {
  const Interval value = above(x, tunnel.level);
  return tunnel.positive == same ? is_positive(value) : is_negative(value);
}

/// What the verdict says, at sampled points, by the point evaluator (another arithmetic).
void require_sound(const Chain& chain, const Tunnel& tunnel) {
  const Above above(chain);
  REQUIRE(has_sign(above, tunnel, tunnel.from, true));
  if (tunnel.verdict == Verdict::proved) {
    REQUIRE(tunnel.path.front() == tunnel.from);
    for (std::size_t k = 0; k + 1 < tunnel.path.size(); ++k)
      for (int s = 0; s <= 20; ++s)
        REQUIRE(has_sign(above, tunnel, between(tunnel.path[k], tunnel.path[k + 1], s / 20.0), true));
    if (tunnel.reaches == Reaches::boundary) {
      REQUIRE(on_boundary(tunnel.path.back(), tunnel.domain.box));
      for (const Point& x : tunnel.path)
        for (std::size_t i = 0; i < x.size(); ++i)
          REQUIRE((tunnel.domain.box.lower[i] <= x[i] && x[i] <= tunnel.domain.box.upper[i]));
    } else {
      REQUIRE(tunnel.reaches == Reaches::infinity);
      REQUIRE(std::any_of(tunnel.direction.begin(), tunnel.direction.end(), [](double r) { return r != 0; }));
      Point ahead = tunnel.path.back();
      for (std::size_t i = 0; i < ahead.size(); ++i) ahead[i] += tunnel.direction[i];
      for (double t = 0.1; t < 1e5; t *= 1.7)
        REQUIRE(has_sign(above, tunnel, between(tunnel.path.back(), ahead, t), true));
    }
  }
  if (tunnel.verdict == Verdict::refuted && !tunnel.barrier_box) {
    for (std::size_t k = 0; k < tunnel.barrier.size(); ++k)
      for (int s = 0; s <= 20; ++s) {
        if (tunnel.from.size() == 1 && s > 0) break;
        REQUIRE(has_sign(
            above, tunnel,
            between(tunnel.barrier[k], tunnel.barrier[(k + 1) % tunnel.barrier.size()], s / 20.0), false));
      }
    if (tunnel.from.size() == 2) REQUIRE(winding_number_exact(tunnel.barrier, tunnel.from) != 0);
    if (tunnel.from.size() == 1) REQUIRE(tunnel.barrier[0][0] < tunnel.from[0]);
    if (tunnel.from.size() == 1) REQUIRE(tunnel.from[0] < tunnel.barrier[1][0]);
  }
}

}  // namespace

TEST_CASE("the top of a hill is enclosed, its foot is not") {
  for (const std::size_t d : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    const Chain chain = hill(d, 2.0 * static_cast<double>(d),
                             1);  // > 0 where Σ s(x_i) < 2d: a bounded convex set round 0, s(0) = 1.386
    for (const char* side : {"[-4,4]", "R"}) {
      const std::string domain = side + ("^" + std::to_string(d));
      const Tunnel top = tunnel_from(chain, Point(d, 0.25), domain);
      CHECK(top.verdict == Verdict::refuted);
      CHECK(top.positive);
      CHECK(top.barrier_box.has_value() == (d == 3));
      require_sound(chain, top);
      const Tunnel foot = tunnel_from(chain, Point(d, 3.5), domain);
      CHECK(foot.verdict == Verdict::proved);
      CHECK_FALSE(foot.positive);
      require_sound(chain, foot);
    }
  }
}

TEST_CASE("kinked networks have tunnels and barriers, too") {
  const Chain chain = hill(2, 1, 1, Activation::relu);  // 1 − |x| − |y|
  const Tunnel top = tunnel_from(chain, {0.125, 0}, "R^2");
  CHECK(top.verdict == Verdict::refuted);
  require_sound(chain, top);
  const Tunnel outside = tunnel_from(chain, {1.5, 0.25}, "R^2");
  CHECK(outside.verdict == Verdict::proved);
  require_sound(chain, outside);
}

TEST_CASE("a strip far thinner than any grid is a tunnel along the row's exact orthogonal direction") {
  // > 0 where s(a·x) < height, s(z) = 2 log 2 + z²/4 + …: a half-width of about 6e-6.
  const double a1 = 0.7310562, a2 = -1.1284003;
  const Chain chain = strip(a1, a2, 1e11 * 2 * std::log(2.0) + 1, 1e11);
  for (const char* domain : {"[-2,2]^2", "R^2"}) {
    const Tunnel tunnel = tunnel_from(chain, {0, 0}, domain);
    CHECK(tunnel.verdict == Verdict::proved);
    require_sound(chain, tunnel);
  }
  const Tunnel beside = tunnel_from(chain, {0.5, 0.5}, "R^2");
  CHECK(beside.verdict == Verdict::proved);
  CHECK_FALSE(beside.positive);
  require_sound(chain, beside);
}

TEST_CASE("a limit equal to the level proves nothing and refutes nothing") {
  // tanh(x + 1) − tanh(x − 1) > 0 everywhere, with limit 0 at both ends.
  const Chain chain = chain_of(1, {{affine(2, 1, {1, 1}, {1, -1})},
                                   {ActivationLayer{Activation::tanh, 0}},
                                   {affine(1, 2, {1, -1}, {0})}});
  CHECK(tunnel_from(chain, {0}, "R^1").verdict == Verdict::undecided);
  CHECK(tunnel_from(chain, {0}, "[-3,3]").verdict == Verdict::proved);
  const Tunnel low = tunnel_from(chain, {0}, "R^1", rational_exact(-0.125));
  CHECK(low.verdict == Verdict::proved);
  require_sound(chain, low);
  CHECK(tunnel_from(chain, {0}, "R^1", rational_exact(0.125)).verdict == Verdict::refuted);
}

TEST_CASE("a point on the level has no component; a point on the boundary is a path") {
  const Chain chain = chain_of(2, {{affine(1, 2, {1, 0.5}, {0})}});
  CHECK(tunnel_from(chain, {1, -2}, "[-2,2]^2").verdict == Verdict::undecided);
  const Tunnel tunnel = tunnel_from(chain, {2, 0.25}, "[-2,2]^2");
  CHECK(tunnel.verdict == Verdict::proved);
  CHECK(tunnel.path.size() == 1);
  require_sound(chain, tunnel);
}

TEST_CASE("bad requests are refused with a line") {
  const Chain chain = hill(2, 4, 1);
  CHECK_THROWS_AS(tunnel_from(chain, {0}, "R^2"), InputError);
  CHECK_THROWS_AS(tunnel_from(chain, {0, 3}, "[-2,2]^2"), InputError);
  CHECK_THROWS_AS(tunnel_from(chain, {0, 0}, "ball(1)"), InputError);
  CHECK_THROWS_AS(tunnel_from(chain, {0, std::nan("")}, "R^2"), InputError);
}

TEST_CASE("winding numbers are exact, also where vertices and edges are level with the point") {
  const std::vector<Point> diamond{{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  CHECK(winding_number_exact(diamond, {0, 0}) == 1);
  CHECK(winding_number_exact({diamond.rbegin(), diamond.rend()}, {0, 0}) == -1);
  CHECK(winding_number_exact(diamond, {2, 0}) == 0);
  CHECK(winding_number_exact(diamond, {-2, 0}) == 0);
  CHECK(winding_number_exact({{1, 0}, {2, 0}, {2, 2}, {-2, 2}, {-2, 0}, {-1, 0}, {0, -1}}, {0, 0}) == 1);
  CHECK(winding_number_exact({{1, 0}, {0, 1}, {-1, 0}, {0, -1}, {1.5, 0}, {0, 1.5}, {-1.5, 0}, {0, -1.5}},
                             {0, 0}) == 2);
  // Against the sum of angles, for random polygons.
  RandomCases random(5);
  for (int n = cases(200, 20000); n > 0; --n) {
    std::vector<Point> polygon;
    for (int k = random.integer(3, 9); k > 0; --k)
      polygon.push_back({random.uniform(-1, 1), random.uniform(-1, 1)});
    const Point p{random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5)};
    double sum = 0;
    for (std::size_t k = 0; k < polygon.size(); ++k) {
      const Point &a = polygon[k], &b = polygon[(k + 1) % polygon.size()];
      sum += std::remainder(std::atan2(b[1] - p[1], b[0] - p[0]) - std::atan2(a[1] - p[1], a[0] - p[0]),
                            2 * M_PI);
    }
    REQUIRE(winding_number_exact(polygon, p) == static_cast<int>(std::lround(sum / (2 * M_PI))));
  }
}

TEST_CASE("the trained networks without critical point have certified tunnels, to infinity as well") {
  int to_infinity = 0;
  for (const char* name :
       {"circ_ode20_clip_m04", "circ_ode20_clip_m05", "circ_ode20_clip_sigmoid_m03",
        "circ_ode20_clip_sigmoid_m06", "circ_ode20_clip_softplus_m04", "circ_ode20_clip_softplus_m05",
        "circ_mlp6_s0_m00", "circ_mlp6_s0_m03", "circ_mlp6_s0_bn_m07", "circ_mlp6_s0_bn_m08"}) {
    CAPTURE(name);
    const Chain chain = trained(name);
    const Tunnel box = tunnel_from(chain, {0, 0}, "[-2,2]^2");
    CHECK(box.verdict == Verdict::proved);
    CHECK(box.path.size() <= 9);
    require_sound(chain, box);
    const Tunnel space = tunnel_from(chain, {0, 0}, "R^2");
    to_infinity += space.verdict == Verdict::proved;
    CHECK(space.verdict != Verdict::refuted);
    require_sound(chain, space);
  }
  CHECK(to_infinity >= 9);
}

TEST_CASE(
    "closed components of trained networks are enclosed, and each holds a critical point that certify "
    "encloses") {
  for (const char* name :
       {"circ_aug3_m10", "circ_aug3_m11", "circ_aug3_bn_m02", "circ_aug3_bn_m04", "circ_res6_m03",
        "circ_res6_m07", "circ_res6_bn_m08", "circ_res6_bn_m11", "circ_res6_noin_m06", "circ_res6_noin_m08",
        "circ_res10_bn_m08", "circ_res10_bn_m09", "circ_res12_m07", "circ_res12_m10", "circ_res12_affin_m08",
        "circ_res12_affin_m10", "circ_res6_softplus_m03", "circ_res6_softplus_m09"}) {
    CAPTURE(name);
    const Chain chain = trained(name);
    const Tunnel tunnel = tunnel_from(chain, {0, 0}, "[-2,2]^2");
    CHECK(tunnel.verdict == Verdict::refuted);
    require_sound(chain, tunnel);
    const CertifyResult critical = certify(chain, parse_domain("[-2,2]^2", 2), {}, name);
    const bool inside = std::any_of(
        critical.critical_points.begin(), critical.critical_points.end(), [&](const CriticalPoint& point) {
          return winding_number_exact(tunnel.barrier, {midpoint(point.box[0]), midpoint(point.box[1])}) != 0;
        });
    CHECK(inside);
  }
}

TEST_CASE("random levels from random points of trained networks: every verdict is sound") {
  RandomCases random(11);
  int decided = 0, asked = 0;
  for (const char* name : {"circ_res6_sigmoid_m06", "circ_ode20_softplus_m05", "xor_mlp6_s01_bn_m09",
                           "xor_res6_m06", "circ_mlp6_s01_m05"}) {
    const Chain chain = trained(name);
    for (int n = cases(3, 200); n > 0; --n) {
      const Point a{random.uniform(-2, 2), random.uniform(-2, 2)},
          b{random.uniform(-2, 2), random.uniform(-2, 2)};
      const Tunnel tunnel =
          tunnel_from(chain, a, n % 2 ? "[-2,2]^2" : "R^2", rational_exact(midpoint(Above(chain)(b))));
      CAPTURE(name, a[0], a[1], b[0], b[1]);
      if (tunnel.verdict != Verdict::undecided) require_sound(chain, tunnel);
      decided += tunnel.verdict != Verdict::undecided;
      ++asked;
    }
  }
  CHECK(decided >= 0.9 * asked);
}

TEST_CASE("paths through cells are an alternative to the flow") {
  const Chain chain = trained("circ_ode20_clip_m05");
  const SegmentSign sign(signed_chain(chain, 0, false));
  const Point from{0, 0};
  const Box box = parse_domain("[-2,2]^2", 2).box;
  const auto path = path_by_cells(sign, from, box, 8, {});
  REQUIRE(path);
  Tunnel tunnel;
  tunnel.verdict = Verdict::proved;
  tunnel.reaches = Reaches::boundary;
  tunnel.domain = parse_domain("[-2,2]^2", 2);
  tunnel.from = from;
  tunnel.positive = false;
  tunnel.path = *path;
  require_sound(chain, tunnel);
  // Inside a closed component there is none.
  CHECK_FALSE(path_by_cells(SegmentSign(signed_chain(trained("circ_res6_m07"), 0, false)), from, box, 8,
                            StopToken(0.3)));
}
