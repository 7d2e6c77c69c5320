#include "certify/distance_certificate.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

#include "certify/certificate_parts.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

// The checker computes the number in its own arithmetic, which may round a little higher.
constexpr double kSlack = 1 + 1e-9;

Json bound_json(const LimitComparison& row) {
  if (!row.bounds.closed_form || !std::isfinite(row.bounds.theorem * kSlack)) return nullptr;
  return {{"theorem", row.limit == Limit::ode ? "T4" : "T5"}, {"value", row.bounds.theorem * kSlack}};
}

// The checker's steps are of its own choice, at most 1/(2K): where the search needed finer ones, a higher order makes up for it. A branch
// that is only C¹ has coefficients up to c_3, almost everywhere.
std::size_t order_for(const LimitComparison& row, const Network& network) {
  if (smoothness_of(network.layers) == Smoothness::c1) return 3;
  return row.distance.longest_step < FlowSteps{}.longest ? kMaxFlowOrder : row.distance.order;
}

}  // namespace

bool has_distance_certificate(const LimitComparison& row) { return row.applies && is_finite(row.distance.distance); }

void write_distance_certificate(const LimitComparison& row, const Domain& domain, const Network& network, const OutputSelection& output,
                                const CertificateSource& source, const TextSink& sink) {
  const Json claim = {{"kind", "distance"},
                      {"verdict", "proved"},
                      {"domain", domain_json(domain)},
                      {"output", output_json(output)},
                      {"limit", to_string(row.limit)},
                      {"distance", interval_json(row.distance.distance)},
                      {"bound", bound_json(row)}};
  sink(certificate_start(claim.dump(), network, source));
  std::string text = "{\"point\":" + Json(row.distance.point).dump();
  if (row.limit == Limit::ode) text += fmt::format(",\"order\":{}", order_for(row, network));
  text += ",\n\"tree\":[";
  for (std::size_t i = 0; i < row.distance.tree.size(); ++i) {
    const DistanceNode& node = row.distance.tree[i];
    text += i == 0 ? "\n" : ",\n";
    text += node.split ? fmt::format("[\"split\",{}]", node.axis) : "[\"below\"]";
  }
  sink(text + "]}");
  sink(kCertificateEnd);
}

}  // namespace narrows
