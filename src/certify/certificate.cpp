#include "certify/certificate.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <span>

#include "certify/certificate_parts.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

Json interval_json(const Interval& x) { return Json::array({x.lower(), x.upper()}); }

Json box_json(const std::vector<Interval>& box) {
  Json sides = Json::array();
  for (const Interval& side : box) sides.push_back(interval_json(side));
  return sides;
}

Json output_json(const OutputSelection& output) {
  if (output.margin) return {{"type", "margin"}, {"indices", {output.first, output.second}}};
  return {{"type", "component"}, {"index", output.first}};
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

std::string direction_text(std::span<const double> direction) {
  std::string text;
  for (const double u : direction) text += (text.empty() ? "" : ",") + Json(u).dump();
  return text;
}

// The tree in preorder, one operation per line.
void append_tree(const SearchResult& search, std::string* out) {
  std::vector<std::size_t> stack{0};
  bool first = true;
  while (!stack.empty()) {
    const TreeNode& node = search.tree[stack.back()];
    stack.pop_back();
    *out += first ? "\n" : ",\n";
    first = false;
    if (node.split) {
      *out += fmt::format("[\"split\",{}]", node.prefix);
      stack.push_back(node.index + 1);
      stack.push_back(node.index);
      continue;
    }
    switch (node.rule) {
      case LeafRule::layers_regular: *out += "[\"layers-regular\"]"; break;
      case LeafRule::direction_sign:
        *out += fmt::format("[\"direction-sign\",{},[{}]]", node.prefix, direction_text(search.tree.direction(node)));
        break;
      case LeafRule::unique_zero: *out += fmt::format("[\"unique-zero\",{}]", node.index); break;
      case LeafRule::outside_domain: *out += "[\"outside-domain\"]"; break;
      case LeafRule::undecided: *out += "[\"undecided\"]"; break;
    }
  }
}

std::string proof_text(const CriticalProof& proof) {
  Json layers = Json::array(), zeros = Json::array();
  for (std::size_t l = 0; l < proof.layers.size(); ++l)
    if (proof.layers[l] != RegularityTest::none) layers.push_back({{"layer", l + 1}, {"test", to_string(proof.layers[l])}});
  for (const UniqueZero& zero : proof.search.zeros)
    zeros.push_back({{"prefix", zero.prefix}, {"box", box_json(zero.box)}, {"enclosure", box_json(zero.enclosure)}});
  std::string text = "{\"layers\":" + layers.dump();
  if (!proof.tree_used) return text + "}";
  if (proof.dropped_layers) text += fmt::format(",\n\"reduction\":{{\"drop\":{}}}", *proof.dropped_layers);
  if (proof.core) text += ",\n\"core\":" + interval_json(*proof.core).dump();
  text += ",\n\"zeros\":" + zeros.dump() + ",\n\"tree\":[";
  append_tree(proof.search, &text);
  return text + "]}";
}

}  // namespace

std::string critical_certificate(const CertifyResult& result, const Network& network, const OutputSelection& output,
                                 const CertificateSource& source) {
  return certificate_text(claim_json(result, output).dump(), network, proof_text(result.proof), source);
}

}  // namespace narrows
