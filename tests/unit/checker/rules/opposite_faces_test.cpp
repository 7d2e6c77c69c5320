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

TEST_CASE("checker: opposite-faces proves extrema and saddles in the plane") {
  const auto with = [](const std::string& box, const std::string& rows, const std::string& prefix = "0") {
    return verdict_of(
        plane().leaf("[\"exists\", \"opposite-faces\", " + prefix + ", " + box + ", " + rows + "]"));
  };
  const std::string unit = "[[1, 0], [0, 1]]", minimum = "[[0.3, 2.5], [0.3, 2.5]]",
                    saddle = "[[0.3, 2.5], [-2.5, -0.3]]";
  CHECK(with(minimum, unit) == "ACCEPTED");
  CHECK(with(saddle, unit) == "ACCEPTED");
  CHECK(with(saddle, R"([["1/3", 0], [0, "-0x1p-3"]])") == "ACCEPTED");
  CHECK(with(saddle, "[[1, 0.0625], [0.0625, 1]]") == "ACCEPTED");
  CHECK(with(minimum, "[[0, 1], [1, 0]]") ==
        "opposite-faces not-proved");  // faces and components do not go together
  CHECK(with(minimum, "[[1, 0], [1, 0]]") == "opposite-faces not-proved");  // not regular
  CHECK(with(minimum, "[[0, 0], [0, 1]]") == "opposite-faces not-proved");
  CHECK(with("[[0.3, 2.5], [-2.5, 2.5]]", unit) == "opposite-faces not-proved");
  CHECK(with("[[1.146, 2.5], [0.3, 2.5]]", unit) == "opposite-faces not-proved");
  CHECK(with("[[1.5, 2.5], [0.3, 2.5]]", unit) == "opposite-faces not-proved");
  CHECK(with(minimum, unit, "1") == "opposite-faces not-proved");
  CHECK(with(minimum, unit, "2") == "document inapplicable");
  CHECK(with(minimum, "[[1, 0]]") == "document mismatch");
  CHECK(with(minimum, "[[1, 0], [0]]") == "document mismatch");
}

TEST_CASE("checker: opposite-faces follows a zero that the parameters move, through a preconditioner") {
  // v_0 = (ε + δ tanh'(x + y), ε + δ tanh'(x - y))·[[1, 1], [1, -1]]: the zeros lie on the diagonals of this frame
  RegimeParts p;
  p.model = model(
      2,
      R"({"type": "affine", "weight": [[1, 1], [1, -1]], "bias": [0, 0]}, {"type": "residual", "skip": 1, "residual": 1, "branch": [
                         {"type": "activation", "function": "tanh"}]}, {"type": "affine", "weight": [[1, 1]], "bias": [0]})");
  p.cell("[0.45, 0.55]", "[-1.6, -1.4]")
      .leaf(R"(["exists", "opposite-faces", 0, [[0.75, 1.5], [-0.5, 0.5]], [[1, 0], [0, 1]]])");
  CHECK(verdict_of(p) == "ACCEPTED");
  p.leaf(R"(["exists", "opposite-faces", 1, [[0.75, 1.5], [-0.5, 0.5]], [[1, 1], [1, -1]]])");
  CHECK(verdict_of(p) == "ACCEPTED");
  p.leaf(R"(["exists", "opposite-faces", 1, [[0.75, 1.5], [-0.5, 0.5]], [[1, 0], [0, 1]]])");
  CHECK(verdict_of(p) == "opposite-faces not-proved");
}
