// The typed outcome of checking a certificate.
#pragma once

#include <optional>
#include <string>

namespace narrows::checker {

/// Why a certificate was rejected.
enum class Reason {
  syntax,        ///< the bytes are not strict JSON
  missing,       ///< a required key is absent
  unknown,       ///< an unknown key, name or rule
  wrong_type,    ///< a value of the wrong JSON type or not a number
  out_of_range,  ///< a number, index or dimension that is not allowed
  mismatch,      ///< two things that must agree do not (hashes, dimensions, lists)
  inapplicable,  ///< the rule does not apply here
  not_proved,    ///< the rule applies but its test failed
  incomplete,    ///< the tree ended too early, or a complete claim rests on undecided boxes
  limit,         ///< the certificate exceeds a stated size limit or the memory
};

/// The word that stands for `reason` on the outcome line.
[[nodiscard]] const char* name_of(Reason reason);

/// A rejection: where (`step`, such as "tree[17]"), by which rule, why, what was found and what was needed.
struct Rejected {
  std::string step;
  std::string rule;
  Reason reason = Reason::not_proved;
  std::string got;
  std::string expected;
};

/// The result of a check. Accepted exactly if `rejected` is empty.
struct Outcome {
  std::optional<Rejected> rejected;
  std::string claim;  ///< the derived claim line; empty unless accepted

  [[nodiscard]] bool accepted() const { return !rejected.has_value(); }
};

/// `ACCEPTED` or `REJECTED step rule reason got expected` without a newline; each field is one word or quoted.
[[nodiscard]] std::string outcome_line(const Outcome& outcome);

/// Thrown inside the checker to abandon a check; never leaves check(). An error that nobody looks at can
/// then not turn into an acceptance.
struct Rejection {
  Rejected rejected;
};

/// Abandons the check with the given rejection.
[[noreturn]] inline void reject(std::string step, std::string rule, Reason reason, std::string got,
                                std::string expected) {
  throw Rejection{{std::move(step), std::move(rule), reason, std::move(got), std::move(expected)}};
}

}  // namespace narrows::checker
