// The prover's certificates in the checker's own arithmetic: all are accepted, none with a lie in it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "certify/tunnel_certificate.hpp"
#include "checker/check.hpp"
#include "smooth_networks.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;
using Json = nlohmann::ordered_json;

namespace {

const std::string kHash(64, '0');

bool accepted(const std::string& certificate) {
  const checker::Outcome outcome = checker::check(certificate);
  INFO(certificate.substr(0, 600));
  return outcome.accepted();
}

std::string tunnel_text(const std::string& name, const std::string& domain, const Point& from,
                        const Rational& level = 0) {
  const Network network = trained_network(name);
  const Chain chain = make_chain(network, {}, name);
  TunnelOptions options;
  options.domain = parse_domain(domain, chain.input_dim);
  options.level = level;
  const Tunnel tunnel = find_tunnel(chain, from, options, name);
  return tunnel.verdict == Verdict::undecided ? "" : tunnel_certificate(tunnel, network, {}, {name, kHash});
}

std::string error_text(const std::string& name, const std::string& domain, const std::string& target) {
  const Network network = trained_network(name);
  const Chain chain = make_chain(network, {}, name);
  SupErrorOptions options;
  options.domain = parse_domain(domain, chain.input_dim);
  const SupError error = sup_error(chain, parse_target(target, chain.input_dim, "t"), options, name);
  return sup_error_certificate(error, network, {}, {name, kHash});
}

/// The certificate with one change to its document; model_sha256 stays that of the model's text, so the model keeps its place.
template <class Change>
std::string changed(const std::string& certificate, Change change) {
  Json claim = Json::parse(certificate)["claim"], proof = Json::parse(certificate)["proof"];
  change(&claim, &proof);
  const std::size_t network = certificate.find("\"network\":"), end = certificate.find("\"proof\":");
  return "{\"format\":\"narrows-certificate/1\",\"tool\":\"test\",\"claim\":" + claim.dump() + "," +
         certificate.substr(network, end - network) + "\"proof\":" + proof.dump() + "}";
}

}  // namespace

TEST_CASE("the checker accepts every tunnel and barrier of trained networks") {
  RandomCases random(21);
  for (const char* name :
       {"circ_ode20_clip_m05", "circ_ode20_clip_softplus_m04", "circ_mlp6_s0_bn_m08", "circ_mlp6_s0_m03",
        "circ_aug3_m11", "circ_res6_softplus_m09", "circ_res10_bn_m09", "circ_res12_m07", "xor_res6_m06"})
    for (const char* domain : {"[-2,2]^2", "R^2"}) {
      CAPTURE(name, domain);
      const std::string certificate = tunnel_text(name, domain, {0, 0});
      REQUIRE_FALSE(certificate.empty());
      CHECK(accepted(certificate));
      const Point from{random.uniform(-2, 2), random.uniform(-2, 2)},
          other{random.uniform(-2, 2), random.uniform(-2, 2)};
      const std::string at_level =
          tunnel_text(name, domain, from, rational_exact(midpoint(Above(trained(name))(other))));
      if (!at_level.empty()) CHECK(accepted(at_level));
    }
}

