#include <catch2/catch.hpp>

#include "checker/rules/levels.hpp"
#include "level_parts.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// In which {bowl < 0} holds the origin, within distance 1.8 or so.
std::string closed(const std::string& proof, const std::string& from = "[0, 0]",
                   const std::string& domain = space_domain, const std::string& model = bowl(),
                   const std::string& sign = "-") {
  LevelParts p;
  p.model = model;
  p.verdict = "refuted";
  p.domain = domain;
  p.members = R"(, "level": 0, "sign": ")" + sign + R"(", "from": )" + from + R"(, "reaches": "closed")";
  p.proof = proof;
  return verdict_of(p);
}
std::string box(const std::string& bounds, const std::string& from = "[0, 0]",
                const std::string& domain = space_domain) {
  return closed("{\"box\": " + bounds + "}", from, domain);
}
std::string polygon(const std::string& vertices, const std::string& from = "[0, 0]",
                    const std::string& domain = space_domain) {
  return closed("{\"barrier\": " + vertices + "}", from, domain);
}

const std::string big = R"({"type": "box", "bounds": [[-4, 4], [-4, 4]]})";

}  // namespace

TEST_CASE("checker: barrier accepts a box and polygons round the set") {
  CHECK(box("[[-3, 3], [-3, 3]]") == "ACCEPTED");
  CHECK(polygon("[[-4, -4], [4, -4], [4, 4], [-4, 4]]") == "ACCEPTED");
  CHECK(polygon("[[-4, 4], [4, 4], [4, -4], [-4, -4]]") == "ACCEPTED");  // the other way round
  CHECK(polygon("[[0, 8], [-8, -4], [8, -4]]") == "ACCEPTED");
  CHECK(polygon("[[3, 0], [4, 4], [0, 3], [-4, 4], [-3, 0], [-4, -4], [0, -3], [4, -4]]") == "ACCEPTED");
  CHECK(polygon("[[-4, -4], [4, -4], [4, 4], [-4, 4]]", "[0, 0]", big) == "ACCEPTED");
  CHECK(box("[[-4, 4], [-3, 3]]", "[0, 0]", big) == "ACCEPTED");
}

TEST_CASE("checker: barrier refuses a winding number 0 and a point outside") {
  CHECK(polygon("[[3, 3], [4, 3], [4, 4]]") == "barrier mismatch");  // beside
  // there and back again: round the origin and the same way back
  CHECK(polygon("[[-4, -4], [4, -4], [4, 4], [-4, 4], [-4, -4], [-4, 4], [4, 4], [4, -4]]") ==
        "barrier mismatch");
  // an eight of which no half holds the point
  CHECK(polygon("[[3, 3], [4, 4], [4, 3], [3, 4]]") == "barrier mismatch");
  CHECK(polygon("[[-4, -4], [4, -4], [4, 4], [-4, 4]]", "[5, 0]") ==
        "strict-sign not-proved");  // the other sign
  CHECK(box("[[3, 4], [3, 4]]") == "document out-of-range");
  CHECK(box("[[0, 4], [-3, 3]]") == "document out-of-range");  // on its face
}

TEST_CASE("checker: barrier refuses a polygon through the set or through the point, and the wrong sign") {
  CHECK(polygon("[[-1, -1], [4, -4], [4, 4], [-4, 4]]") == "barrier not-proved");
  CHECK(polygon("[[0, 0], [4, -4], [4, 4]]") != "ACCEPTED");
  // one edge through the set, wherever it stands in the list
  CHECK(polygon("[[4, -0.5], [4, 4], [-4, 4], [-4, -0.5]]") == "barrier not-proved");
  CHECK(polygon("[[4, 4], [-4, 4], [-4, -0.5], [4, -0.5]]") == "barrier not-proved");
  CHECK(polygon("[[-4, 4], [-4, -0.5], [4, -0.5], [4, 4]]") == "barrier not-proved");
  CHECK(polygon("[[-4, -0.5], [4, -0.5], [4, 4], [-4, 4]]") == "barrier not-proved");
  CHECK(polygon("[[-4, 0], [4, 0], [4, 4], [-4, 4]]") != "ACCEPTED");  // through the point
  CHECK(box("[[-0.5, 3], [-3, 3]]") == "barrier not-proved");
  CHECK(closed(R"({"box": [[-3, 3], [-3, 3]]})", "[3.5, 0]", space_domain, bowl(), "+") ==
        "document out-of-range");
  CHECK(closed(R"({"box": [[-0.5, 0.5], [-0.5, 0.5]]})", "[0, 0]", space_domain, bowl(), "-") ==
        "barrier not-proved");
}

