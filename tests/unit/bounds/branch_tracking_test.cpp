// Tracked branches against a closed form: Φ(x) = ε x − δ tanh(x), whose critical points are ±artanh √(1 − ε/δ).
#include "bounds/branch_tracking.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/errors.hpp"
#include "certify/branches_certificate.hpp"
#include "checker/check.hpp"

namespace narrows {
namespace {

/// One block h ← ε h + δ·(−tanh h) in d independent copies, and the sum of all as output.
Network network_of_copies(std::size_t d) {
  AffineLayer minus{d, d, {}, {}}, sum{1, d, {}, {0}};
  for (std::size_t i = 0; i < d; ++i) {
    minus.bias.push_back(0);
    sum.weight.push_back(1);
    for (std::size_t j = 0; j < d; ++j) minus.weight.push_back(i == j ? -1 : 0);
  }
  Network net;
  net.input_dim = d;
  net.layers = {Layer{ResidualLayer{1, 1, {Layer{ActivationLayer{Activation::tanh, 0}}, Layer{minus}}}}, Layer{sum}};
  return net;
}

Chain copies_of_one_block(std::size_t d) { return make_chain(network_of_copies(d), OutputSelection{}, "test"); }

std::string certificate_of(const Track& track, std::size_t d) {
  std::string text;
  write_branches_certificate(track, FamilyType::shared, network_of_copies(d), OutputSelection{}, {"test.json", std::string(64, '0')},
                             [&](std::string_view piece) { text += piece; });
  return text;
}

Track track(const Chain& chain, const Box& domain, const std::string& path) {
  const JointProblem problem(family_chain(chain, FamilyType::shared));
  return track_branches(problem, domain, parse_path(path), {});
}

double radius_at(double skip, double residual) { return std::atanh(std::sqrt(1 - skip / residual)); }

TEST_CASE("tubes hold the critical points of the closed form, and the two branches end in a fold at equal factors") {
  const Track found = track(copies_of_one_block(1), Box{{-3}, {3}}, "1,2 -> 1,0.5");
  CHECK(found.verdict == Verdict::proved);
  REQUIRE(found.branches.size() == 2);
  for (const Branch& branch : found.branches) {
    CHECK(branch.begins == BranchEnd::start);
    CHECK(branch.ends == BranchEnd::fold);
    REQUIRE(branch.index);
    for (const BranchPiece& piece : branch.pieces) {
      const Slab& slab = found.slabs[piece.slab];
      const Interval& tube = slab.zeros[piece.zero].enclosure[0];
      const double sign = branch.index->morse_index == 0 ? 1 : -1;  // Φ'' = 2 δ tanh sech², positive to the right
      for (const double t : {0.0, 0.3, 1.0}) {
        const auto p = found.path.point_approx(slab.from + t * (slab.to - slab.from));
        CHECK(contains(tube, sign * radius_at(p[0], p[1])));
      }
    }
    const auto end = found.path.point_approx(branch.to(found.slabs));
    CHECK(end[1] > 1);
    CHECK(end[1] < 1.001);
  }
  for (const auto& sum : found.index_sums) CHECK(sum.value_or(0) == 0);
}

TEST_CASE("a critical point that leaves the box does so where the closed form says") {
  // artanh √(1 − ε/δ) = 1 at ε/δ = 1 − tanh² 1; the path runs to smaller ε.
  const Track found = track(copies_of_one_block(1), Box{{-1}, {1}}, "0.6,1 -> 0.2,1");
  CHECK(found.verdict == Verdict::proved);
  REQUIRE(found.branches.size() == 2);
  const double leaves = 1 - std::tanh(1.0) * std::tanh(1.0);
  for (const Branch& branch : found.branches) {
    REQUIRE_FALSE(branch.exits.empty());
    CHECK(found.path.point_approx(branch.exits.front().from)[0] > leaves - 0.03);
    CHECK(found.path.point_approx(branch.exits.front().to)[0] < leaves + 0.03);
  }
}

TEST_CASE("where a minimum, a maximum and two saddles meet there is no fold: the ends stay unexplained events") {
  const Track found = track(copies_of_one_block(2), Box{{-2, -2}, {2, 2}}, "1,2 -> 1,0.5");
  REQUIRE(found.branches.size() == 4);
  CHECK(found.verdict == Verdict::undecided);
  int indices[3] = {0, 0, 0};
  for (const Branch& branch : found.branches) {
    REQUIRE(branch.index);
    ++indices[branch.index->morse_index];
    CHECK(branch.ends == BranchEnd::event);
  }
  CHECK((indices[0] == 1 && indices[1] == 2 && indices[2] == 1));
}

TEST_CASE("a path of several legs goes through its corners") {
  const Track found = track(copies_of_one_block(1), Box{{-3}, {3}}, "1,2 -> 1,1.5 -> 0.9,1.5");
  CHECK(found.verdict == Verdict::proved);
  CHECK(found.branches.size() == 2);
  CHECK(found.slabs.back().to == 2);
  for (std::size_t k = 0; k + 1 < found.slabs.size(); ++k) {
    CHECK(found.slabs[k].to == found.slabs[k + 1].from);
    CHECK(std::floor(found.slabs[k].from) >= std::ceil(found.slabs[k].to) - 1);  // within one leg
  }
}

TEST_CASE("the checker accepts the certificate of a track, and refuses it with another claim or a piece of the proof left out") {
  for (const std::size_t d : {std::size_t{1}, std::size_t{2}}) {
    const Track found = track(copies_of_one_block(d), Box{std::vector<double>(d, -2), std::vector<double>(d, 2)}, d == 1 ? "1,2 -> 1,0.5" : "1,2 -> 1,1.25");
    const std::string text = certificate_of(found, d);
    const auto outcome = checker::check(text);
    CAPTURE(d, checker::outcome_line(outcome));
    CHECK(outcome.accepted());
    const auto without = [&](const std::string& from, const std::string& to) {
      const std::size_t at = text.find(from);
      REQUIRE(at != std::string::npos);
      return std::string(text).replace(at, from.size(), to);
    };
    CHECK_FALSE(checker::check(without("\"morse_index\":0", "\"morse_index\":1")).accepted());
    CHECK_FALSE(checker::check(without("\"begins\":\"start\"", "\"begins\":\"fold\"")).accepted());
    CHECK_FALSE(checker::check(without("\"verdict\":\"proved\"", "\"verdict\":\"undecided\"")).accepted());
    CHECK_FALSE(checker::check(without("[\"unique-zero\",0]", "[\"unique-zero\",1]")).accepted());
    Track cut = found;
    cut.joints.pop_back();
    CHECK_FALSE(checker::check(certificate_of(cut, d)).accepted());
    cut = found;
    cut.slabs.erase(cut.slabs.begin() + static_cast<std::ptrdiff_t>(cut.slabs.size() / 2));
    cut.joints.clear();
    CHECK_FALSE(checker::check(certificate_of(cut, d)).accepted());
  }
}

TEST_CASE("paths are read strictly") {
  CHECK(parse_path("1, 0.5->1,0").corners().size() == 2);
  for (const char* text : {"", "1,1", "1,1 -> 1,1", "1 -> 2,2", "1,x -> 2,2", "1,1 -> 2,2 ->", "1,inf -> 2,2"}) CHECK_THROWS_AS(parse_path(text), InputError);
}

}  // namespace
}  // namespace narrows
