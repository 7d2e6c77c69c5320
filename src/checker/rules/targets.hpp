// The rule of claims of the kind `sup-error`: below. How far a network is from a target function.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checker/rules/levels.hpp"

namespace narrows::checker {

/// f = p, or f = 1/(1 + exp(−p)), for a polynomial p in d variables.
struct Target {
  struct Term {
    Rational coefficient;
    std::vector<std::size_t> exponents;
  };
  bool sigmoid = false;
  std::vector<Term> terms;
};

[[nodiscard]] Target read_target(const Field& at, std::size_t d);
/// TYPE c*(e_1,…,e_d)+…
[[nodiscard]] std::string target_text(const Target& target);

/// Encloses f at a point.
[[nodiscard]] Interval value_at(const Target& target, const ExactPoint& point);
/// Rule `below`: |f − Φ| <= bound on the box.
[[nodiscard]] bool is_error_below(const Target& target, const Setting& setting, const Box& box, double bound);

}  // namespace narrows::checker
