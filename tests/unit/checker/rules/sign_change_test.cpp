#include <catch2/catch.hpp>

#include "regime_parts.hpp"

using namespace narrows::checker::test;

namespace {

RegimeParts with(const std::string& prefix, const std::string& box) {
  return line()
      .cell("[0.45, 0.55]", "[-1.6, -1.4]")
      .leaf("[\"exists\", \"sign-change\", " + prefix + ", " + box + "]");
}

}  // namespace

TEST_CASE("checker: sign-change proves a critical point for a whole cell") {
  CHECK(verdict_of(with("0", "[[0.5, 2]]")) == "ACCEPTED");
  CHECK(verdict_of(with("0", "[[-2, -0.5]]")) == "ACCEPTED");
}

TEST_CASE("checker: sign-change refuses ends of one sign and ends that are zero for some parameters") {
  CHECK(verdict_of(with("0", "[[-2, 2]]")) == "sign-change not-proved");  // two zeros inside
  CHECK(verdict_of(with("0", "[[2, 3]]")) == "sign-change not-proved");
  CHECK(verdict_of(with("0", "[[1.146, 2]]")) ==
        "sign-change not-proved");  // the zero passes 1.146 within the cell
  CHECK(verdict_of(with("1", "[[0.5, 2]]")) == "sign-change not-proved");  // v_1 = 1
  CHECK(verdict_of(with("0", "[[0.5, 2]]").cell("[0.45, 0.55]", "[-1.6, -0.4]")) == "sign-change not-proved");
  CHECK(verdict_of(with("0", "[[0.5, 2]]").cell("[-0.1, 0.55]", "[-1.6, -1.4]")) == "sign-change not-proved");
}

TEST_CASE("checker: sign-change needs one dimension, a prefix in range and a box inside the domain") {
  CHECK(verdict_of(with("3", "[[0.5, 2]]")) == "document out-of-range");
  CHECK(verdict_of(with("-1", "[[0.5, 2]]")) == "document out-of-range");
  CHECK(verdict_of(with("0", "[[2, 0.5]]")) == "document out-of-range");
  CHECK(verdict_of(plane().leaf(R"(["exists", "sign-change", 0, [[0.5, 2], [0.5, 2]]])")) ==
        "document inapplicable");
  RegimeParts p = with("0", "[[0.5, 2]]");
  p.domain = R"({"type": "box", "bounds": [[0.5, 3]]})";
  CHECK(verdict_of(p) == "document out-of-range");
  p.domain = R"({"type": "box", "bounds": [[0, 3]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
}
