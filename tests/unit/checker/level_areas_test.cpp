#include <catch2/catch.hpp>

#include "level_parts.hpp"

using namespace narrows::checker::test;

namespace {

std::string area(const std::string& sign, const std::string& region, const std::string& side,
                 const std::string& bounds) {
  return R"({"sign": ")" + sign + R"(", "region": )" + region + R"(, "side": ")" + side + R"(", "area": )" +
         bounds + "}";
}

LevelParts areas(const std::string& model, const std::string& regions, const std::string& areas,
                 const std::string& tree, const std::string& labels = "", const std::string& level = "0") {
  LevelParts p;
  p.model = model;
  p.kind = "level-area";
  p.members = R"(, "level": )" + level + R"(, "regions": [)" + regions + R"(], "areas": [)" + areas +
              R"(], "labels": [)" + labels + "]";
  p.proof = R"({"tree": [)" + tree + "]}";
  return p;
}
/// {x > 0} in [-2, 2]², by one cut cell.
std::string half(const std::string& regions, const std::string& claimed,
                 const std::string& tree = R"(["cut"])") {
  return verdict_of(areas(plane_x(), regions, claimed, tree));
}

const std::string disc = R"({"type": "disc", "centre": [0, 0], "radius": 1})";
const std::string annulus = R"({"type": "annulus", "centre": [1, 0], "inner": "1/2", "outer": 1})";
const std::string box = R"({"type": "box", "bounds": [[-0.5, 1], [-3, 1]]})";
/// The letter U, open above; x = 0 cuts it into two pieces on the left and one on the right.
const std::string letter =
    R"({"type": "polygon", "vertices": [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, 0.5], [0.5, 0.5], [0.5, -0.5], [-1, -0.5]]})";

}  // namespace

TEST_CASE("checker: level-area bounds the areas of a half-plane in every region") {
  CHECK(half("", area("+", "null", "inside", "[7.999, 8.001]") + ", " +
                     area("-", "null", "inside", "[7.999, 8.001]")) == "ACCEPTED");
  CHECK(half(disc, area("+", "0", "inside", "[1.5707963, 1.5707964]") + ", " +
                       area("+", "0", "outside", "[6.4292036, 6.4292037]")) == "ACCEPTED");
  CHECK(half(disc + ", " + annulus, area("-", "1", "inside", "[0, 1e-12]") + ", " +
                                        area("+", "1", "inside", "[2.3561944, 2.3561945]")) == "ACCEPTED");
  CHECK(half(box, area("+", "0", "inside", "[2.9999, 3.0001]") + ", " +
                      area("-", "0", "inside", "[1.4999, 1.5001]")) == "ACCEPTED");
  CHECK(half(box, area("+", "0", "outside", "[4.9999, 5.0001]") + ", " +
                      area("-", "0", "outside", "[6.4999, 6.5001]")) == "ACCEPTED");
  CHECK(half(letter, area("+", "0", "inside", "[1.4999, 1.5001]") + ", " +
                         area("-", "0", "inside", "[0.9999, 1.0001]")) == "ACCEPTED");
  CHECK(half(letter, area("+", "0", "inside", "[1.5001, 1.6]")) == "region-area not-proved");
  CHECK(half(letter, area("-", "0", "inside", "[0.9, 0.9999]")) == "region-area not-proved");
  CHECK(half(disc, area("+", "0", "inside", "[1.5707964, 1.6]")) == "region-area not-proved");
  CHECK(half(disc, area("-", "0", "outside", "[6.4, 6.4292036]")) == "region-area not-proved");
}

TEST_CASE("checker: level-area sums leaves of all kinds") {
  const std::string whole = area("+", "null", "inside", "[8, 8]");
  CHECK(half("", whole, R"(["split", 0], ["cut"], ["cut"])") ==
        "region-area not-proved");  // rounding beside x = 0
  CHECK(half("", area("+", "null", "inside", "[7.999, 8.001]"), R"(["split", 0], ["cut"], ["cut"])") ==
        "ACCEPTED");
  CHECK(half("", whole, R"(["split", 0], ["minus"], ["plus"])") ==
        "minus not-proved");  // 0 on their common side
  const std::string strip =
      R"(["split", 0], ["split", 0], ["minus"], ["undecided"], ["split", 0], ["undecided"], ["plus"])";
  CHECK(half("", area("+", "null", "inside", "[4, 12]") + ", " + area("-", "null", "inside", "[4, 12]"),
             strip) == "ACCEPTED");
  CHECK(half("", area("+", "null", "inside", "[4, 10]") + ", " + area("-", "null", "inside", "[4, 12]"),
             strip) == "region-area not-proved");
  CHECK(half("", area("-", "null", "inside", "[5, 12]"), strip) == "region-area not-proved");
  CHECK(half(disc, area("-", "0", "inside", "[0, 3.15]"), strip) == "ACCEPTED");
  CHECK(half(disc, area("-", "0", "inside", "[0.1, 3.15]"), strip) == "region-area not-proved");
  CHECK(half("", "", R"(["faith"])") == "document unknown");
  CHECK(half("", "", R"(["split", 0], ["cut"])") == "document incomplete");
  CHECK(half("", "", R"(["cut", 1])") == "document mismatch");
}

