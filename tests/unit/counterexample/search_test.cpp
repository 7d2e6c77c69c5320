// Every claim is refuted from a cold start, what is found is certified by the checker, and what is true is not refuted.
#include "counterexample/search.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "certify/clarke_certificate.hpp"
#include "certify/level_curve_certificate.hpp"
#include "certify/levelset_certificate.hpp"
#include "certify/threshold_certificate.hpp"
#include "certify/tunnel_certificate.hpp"
#include "checker/check.hpp"
#include "counterexample/lipschitz_ratio.hpp"
#include "counterexample/statement.hpp"
#include "network/point_value.hpp"
#include "polyhedral/local_map.hpp"

namespace narrows {
namespace {

const CertificateSource kSource{"test.json", std::string(64, '0')};

CounterexampleRequest request_for(ClaimId claim, std::uint64_t seed = 1) {
  CounterexampleRequest request;
  request.claim = claim;
  request.seed = seed;
  request.stop = StopToken(60.0);
  return request;
}

Counterexample find(const CounterexampleRequest& request) {
  SearchReport report = find_counterexample(*make_goal(request));
  REQUIRE(report.found);
  CHECK(weight_bits(report.found->candidate) <= request.bits);
  return std::move(*report.found);
}

std::string claim_of(const std::string& certificate) {
  const checker::Outcome outcome = checker::check(certificate);
  CHECK(outcome.accepted());
  return outcome.accepted() ? outcome.claim : "rejected";
}

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

std::string critical_claim(const Counterexample& found) {
  return claim_of(critical_certificate(*found.critical, found.network, {}, kSource));
}

/// The gradient at the middle of a claimed critical point, by an independent evaluation.
double gradient_size(const Network& network, const CriticalPoint& point) {
  std::vector<double> x;
  for (const Interval& side : point.box) x.push_back(midpoint(side));
  double size = 0;
  for (const Interval& g : evaluate_at(make_chain(network, {}, "test"), x).gradient)
    size = std::max(size, magnitude(g));
  return size;
}

TEST_CASE("a ratio above the Lipschitz ratio costs a critical point with two blocks and four bits at most") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Counterexample found = find(request_for(ClaimId::lipschitz_ratio, seed));
    CHECK(found.candidate.family.blocks <= 2);
    CHECK(exceeds_lipschitz_ratio(found.network));
    // The certified premise: strictly above the bracket of α*, block by block.
    CHECK(blocks_above_critical_ratio(found) >= 1);
    Counterexample equal = found;
    for (LayerThreshold& layer : equal.thresholds->layers)
      if (layer.critical) layer.critical->upper = abs(*layer.ratio);
    CHECK(blocks_above_critical_ratio(equal) == 0);
    CHECK(starts_with(critical_claim(found), "no-critical-points refuted"));
    CHECK(gradient_size(found.network, found.critical->critical_points.front()) < 1e-6);
  }
}

TEST_CASE(
    "the critical ratio is sharp: one per cent above it costs a critical point, one per cent below none") {
  const Counterexample found = find(request_for(ClaimId::critical_ratio));
  const CriticalRatio& critical = *found.thresholds->layers.front().critical;
  const Rational above = std::get<ResidualLayer>(found.network.layers.front().value).residual,
                 below = std::get<ResidualLayer>(found.below->layers.front().value).residual;
  CHECK((above > *critical.upper && above * 100 <= critical.lower * 101));
  CHECK((below < critical.lower && below * 100 >= *critical.upper * 99));
  Network same = *found.below;
  std::get<ResidualLayer>(same.layers.front().value).residual = above;
  CHECK(same_layers(same, found.network));
  CHECK(starts_with(critical_claim(found), "no-critical-points refuted"));
  CHECK(claim_of(critical_certificate(*found.below_critical, *found.below, {}, kSource)) ==
        "no-critical-points proved on R^2 output 0: 0 critical points, complete");
  CHECK(starts_with(claim_of(threshold_certificate(*found.thresholds, found.network, false, kSource).text),
                    "channel-ratios refuted on R^2: layer 1 not-regular critical ["));
}

TEST_CASE("a level set with a bounded component is found in the plane and in space") {
  const Counterexample found = find(request_for(ClaimId::unbounded_levels));
  const std::string tunnel = claim_of(tunnel_certificate(*found.tunnel, found.network, {}, kSource));
  CHECK(starts_with(tunnel, "tunnel refuted"));
  CHECK(tunnel.find(" closed") != std::string::npos);
  REQUIRE(found.curve);
  CHECK(found.curve->closed_curves() >= 1);
  std::string curve;
  write_level_curve_certificate(*found.curve, {}, found.network, {}, kSource,
                                [&curve](std::string_view piece) { curve += piece; });
  CHECK(starts_with(claim_of(curve), "level-curve proved"));
  CounterexampleRequest space = request_for(ClaimId::unbounded_levels);
  space.dimension = 3;
  const Counterexample ball = find(space);
  CHECK(starts_with(claim_of(tunnel_certificate(*ball.tunnel, ball.network, {}, kSource)), "tunnel refuted"));
}

