// Certificates to mutate: one of each kind of proof.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support.hpp"

namespace narrows::test {

using Document = nlohmann::ordered_json;

struct Specimen {
  std::string name;
  Network network;
  std::string network_bytes;  ///< the network's JSON file
  Document certificate;
  Box area;  ///< where Newton's method looks for critical points that the claim denies
  bool kinked = false;
};

/// A global proof, two on R with a core, planar trees without and with critical points (with batch norm, on a ball, for a
/// margin), a change of variables, a saddle for no-local-extremum, and a ReLU network.
[[nodiscard]] const std::vector<Specimen>& specimens();

/// The text with model_sha256, if there is one, brought up to date.
[[nodiscard]] std::string sealed(Document document);

/// What Newton's method (for kinked networks: the determinants of the blocks) knows against the claim of an accepted
/// certificate; empty if nothing.
[[nodiscard]] std::string contradiction(const Document& certificate, const Specimen& specimen, int per_axis = 15);

}  // namespace narrows::test
