// Formulas: what a theorem's checks say about the answers of its instances.
//
//   formula    := or;  or := and ("||" and)*;  and := not ("&&" not)*;  not := "!" not | chain
//   chain      := sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)*        every neighbouring pair must hold
//   sum        := product (("+" | "-") product)*;  product := signed (("*" | "/") signed)*
//   signed     := "-" signed | power;  power := place ("^" signed)?          whole exponents
//   place      := atom ("." KEY | "[" formula "]")*
//   atom       := NUMBER | "TEXT" | NAME | NAME "(" formula, … ")" | "[" formula, … "]" | "(" formula ")"
//
// Numbers are decimals, exactly (0.1 is one tenth; write 1/3 for a third). Names are those of the scope, and true, false, null, pi.
// Functions: abs sqrt exp log sin cos tanh (enclosures), lo(x) hi(x) (the ends), min max (of arguments or of one list), sum(list),
// count(list or text), range(n), has(object, "key"), contains(text, "part"), holds(a, "<=", b) (the relation is a text, so it can be a
// constant), if(c, a, b), and with a bound name: all(list, v, formula), any(list, v, formula), map(list, v, formula).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "theorems/value.hpp"

namespace narrows::theorems {

/// Names and what they stand for; the last of equal names counts.
using Scope = std::vector<std::pair<std::string, Value>>;

class Formula {
 public:
  struct Node;

  /// Errors  InputError naming `where` and the column.
  Formula(const std::string& text, const std::string& where);

  /// Guarantee  exact or outward-rounded; a truth value other than `unknown` is certain.
  /// Errors     FormulaError: an unknown name, a missing key, a value of the wrong kind.
  [[nodiscard]] Value evaluate(const Scope& scope) const;
  [[nodiscard]] const std::string& text() const { return text_; }

  /// For a chain of comparisons: the values of its sides, "0.5 <= 0.25", for messages; else the value.
  [[nodiscard]] std::string explain(const Scope& scope) const;

 private:
  std::string text_;
  std::shared_ptr<const Node> root_;
};

}  // namespace narrows::theorems
