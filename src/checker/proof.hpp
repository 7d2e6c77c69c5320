// The steps of a certificate's proof, checked one after the other, and the conclusion.
#pragma once

#include <optional>

#include "checker/document.hpp"
#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// What the proof established.
struct Established {
  Setting setting;
  std::optional<Reduction> reduction;
  bool all_layers_regular = false;  ///< proof.layers holds every layer
  bool tree_complete = false;       ///< a tree without undecided leaves
};

/// Checks `proof` against the chain of the claim. Rejects what is not proved.
[[nodiscard]] Established check_proof(const Field& proof, const Claim& claim, std::vector<Layer> chain, std::size_t d);

/// Checks the tree over `root`. Returns whether no leaf was undecided.
[[nodiscard]] bool check_tree(const Field& tree, const Setting& setting, const Box& root);

/// Rejects unless the claim follows from what was established.
void check_conclusion(const Claim& claim, const Established& established);

}  // namespace narrows::checker
