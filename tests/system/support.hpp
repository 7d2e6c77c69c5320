// The networks of data/networks/trained with their truth, and the whole pipeline in one call.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checker/check.hpp"
#include "critical/certify.hpp"
#include "high_precision.hpp"
#include "network/model.hpp"

namespace narrows::test {

using Json = nlohmann::json;

/// One trained network: the JSON form, its bytes, and its entry in truth.json.
struct Trained {
  std::string name;
  Network network;
  std::string bytes;
  Json truth;
  [[nodiscard]] bool smooth() const { return truth.contains("smooth"); }
};

/// "…/data/networks/trained/NAME".
[[nodiscard]] std::string trained_path(const std::string& name);
[[nodiscard]] Trained load_trained(const std::string& name);
/// The names in truth.json, in alphabetical order.
[[nodiscard]] std::vector<std::string> trained_names();

[[nodiscard]] Domain box_domain(const Box& box);
/// [-half, half]^d.
[[nodiscard]] Domain cube(std::size_t d, double half);
[[nodiscard]] Domain ball(std::size_t d, double radius);
[[nodiscard]] Domain space(std::size_t d);

/// A result with its certificate and how long each took.
struct Certified {
  CertifyResult result;
  std::string certificate;
  double prove_seconds = 0;
};

/// make_chain, certify, critical_certificate. `bytes` are those of the network's file.
[[nodiscard]] Certified certify_network(const Network& network, const Domain& domain, const CertifyOptions& options = {},
                                        const std::string& bytes = "", const OutputSelection& output = {});

/// "ACCEPTED …claim" or the line of the rejection.
[[nodiscard]] std::string check_line(const std::string& certificate, const checker::Options& options = {});
[[nodiscard]] bool accepted(const std::string& certificate);

/// The indices of the critical points inside the domain, sorted; −1 stands for unknown.
[[nodiscard]] std::vector<int> indices_of(const CertifyResult& result);

/// What Newton's method knows against a claim (the value of a certificate's "claim") about `network`: empty if nothing. Looked at
/// are: one critical point in every claimed box, with the claimed value and index and on the claimed side of the boundary; and, from
/// a grid of per_axis starts per axis over `area` (several times the domain for a space claim), critical points that the claim denies.
[[nodiscard]] std::string contradiction(const Json& claim, const HighPrecision& network, const Box& area, int per_axis);

[[nodiscard]] bool contains(const std::vector<Interval>& box, const std::vector<Real>& x);

}  // namespace narrows::test