TEST_CASE(
    "regular layers in the sense of Clarke with 0 in the subdifferential are found, but not with one block") {
  const Counterexample found = find(request_for(ClaimId::clarke));
  for (const RegularityTest test : found.regular) CHECK(test != RegularityTest::none);
  const Chain chain = make_chain(found.network, {}, "test");
  RationalPoint sum(2);
  for (std::size_t i = 0; i < found.clarke->weights.size(); ++i) {
    CHECK(found.clarke->weights[i] > 0);
    const LocalMap local = local_map(chain, found.clarke->directions[i]);  // biases are 0: linear on the cone
    for (std::size_t j = 0; j < 2; ++j) sum[j] += found.clarke->weights[i] * local.gradient[j];
  }
  CHECK(sum == RationalPoint{0, 0});
  CHECK(clarke_certificate(*found.clarke, found.regular, found.network, {}, kSource)
            .find("\"layers_regular\":true") != std::string::npos);
  // One block: the hull of its gradients is the image of the box of slopes, on which the Jacobian is regular.
  CounterexampleRequest one = request_for(ClaimId::clarke);
  one.depth = 1;
  one.stop = StopToken(1.0);
  CHECK_FALSE(find_counterexample(*make_goal(one)).found);
}

TEST_CASE("values within 1/100 and a gradient that vanishes") {
  const Counterexample found = find(request_for(ClaimId::value_error, 2));
  CHECK(found.error->error.upper() <= 0.01);
  CHECK(starts_with(critical_claim(found), "no-critical-points refuted"));
  CHECK(starts_with(claim_of(sup_error_certificate(*found.error, found.network, {}, kSource)),
                    "sup-error proved on [-1,1]x[-1,1]"));
  CHECK(gradient_size(found.network, found.critical->critical_points.front()) < 1e-4);
}

TEST_CASE("a network of width d that is good on the cube has an unbounded set of large values") {
  const Counterexample found = find(request_for(ClaimId::width_d));
  CHECK(found.cube_error < 0.65);
  const std::string claim = claim_of(levelset_certificate(*found.levels, found.network, {}, kSource));
  CHECK(found.levels->level != 0);
  CHECK(claim.find(found.levels->level > 0 ? " superlevel unbounded" : " sublevel unbounded") !=
        std::string::npos);
  CHECK(counterexample_finding(found).find("sampl") == std::string::npos);  // only what is proved
  CHECK(counterexample_statement(found, Markup::markdown, {}).find(" Sampled, not proved: ") !=
        std::string::npos);
  REQUIRE(found.growth);
  CHECK(found.growth->error_at(found.growth->radius_for(100)) > 100);
}

TEST_CASE("Euler steps of the nominal ODE regime have a critical point") {
  CounterexampleRequest request = request_for(ClaimId::ode_regime, 3);
  const Counterexample found = find(request);
  CHECK(found.network.layers.size() == 17);
  for (std::size_t l = 0; l < 16; ++l) {
    const auto& block = std::get<ResidualLayer>(found.network.layers[l].value);
    CHECK((block.skip == 1 && block.residual == Rational(2) / 16));
  }
  CHECK(starts_with(critical_claim(found), "no-critical-points refuted"));
}

TEST_CASE("the same seed gives the same network, another seed another") {
  const Counterexample a = find(request_for(ClaimId::lipschitz_ratio, 5)),
                       b = find(request_for(ClaimId::lipschitz_ratio, 5)),
                       c = find(request_for(ClaimId::lipschitz_ratio, 6));
  CHECK(same_layers(a.network, b.network));
  CHECK_FALSE(same_layers(a.network, c.network));
}

TEST_CASE("a spent budget finds nothing") {
  CounterexampleRequest request = request_for(ClaimId::lipschitz_ratio);
  request.stop = StopToken(0.0);
  CHECK_FALSE(find_counterexample(*make_goal(request)).found);
}

TEST_CASE("networks that keep the claim are not taken for counterexamples") {
  const auto goal = make_goal(request_for(ClaimId::lipschitz_ratio));
  Candidate candidate;
  candidate.point = {0.3, -0.2};
  candidate.weights = {1, 0, 0, 1, 0, 0, -0.5, 0, 0, -0.5, 1, 1};  // x − ½ tanh(x): α‖W‖‖W̃‖ = ½
  CHECK_FALSE(goal->refutes(&candidate));
  candidate.weights = {1, 0, 0, 1, 0, 0,
                       2, 0, 0, 2, 1, 1};  // x + 2 tanh(x): above the Lipschitz ratio, yet regular everywhere
  CHECK(exceeds_lipschitz_ratio(network_of(candidate, "")));
  CHECK_FALSE(goal->refutes(&candidate));
  candidate.weights = {1, 0, 0, 1, 0, 0, -2, 0, 0, -2, 1, 1};  // x − 2 tanh(x): four critical points
  candidate.point = {0.9, 0.9};
  CHECK(goal->refutes(&candidate));
  const auto level = make_goal(request_for(ClaimId::unbounded_levels));
  candidate.point = {0.9, -0.9};  // a saddle bounds nothing
  CHECK_FALSE(level->refutes(&candidate));
}

TEST_CASE("the statement names the claim, the network and what is proved") {
  const Counterexample found = find(request_for(ClaimId::clarke));
  const std::string markdown = counterexample_statement(found, Markup::markdown, {"a_b.cert.json"}),
                    latex = counterexample_statement(found, Markup::latex, {"a_b.cert.json"});
  CHECK(markdown.find(refutable_claim(ClaimId::clarke).statement) != std::string::npos);
  CHECK(markdown.find("`a_b.cert.json`") != std::string::npos);
  CHECK(markdown.find("\\mathrm{relu}") != std::string::npos);
  CHECK(starts_with(latex, "\\paragraph{Counterexample.}"));
  CHECK(std::count(latex.begin(), latex.end(), '$') % 2 == 0);
  CHECK(std::count(latex.begin(), latex.end(), '\n') == 1);
}

}  // namespace
}  // namespace narrows
