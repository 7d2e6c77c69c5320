#include "certify/clarke_certificate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"
#include "certify/levelset_certificate.hpp"

namespace narrows {

std::string clarke_certificate(const ClarkeHull& hull, const std::vector<RegularityTest>& regular,
                               const Network& network, const OutputSelection& output,
                               const CertificateSource& source) {
  using Json = nlohmann::ordered_json;
  const bool all_regular =
      !regular.empty() && std::find(regular.begin(), regular.end(), RegularityTest::none) == regular.end();
  Domain space;
  space.dim = network.input_dim;
  const Json claim = {{"kind", "clarke-critical-point"}, {"verdict", "proved"},
                      {"domain", domain_json(space)},    {"output", output_json(output)},
                      {"point", point_json(hull.point)}, {"layers_regular", all_regular}};
  Json directions = Json::array(), layers = Json::array();
  for (const RationalPoint& r : hull.directions) directions.push_back(point_json(r));
  Json proof = {{"directions", directions}, {"weights", point_json(hull.weights)}};
  for (std::size_t l = 0; all_regular && l < regular.size(); ++l)
    layers.push_back({{"layer", l + 1}, {"test", to_string(regular[l])}});
  if (all_regular) proof["layers"] = layers;
  return certificate_text(claim.dump(), network, proof.dump(), source);
}

}  // namespace narrows
