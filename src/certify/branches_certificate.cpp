#include "certify/branches_certificate.hpp"

#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

Json box_json(const IntervalBox& box) {
  Json sides = Json::array();
  for (const Interval& side : box) sides.push_back(interval_json(side));
  return sides;
}

Json branch_json(const Track& track, const Branch& branch) {
  return {{"from", branch.from(track.slabs)},
          {"to", branch.to(track.slabs)},
          {"begins", to_string(branch.begins)},
          {"ends", to_string(branch.ends)},
          {"morse_index", branch.index ? Json(branch.index->morse_index) : Json(nullptr)}};
}

std::string claim_text(const Track& track, FamilyType family, const OutputSelection& output) {
  Json branches = Json::array(), path = Json::array();
  for (const Branch& branch : track.branches) branches.push_back(branch_json(track, branch));
  for (const auto& [skip, residual] : track.path.corners()) path.push_back(Json::array({skip, residual}));
  const Json claim = {{"kind", "branches"},
                      {"verdict", to_string(track.verdict)},
                      {"domain", {{"type", "box"}, {"bounds", box_json(track.domain)}}},
                      {"output", output_json(output)},
                      {"family", {{"type", to_string(family)}}},
                      {"path", path},
                      {"branches", branches}};
  return claim.dump();
}

void write_slab(const Slab& slab, const TextSink& sink) {
  Json zeros = Json::array(), events = Json::array();
  for (const TrackedZero& zero : slab.zeros) zeros.push_back({{"prefix", zero.prefix}, {"box", box_json(zero.box)}, {"enclosure", box_json(zero.enclosure)}});
  for (const SlabEvent& event : slab.events) events.push_back({{"box", box_json(event.box)}, {"winding", event.winding ? Json(*event.winding) : Json(nullptr)}});
  sink("{\"from\":" + Json(slab.from).dump() + ",\"to\":" + Json(slab.to).dump() + ",\"zeros\":" + zeros.dump() + ",\"events\":" + events.dump() + ",\"tree\":[");
  write_tree(slab.tree, sink);
  sink("]}");
}

Json joint_json(const BranchJoint& joint) {
  return {{"zero", joint.zero}, {"next", joint.next_zero}, {"prefix", joint.at.prefix}, {"enclosure", box_json(joint.at.enclosure)}};
}

std::string joints_text(const Track& track) {
  std::vector<Json> pairs(track.slabs.size() - 1, Json::array());
  for (const BranchJoint& joint : track.joints) pairs[joint.slab].push_back(joint_json(joint));
  std::string text;
  for (const Json& pair : pairs) text += (text.empty() ? "\n" : ",\n") + pair.dump();
  return text;
}

std::string indices_text(const Track& track) {
  Json indices = Json::array();
  for (const Branch& branch : track.branches) {
    if (!branch.index) {
      indices.push_back(nullptr);
      continue;
    }
    const BranchIndex& index = *branch.index;
    indices.push_back({{"slab", index.piece.slab}, {"s", index.s}, {"zero", index.piece.zero}, {"prefix", index.at.prefix}, {"enclosure", box_json(index.at.enclosure)}});
  }
  return indices.dump();
}

}  // namespace

void write_branches_certificate(const Track& track, FamilyType family, const Network& network, const OutputSelection& output, const CertificateSource& source,
                                const TextSink& sink) {
  sink(certificate_start(claim_text(track, family, output), network, source));
  sink("{\"slabs\":[");
  for (std::size_t k = 0; k < track.slabs.size(); ++k) {
    sink(k == 0 ? "\n" : ",\n");
    write_slab(track.slabs[k], sink);
  }
  sink("],\n\"joints\":[" + joints_text(track) + "],\n\"indices\":" + indices_text(track) + "}");
  sink(kCertificateEnd);
}

}  // namespace narrows
