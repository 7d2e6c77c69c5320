// Soundness of the batched engine by sampling: no point of a box contradicts what was claimed about the box.
#include <catch2/catch.hpp>

#include "critical/gradient_map.hpp"
#include "lane_chains.hpp"

using namespace narrows;
using test::Point;
using test::RandomCases;

namespace {

using Outcome = LaneVerdict::Outcome;

struct Claims {
  LaneVerdict test, sharp[kSharpForms];
  LaneDerivative derivative;
  LaneHalfSpace half_space;
};

/// Everything that the engine says about the boxes; derivatives at `prefix` if that is at most the depth.
std::vector<Claims> claims_about(const LaneEngine& engine, const test::LaneBoxes& boxes, std::size_t prefix, bool derivatives) {
  const std::size_t n = boxes.size();
  std::vector<LaneVerdict> plain(n), sharp[kSharpForms];
  std::vector<LaneDerivative> derivative(n);
  std::vector<LaneHalfSpace> half_space(n);
  engine.test(boxes.lower.data(), boxes.upper.data(), n, plain.data());
  for (std::size_t f = 0; f < kSharpForms; ++f) {
    sharp[f].resize(n);
    engine.test_stubborn(static_cast<SharpForm>(f), boxes.lower.data(), boxes.upper.data(), n, sharp[f].data());
  }
  if (derivatives) engine.derivative(prefix, boxes.lower.data(), boxes.upper.data(), n, derivative.data());
  if (derivatives) engine.half_space(prefix, boxes.lower.data(), boxes.upper.data(), n, half_space.data());
  std::vector<Claims> claims;
  for (std::size_t i = 0; i < n; ++i) claims.push_back({plain[i], {sharp[0][i], sharp[1][i], sharp[2][i]}, derivative[i], half_space[i]});
  return claims;
}

/// A prefix whose row vector has as many entries as the box: `first` always has.
std::size_t square_prefix(RandomCases& random, const Problem& problem) {
  std::vector<std::size_t> candidates;
  for (std::size_t p = problem.first; p < problem.depth(); ++p)
    if (problem.chain.widths[p] == problem.dim) candidates.push_back(p);
  return candidates[static_cast<std::size_t>(random.integer(0, static_cast<int>(candidates.size()) - 1))];
}

/// Compares the claims about one box with sampled points.
class Judge {
 public:
  Judge(const Problem& problem, const IntervalBox& box, const Claims& claims, std::size_t prefix)
      : problem_(problem), box_(box), claims_(claims), prefix_(prefix), determinant_signs_(problem.depth(), 0) {}

  void judge(const Point& point, bool with_layers, bool with_derivative) {
    INFO("box " << text() << " point " << Catch::Detail::stringify(point));
    const auto x = test::precise_point(point);
    const auto pass = forward_all(problem_.precise, x, problem_.first);
    judge_direction(claims_.test, point, pass, &sign_);
    for (std::size_t f = 0; f < kSharpForms; ++f) judge_direction(claims_.sharp[f], point, pass, &sharp_sign_[f]);
    if (with_layers) judge_layers(point, x);
    const bool half_space = std::any_of(claims_.half_space.direction, claims_.half_space.direction + kMaxLaneDim, [](double u) { return u != 0; });
    if (half_space) REQUIRE(direction_sign(point, pass, prefix_, claims_.half_space.direction) == 1);
    if (with_derivative) judge_derivative(x);
  }

 private:
  int direction_sign(const Point& point, const ForwardPass<BigInterval>& pass, std::size_t prefix, const double* direction) const {
    const int sign = test::sign_along(row_vector(problem_.precise, pass, prefix), direction);
    return sign != 0 ? sign : test::deep_sign_along(problem_, point, prefix, direction);
  }

  void judge_direction(const LaneVerdict& verdict, const Point& point, const ForwardPass<BigInterval>& pass, int* sign) {
    if (verdict.outcome != Outcome::direction_sign) return;
    const int here = direction_sign(point, pass, verdict.prefix, verdict.direction);
    INFO("direction at prefix " << verdict.prefix);
    REQUIRE(here != 0);
    REQUIRE((*sign == 0 || *sign == here));
    *sign = here;
  }

  // Activation layers and residual layers that were proved regular, here or everywhere.
  void judge_layers(const Point& point, std::vector<BigInterval> state) {
    std::size_t regular = problem_.first;
    for (const LaneVerdict& verdict : {claims_.test, claims_.sharp[0], claims_.sharp[1], claims_.sharp[2]}) {
      if (verdict.outcome == Outcome::direction_sign) REQUIRE(verdict.prefix <= verdict.regular_prefix);
      if (verdict.outcome == Outcome::layers_regular) REQUIRE(verdict.regular_prefix == problem_.depth());
      regular = std::max<std::size_t>(regular, verdict.regular_prefix);
    }
    regular = std::max<std::size_t>(regular, claims_.derivative.regular_prefix);
    for (std::size_t l = problem_.first; l < regular; ++l) {
      const auto& layer = problem_.precise.layers[l];
      INFO("layer " << l);
      if (layer.kind == LayerKind::activation || layer.kind == LayerKind::residual) {
        int here = test::determinant_sign(layer, state);
        if (here == 0) here = test::deep_determinant_sign(problem_, point, l);
        REQUIRE(here != 0);
        REQUIRE((determinant_signs_[l] == 0 || determinant_signs_[l] == here));
        determinant_signs_[l] = here;
      }
      LayerTrace<BigInterval> trace;
      state = forward(layer, state, &trace);
    }
  }

