// What certificates and studies rest on, in words for the reader of a report.
#pragma once

#include <string>
#include <vector>

namespace narrows {

struct TheoremStatement {
  std::string id;  ///< "tunnel/T2"
  std::string title;
  std::string text;
};

/// The theorems that a certificate of this kind, or an analysis of this type, uses. Unknown kinds have none.
[[nodiscard]] std::vector<std::string> theorems_of(const std::string& kind);

/// Precondition  an id that theorems_of() returns.
[[nodiscard]] const TheoremStatement& theorem_statement(const std::string& id);

}  // namespace narrows