TEST_CASE("checker: level-area bounds a curved set, sharper as its cells get smaller") {
  std::string quarters = R"(["cut"])";
  for (int k = 0; k < 3; ++k)
    quarters = R"(["split", 0], ["split", 1], )" + quarters + ", " + quarters + R"(, ["split", 1], )" +
               quarters + ", " + quarters;
  // {x > y tanh(y/2)} in [-2, 2]²: ∫ (2 - y tanh(y/2)) dy over [-2, 2] = 5.75039…
  const auto with = [&](const std::string& bounds) {
    return verdict_of(areas(trap(), "", area("+", "null", "inside", bounds), quarters));
  };
  CHECK(with("[5.70, 5.76]") == "ACCEPTED");
  CHECK(with("[5.75, 5.9]") == "region-area not-proved");
  CHECK(with("[5.5, 5.71]") == "region-area not-proved");
}

TEST_CASE("checker: level-area proves labels, and states all it proves") {
  const auto with = [](const std::string& labels) {
    return verdict_of(areas(plane_x(), "", "", R"(["cut"])", labels));
  };
  CHECK(with(R"({"point": [1, 7], "sign": "+"}, {"point": ["-1/3", 0], "sign": "-"})") == "ACCEPTED");
  CHECK(with(R"({"point": [1, 7], "sign": "-"})") == "strict-sign not-proved");
  CHECK(with(R"({"point": [0, 7], "sign": "+"})") == "strict-sign not-proved");
  CHECK(with(R"({"point": [0], "sign": "+"})") == "document mismatch");
  const LevelParts p =
      areas(plane_x(), disc + ", " + annulus,
            area("+", "0", "outside", "[3, 5]") + ", " + area("+", "null", "inside", "[2, 5]"), R"(["cut"])",
            R"({"point": ["3/2", 0], "sign": "+"})", "1");
  CHECK(check_parts(p).claim ==
        "level-area proved c=1 on [-2,2]x[-2,2] output 0: disc (0,0) 1; annulus (1,0) 1/2 1; + outside 0 "
        "area [3,5]; + area [2,5]; + at (3/2,0);");
}

TEST_CASE("checker: level-area reads regions strictly") {
  const auto with = [](const std::string& region) { return half(region, ""); };
  CHECK(with(R"({"type": "disc", "centre": [0, 0], "radius": 0})") == "document out-of-range");
  CHECK(with(R"({"type": "disc", "centre": [0, 0]})") == "document unknown");
  CHECK(with(R"({"type": "disc", "centre": [0, 0], "radius": 1, "inner": 0})") == "document unknown");
  CHECK(with(R"({"type": "annulus", "centre": [0, 0], "inner": 1, "outer": 1})") == "document out-of-range");
  CHECK(with(R"({"type": "annulus", "centre": [0, 0], "inner": -1, "outer": 1})") == "document out-of-range");
  CHECK(with(R"({"type": "box", "bounds": [[0, 0], [0, 1]]})") == "document out-of-range");
  CHECK(with(R"({"type": "polygon", "vertices": [[0, 0], [1, 0]]})") == "document limit");
  CHECK(with(R"({"type": "polygon", "vertices": [[0, 0], [1, 1], [1, 0], [0, 1]]})") ==
        "document out-of-range");  // an eight
  CHECK(with(R"({"type": "polygon", "vertices": [[0, 0], [1, 0], [0, 1]]})") == "ACCEPTED");
  CHECK(half("", area("+", "0", "inside", "[0, 9]")) == "document out-of-range");
  CHECK(half(disc, area("+", "1", "inside", "[0, 9]")) == "document out-of-range");
  CHECK(half(disc, area("+", "null", "outside", "[0, 9]")) == "document inapplicable");
}