  void judge_derivative(const std::vector<BigInterval>& x) {
    const auto pass = forward_all(problem_.precise, dual_coordinates(x), problem_.first);
    const auto v = row_vector(problem_.precise, pass, prefix_);
    const LaneDerivative& claim = claims_.derivative;
    REQUIRE(test::may_lie_in(pass.value.value, claim.output[0], claim.output[1]));
    for (std::size_t j = 0; j < problem_.dim; ++j) {
      REQUIRE(test::may_lie_in(v[j].value, claim.value[2 * j], claim.value[2 * j + 1]));
      for (std::size_t k = 0; k < problem_.dim; ++k) {
        const std::size_t entry = j * problem_.dim + k;
        REQUIRE(test::may_lie_in(v[j].gradient[k], claim.jacobian[2 * entry], claim.jacobian[2 * entry + 1]));
      }
    }
  }

  std::string text() const {
    std::string result;
    for (const Interval& side : box_) result += "[" + Catch::Detail::stringify(side.lower()) + ", " + Catch::Detail::stringify(side.upper()) + "] ";
    return result;
  }

  const Problem& problem_;
  const IntervalBox& box_;
  const Claims& claims_;
  std::size_t prefix_;
  std::vector<int> determinant_signs_;
  int sign_ = 0, sharp_sign_[kSharpForms] = {};
};

struct Tally {
  long boxes = 0, regular = 0, directions = 0, sharp[kSharpForms] = {}, half_spaces = 0, finite_jacobians = 0;
  void count(const Claims& claims) {
    ++boxes;
    regular += claims.test.outcome == Outcome::layers_regular;
    directions += claims.test.outcome == Outcome::direction_sign;
    for (std::size_t f = 0; f < kSharpForms; ++f) sharp[f] += claims.sharp[f].outcome == Outcome::direction_sign && claims.test.outcome == Outcome::open;
    half_spaces += claims.half_space.direction[0] != 0;
    finite_jacobians += std::isfinite(claims.derivative.jacobian[0]);
  }
};

}  // namespace

TEST_CASE("no sampled point of a box contradicts a verdict, a derivative or a half-space of the batched engine") {
  const char* seed = std::getenv("NARROWS_SEED");
  RandomCases random(seed != nullptr ? static_cast<std::uint64_t>(std::atoll(seed)) : 61);
  Tally tally;
  const int chains = test::cases(60, 62'500), points = test::cases(5, 10);
  constexpr std::size_t kBoxes = 16;
  for (int k = 0; k < chains; ++k) {
    const Chain chain = test::lane_chain(random);
    Problem problem(chain, test::some_regular_layers(random, chain));
    REQUIRE(problem.lanes);
    const auto first = static_cast<std::size_t>(random.integer(0, static_cast<int>(problem.depth()) - 1));
    if (random.integer(0, 4) == 0 && chain.widths[first] <= kMaxLaneDim) problem.drop_layers(first);
    const test::LaneBoxes boxes = test::lane_boxes(random, problem, kBoxes);
    const std::size_t prefix = square_prefix(random, problem);
    const std::vector<Claims> claims = claims_about(*problem.lanes, boxes, prefix, true);
    for (std::size_t i = 0; i < kBoxes; ++i) {
      INFO("chain " << k << " box " << i);
      tally.count(claims[i]);
      Judge judge(problem, boxes.boxes[i], claims[i], prefix);
      for (int s = 0; s < points; ++s) judge.judge(test::lane_point(random, boxes.boxes[i]), s < 3, s < 2 && i % 4 == 0);
    }
  }
  INFO("boxes " << tally.boxes << ", regular " << tally.regular << ", directions " << tally.directions << ", by Taylor models alone " << tally.sharp[0] << ", zonotopes " << tally.sharp[1] << ", both " << tally.sharp[2]
                << ", half-spaces " << tally.half_spaces << ", finite Jacobians " << tally.finite_jacobians);
  if (seed != nullptr) WARN(tally.boxes << " boxes, regular " << tally.regular << ", directions " << tally.directions << ", sharp forms alone " << tally.sharp[0] << " " << tally.sharp[1] << " " << tally.sharp[2] << ", half-spaces " << tally.half_spaces);
  CHECK(tally.regular * 50 > tally.boxes);
  CHECK(tally.directions * 10 > tally.boxes);
  CHECK(tally.sharp[static_cast<std::size_t>(SharpForm::zonotope)] > 0);
  CHECK(tally.sharp[static_cast<std::size_t>(SharpForm::polynomial_zonotope)] > 0);
  CHECK(tally.half_spaces * 10 > tally.boxes);
  CHECK(tally.finite_jacobians * 2 > tally.boxes);
}
