// Φ as an affine form over many small pieces of its domain: in the batched kernels where they apply, else one piece at a time.
//
// notation == meaning:  h_P the state after P layers, P == first();  D the number of symbols e_1…e_D in [-1, 1].
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "arith/affine_form.hpp"
#include "network/chain.hpp"
#include "network/compiled.hpp"
#include "network/lane_program.hpp"

namespace narrows {

/// Φ over one piece: centre + Σ coefficient_i e_i + [-radius, radius], and it lies in `range`.
struct ValueForm {
  double centre = 0;
  AffineForm::Coefficients coefficients;
  double radius = 0;
  Interval range;
};

/// centre + Σ coefficient_i e_i + [-radius, radius] as a form whose symbols are the e_i themselves.
[[nodiscard]] AffineForm affine_form(double centre, const double* coefficients, std::size_t symbols,
                                     double radius);

/// Pieces as forms of h_P: blocks of D + 2 doubles (centre, coefficients, radius), width blocks for each piece.
class FormValues {
 public:
  /// Layers 1…first are left to the caller, who passes forms of h_first.
  FormValues(const Chain& chain, std::size_t first, std::size_t symbols);

  [[nodiscard]] std::size_t first() const { return first_; }
  [[nodiscard]] std::size_t width() const { return compiled_.widths[first_]; }
  [[nodiscard]] std::size_t symbols() const { return symbols_; }
  /// The kernels take the chain: a piece costs microseconds instead of a good part of a millisecond.
  [[nodiscard]] bool batched() const { return lanes_ != nullptr; }

  /// Guarantee  forms[i] encloses Φ for every e and every state that piece i stands for. A form that is not finite has range entire.
  void forms(const std::vector<double>& pieces, std::vector<ValueForm>* forms) const;
  /// The ranges alone.
  void ranges(const std::vector<double>& pieces, std::vector<Interval>* ranges) const;

  /// Appends the box as a piece. Precondition  first() == 0 and symbols() == width(), or symbols() of the sides are not points.
  void add_box(const std::vector<Interval>& box, std::vector<double>* pieces) const;

 private:
  [[nodiscard]] std::size_t count_of(const std::vector<double>& pieces) const {
    return pieces.size() / (width() * (symbols_ + 2));
  }
  void run_lanes(const std::vector<double>& pieces, std::vector<double>* results) const;
  [[nodiscard]] AffineForm one_by_one(const double* piece) const;

  std::size_t first_ = 0, symbols_ = 0;
  CompiledChain<Interval> compiled_;
  std::shared_ptr<const LaneProgram> lanes_;  ///< null: the kernels do not take the chain
};

}  // namespace narrows