TEST_CASE("checker: barrier stays in the domain box and has the shape of the dimension") {
  CHECK(polygon("[[-5, -5], [5, -5], [5, 5], [-5, 5]]", "[0, 0]", big) == "document out-of-range");
  CHECK(box("[[-5, 5], [-3, 3]]", "[0, 0]", big) == "document out-of-range");
  CHECK(polygon("[[-4, -4], [4, 4]]") == "document mismatch");
  CHECK(closed("{}") == "document mismatch");
  CHECK(closed(R"({"box": [[-3, 3], [-3, 3]], "barrier": []})") == "document mismatch");
  CHECK(box("[[-3, 3]]") == "document mismatch");
  const std::string line = model(
      1, dense("[[1], [-1]]", "[0, 0]") + ", " + activated("softplus") + ", " + dense("[[1, 1]]", "[-2]"));
  CHECK(closed(R"({"barrier": [[-3], [3]]})", "[0]", space_domain, line) == "ACCEPTED");
  CHECK(closed(R"({"barrier": [["7/2"], ["-5/2"]]})", "[0]", space_domain, line) == "ACCEPTED");
  CHECK(closed(R"({"box": [[-3, 3]]})", "[0]", space_domain, line) == "ACCEPTED");
  CHECK(closed(R"({"barrier": [[2], [3]]})", "[0]", space_domain, line) == "barrier mismatch");
  CHECK(closed(R"({"barrier": [[-1], [3]]})", "[0]", space_domain, line) == "barrier not-proved");
  CHECK(closed(R"({"barrier": [[-3], [3], [4]]})", "[0]", space_domain, line) == "document mismatch");
  const std::string solid = model(
      3,
      dense("[[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]", "[0, 0, 0, 0, 0, 0]") +
          ", " + activated("softplus") + ", " + dense("[[1, 1, 1, 1, 1, 1]]", "[-5]"));
  CHECK(closed(R"({"box": [[-3, 3], [-3, 3], [-3, 3]]})", "[0, 0, 0]", space_domain, solid) == "ACCEPTED");
  CHECK(closed(R"({"barrier": [[-3, 0, 0], [3, 0, 0], [0, 3, 0]]})", "[0, 0, 0]", space_domain, solid) ==
        "document inapplicable");
}

TEST_CASE("checker: turns of a polygon are counted exactly, also where vertices are level with the point") {
  const ExactPoint p = {0, 0};
  CHECK(turns_round(p, {{1, 0}, {0, 1}, {-1, 0}, {0, -1}}) == 1);
  CHECK(turns_round(p, {{0, -1}, {-1, 0}, {0, 1}, {1, 0}}) == -1);
  CHECK(turns_round(p, {{1, 0}, {0, 1}, {-1, 0}, {0, -1}, {2, 0}, {0, 2}, {-2, 0}, {0, -2}}) == 2);
  CHECK(turns_round(p, {{1, 0}, {2, 1}, {3, 0}, {2, -1}}) == 0);
  CHECK(turns_round(p, {{-1, 0}, {-2, 1}, {-3, 0}, {-2, -1}}) == 0);
  CHECK(turns_round(p, {{-1, 1}, {1, 1}, {0, 2}}) == 0);
  const Rational tiny(1, mpz_class(1) << 200);
  CHECK(turns_round(p, {{1, -1}, {1, 1}, {-1, 1}, {-tiny, 0}, {-1, -1}}) == 1);
  CHECK(turns_round(p, {{1, -1}, {1, 1}, {-1, 1}, {tiny, 0}, {-1, -1}}) == 0);
}
