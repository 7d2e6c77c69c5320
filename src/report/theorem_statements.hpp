// What certificates and studies rest on, in the words of the registry of theorems (proofs/PAPER/ID.toml), for the reader of a report.
#pragma once

#include <string>
#include <vector>

namespace narrows {

struct TheoremStatement {
  std::string id;  ///< "tunnel/T2"
  std::string title;
  std::string text, formula, source;
};

/// All theorems of the registry, as its files stood when this was built.
[[nodiscard]] const std::vector<TheoremStatement>& registered_statements();

/// The theorems that a certificate of this kind, or an analysis of this type, uses. Unknown kinds have none; so has `robust`, whose reasons
/// are two lines of interval arithmetic (FORMAT.md).
[[nodiscard]] std::vector<std::string> theorems_of(const std::string& kind);

/// Precondition  an id of the registry.
[[nodiscard]] const TheoremStatement& theorem_statement(const std::string& id);

}  // namespace narrows
