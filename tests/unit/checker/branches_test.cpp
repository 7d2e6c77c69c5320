#include "branch_parts.hpp"

#include <catch2/catch.hpp>

using namespace narrows::checker::test;

namespace {

void replace_in(std::string& text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  text.replace(at, what.size(), by);
}

/// The rejection of parts that are changed in one place.
template <class Change>
std::string verdict_after(BranchParts parts, Change change) {
  change(parts);
  return verdict_of(parts);
}

/// fold_on_the_line with one slab [31/64, 1] instead of the last three, and an event in it.
BranchParts event_up_to_the_end() {
  BranchParts p = fold_on_the_line();
  p.slabs.resize(7);
  p.slabs[6].to = 1;
  p.joints.resize(6);
  p.verdict = "undecided";
  for (BranchClaim& branch : p.branches) branch.ends = "event";
  return p;
}

}  // namespace

TEST_CASE("checker: two branches that meet in a fold are proved") {
  CHECK(verdict_of(fold_on_the_line()) == "ACCEPTED");
  CHECK(check_parts(fold_on_the_line()).claim ==
        "branches proved on [-3,3] output 0, shared path 0.5,-1 -> 1.5,-1: 2 branches, 1 folds, 0 boundary "
        "ends, events over 1/32");
  CHECK(verdict_of(fold_in_the_plane()) == "ACCEPTED");
  CHECK(check_parts(fold_in_the_plane()).claim ==
        "branches proved on [-3,3]x[0,3] output 0, shared path 0.5,-1 -> 1.5,-1: 2 branches, 1 folds, 0 "
        "boundary ends, events over 1/32");
}

TEST_CASE("checker: a branch that leaves the domain is proved") {
  CHECK(check_parts(exit_from_the_line()).claim ==
        "branches proved on [-3,1] output 0, shared path 0.5,-1 -> 0.125,-1: 2 branches, 0 folds, 1 boundary "
        "ends, events over 0");
}

TEST_CASE("checker: a scaled family takes the layers' own factors") {
  BranchParts p = fold_on_the_line();
  p.model = model(1, scalar_block("1", "-1", "\"tanh\"", "1", "0.25"));
  p.path = "[[0.5, 1], [1.5, 1]]";
  CHECK(verdict_of(p) == "krawczyk-zero not-proved");  // shared: residual 1
  p.type = "scaled";
  CHECK(verdict_of(p) == "ACCEPTED");
}

TEST_CASE("checker: slabs cover the path without gaps and within legs") {
  const BranchParts p = fold_on_the_line();
  const auto with = [&](auto change) { return verdict_after(p, change); };
  CHECK(with([](BranchParts& q) { q.slabs[3].from = 0.376; }) == "document mismatch");
  CHECK(with([](BranchParts& q) { q.slabs[3].from = 0.374; }) == "document mismatch");
  CHECK(with([](BranchParts& q) { q.slabs[0].from = 0.01; }) == "document mismatch");
  CHECK(with([](BranchParts& q) { q.slabs[3].to = 0.375; }) == "document mismatch");
  CHECK(with([](BranchParts& q) { q.slabs.back().to = 1.5; }) == "document mismatch");
  CHECK(with([](BranchParts& q) { q.slabs.back().to = 0.875; }) == "document incomplete");
  CHECK(with([](BranchParts& q) { q.slabs.pop_back(); }) == "document incomplete");
  CHECK(with([](BranchParts& q) { q.slabs.clear(); }) == "document incomplete");
  CHECK(with([](BranchParts& q) { q.path = "[[0.5, -1], [1.5, -1], [1.5, -1]]"; }) == "document incomplete");
  CHECK(with([](BranchParts& q) {
          q.path = "[[0.5, -1], [1.5, -1], [2.5, -1]]";
          q.slabs.back().to = 2;
        }) == "document mismatch");  // a slab on two legs
  CHECK(with([](BranchParts& q) {
          q.path = "[[0.5, -1], [1.5, -1], [1.5, -1]]";
          q.slabs.push_back({1, 2, {}, {}, q.slabs.back().tree});
          q.joints.emplace_back();
        }) == "ACCEPTED");
  CHECK(with([](BranchParts& q) { q.path = "[[0.5, -1]]"; }) == "document mismatch");
  CHECK(with([](BranchParts& q) { q.path = "[[0.5, -1], [1.5, -1, 0]]"; }) == "document mismatch");
}

TEST_CASE("checker: a tube holds the critical point for all parameters of its slab") {
  const BranchParts p = fold_on_the_line();
  const auto with = [&](const std::string& box, const std::string& enclosure) {
    return verdict_after(p, [&](BranchParts& q) {
      q.slabs[0].zeros[1] = R"({"prefix": 0, "box": )" + box + R"(, "enclosure": )" + enclosure + "}";
    });
  };
  // x from 0.631… to 0.463…
  CHECK(with("[[0.375, 0.75]]", "[[0.42, 0.68]]") == "ACCEPTED");
  CHECK(with("[[0.375, 0.75]]", "[[0.48, 0.68]]") == "krawczyk-zero not-proved");  // not at the end
  CHECK(with("[[0.375, 0.75]]", "[[0.42, 0.62]]") == "krawczyk-zero not-proved");  // not at the start
  CHECK(with("[[-1.5, 0.75]]", "[[0.42, 0.68]]") == "krawczyk-zero not-proved");   // two points
  CHECK(with("[[0.5, 0.75]]", "[[0.42, 0.68]]") == "krawczyk-zero mismatch");
  CHECK(with("[[-1.25, -0.9]]", "[[-1.2, -0.94]]") == "krawczyk-zero mismatch");  // the other one again
}

