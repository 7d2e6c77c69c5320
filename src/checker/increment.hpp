// Values of activation functions and differences of them, in affine forms; for Lipschitz-only functions, too.
#pragma once

#include "checker/form.hpp"

namespace narrows::checker {

/// σ(z).
[[nodiscard]] Form value_form(const Activation& a, const Form& z);

/// An argument of an activation and what value_form gives for it.
struct Activated {
  const Form &argument, &value;
};

/// σ(z + ζ) - σ(z) as Sζ, S the mean slope between the two, or where ζ is large as the difference of the values. `d`: symbols of the box.
[[nodiscard]] Form increment(const Activation& a, const Activated& at, const Form& zeta, std::size_t d);

}  // namespace narrows::checker
