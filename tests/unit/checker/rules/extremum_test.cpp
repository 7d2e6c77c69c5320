#include <catch2/catch.hpp>

#include "regime_parts.hpp"

using namespace narrows::checker::test;

namespace {

std::string extremum(const std::string& kind, const std::string& box, const std::string& point) {
  return "[\"exists\", \"extremum\", \"" + kind + "\", " + box + ", " + point + "]";
}

std::string on_line(const std::string& kind, const std::string& box, const std::string& point) {
  return verdict_of(line().cell("[0.45, 0.55]", "[-1.6, -1.4]").leaf(extremum(kind, box, point)));
}

std::string on_plane(const std::string& kind, const std::string& box, const std::string& point) {
  return verdict_of(plane().leaf(extremum(kind, box, point)));
}

}  // namespace

TEST_CASE("checker: extremum proves a minimum and a maximum for a whole cell") {
  CHECK(on_line("min", "[[0.2, 3]]", "[1.15]") == "ACCEPTED");
  CHECK(on_line("max", "[[-3, -0.2]]", "[-1.15]") == "ACCEPTED");
  CHECK(on_plane("min", "[[0.2, 3], [0.2, 3]]", "[1.15, 1.15]") == "ACCEPTED");
  CHECK(on_plane("max", "[[-3, -0.2], [-3, -0.2]]", "[-1.15, -1.15]") == "ACCEPTED");
}

TEST_CASE("checker: extremum refuses the wrong kind, a saddle and a box beside it") {
  CHECK(on_line("max", "[[0.2, 3]]", "[1.15]") == "extremum not-proved");
  CHECK(on_line("min", "[[2, 3]]", "[2.5]") == "extremum not-proved");
  CHECK(on_line("min", "[[0.2, 3]]", "[2.9]") == "extremum not-proved");  // a point too high
  CHECK(on_plane("min", "[[0.2, 3], [-3, -0.2]]", "[1.15, -1.15]") == "extremum not-proved");
  CHECK(on_plane("max", "[[0.2, 3], [-3, -0.2]]", "[1.15, -1.15]") == "extremum not-proved");
  // the minimum is there for half of the parameters only
  CHECK(
      verdict_of(line().cell("[0.45, 0.55]", "[-1.6, -0.4]").leaf(extremum("min", "[[0.2, 3]]", "[1.15]"))) ==
      "extremum not-proved");
}

TEST_CASE("checker: extremum needs a box inside the domain and a point inside the box") {
  RegimeParts p = line().cell("[0.45, 0.55]", "[-1.6, -1.4]").leaf(extremum("min", "[[0.2, 3]]", "[1.15]"));
  const auto on = [&](const std::string& lo, const std::string& hi) {
    p.domain = R"({"type": "box", "bounds": [[)" + lo + ", " + hi + "]]}";
    return verdict_of(p);
  };
  CHECK(on("0", "4") == "ACCEPTED");
  CHECK(on("0.2", "4") == "document out-of-range");
  CHECK(on("0", "3") == "document out-of-range");
  CHECK(on_line("min", "[[0.2, 3]]", "[3]") == "document out-of-range");
  CHECK(on_line("min", "[[0.2, 3]]", "[4]") == "document out-of-range");
  CHECK(on_line("min", "[[1, 1]]", "[1]") == "document out-of-range");
  CHECK(on_line("min", "[[0.2, 3], [0, 1]]", "[1.15]") == "document mismatch");
  CHECK(on_line("saddle", "[[0.2, 3]]", "[1.15]") == "document unknown");
}
