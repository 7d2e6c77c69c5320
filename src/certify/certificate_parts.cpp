#include "certify/certificate_parts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

#include "base/sha256.hpp"
#include "base/version.hpp"
#include "certify/certificate_frame.hpp"
#include "io/network_json.hpp"

namespace narrows {

using Json = nlohmann::ordered_json;

Json domain_json(const Domain& domain) {
  switch (domain.type) {
    case Domain::Type::space: return {{"type", "space"}};
    case Domain::Type::ball: return {{"type", "ball"}, {"radius", domain.radius}};
    case Domain::Type::box: break;
  }
  Json bounds = Json::array();
  for (std::size_t i = 0; i < domain.dim; ++i) bounds.push_back(Json::array({domain.box.lower[i], domain.box.upper[i]}));
  return {{"type", "box"}, {"bounds", bounds}};
}

Json interval_json(const Interval& x) { return Json::array({x.lower(), x.upper()}); }

Json output_json(const OutputSelection& output) {
  if (output.margin) return {{"type", "margin"}, {"indices", {output.first, output.second}}};
  return {{"type", "component"}, {"index", output.first}};
}

void write_tree(const ProofTree& tree, const TextSink& sink) {
  constexpr std::size_t piece = std::size_t{1} << 20;
  std::vector<std::size_t> stack{0};
  std::string text;
  const auto out = std::back_inserter(text);
  bool first = true;
  while (!stack.empty()) {
    const TreeNode& node = tree[stack.back()];
    stack.pop_back();
    text += first ? "\n" : ",\n";
    first = false;
    if (node.split) {
      fmt::format_to(out, "[\"split\",{}]", node.prefix);
      stack.push_back(node.index + 1);
      stack.push_back(node.index);
    } else {
      switch (node.rule) {
        case LeafRule::layers_regular: text += "[\"layers-regular\"]"; break;
        case LeafRule::direction_sign:
          fmt::format_to(out, "[\"direction-sign\",{},[{}]]", node.prefix, fmt::join(tree.direction(node), ","));
          break;
        case LeafRule::unique_zero: fmt::format_to(out, "[\"unique-zero\",{}]", node.index); break;
        case LeafRule::outside_domain: text += "[\"outside-domain\"]"; break;
        case LeafRule::event: fmt::format_to(out, "[\"event\",{}]", node.index); break;
        case LeafRule::undecided: text += "[\"undecided\"]"; break;
      }
    }
    if (text.size() > piece) {
      sink(text);
      text.clear();
    }
  }
  sink(text);
}

std::string certificate_start(const std::string& claim, const Network& network, const CertificateSource& source) {
  return certificate_start(claim, network_to_json(network, true), source);
}

std::string certificate_start(const std::string& claim, const std::string& model, const CertificateSource& source) {
  std::string text = "{\"format\":\"narrows-certificate/1\",\"tool\":\"narrows " NARROWS_VERSION "\",\n";
  text += "\"claim\":" + claim + ",\n";
  text += "\"network\":{\"source\":" + Json{{"file", source.file}, {"sha256", source.sha256}}.dump();
  text += ",\"model_sha256\":\"" + sha256_hex(model) + "\",\n\"model\":" + model + "},\n";
  return text + "\"proof\":";
}

std::string certificate_text(const std::string& claim, const Network& network, const std::string& proof, const CertificateSource& source) {
  return certificate_start(claim, network, source) + proof + std::string(kCertificateEnd);
}

}  // namespace narrows
