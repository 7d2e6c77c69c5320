// The 30 trained ReLU networks: nothing about gradients, and no wrong claim about extrema.
#include <catch2/catch.hpp>
#include <iostream>

#include "base/errors.hpp"
#include "specimens.hpp"
#include "unit/network/layers.hpp"

using namespace narrows;
using namespace narrows::test;
using Catch::Contains;

namespace {

std::vector<Trained> relu_networks() {
  std::vector<Trained> networks;
  for (const std::string& name : trained_names())
    if (Trained net = load_trained(name); !net.smooth()) networks.push_back(std::move(net));
  return networks;
}

// A nonempty bounded superlevel (sublevel) set holds a maximum (minimum).
bool has_extremum(const Json& relu) {
  return relu.at("positive").at("gt0") == "bounded" || relu.at("negative").at("gt0") == "bounded";
}

CertifyOptions extrema() {
  CertifyOptions options;
  options.claim = Claim::no_local_extremum;
  return options;
}

// x ↦ x + δ relu(W x + b), then a row.
Network relu_network(const Rational& residual_factor) {
  return network(2, {residual(1, residual_factor, {affine({{1, Rational(1, 4)}, {Rational(-1, 4), 1}}, {Rational(1, 3), -1}), activation(Activation::relu)}),
                     affine({{1, -2}})});
}

}  // namespace

TEST_CASE("critical points of a ReLU network are bad input that names levelset") {
  const std::vector<Trained> networks = relu_networks();
  REQUIRE(networks.size() == 30);
  for (const Trained& net : networks) {
    INFO(net.name);
    const std::size_t d = net.network.input_dim;
    for (const Domain& domain : {space(d), cube(d, 2), ball(d, 1)}) {
      CHECK_THROWS_WITH(certify_network(net.network, domain), Contains("not differentiable") && Contains("levelset"));
      try {
        (void)certify_network(net.network, domain);
      } catch (const InputError& error) {
        CHECK(error.code() == ExitCode::bad_input);
        CHECK(static_cast<int>(error.code()) == 65);
      }
    }
  }
}

TEST_CASE("no ReLU network with a bounded superlevel set is said to have no local extremum") {
  int proved = 0, with_extremum = 0;
  for (const Trained& net : relu_networks()) {
    INFO(net.name);
    const std::size_t d = net.network.input_dim;
    const bool extremum = has_extremum(net.truth.at("relu"));
    with_extremum += extremum;
    for (const Domain& domain : {space(d), cube(d, 8), ball(d, 8)}) {
      const Certified certified = certify_network(net.network, domain, extrema(), net.bytes);
      CHECK(certified.result.verdict != Verdict::refuted);  // never claimed of kinked networks
      if (extremum) CHECK(certified.result.verdict == Verdict::undecided);
      CHECK(certified.result.critical_points.empty());
      CHECK_THAT(check_line(certified.certificate, {net.bytes, true, std::nullopt}), Catch::StartsWith("ACCEPTED"));
      proved += certified.result.verdict == Verdict::proved;
      for (const std::string verdict : {"proved", "refuted"}) {
        Document relabelled = Document::parse(certified.certificate);
        if (relabelled["claim"]["verdict"] == verdict) continue;
        relabelled["claim"]["verdict"] = verdict;
        CHECK_FALSE(accepted(sealed(relabelled)));
        relabelled["claim"]["complete"] = true;
        CHECK_FALSE(accepted(sealed(relabelled)));
      }
    }
  }
  CHECK(with_extremum == 18);
  std::cout << "no local extremum proved on " << proved << " of " << 3 * 30 << " domains of trained ReLU networks\n";
}

TEST_CASE("a proof that a ReLU network has no local extremum is no proof about critical points") {
  const Network net = relu_network(Rational(1, 2));
  for (const Domain& domain : {space(2), cube(2, 3), ball(2, 3)}) {
    const Certified certified = certify_network(net, domain, extrema());
    CHECK(certified.result.verdict == Verdict::proved);
    CHECK(certified.result.method == Method::global_regularity);
    CHECK(accepted(certified.certificate));
    Document relabelled = Document::parse(certified.certificate);
    relabelled["claim"]["kind"] = "no-critical-points";
    CHECK_FALSE(accepted(sealed(relabelled)));
    relabelled["claim"]["complete"] = true;
    CHECK_FALSE(accepted(sealed(relabelled)));
  }
}

TEST_CASE("a ReLU block that folds the plane is undecided, and claims about it are rejected") {
  for (const Rational& factor : {Rational(-2), Rational(-1)}) {
    INFO(factor.str());
    const Certified certified = certify_network(relu_network(factor), space(2), extrema());
    CHECK(certified.result.verdict == Verdict::undecided);
    CHECK(accepted(certified.certificate));
    Document relabelled = Document::parse(certified.certificate);
    relabelled["claim"]["verdict"] = "proved";
    CHECK_FALSE(accepted(sealed(relabelled)));
    for (const std::string test : {"rank", "slope", "chain", "norm", "symmetric-part", "vertices"}) {
      relabelled["proof"]["layers"] = {{{"layer", 1}, {"test", test}}, {{"layer", 2}, {"test", "rank"}}};
      CHECK_FALSE(accepted(sealed(relabelled)));
    }
  }
}
