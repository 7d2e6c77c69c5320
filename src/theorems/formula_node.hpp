// The syntax tree of a formula: built by formula_parse.cpp, computed by formula.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "theorems/formula.hpp"

namespace narrows::theorems {

struct Formula::Node {
  enum class Kind { constant, name, call, chain, unary, binary, member, element, list };
  Kind kind = Kind::constant;
  std::string word;  ///< name, function, operator of unary and binary ("||", "&&", "!", "+", …), or key
  std::vector<std::string> words;  ///< operators of a chain
  Value constant;
  std::vector<std::shared_ptr<const Node>> children;
};

/// Errors  InputError naming `where` and the column.
[[nodiscard]] std::shared_ptr<const Formula::Node> parse_formula(const std::string& text,
                                                                 const std::string& where);

}  // namespace narrows::theorems
