// Printing of outcomes.
#include "checker/outcome.hpp"

#include <algorithm>

namespace narrows::checker {
namespace {

/// One printable word: as it stands if it has no blanks or quotes, otherwise quoted; at most 80 characters.
std::string word(const std::string& text) {
  std::string clean = text.size() > 80 ? text.substr(0, 77) + "..." : text;
  bool plain = !clean.empty();
  for (char& c : clean) {
    const bool printable = c >= ' ' && c <= '~';
    if (!printable || c == '"' || c == '\\') c = '?';
    plain = plain && c != ' ';
  }
  return plain ? clean : '"' + clean + '"';
}

}  // namespace

const char* name_of(Reason reason) {
  constexpr const char* names[] = {"syntax",   "missing",      "unknown",    "wrong-type", "out-of-range",
                                   "mismatch", "inapplicable", "not-proved", "incomplete", "limit"};
  return names[static_cast<int>(reason)];
}

std::string outcome_line(const Outcome& outcome) {
  if (outcome.accepted()) return "ACCEPTED";
  const Rejected& r = *outcome.rejected;
  return "REJECTED " + word(r.step) + ' ' + word(r.rule) + ' ' + name_of(r.reason) + ' ' + word(r.got) + ' ' +
         word(r.expected);
}

}  // namespace narrows::checker
