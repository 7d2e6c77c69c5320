#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "checker/rules/areas.hpp"
#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

Region region(const std::string& text) {
  const Json json = parse_json(text, "region");
  return read_region(Field(json, "region"));
}

std::string reason(const std::string& vertices) {
  try {
    (void)region(R"({"type": "polygon", "vertices": )" + vertices + "}");
    return "accepted";
  } catch (const Rejection& rejection) {
    return name_of(rejection.rejected.reason);
  }
}

Bounds in_cell(const Region& region, const Box& cell) {
  return RegionInCell(region, cell).area({polygon_of(cell), nullptr});
}

/// The area of {a·x + b·y + c >= 0} in the cell and in the annulus, by the midpoint rule in x and exact chords in y.
double area_by_chords(const Box& cell, const double* line, const double* centre, double inner, double outer) {
  constexpr int steps = 4000;
  const double width = (cell.hi[0] - cell.lo[0]) / steps;
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    const double x = cell.lo[0] + (i + 0.5) * width;
    double lo = cell.lo[1], hi = cell.hi[1];
    const double at = -(line[0] * x + line[2]) / line[1];
    (line[1] > 0 ? lo : hi) = line[1] > 0 ? std::fmax(lo, at) : std::fmin(hi, at);
    const auto chord = [&](double r) {
      const double dx = x - centre[0];
      if (std::fabs(dx) >= r) return 0.0;
      const double h = std::sqrt(r * r - dx * dx);
      return std::fmax(0, std::fmin(hi, centre[1] + h) - std::fmax(lo, centre[1] - h));
    };
    sum += (chord(outer) - chord(inner)) * width;
  }
  return sum;
}

}  // namespace

TEST_CASE("checker: areas in discs and annuli agree with integration by chords") {
  std::mt19937 source(21);
  std::uniform_real_distribution<double> any(-1, 1), length(0.1, 2);
  for (int trial = 0; trial < 200; ++trial) {
    const Box cell{{any(source), any(source)}, {1 + length(source), 1 + length(source)}};
    const double line[3] = {any(source), any(source) < 0 ? -0.5 : 0.75, any(source)},
                 centre[2] = {2 * any(source), 2 * any(source)};
    const double inner = trial % 3 == 0 ? 0 : length(source), outer = inner + length(source);
    Region r;
    r.centre = {centre[0], centre[1]};
    r.inner = inner;
    r.outer = outer;
    const HalfPlane half{line[0], line[1], line[2]};
    const CellPart part(polygon_of(cell), &half);
    const Bounds inside = RegionInCell(r, cell).area(part);
    const double truth = area_by_chords(cell, line, centre, inner, outer);
    INFO(trial);
    CHECK((inside.first <= inside.second));
    CHECK(Rational(inside.second - inside.first).get_d() < 1e-30);
    CHECK(std::fabs(inside.first.get_d() - truth) < 2e-4);
    CHECK((inside.second <= part.area + Rational(1e-30)));
  }
}

TEST_CASE("checker: cells of a grid add up to a disc") {
  Region r;
  r.centre = {Rational(1, 3), Rational(-1, 7)};
  r.outer = Rational(4, 3);
  Rational least = 0, largest = 0;
  for (int i = -8; i < 8; ++i) {
    for (int j = -8; j < 8; ++j) {
      const Bounds area = in_cell(r, Box{{i / 4.0, j / 4.0}, {(i + 1) / 4.0, (j + 1) / 4.0}});
      least += area.first;
      largest += area.second;
    }
  }
  const double pi_r2 = 3.14159265358979323846 * 16 / 9;
  CHECK((least <= largest));
  CHECK(std::fabs(least.get_d() - pi_r2) < 1e-14);
  CHECK(std::fabs(largest.get_d() - pi_r2) < 1e-14);
  // edges through the centre, a vertex at it, tangents
  Region unit;
  unit.centre = {0, 0};
  unit.outer = 1;
  const auto in_unit = [&](double x, double y, double u, double v) {
    return in_cell(unit, Box{{x, y}, {u, v}}).first.get_d();
  };
  CHECK(std::fabs(in_unit(0, 0, 2, 2) - 0.7853981633974483) < 1e-15);
  CHECK(std::fabs(in_unit(-2, 0, 2, 2) - 1.5707963267948966) < 1e-15);
  CHECK(std::fabs(in_unit(-2, -2, 2, 2) - 3.141592653589793) < 1e-15);
  CHECK(std::fabs(in_unit(-1, -1, 1, 1) - 3.141592653589793) < 1e-15);
  CHECK(in_unit(1, -1, 2, 1) == 0);
  CHECK(in_unit(1, 0, 2, 1) == 0);
  CHECK(in_unit(-0.5, -0.5, 0.5, 0.5) == 1);
}

TEST_CASE("checker: cutting a polygon keeps its area, also where it falls apart") {
  std::mt19937 source(22);
  const auto grid = [&] { return Rational((static_cast<double>(source() % 41) - 20) / 8); };
  const Polygon star = {{0, 3},   {Rational(-1, 2), Rational(1, 2)},
                        {-3, 1},  {-1, Rational(-1, 3)},
                        {-2, -3}, {0, -1},
                        {2, -3},  {1, 0},
                        {3, 1},   {Rational(1, 2), Rational(1, 2)}};
  CHECK((signed_area(star) > 0));
  for (int trial = 0; trial < 300; ++trial) {
    const HalfPlane half{grid(), grid(), grid()}, other{-half.a, -half.b, -half.c},
        second{grid(), grid(), grid()}, third{-second.a, -second.b, -second.c};
    if (half.a == 0 && half.b == 0) continue;
    const Polygon part = cut(star, half), rest = cut(star, other);
    CHECK((signed_area(part) >= 0));
    CHECK((signed_area(part) + signed_area(rest) == signed_area(star)));
    if (second.a == 0 && second.b == 0) continue;
    CHECK((signed_area(cut(part, second)) + signed_area(cut(part, third)) == signed_area(part)));
  }
}

TEST_CASE("checker: a region is a simple polygon, in either sense") {
  CHECK(reason("[[0, 0], [1, 0], [1, 1], [0, 1]]") == "accepted");
  CHECK(reason("[[0, 0], [0, 1], [1, 1], [1, 0]]") == "accepted");
  CHECK((signed_area(
             region(R"({"type": "polygon", "vertices": [[0, 0], [0, 1], [1, 1], [1, 0]]})").polygon) == 1));
  CHECK(reason("[[0, 0], [1, 0], [2, 0], [1, 1]]") == "accepted");      // straight on at a vertex
  CHECK(reason("[[0, 0], [2, 0], [1, 0], [1, 1]]") == "out-of-range");  // and back
  CHECK(reason("[[0, 0], [1, 0], [1, 0], [1, 1]]") == "out-of-range");
  CHECK(reason("[[0, 0], [2, 2], [2, 0], [0, 2]]") == "out-of-range");
  CHECK(reason("[[0, 0], [2, 0], [2, 2], [1, 0], [0, 2]]") == "out-of-range");  // a vertex on an edge
  CHECK(reason("[[0, 0], [1, 0], [0, 1], [0, 0], [-1, 0], [0, -1]]") == "out-of-range");  // a vertex twice
  CHECK(reason("[[0, 0], [1, 0], [2, 0]]") == "out-of-range");  // no inside: the last edge covers the others
}
