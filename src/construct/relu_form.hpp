// Functions on [0,1]^D made of relu, as exact linear combinations of atoms: two functions with the same form are equal.
//
// notation == meaning:  an *atom* is a coordinate x_k or relu(e) of a form e whose first weight is 1; atoms are never negative. A *form* is
// Σ weight·atom + constant.
//
// Idea: relu(s e) = s relu(e) and relu(−e) = relu(e) − e leave one atom for all multiples of e, so that |e|, relu(e) − relu(−e) = e, filters that
// carry the two parts of a sum, and values that a layer merely passes on all find their way to one form. Equal forms prove that two networks are the
// same function; different forms prove nothing.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "arith/rational.hpp"

namespace narrows {

struct ReluForm {
  std::vector<std::pair<std::uint32_t, Rational>> terms;  ///< ascending atoms, weights not 0
  Rational constant;
};
[[nodiscard]] bool operator==(const ReluForm& a, const ReluForm& b);

class ReluAlgebra {
 public:
  explicit ReluAlgebra(std::size_t dim) : atoms_(static_cast<std::uint32_t>(dim)) {}

  /// x_k >= 0.
  [[nodiscard]] static ReluForm coordinate(std::size_t k) {
    return {{{static_cast<std::uint32_t>(k), Rational(1)}}, 0};
  }
  /// relu(e), in terms of what is known of e: its sign, or the atom of its multiples.
  [[nodiscard]] ReluForm relu(const ReluForm& e);
  /// From now on relu(e) = e. Precondition: e >= 0 on [0,1]^D, by a theorem; nothing is checked.
  void assume_nonnegative(const ReluForm& e);

 private:
  struct Known {
    int sign = 0;  ///< e >= 0 or e <= 0 is known
    std::uint32_t atom = 0;
    bool has_atom = false;
  };
  struct Before {
    bool operator()(const ReluForm& a, const ReluForm& b) const;
  };
  std::uint32_t atoms_;
  std::map<ReluForm, Known, Before> known_;  ///< by forms with first weight 1
};

/// Σ weight·form + constant.
[[nodiscard]] ReluForm combine(const std::vector<std::pair<Rational, const ReluForm*>>& parts,
                               Rational constant = 0);

}  // namespace narrows
