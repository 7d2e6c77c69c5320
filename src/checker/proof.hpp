// The steps of a certificate's proof, checked one after the other, and the conclusion.
#pragma once

#include <string>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// Checks `proof` and adds to the setting what it establishes. Rejects what is not proved.
void check_proof(const Field& proof, Setting& setting);

/// `proof.layers`: marks the layers that are proved to be regular on all of their space. Rejects what is not proved.
void check_layers(const Field& list, Setting& setting);

/// What is done with a leaf: an operation other than `split`, its entries (at least one), and its box.
using LeafVisitor = std::function<void(const Field& at, const std::vector<Field>& entries, const Box& box)>;

/// Visits the leaves of a tree over `root` in order. Rejects unless the list ends exactly when every box has its leaf.
void walk_tree(const Field& tree, const Box& root, const LeafVisitor& visit);

/// Checks the tree over `root`. Returns whether no leaf was undecided.
[[nodiscard]] bool check_tree(const Field& tree, const Setting& setting, const Box& root);

/// Rejects if two of the boxes meet, which come from `list`: sorted by their lower ends on axis 0, only overlapping
/// neighbours are compared.
void require_disjoint(const std::vector<Box>& boxes, const Field& list, const char* rule);

/// Checks entries of `proof.zeros` for all parameters of the cell (none: {}); their enclosures are disjoint.
[[nodiscard]] std::vector<Zero> check_zeros(const Field& list, const Setting& setting, const Box& cell);

/// Checks a claim of the kind `channel-ratios` and its proof, about the layers of the network, and returns the
/// claim line. Rejects what is not proved.
[[nodiscard]] std::string check_ratio_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for a claim of the kind `level-set`.
[[nodiscard]] std::string check_level_set_claim(const Field& claim, const Field& proof,
                                                const Network& network);

/// The same for a claim of the kind `regime-map`.
[[nodiscard]] std::string check_regime_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for a claim of the kind `branches`.
[[nodiscard]] std::string check_branch_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for claims of the kinds `tunnel`, `level-curve`, `level-area` and `sup-error`.
[[nodiscard]] std::string check_tunnel_claim(const Field& claim, const Field& proof, const Network& network);
[[nodiscard]] std::string check_level_curve_claim(const Field& claim, const Field& proof, const Network& network);
[[nodiscard]] std::string check_level_area_claim(const Field& claim, const Field& proof, const Network& network);
[[nodiscard]] std::string check_sup_error_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for a claim of the kind `distance`.
[[nodiscard]] std::string check_distance_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for a claim of the kind `clarke-critical-point`.
[[nodiscard]] std::string check_clarke_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for a claim of the kind `approximation`.
[[nodiscard]] std::string check_approximation_claim(const Field& claim, const Field& proof, const Network& network);

/// The same for a claim of the kind `ode-flow`.
[[nodiscard]] std::string check_ode_claim(const Field& claim, const Field& proof, const Network& network);

/// Checks STEPs like those of `channel-ratios`, about all of space, and returns for each layer a t with t* >= t; nothing: t* is infinite.
[[nodiscard]] std::vector<std::optional<Rational>> proved_ratios(const Field& steps, const Network& network);

/// Rejects unless the claim follows from what was established.
void check_conclusion(const Claim& claim, const Setting& setting);

}  // namespace narrows::checker
