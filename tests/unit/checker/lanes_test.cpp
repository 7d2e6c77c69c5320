// Lanes against doubles, lane by lane, in a program of its own that is compiled for such vectors.
#include "checker/lanes.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "checker/lane_interval.hpp"

using namespace narrows::checker;

namespace {

bool same(double x, double y) {
  return x == y || (std::isnan(x) && std::isnan(y));
}
bool same(const LeafInterval& x, const LeafInterval& y) {
  return same(x.lo.as_double(), y.lo.as_double()) && same(x.hi.as_double(), y.hi.as_double());
}

class Numbers {
 public:
  double draw() {
    static const double corners[] = {0, -0.0, 1, -1, 3, 1e-300, -1e300, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
                                     HUGE_VAL, -HUGE_VAL, std::nan("")};
    return source_() % 3 == 0 ? corners[source_() % 14] : any_(source_);
  }
  LeafInterval interval() {
    const double a = draw(), b = source_() % 4 == 0 ? a : draw();
    return a <= b ? LeafInterval(a, b) : LeafInterval(b, a);
  }
  template <class T, class Draw>
  std::array<T, lane_count> four(Draw draw) {
    std::array<T, lane_count> x;
    for (T& entry : x) entry = draw();
    return x;
  }

 private:
  std::mt19937_64 source_{31};
  std::uniform_real_distribution<double> any_{-3, 3};
};

Lanes pack(const std::array<double, lane_count>& x) {
  Lanes y;
  for (std::size_t k = 0; k < lane_count; ++k) y.set(k, x[k]);
  return y;
}
LaneInterval pack(const std::array<LeafInterval, lane_count>& x) {
  LaneInterval y;
  for (std::size_t k = 0; k < lane_count; ++k) set_lane(y, k, x[k]);
  return y;
}

}  // namespace

TEST_CASE("checker: lanes are doubles") {
  Numbers numbers;
  const auto draw = [&] { return numbers.draw(); };
  for (int trial = 0; trial < 20000; ++trial) {
    const auto a = numbers.four<double>(draw), b = numbers.four<double>(draw);
    const Lanes x = pack(a), y = pack(b);
    for (std::size_t k = 0; k < lane_count; ++k) {
      CAPTURE(a[k], b[k], k);
      REQUIRE(same((x + y)[k], a[k] + b[k]));
      REQUIRE(same((x - y)[k], a[k] - b[k]));
      REQUIRE(same((x * y)[k], a[k] * b[k]));
      REQUIRE(same((x / y)[k], a[k] / b[k]));
      REQUIRE(std::signbit(Lanes(a[k])[k]) == std::signbit(a[k]));
      REQUIRE(std::signbit((-x)[k]) == std::signbit(-a[k]));
      REQUIRE(same(magnitude(x)[k], std::fabs(a[k])));
      REQUIRE_FALSE(std::signbit(magnitude(x)[k]));
      REQUIRE((x < y)[k] == (a[k] < b[k]));
      REQUIRE((x <= y)[k] == (a[k] <= b[k]));
      REQUIRE((x > y)[k] == (a[k] > b[k]));
      REQUIRE((x >= y)[k] == (a[k] >= b[k]));
      REQUIRE((x == y)[k] == (a[k] == b[k]));
      REQUIRE((x != y)[k] == (a[k] != b[k]));
      REQUIRE(is_finite(x)[k] == std::isfinite(a[k]));
      REQUIRE(is_nan(x)[k] == std::isnan(a[k]));
      REQUIRE(same(least(x, y)[k], std::min(a[k], b[k])));
      REQUIRE(same(greatest(x, y)[k], std::max(a[k], b[k])));
      for (const bool up : {false, true}) {
        REQUIRE(same(directed::step(x, up)[k], directed::step(a[k], up)));
        REQUIRE(same(directed::add(x, y, up)[k], directed::add(a[k], b[k], up)));
      }
    }
    std::size_t held = 0;
    for (std::size_t k = 0; k < lane_count; ++k) held += a[k] < b[k] ? 1 : 0;
    REQUIRE(all(x < y) == (held == lane_count));
    REQUIRE(any(x < y) == (held > 0));
    REQUIRE(all(!(x < y)) == (held == 0));
  }
}

TEST_CASE("checker: four intervals are intervals") {
  Numbers numbers;
  const auto draw = [&] { return numbers.interval(); };
  for (int trial = 0; trial < 20000; ++trial) {
    auto a = numbers.four<LeafInterval>(draw), b = numbers.four<LeafInterval>(draw);
    if (trial % 3 == 0) a.fill(a[0]);
    if (trial % 3 == 1) {
      for (auto& entry : b) entry = LeafInterval(entry.lo);
      for (auto& entry : a) entry = LeafInterval(entry.hi);
    }
    const LaneInterval x = pack(a), y = pack(b);
    for (std::size_t k = 0; k < lane_count; ++k) {
      CAPTURE(a[k].lo.as_double(), a[k].hi.as_double(), b[k].lo.as_double(), b[k].hi.as_double(), k);
      REQUIRE(same(lane_of(x + y, k), a[k] + b[k]));
      REQUIRE(same(lane_of(x - y, k), a[k] - b[k]));
      REQUIRE(same(lane_of(x * y, k), a[k] * b[k]));
      REQUIRE(same(lane_of(x / y, k), a[k] / b[k]));
      REQUIRE(same(lane_of(square(x), k), square(a[k])));
      REQUIRE(same(lane_of(hull(x, y), k), hull(a[k], b[k])));
      REQUIRE(same(lane_of(times_power(x, 8), k), times_power(a[k], 8)));
      REQUIRE(may_meet(x, y)[k] == may_meet(a[k], b[k]));
      REQUIRE(x.nonzero()[k] == a[k].nonzero());
      REQUIRE(x.is_point()[k] == a[k].is_point());
    }
  }
}

TEST_CASE("checker: the functions of four intervals are those of one") {
  std::mt19937_64 source(32);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int trial = 0; trial < 3000; ++trial) {
    const double scale = std::pow(10, 3 * unit(source));
    std::array<LeafInterval, lane_count> points;
    for (auto& x : points) x = LeafInterval(trial % 97 == 0 && source() % 4 == 0 ? HUGE_VAL : scale * unit(source));
    if (trial % 11 == 0) points[1] = LeafInterval(0.0);
    if (trial % 101 == 0) points[2] = LeafInterval(std::nan(""));
    const LaneInterval x = pack(points);
    for (std::size_t k = 0; k < lane_count; ++k) {
      CAPTURE(points[k].lo.as_double());
      REQUIRE(same(lane_of(exponential(x), k), exponential(points[k])));
      for (const Function f : {Function::tanh, Function::sigmoid, Function::softplus, Function::elu}) {
        const auto four = jet(Activation{f, 1}, x);
        const auto one = jet(Activation{f, 1}, points[k]);
        for (std::size_t n = 0; n < one.order.size(); ++n) REQUIRE(same(lane_of(four.order[n], k), one.order[n]));
      }
    }
  }
}
