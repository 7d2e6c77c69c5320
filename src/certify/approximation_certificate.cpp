#include "certify/approximation_certificate.hpp"

#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

Json cube_json(std::size_t dim) {
  Json bounds = Json::array();
  for (std::size_t i = 0; i < dim; ++i) bounds.push_back(Json::array({0, 1}));
  return {{"type", "box"}, {"bounds", bounds}};
}

Json grid_json(const GridFunction& h) {
  Json values = Json::array();
  for (const Rational& value : h.values) values.push_back(to_text(value));
  return {{"n", h.n}, {"values", std::move(values)}};
}

}  // namespace

bool has_approximation_certificate(const Approximation& a) {
  return a.verdict == Verdict::proved && a.claims.equals_on_cores && a.claims.in_range &&
         (a.fold_free || a.claims.vanishes_outside);
}

void write_approximation_certificate(const Approximation& a, const Network& network,
                                     const CertificateSource& source, const TextSink& sink) {
  const bool stated = a.to_grid && a.direct_corners <= kDirectCorners;
  const Json claim = {{"kind", "approximation"},
                      {"verdict", "proved"},
                      {"domain", a.fold_free ? cube_json(a.h.dim) : Json{{"type", "space"}}},
                      {"output", {{"type", "component"}, {"index", 0}}},
                      {"grid", grid_json(a.h)},
                      {"theta", to_text(a.theta)},
                      {"equals_on_cores", true},
                      {"vanishes_outside", a.claims.vanishes_outside},
                      {"l1_error", stated ? Json(to_text(*a.to_grid)) : Json(nullptr)},
                      {"l1_bound", to_text(a.bound)}};
  sink(certificate_text(claim.dump(), network, "{\"approximation\":{}}", source));
}

}  // namespace narrows
