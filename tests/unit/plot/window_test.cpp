#include "plot/window.hpp"

#include <catch2/catch.hpp>

#include "support.hpp"

using namespace narrows;
using namespace narrows::plot;
using namespace narrows::test;

TEST_CASE("the window of the whole space is [-2.5, 2.5]^d, and grows with far critical points") {
  CertifyResult result;
  result.domain = space(2);
  for (const Range& side : picture_window(result)) {
    CHECK(side.lower == -2.5);
    CHECK(side.upper == 2.5);
  }
  result.critical_points = {critical_point({7, 0}, 1, 0)};
  result.undecided = {{Interval(0, kInfinity), Interval(-1, 0)}};
  const auto window = picture_window(result);
  CHECK(window[0].upper > 7.2);
  CHECK(window[0].lower <= -2.5);
  CHECK(window[1].lower <= -2.5);
  CHECK(window[1].upper >= 2.5);
  CHECK(window[0].length() == Approx(window[1].length()));
  CHECK(domain_text(result.domain) == "R^2 (window shown)");
}

TEST_CASE("the window of a bounded domain contains it with a margin") {
  CertifyResult result;
  result.domain = box_domain({-1, 0}, {1, 10});
  auto window = picture_window(result);
  CHECK(window[0].lower == Approx(-1.12));
  CHECK(window[1].upper == Approx(10.6));
  CHECK(domain_text(result.domain) == "[-1,1]x[0,10]");
  result.domain.type = Domain::Type::ball;
  result.domain.radius = 2;
  window = picture_window(result);
  CHECK(window[1].lower == Approx(-2.24));
}
