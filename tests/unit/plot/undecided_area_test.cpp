#include "plot/undecided_area.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace narrows;
using namespace narrows::plot;

namespace {

const Rectangle kPlot{10, 20, 400, 200};
const std::vector<Range> kWindow{{-2, 2}, {-1, 1}};

bool covers(const std::vector<Rectangle>& areas, double x, double y) {
  return std::any_of(areas.begin(), areas.end(),
                     [&](const Rectangle& r) { return r.left <= x && x <= r.right() && r.top <= y && y <= r.bottom(); });
}

}  // namespace

TEST_CASE("boxes are placed on the page, cut off at its border, and never too small to see") {
  const auto areas = undecided_area({{Interval(-1, 0), Interval(0, 0.5)},
                                     {Interval(1e-9, 2e-9), Interval(0, 1e-9)},
                                     {Interval(1, kInfinity), Interval(-kInfinity, 0)},
                                     {Interval(3, 4), Interval(0, 1)}},
                                    kWindow, kPlot);
  REQUIRE(areas.size() == 3);  // the last box is not in the window
  CHECK(areas[0].left == Approx(110));
  CHECK(areas[0].width == Approx(100));
  CHECK(areas[0].top == Approx(70));
  CHECK(areas[0].height == Approx(50));
  CHECK(areas[1].width == Approx(5));
  CHECK(covers({areas[1]}, 210, 120));
  CHECK(areas[2].right() == Approx(410));
  CHECK(areas[2].bottom() == Approx(220));
}

TEST_CASE("an interval becomes a band over the full height") {
  const auto areas = undecided_area({{Interval(0, 1)}}, {kWindow[0]}, kPlot);
  REQUIRE(areas.size() == 1);
  CHECK(areas[0].height == 200);
  CHECK(areas[0].width == Approx(100));
}

TEST_CASE("many boxes are merged without losing any of their area") {
  std::vector<std::vector<Interval>> boxes;
  for (int i = 0; i < 50; ++i)
    for (int j = 0; j < 50; ++j)
      if ((i * i + 3 * j) % 7 < 3) boxes.push_back({Interval(-2 + i * 0.08, -1.92 + i * 0.08), Interval(-1 + j * 0.04, -0.96 + j * 0.04)});
  const auto areas = undecided_area(boxes, kWindow, kPlot);
  CHECK(areas.size() < 4000);
  for (const auto& box : boxes) {
    const double x = 10 + 100 * (midpoint(box[0]) + 2), y = 220 - 100 * (midpoint(box[1]) + 1);
    CHECK(covers(areas, x, y));
  }
  for (const Rectangle& area : areas) {
    CHECK(area.left >= kPlot.left);
    CHECK(area.right() <= kPlot.right() + 2);
  }
}
