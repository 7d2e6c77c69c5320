// The steps of a certificate's proof, checked one after the other, and the conclusion.
#pragma once

#include <string>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// Checks `proof` and adds to the setting what it establishes. Rejects what is not proved.
void check_proof(const Field& proof, Setting& setting);

/// Checks the tree over `root`. Returns whether no leaf was undecided.
[[nodiscard]] bool check_tree(const Field& tree, const Setting& setting, const Box& root);

/// Checks a claim of the kind `channel-ratios` and its proof, about the layers of the network, and returns the
/// claim line. Rejects what is not proved.
[[nodiscard]] std::string check_ratio_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for a claim of the kind `level-set`.
[[nodiscard]] std::string check_level_set_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for a claim of the kind `regime-map`.
[[nodiscard]] std::string check_regime_claim(const Field& claim, const Field& proof, const Network& network);

/// Checks STEPs like those of `channel-ratios`, about all of space, and returns for each layer a t with t* >= t; nothing: t* is infinite.
[[nodiscard]] std::vector<std::optional<Rational>> proved_ratios(const Field& steps, const Network& network);

/// Rejects unless the claim follows from what was established.
void check_conclusion(const Claim& claim, const Setting& setting);

}  // namespace narrows::checker
