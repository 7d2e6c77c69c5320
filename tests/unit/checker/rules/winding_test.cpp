#include <catch2/catch.hpp>

#include "regime_parts.hpp"

using namespace narrows::checker::test;

namespace {

std::string verdict_for(const std::string& prefix, const std::string& box) {
  return verdict_of(plane().leaf("[\"exists\", \"winding\", " + prefix + ", " + box + "]"));
}

}  // namespace

TEST_CASE("checker: winding proves extrema, and saddles with the winding number -1") {
  CHECK(verdict_for("0", "[[0.3, 2.5], [0.3, 2.5]]") == "ACCEPTED");
  CHECK(verdict_for("0", "[[-2.5, -0.3], [-2.5, -0.3]]") == "ACCEPTED");
  CHECK(verdict_for("0", "[[0.3, 2.5], [-2.5, -0.3]]") == "ACCEPTED");
  CHECK(verdict_for("0", "[[0.3, 5], [0.4, 8]]") == "ACCEPTED");
}

TEST_CASE("checker: winding refuses boxes without zeros and with zeros that cancel") {
  CHECK(verdict_for("0", "[[1.5, 2.5], [0.3, 2.5]]") == "winding not-proved");
  CHECK(verdict_for("0", "[[0.3, 2.5], [-2.5, 2.5]]") == "winding not-proved");   // a minimum and a saddle
  CHECK(verdict_for("0", "[[-2.5, 2.5], [-2.5, 2.5]]") == "winding not-proved");  // 1 + 1 - 1 - 1
}

TEST_CASE("checker: winding refuses a boundary on which v_P may vanish") {
  CHECK(verdict_for("0", "[[1.146, 2.5], [0.3, 2.5]]") == "winding not-proved");
  CHECK(verdict_of(plane()
                       .cell("[0.45, 0.55]", "[-1.6, -0.5]")
                       .leaf(R"(["exists", "winding", 0, [[0.3, 2.5], [0.3, 2.5]]])")) ==
        "winding not-proved");
}

TEST_CASE("checker: winding needs two dimensions, also of v_P, and a box inside the domain") {
  CHECK(verdict_for("2", "[[0.3, 2.5], [0.3, 2.5]]") == "document inapplicable");
  CHECK(verdict_for("3", "[[0.3, 2.5], [0.3, 2.5]]") == "document out-of-range");
  CHECK(verdict_for("1", "[[0.3, 2.5], [0.3, 2.5]]") == "winding not-proved");  // v_1 = (1, 1)
  CHECK(verdict_for("0", "[[0.3, 2.5]]") == "document mismatch");
  CHECK(verdict_of(line().leaf(R"(["exists", "winding", 0, [[0.3, 2.5]]])")) == "document inapplicable");
  RegimeParts p = plane().leaf(R"(["exists", "winding", 0, [[0.3, 2.5], [0.3, 2.5]]])");
  p.domain = R"({"type": "box", "bounds": [[0, 3], [0.3, 3]]})";
  CHECK(verdict_of(p) == "document out-of-range");
}
