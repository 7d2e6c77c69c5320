#include <catch2/catch.hpp>

#include "branch_parts.hpp"
#include "checker/rules/branches.hpp"

using namespace narrows::checker;

namespace {

Tube tube(const Box& enclosure, std::size_t branch) {
  Tube made;
  made.zero = {0, enclosure, enclosure};
  made.branch = branch;
  return made;
}

/// Three slabs, an event [0, 1] in the middle one, two branches of index 0 and 1 that end before it; a third that goes on and on.
Track two_ends() {
  Track t;
  t.domain = {{-10}, {10}};
  t.slabs.resize(3);
  t.slabs[0].tubes = {tube({{0.25}, {0.375}}, 0), tube({{0.75}, {0.875}}, 1), tube({{5}, {6}}, 2)};
  t.slabs[1].tubes = {tube({{5}, {6}}, 2)};
  t.slabs[2].tubes = {tube({{5}, {6}}, 2)};
  t.slabs[0].tubes[2].next = t.slabs[1].tubes[0].next = 0;
  t.slabs[1].tubes[0].previous = 2;
  t.slabs[2].tubes[0].previous = 0;
  t.slabs[1].events = {{{{0}, {1}}, 0}};
  t.branches = {{0, 0, 0, 0, 0}, {0, 1, 0, 1, 1}, {0, 2, 2, 0, {}}};
  return t;
}

/// The same backwards.
Track two_beginnings() {
  Track t = two_ends();
  std::swap(t.slabs[0], t.slabs[2]);
  for (Slab& slab : t.slabs) {
    for (Tube& each : slab.tubes) std::swap(each.next, each.previous);
  }
  t.branches = {{2, 0, 2, 0, 0}, {2, 1, 2, 1, 1}, {0, 0, 2, 2, {}}};
  return t;
}

template <class Change>
std::size_t folds_after(Change change, Track t = two_ends()) {
  change(t);
  const std::size_t folds = find_ends(t);
  for (const Branch& branch : t.branches)
    CHECK((branch.begins == BranchEnd::fold || branch.ends == BranchEnd::fold) <= (folds > 0));
  return folds;
}

}  // namespace

TEST_CASE("checker: two branches of opposite parity that run into one event fold") {
  Track t = two_ends();
  CHECK(find_ends(t) == 1);
  for (const std::size_t b : {0, 1}) {
    CHECK(t.branches[b].begins == BranchEnd::path);
    CHECK(t.branches[b].ends == BranchEnd::fold);
  }
  CHECK(t.branches[2].ends == BranchEnd::path);
  t = two_beginnings();
  CHECK(find_ends(t) == 1);
  for (const std::size_t b : {0, 1}) {
    CHECK(t.branches[b].begins == BranchEnd::fold);
    CHECK(t.branches[b].ends == BranchEnd::path);
  }
}

TEST_CASE("checker: branches of equal or unknown parity do not fold") {
  CHECK(folds_after([](Track& t) { t.branches[0].morse_index = 1; }) == 0);
  CHECK(folds_after([](Track& t) { t.branches[0].morse_index = 3; }) == 0);
  CHECK(folds_after([](Track& t) { t.branches[0].morse_index = 2; }) == 1);
  CHECK(folds_after([](Track& t) { t.branches[1].morse_index.reset(); }) == 0);
}

TEST_CASE("checker: a fold needs the winding number 0 and an event inside the domain") {
  CHECK(folds_after([](Track& t) { t.slabs[1].events[0].winding.reset(); }) == 0);
  CHECK(folds_after([](Track& t) { t.slabs[1].events[0].winding = 1; }) == 0);
  CHECK(folds_after([](Track& t) { t.domain = {{0.125}, {10}}; }) == 0);
  CHECK(folds_after([](Track& t) { t.domain = {{0}, {10}}; }) == 1);
}

TEST_CASE("checker: exactly two ends on one side fold") {
  const auto third = [](Track& t, std::size_t slab) {
    t.branches.push_back({slab, t.slabs[slab].tubes.size(), slab, t.slabs[slab].tubes.size(), {}});
    t.slabs[slab].tubes.push_back(tube({{0.5}, {0.625}}, 3));
  };
  CHECK(folds_after([&](Track& t) { third(t, 0); }) == 0);
  CHECK(folds_after([&](Track& t) { third(t, 2); }) == 0);
  CHECK(folds_after([&](Track& t) { t.slabs[0].tubes[0].zero.enclosure = {{-2}, {-1}}; }) == 0);  // one alone
  CHECK(folds_after([&](Track& t) {
          third(t, 2);  // one from each side
          t.slabs[0].tubes[0].zero.enclosure = {{-2}, {-1}};
          t.branches[3].morse_index = 0;
        }) == 0);
  CHECK(folds_after([&](Track& t) {  // a third that is only half in the domain still counts
          third(t, 0);
          t.domain = {{-1}, {7}};
          t.slabs[0].tubes.back().zero.enclosure = {{0.9375}, {8}};
        }) == 0);
}

TEST_CASE("checker: the points of a fold are proved to be in its event") {
  CHECK(folds_after([](Track& t) {
          t.slabs[0].tubes[0].zero.enclosure = {{-1}, {0.375}};
        }) == 1);  // nothing else there
  CHECK(folds_after([](Track& t) { t.slabs[0].tubes[0].zero.enclosure = {{-11}, {0.375}}; }) == 0);
  CHECK(folds_after([](Track& t) {  // the point may be that of another tube
          t.slabs[0].tubes[0].zero.enclosure = {{-1}, {0.375}};
          t.slabs[1].tubes.push_back(tube({{-0.5}, {-0.25}}, 3));
          t.branches.push_back({1, 1, 1, 1, {}});
        }) == 0);
  CHECK(folds_after([](Track& t) {  // or in another event
          t.slabs[0].tubes[0].zero.enclosure = {{-1}, {0.375}};
          t.slabs[1].events.push_back({{{-0.5}, {-0.25}}, {}});
        }) == 0);
}

TEST_CASE("checker: events next to the event, or none beside it, exclude a fold") {
  CHECK(folds_after([](Track& t) { t.slabs[0].events = {{{{8}, {9}}, {}}}; }) == 0);
  CHECK(folds_after([](Track& t) { t.slabs[2].events = {{{{8}, {9}}, {}}}; }) == 0);
  CHECK(folds_after([](Track& t) {  // the last slab: both points may still be there at the end
          t.slabs.pop_back();
          t.branches[2].last_slab = 1;
        }) == 0);
  CHECK(folds_after(
            [](Track& t) {
              t.slabs.erase(t.slabs.begin());
              t.branches = {{1, 0, 1, 0, 0}, {1, 1, 1, 1, 1}, {0, 0, 1, 2, {}}};
            },
            two_beginnings()) == 0);
}

TEST_CASE("checker: a branch ends at the boundary where no tube and no event could hold its point") {
  Track t = two_ends();
  t.slabs[0].tubes[0].zero.enclosure = {{-2}, {-1}};
  find_ends(t);
  CHECK(t.branches[0].ends == BranchEnd::boundary);
  CHECK(t.branches[1].ends == BranchEnd::event);
  t.slabs[1].tubes.push_back(tube({{-3}, {-2}}, 3));
  t.branches.push_back({1, 1, 1, 1, {}});
  find_ends(t);
  CHECK(t.branches[0].ends == BranchEnd::event);
  CHECK(t.branches[3].begins == BranchEnd::event);
  CHECK(t.branches[3].ends == BranchEnd::boundary);
}
