// The three outcomes of an attempt at a proof. `undecided` is an outcome, not an error.
#pragma once

#include <string_view>

namespace narrows {

enum class Verdict { proved, refuted, undecided };

[[nodiscard]] constexpr std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved: return "proved";
    case Verdict::refuted: return "refuted";
    case Verdict::undecided: break;
  }
  return "undecided";
}

}  // namespace narrows