TEST_CASE("a tunnel's certificate with a lie in it is refused") {
  const std::string path = tunnel_text("circ_ode20_clip_m05", "[-2,2]^2", {0, 0}),
                    ray = tunnel_text("circ_mlp6_s0_bn_m08", "R^2", {0, 0}),
                    barrier = tunnel_text("circ_res6_m07", "[-2,2]^2", {0, 0});
  const auto refused = [](const std::string& certificate, auto change) {
    REQUIRE(accepted(changed(certificate, [](Json*, Json*) {})));
    return !accepted(changed(certificate, change));
  };
  CHECK(refused(path, [](Json* claim, Json*) { (*claim)["sign"] = "+"; }));
  CHECK(refused(path, [](Json* claim, Json*) { (*claim)["level"] = "-100"; }));
  CHECK(refused(path, [](Json* claim, Json*) { (*claim)["verdict"] = "refuted"; }));
  CHECK(refused(path, [](Json* claim, Json*) { (*claim)["reaches"] = "infinity"; }));
  CHECK(refused(path, [](Json* claim, Json*) { (*claim)["from"] = {0.5, 0.25}; }));
  CHECK(refused(path, [](Json*, Json* proof) { (*proof)["path"].erase((*proof)["path"].size() - 1); }));
  CHECK(refused(path, [](Json*, Json* proof) { (*proof)["path"][1] = {2.0, 2.0}; }));
  CHECK(refused(path, [](Json*, Json* proof) {
    (*proof)["path"].back()[0] = 1.9;
    (*proof)["path"].back()[1] = 0.0;
  }));
  CHECK(refused(ray, [](Json*, Json* proof) { (*proof)["direction"] = {0, 0}; }));
  CHECK(refused(ray, [](Json*, Json* proof) {
    (*proof)["direction"][0] = (*proof)["direction"][0].get<double>() + 1e-3;
  }));
  CHECK(refused(ray, [](Json*, Json* proof) {
    for (Json& x : (*proof)["direction"]) x = -x.get<double>();
  }));
  CHECK(refused(barrier, [](Json* claim, Json*) { (*claim)["from"] = {1.9, 1.9}; }));
  CHECK(refused(barrier, [](Json*, Json* proof) {
    (*proof)["barrier"].erase(0);
    (*proof)["barrier"].erase(0);
    (*proof)["barrier"].erase(0);
  }));
  CHECK(refused(barrier, [](Json*, Json* proof) { (*proof)["barrier"][0] = {0.0, 0.0}; }));
  CHECK(refused(barrier, [](Json* claim, Json*) {
    (*claim)["domain"]["bounds"] = {{-1.0, 1.0}, {-1.0, 1.0}};
  }));
}

TEST_CASE("the checker accepts the errors of trained networks, and no smaller or larger ones") {
  for (const char* name : {"x2_L1_s1_r1_m16", "x2_L2_s1_r10_m00", "x2_L3_s2_r1_m19", "x2_L3_s1_r1_m08"}) {
    CAPTURE(name);
    CHECK(accepted(error_text(name, "[-1,1]", "x^2")));
    CHECK(accepted(error_text(name, "ball(1.5)", "sigmoid(1-x)")));
  }
  CHECK(accepted(error_text("circ_mlp6_s0_m00", "ball(1)", "|x|^2")));
  CHECK(accepted(error_text("xor_ode20_m00", "[-1,1]^2", "xor")));
  const std::string certificate = error_text("x2_L3_s1_r1_m22", "[-1,1]", "x^2");
  REQUIRE(accepted(changed(certificate, [](Json*, Json*) {})));
  CHECK_FALSE(accepted(changed(certificate, [](Json* claim, Json*) {
    (*claim)["error"][1] = 0.999 * (*claim)["error"][0].get<double>();
    (*claim)["error"][0] = 0.0;
  })));
  CHECK_FALSE(accepted(
      changed(certificate, [](Json* claim, Json*) { (*claim)["error"][0] = (*claim)["error"][1]; })));
  CHECK_FALSE(
      accepted(changed(certificate, [](Json* claim, Json*) { (*claim)["target"]["terms"][0][0] = "2"; })));
  CHECK_FALSE(accepted(changed(certificate, [](Json* claim, Json*) {
    (*claim)["domain"]["bounds"][0] = {-2.0, 2.0};
  })));
  CHECK_FALSE(accepted(changed(certificate, [](Json*, Json* proof) { (*proof)["point"][0] = 1.5; })));
  CHECK_FALSE(accepted(
      changed(certificate, [](Json*, Json* proof) { (*proof)["tree"].erase((*proof)["tree"].size() - 1); })));
}