TEST_CASE("checker: trees of slabs are decided for all of their parameters") {
  const BranchParts p = fold_on_the_line();
  const auto with = [&](std::size_t slab, const std::string& leaf) {
    return verdict_after(p, [&](BranchParts& q) { q.slabs[slab].tree = {leaf}; });
  };
  CHECK(with(8, R"(["layers-regular"])") == "ACCEPTED");
  CHECK(with(8, R"(["undecided"])") == "document incomplete");
  CHECK(with(0, R"(["layers-regular"])") == "layers-regular not-proved");
  CHECK(with(0, R"(["direction-sign", 0, [1]])") == "direction-sign not-proved");
  CHECK(with(0, R"(["unique-zero", 0])") == "unique-zero not-proved");
  CHECK(with(0, R"(["unique-zero", 2])") == "document out-of-range");
  CHECK(verdict_after(p, [](BranchParts& q) { q.slabs[0].zeros.pop_back(); }) == "document out-of-range");
  CHECK(verdict_after(p, [](BranchParts& q) { q.slabs[5].tree.pop_back(); }) == "document incomplete");
}

TEST_CASE("checker: joints lie in both tubes and hold a critical point of the common member") {
  const BranchParts p = fold_on_the_line();
  const auto with = [&](std::size_t zero, std::size_t next, double x) {
    return verdict_after(p, [&](BranchParts& q) { q.joints[0][1] = joint(zero, next, {x}); });
  };
  const double x = -0.25 + std::atanh(std::sqrt(0.375));  // at s = 1/8
  CHECK(with(1, 1, x) == "ACCEPTED");
  CHECK(with(1, 1, x + 1e-5) == "krawczyk-zero not-proved");
  CHECK(with(1, 0, x) == "document mismatch");  // joined already, by the first joint
  CHECK(with(0, 1, x) == "document mismatch");
  CHECK(with(2, 1, x) == "document out-of-range");
  CHECK(with(1, 2, x) == "document out-of-range");
  CHECK(verdict_after(p, [&](BranchParts& q) { q.joints[0] = {joint(1, 0, {x})}; }) ==
        "document mismatch");  // inside one tube only
  CHECK(verdict_after(p, [&](BranchParts& q) { q.joints[0] = {joint(0, 1, {x})}; }) == "document mismatch");
  CHECK(verdict_after(p, [&](BranchParts& q) {
          replace_in(q.joints[0][1], "\"prefix\": 0", "\"prefix\": 2");
        }) == "krawczyk-zero not-proved");  // v_2 = 1
  CHECK(verdict_after(p, [&](BranchParts& q) {
          replace_in(q.joints[0][1], "\"prefix\": 0", "\"prefix\": 3");
        }) == "document out-of-range");
  CHECK(verdict_after(p, [&](BranchParts& q) { q.joints.pop_back(); }) == "document mismatch");
  CHECK(verdict_after(p, [&](BranchParts& q) { q.joints[5] = {joint(0, 0, {x})}; }) ==
        "document out-of-range");  // no tubes in the event's slab
}

TEST_CASE("checker: a missing joint makes two branches with unexplained ends") {
  BranchParts p = fold_on_the_line();
  p.joints[2].pop_back();
  p.indices.push_back("null");
  p.branches[1].to = 0.375;
  p.branches.push_back({0.375, 31.0 / 64, "event", "event", "null"});
  p.branches[0].ends = p.branches[1].ends = "event";
  p.verdict = "undecided";
  CHECK(verdict_of(p) == "ACCEPTED");
  CHECK(verdict_after(p, [](BranchParts& q) { q.verdict = "proved"; }) == "document mismatch");
  CHECK(verdict_after(p, [](BranchParts& q) { q.branches[1].ends = "boundary"; }) == "document mismatch");
  CHECK(verdict_after(p, [](BranchParts& q) { q.branches[1].ends = "end"; }) == "document mismatch");
  CHECK(verdict_after(p, [](BranchParts& q) { q.branches[2].begins = "start"; }) == "document mismatch");
  CHECK(verdict_after(p, [](BranchParts& q) { q.branches[2].ends = "fold"; }) ==
        "document mismatch");  // its index is not proved
  CHECK(verdict_after(p, [](BranchParts& q) { q.branches[1].to = 0.4375; }) == "document mismatch");
  CHECK(verdict_after(p, [](BranchParts& q) { q.branches.pop_back(); }) == "document mismatch");
  CHECK(verdict_after(p, [](BranchParts& q) { q.indices.pop_back(); }) == "document mismatch");
}

