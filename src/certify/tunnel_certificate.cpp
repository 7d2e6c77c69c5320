#include "certify/tunnel_certificate.hpp"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"

namespace narrows {

using Json = nlohmann::ordered_json;

namespace {

Json tunnel_proof(const Tunnel& tunnel) {
  switch (tunnel.reaches) {
    case Reaches::boundary:
      return {{"path", tunnel.path}};
    case Reaches::infinity:
      return {{"path", tunnel.path}, {"direction", tunnel.direction}};
    case Reaches::closed:
    case Reaches::nothing:
      break;
  }
  if (!tunnel.barrier_box) return {{"barrier", tunnel.barrier}};
  Json box = Json::array();
  for (std::size_t i = 0; i < tunnel.barrier_box->dim(); ++i)
    box.push_back(Json::array({tunnel.barrier_box->lower[i], tunnel.barrier_box->upper[i]}));
  return {{"box", box}};
}

std::string error_proof(const SupError& error) {
  std::string text = "{\"point\":" + Json(error.point).dump() + ",\"tree\":[";
  const char* between = "\n";
  for (const ErrorTreeStep& step : error.tree) {
    text += between;
    between = ",\n";
    if (step.kind == ErrorTreeStep::below)
      text += "[\"below\"]";
    else if (step.kind == ErrorTreeStep::outside_domain)
      text += "[\"outside-domain\"]";
    else
      fmt::format_to(std::back_inserter(text), "[\"split\",{}]", step.kind);
  }
  return text + "]}";
}

}  // namespace

Json target_json(const Target& target) {
  Json terms = Json::array();
  for (const auto& [exponents, coefficient] : target.terms)
    terms.push_back(Json::array({to_text(coefficient), exponents}));
  return {{"type", target.type == Target::Type::polynomial ? "polynomial" : "sigmoid"}, {"terms", terms}};
}

std::string tunnel_certificate(const Tunnel& tunnel, const Network& network, const OutputSelection& output,
                               const CertificateSource& source) {
  const Json claim = {{"kind", "tunnel"},
                      {"verdict", to_string(tunnel.verdict)},
                      {"domain", domain_json(tunnel.domain)},
                      {"output", output_json(output)},
                      {"level", to_text(tunnel.level)},
                      {"sign", tunnel.positive ? "+" : "-"},
                      {"from", tunnel.from},
                      {"reaches", to_string(tunnel.reaches)}};
  return certificate_text(claim.dump(), network, tunnel_proof(tunnel).dump(), source);
}

std::string sup_error_certificate(const SupError& error, const Network& network,
                                  const OutputSelection& output, const CertificateSource& source) {
  const Json claim = {{"kind", "sup-error"},
                      {"verdict", "proved"},
                      {"domain", domain_json(error.domain)},
                      {"output", output_json(output)},
                      {"target", target_json(error.target)},
                      {"error", interval_json(error.error)}};
  return certificate_text(claim.dump(), network, error_proof(error), source);
}

}  // namespace narrows
