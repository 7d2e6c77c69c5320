#include <catch2/catch.hpp>

#include "regime_parts.hpp"

using namespace narrows::checker::test;

namespace {

RegimeParts with(const std::string& prefix, const std::string& box, const std::string& rows = "[[1, 0], [0, 1]]") {
  return plane().leaf("[\"exists\", \"opposite-faces\", " + prefix + ", " + box + ", " + rows + "]");
}

}  // namespace

TEST_CASE("checker: opposite-faces proves saddles and extrema for a whole cell") {
  CHECK(verdict_of(with("0", "[[0.5, 2], [0.5, 2]]")) == "ACCEPTED");
  CHECK(verdict_of(with("0", "[[-2, -0.5], [0.5, 2]]")) == "ACCEPTED");
  CHECK(verdict_of(with("0", "[[0.5, 2], [0.5, 2]]", "[[\"1/3\", 0], [0.0625, -2]]")) == "ACCEPTED");
}

TEST_CASE("checker: opposite-faces refuses faces of one sign, faces that meet a zero and a singular matrix") {
  CHECK(verdict_of(with("0", "[[-2, 2], [0.5, 2]]")) == "opposite-faces not-proved");   // two zeros inside
  CHECK(verdict_of(with("0", "[[2, 3], [0.5, 2]]")) == "opposite-faces not-proved");    // none
  CHECK(verdict_of(with("0", "[[1.146, 2], [0.5, 2]]")) == "opposite-faces not-proved");  // it passes 1.146 within the cell
  CHECK(verdict_of(with("1", "[[0.5, 2], [0.5, 2]]")) == "opposite-faces not-proved");  // v_1 = (1, 1)
  CHECK(verdict_of(with("0", "[[0.5, 2], [0.5, 2]]", "[[1, 0], [1, 0]]")) == "opposite-faces not-proved");
  CHECK(verdict_of(with("0", "[[0.5, 2], [0.5, 2]]", "[[0, 1], [1, 0]]")) == "opposite-faces not-proved");  // the wrong faces
  CHECK(verdict_of(with("0", "[[0.5, 2], [0.5, 2]]").cell("[0.45, 0.55]", "[-1.6, -0.4]")) == "opposite-faces not-proved");
}

TEST_CASE("checker: opposite-faces needs n_P = d, a square matrix and a box inside the domain") {
  CHECK(verdict_of(with("2", "[[0.5, 2], [0.5, 2]]")) == "document inapplicable");  // v_2 is a number
  CHECK(verdict_of(with("3", "[[0.5, 2], [0.5, 2]]")) == "document out-of-range");
  CHECK(verdict_of(with("0", "[[0.5, 2]]")).starts_with("document"));
  CHECK(verdict_of(with("0", "[[0.5, 2], [0.5, 2]]", "[[1, 0]]")).starts_with("document"));
  CHECK(verdict_of(with("0", "[[0.5, 2], [0.5, 2]]", "[[1, 0], [0]]")).starts_with("document"));
  RegimeParts p = with("0", "[[0.5, 2], [0.5, 2]]");
  p.domain = R"({"type": "box", "bounds": [[0.5, 3], [0, 3]]})";
  CHECK(verdict_of(p) == "document out-of-range");
  p.domain = R"({"type": "box", "bounds": [[0, 3], [0, 3]]})";
  CHECK(verdict_of(p) == "ACCEPTED");
}