TEST_CASE("checker: a branch is at the boundary only where its point is outside of the domain") {
  BranchParts p = exit_from_the_line();
  CHECK(verdict_after(p, [](BranchParts& q) { q.branches[1].ends = "event"; }) == "document mismatch");
  CHECK(verdict_after(p, [](BranchParts& q) { q.branches[0].ends = "boundary"; }) == "document mismatch");
  for (std::size_t k = 10; k < 12; ++k) {  // beyond s = 0.59 the point is outside, and nobody needs the tube
    INFO(k);
    BranchParts q = p;
    q.joints[k - 1].pop_back();
    q.indices.push_back("null");
    q.branches[1].to = static_cast<double>(k) / 16;
    q.branches.push_back({static_cast<double>(k) / 16, 0.75, "event", "boundary", "null"});
    q.branches[1].ends = "event";  // the tubes overlap: nothing tells them apart
    q.verdict = "undecided";
    CHECK(verdict_of(q) == "ACCEPTED");
  }
}

TEST_CASE("checker: Morse indices are those of the branch, at a parameter of the slab") {
  const BranchParts p = fold_on_the_line();
  const auto with = [&](const std::string& entry, const std::string& claimed) {
    return verdict_after(p, [&](BranchParts& q) {
      q.indices[1] = entry;
      q.branches[1].morse_index = claimed;
    });
  };
  const auto x = [](double s) { return std::vector<double>{-0.25 + std::atanh(std::sqrt(0.5 - s))}; };
  CHECK(with(index_entry(2, 0.25, 1, x(0.25)), "0") == "ACCEPTED");
  CHECK(with(index_entry(2, 0.375, 1, x(0.375)), "0") == "ACCEPTED");
  CHECK(with(index_entry(2, 0.375, 1, x(0.375)), "1") == "document mismatch");
  CHECK(with(index_entry(2, 0.375, 1, x(0.375)), "null") == "document mismatch");
  CHECK(with("null", "0") == "document mismatch");
  CHECK(with(index_entry(2, 0.38, 1, x(0.38)), "0") == "document out-of-range");
  CHECK(with(index_entry(2, 0.3, 1, x(0.375)), "0") == "krawczyk-zero not-proved");
  CHECK(with(index_entry(2, 0.375, 0, {-0.5 - x(0.375)[0]}), "1") ==
        "document mismatch");  // the other branch
  CHECK(with(index_entry(9, 0.375, 1, x(0.375)), "0") == "document out-of-range");
}

TEST_CASE("checker: without proved indices, or with an event up to the end, nothing folds") {
  BranchParts p = fold_on_the_line();
  p.indices[0] = "null";
  p.branches[0].morse_index = "null";
  CHECK(verdict_of(p) == "document mismatch");
  p.branches[0].ends = p.branches[1].ends = "event";
  p.verdict = "undecided";
  CHECK(verdict_of(p) == "ACCEPTED");
  // The event box of the last slab may still hold both points.
  CHECK(check_parts(event_up_to_the_end()).claim ==
        "branches undecided on [-3,3] output 0, shared path 0.5,-1 -> 1.5,-1: 2 branches, 0 folds, 0 "
        "boundary ends, events over 33/64");
  CHECK(verdict_after(event_up_to_the_end(), [](BranchParts& q) {
          q.branches[0].ends = q.branches[1].ends = "fold";
        }) == "document mismatch");
}

TEST_CASE("checker: an event that is the whole domain proves nothing") {
  BranchParts p = fold_on_the_line();
  p.slabs = {{0, 1, {}, {R"({"box": [[-3, 3]], "winding": null})"}, {R"(["event", 0])"}}};
  p.joints.clear();
  p.indices.clear();
  p.branches.clear();
  CHECK(verdict_of(p) == "document mismatch");
  p.verdict = "undecided";
  CHECK(check_parts(p).claim ==
        "branches undecided on [-3,3] output 0, shared path 0.5,-1 -> 1.5,-1: 0 branches, 0 folds, 0 "
        "boundary ends, events over 1");
}

TEST_CASE("checker: branches need a box, a smooth network and known keys") {
  const BranchParts p = fold_on_the_line();
  CHECK(verdict_after(p, [](BranchParts& q) {
          q.model = model(1, scalar_block("1", "1", "\"elu\"", "1", "0.25"));
        }) == "document inapplicable");
  CHECK(verdict_after(p, [](BranchParts& q) { q.type = "fixed"; }) == "document unknown");
  CHECK(verdict_after(p, [](BranchParts& q) { q.slabs[0].zeros[0] = "{}"; }) == "document missing");
  CHECK(verdict_after(p, [](BranchParts& q) {
          replace_in(q.slabs[0].zeros[0], "\"prefix\": 0", "\"prefix\": 0, \"note\": 0");
        }) == "document unknown");
  std::string space = certificate_of(p);
  replace_in(space, R"("domain": {"type": "box", "bounds": [[-3, 3]]})", R"("domain": {"type": "space"})");
  CHECK(short_verdict(narrows::checker::check(space)) == "document inapplicable");
}
