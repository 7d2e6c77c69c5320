// The state of a branch and bound between two waves, and its file: what a killed search continues from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "critical/form_record.hpp"
#include "critical/krawczyk.hpp"
#include "critical/open_boxes.hpp"
#include "critical/proof_tree.hpp"

namespace narrows {

struct SearchState {
  explicit SearchState(std::size_t dim) : open(dim) {}
  OpenBoxes open;
  ProofTree tree;
  std::vector<UniqueZero> zeros;
  std::vector<std::vector<Interval>> undecided;
  std::size_t boxes = 0;  ///< boxes tested
  FormRecord forms;
};

/// Writes the state atomically: a reader, or a search killed at any moment, finds either the old file or the new one.
/// `fingerprint` names the search (network, domain, program version). The layout is that of this machine's numbers.
void write_search_state(const std::string& path, const std::string& fingerprint, const SearchState& state);

/// nullopt if there is no such file.
/// Errors  InputError if it is no search state, is damaged, or belongs to another search.
[[nodiscard]] std::optional<SearchState> read_search_state(const std::string& path, const std::string& fingerprint, std::size_t dim);

}  // namespace narrows
