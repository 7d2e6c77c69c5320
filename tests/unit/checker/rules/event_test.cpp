#include <catch2/catch.hpp>

#include "branch_parts.hpp"

using namespace narrows::checker::test;

namespace {

BranchParts with_event(const std::string& box, const std::string& winding) {
  BranchParts p = fold_on_the_line();
  p.slabs[6].events = {"{\"box\": " + box + ", \"winding\": " + winding + "}"};
  return p;
}

BranchParts in_plane(const std::string& box, const std::string& winding, std::size_t slab = 6) {
  BranchParts p = fold_in_the_plane();
  p.slabs[slab].events = {"{\"box\": " + box + ", \"winding\": " + winding + "}"};
  return p;
}

}  // namespace

TEST_CASE("checker: boxes of the tree lie in the event that they name") {
  CHECK(verdict_of(with_event("[[-0.6, 0.1]]", "0")) == "ACCEPTED");
  CHECK(verdict_of(with_event("[[-0.3, -0.2]]", "null")) == "event not-proved");
  BranchParts p = fold_on_the_line();
  p.slabs[6].events.clear();
  CHECK(verdict_of(p) == "document out-of-range");
  p = fold_on_the_line();
  p.slabs[6].events.push_back(R"({"box": [[0.05, 0.2]], "winding": null})");  // meets the other
  CHECK(verdict_of(p) == "event mismatch");
  p.slabs[6].events.back() = R"({"box": [[2, 2.5]], "winding": null})";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: other claims have no events") {
  Parts p;
  p.model = model(1, scalar_block("1", "1", "\"tanh\""));
  p.domain = R"({"type": "box", "bounds": [[-1, 1]]})";
  p.proof = R"({"tree": [["event", 0]]})";
  CHECK(verdict_of(p) == "document out-of-range");
}

TEST_CASE("checker: the winding number of an event is the claimed one, on the line") {
  CHECK(verdict_of(with_event("[[-0.6, 0.1]]", "1")) == "document mismatch");
  CHECK(verdict_of(with_event("[[-0.6, 0.1]]", "0.5")) == "document mismatch");
  CHECK(verdict_of(with_event("[[-0.35, 0.1]]", "0")) == "sign-change not-proved");  // a point passes -0.35
  CHECK(verdict_of(with_event("[[-0.25, -0.25]]", "0")) == "document out-of-range");
  BranchParts p = fold_on_the_line();  // before the fold: half of the pair is a change of sign
  p.slabs[0].events = {R"({"box": [[0.3, 0.7]], "winding": 1})"};
  CHECK(verdict_of(p) == "document mismatch");  // it meets the tube
  p.slabs[0].events = {R"({"box": [[1, 2]], "winding": 0})"};
  CHECK(verdict_of(p) ==
        "document mismatch");  // proved of the event, but the first slab has one: the verdict is undecided
  p.verdict = "undecided";
  CHECK(verdict_of(p) == "ACCEPTED");
  p.slabs[0].events = {R"({"box": [[1, 2]], "winding": 1})"};
  CHECK(verdict_of(p) == "document mismatch");
}

TEST_CASE("checker: the winding number of an event is the claimed one, in the plane") {
  // The fold is at (0, 0.881…).
  CHECK(verdict_of(in_plane("[[-0.35, 0.35], [0.6, 1.1]]", "0")) == "ACCEPTED");
  CHECK(verdict_of(in_plane("[[-0.35, 0.35], [0.6, 1.1]]", "-1")) == "document mismatch");
  CHECK(verdict_of(in_plane("[[-0.1, 0.35], [0.6, 1.1]]", "0")) == "winding not-proved");  // cuts the pair
  BranchParts p = in_plane("[[0.3, 1.5], [0.4, 2]]", "1", 0);
  p.slabs[0].zeros.pop_back();  // an event in place of the minimum's tube
  for (std::string& leaf : p.slabs[0].tree) {
    if (leaf == R"(["unique-zero", 1])") leaf = R"(["event", 0])";
  }
  CHECK(verdict_of(p) != "winding not-proved");
  CHECK(check_parts(p).rejected->step.find("joints") != std::string::npos);  // all of the slab was accepted
  p.slabs[0].events = {R"({"box": [[0.3, 1.5], [0.4, 2]], "winding": 0})"};
  CHECK(check_parts(p).rejected->step.find("winding") != std::string::npos);
}
