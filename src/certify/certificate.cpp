#include "certify/certificate.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

Json box_json(const std::vector<Interval>& box) {
  Json sides = Json::array();
  for (const Interval& side : box) sides.push_back(interval_json(side));
  return sides;
}

Json claim_json(const CertifyResult& result, const OutputSelection& output) {
  Json points = Json::array();
  for (const CriticalPoint& point : result.critical_points)
    points.push_back({{"box", box_json(point.box)},
                      {"value", interval_json(point.value)},
                      {"morse_index", point.morse_index ? Json(*point.morse_index) : Json(nullptr)},
                      {"in_domain", point.inside ? "inside" : "boundary"}});
  return {{"kind", to_string(result.claim)},       {"verdict", to_string(result.verdict)},
          {"domain", domain_json(result.domain)},  {"output", output_json(output)},
          {"complete", result.complete},           {"critical_points", points}};
}

void write_proof(const CriticalProof& proof, const TextSink& sink) {
  Json layers = Json::array(), zeros = Json::array();
  for (std::size_t l = 0; l < proof.layers.size(); ++l)
    if (proof.layers[l] != RegularityTest::none) layers.push_back({{"layer", l + 1}, {"test", to_string(proof.layers[l])}});
  for (const UniqueZero& zero : proof.search.zeros)
    zeros.push_back({{"prefix", zero.prefix}, {"box", box_json(zero.box)}, {"enclosure", box_json(zero.enclosure)}});
  std::string text = "{\"layers\":" + layers.dump();
  if (!proof.tree_used) return sink(text + "}");
  if (proof.dropped_layers) text += fmt::format(",\n\"reduction\":{{\"drop\":{}}}", *proof.dropped_layers);
  if (proof.core) text += ",\n\"core\":" + interval_json(*proof.core).dump();
  text += ",\n\"zeros\":" + zeros.dump() + ",\n\"tree\":[";
  sink(text);
  write_tree(proof.search.tree, sink);
  sink("]}");
}

}  // namespace

void write_critical_certificate(const CertifyResult& result, const Network& network, const OutputSelection& output,
                                const CertificateSource& source, const TextSink& sink) {
  sink(certificate_start(claim_json(result, output).dump(), network, source));
  write_proof(result.proof, sink);
  sink(kCertificateEnd);
}

std::string critical_certificate(const CertifyResult& result, const Network& network, const OutputSelection& output,
                                 const CertificateSource& source) {
  std::string text;
  write_critical_certificate(result, network, output, source, [&text](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace narrows
