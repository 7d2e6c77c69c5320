#include "network/applicable_theorems.hpp"

#include <algorithm>
#include <optional>

#include "arith/rational_matrix.hpp"
#include "network/branch_form.hpp"
#include "network/slope_range.hpp"

namespace narrows {
namespace {

/// Nothing: the hypotheses hold. Otherwise the one that fails.
using Failure = std::optional<std::string>;

std::string layer_name(std::size_t l) {
  return "layer " + std::to_string(l + 1);
}

template <class T>
const T* as(const Layer& layer) {
  return std::get_if<T>(&layer.value);
}

bool has_full_row_rank(const AffineLayer& layer) {
  return layer.rows <= layer.cols &&
         rank_exact(RationalMatrix(layer.rows, layer.cols, layer.weight)) == layer.rows;
}

std::size_t count_residual(const Chain& chain) {
  return static_cast<std::size_t>(
      std::count_if(chain.layers.begin(), chain.layers.end(),
                    [](const Layer& layer) { return as<ResidualLayer>(layer) != nullptr; }));
}

/// T1: the layers outside residual blocks have full row rank (w ≠ 0 is the case of the last one).
Failure plain_layers_fail(const Chain& chain) {
  for (std::size_t l = 0; l < chain.layers.size(); ++l) {
    const Layer& layer = chain.layers[l];
    if (const auto* affine = as<AffineLayer>(layer); affine != nullptr && !has_full_row_rank(*affine))
      return layer_name(l) + " has a matrix without full row rank";
    if (const auto* norm = as<BatchNormLayer>(layer)) {
      if (std::any_of(norm->scale.begin(), norm->scale.end(), [](const Rational& g) { return g == 0; }))
        return layer_name(l) + " has a scale 0";
    }
    if (const auto* activation = as<ActivationLayer>(layer)) {
      const bool kinked = smoothness_of({layer}) == Smoothness::lipschitz;
      if (kinked && !slope_is_positive(*activation))
        return layer_name(l) + " (" + std::string(to_string(activation->function)) +
               ") has Clarke slope 0 at its kink";
    }
  }
  return {};
}

/// The page's form: h_0 = x, Ax + a or σ(Ax + a), then residual layers, then w·h + c.
Failure resnet_form_fails(const Chain& chain) {
  const std::size_t last = chain.layers.size() - 1;  // the chain ends with an affine layer
  if (as<AffineLayer>(chain.layers[last]) == nullptr) return "the last layer is not affine";
  std::size_t l = 0;
  if (l < last && as<AffineLayer>(chain.layers[l]) != nullptr) {
    ++l;
    if (l < last && as<ActivationLayer>(chain.layers[l]) != nullptr) ++l;
  }
  if (l == last) return "it has no residual layer";
  for (; l < last; ++l) {
    if (as<ResidualLayer>(chain.layers[l]) == nullptr)
      return layer_name(l) + " is not residual, but lies between the input and the output layer";
  }
  return {};
}

Failure some_plain_slope_vanishes(const Chain& chain) {
  for (std::size_t l = 0; l < chain.layers.size(); ++l) {
    const auto* activation = as<ActivationLayer>(chain.layers[l]);
    if (activation != nullptr && !slope_is_positive(*activation))
      return layer_name(l) + " (" + std::string(to_string(activation->function)) +
             ") has slopes that are not positive";
  }
  return {};
}

Failure some_skip_is_zero(const Chain& chain) {
  for (std::size_t l = 0; l < chain.layers.size(); ++l) {
    const auto* residual = as<ResidualLayer>(chain.layers[l]);
    if (residual != nullptr && residual->skip == 0) return layer_name(l) + " has skip 0";
  }
  return {};
}

bool has_flow(const Chain& chain) {
  return first_ode_layer(chain.layers) < chain.layers.size();
}

TheoremHypotheses result(const char* id, const Failure& failure, std::string gives) {
  return {std::string("tunnel/") + id, !failure, failure ? *failure : std::move(gives)};
}

TheoremHypotheses check_t1(const Chain& chain) {
  return result("T1", plain_layers_fail(chain),
                chain.smoothness == Smoothness::lipschitz
                    ? "if every layer is regular: no local extremum (" +
                          first_kinked_activation(chain.layers) +
                          " has a kink, so nothing about Clarke critical points)"
                    : "if every layer is regular: no critical point");
}

TheoremHypotheses check_t2(const Chain& chain) {
  const Failure failure = count_residual(chain) == 0 ? Failure("it has no residual layer") : Failure();
  return result("T2", failure, "decides the regularity of residual layers over all slopes");
}

TheoremHypotheses check_t3(const Chain& chain) {
  std::size_t nonnegative = 0, signed_slopes = 0;
  for (std::size_t l = 0; l < chain.layers.size(); ++l) {
    const auto* residual = as<ResidualLayer>(chain.layers[l]);
    if (residual == nullptr || residual->skip == 0) continue;
    const auto activations = branch_activations(*residual, chain.widths[l]);
    if (activations.size() != 1) continue;
    ++(slope_range(activations[0].function).low < 0 ? signed_slopes : nonnegative);
  }
  if (nonnegative + signed_slopes == 0)
    return result("T3", "no residual layer has a skip other than 0 and exactly one activation layer", {});
  std::string gives = "critical channel ratio of " + std::to_string(nonnegative + signed_slopes) + " layers";
  if (signed_slopes != 0) gives += ", " + std::to_string(signed_slopes) + " with slopes of both signs";
  return result("T3", {}, std::move(gives));
}

TheoremHypotheses check_t4(const Chain& chain) {
  Failure failure = resnet_form_fails(chain);
  if (!failure) failure = some_skip_is_zero(chain);
  return result("T4", failure, "distance to the neural ODE on a box");
}

TheoremHypotheses check_t5(const Chain& chain) {
  return result("T5", resnet_form_fails(chain), "distance to the MLP with all skips 0 on a box");
}

TheoremHypotheses check_t6(const Chain& chain) {
  return result("T6", {},
                chain.smoothness == Smoothness::lipschitz
                    ? "where no local extremum is proved: sup-norm lower bounds (not the part for C1)"
                    : "where no critical point is proved: sup-norm and gradient lower bounds");
}

TheoremHypotheses check_t7() {
  return result("T7", {}, "where no local extremum is proved: level components reach the boundary");
}

TheoremHypotheses check_t8(const Chain& chain) {
  Failure failure;
  if (chain.smoothness == Smoothness::lipschitz)
    failure = first_kinked_activation(chain.layers) + " is not differentiable at its kink";
  if (chain.smoothness == Smoothness::c1) failure = "elu is not twice differentiable at 0";
  if (has_flow(chain)) failure = "it has an ode layer, whose critical points T10 decides";
  return result("T8", failure, "critical points can be enclosed");
}

/// Sign of an enclosed number; nothing if undecided.
std::optional<int> sign_of(const BigInterval& x) {
  if (is_positive(x)) return 1;
  if (is_negative(x)) return -1;
  return mpfi_is_zero(x.raw()) ? std::optional<int>(0) : std::nullopt;
}

/// T9 with ε = 0: δ w̃_j w_j all of one sign, not all 0, and σ' > 0.
Failure plain_scalar_layer_fails(const ResidualLayer& layer, const ActivationLayer& activation) {
  if (!slope_is_positive(activation)) return "has skip 0 and slopes that are not all positive";
  constexpr mpfr_prec_t kPrecision = 192;
  const auto maps = branch_maps(layer, 1, kPrecision);
  int common = 0;
  for (std::size_t j = 0; layer.residual != 0 && j < maps[0].rows; ++j) {
    const auto inner = sign_of(maps[0].at(j, 0)), outer = sign_of(maps[1].at(0, j));
    if (!inner || !outer) return "has skip 0 and a weight of undecided sign";
    const int sign = *inner * *outer;
    if (sign * common < 0) return "has skip 0 and neurons of opposite signs";
    if (sign != 0) common = sign;
  }
  if (common == 0) return "is constant";
  return {};
}

Failure one_dimensional_fails(const Chain& chain) {
  if (chain.input_dim != 1) return "the input is not one-dimensional";
  if (std::any_of(chain.widths.begin(), chain.widths.end(), [](std::size_t n) { return n != 1; }))
    return "a layer is wider than 1";
  if (has_flow(chain)) return "it has an ode layer";
  if (Failure failure = plain_layers_fail(chain)) return failure;
  if (Failure failure = some_plain_slope_vanishes(chain)) return failure;
  for (std::size_t l = 0; l < chain.layers.size(); ++l) {
    const auto* residual = as<ResidualLayer>(chain.layers[l]);
    if (residual == nullptr) continue;
    const auto activations = branch_activations(*residual, 1);
    if (activations.size() != 1) return layer_name(l) + " does not have exactly one activation layer";
    if (residual->skip != 0) continue;
    if (const Failure failure = plain_scalar_layer_fails(*residual, activations[0].function))
      return layer_name(l) + " " + *failure;
  }
  return {};
}

TheoremHypotheses check_t9(const Chain& chain) {
  return result("T9", one_dimensional_fails(chain), "the sign of the derivative, layer by layer");
}

TheoremHypotheses check_t10(const Chain& chain) {
  if (has_flow(chain)) {
    return result("T10", plain_layers_fail(chain),
                  count_residual(chain) == 0 ? "its flows are diffeomorphisms: no critical point"
                                             : "its flows are diffeomorphisms, which adds no critical point");
  }
  Failure failure = resnet_form_fails(chain);
  if (!failure) failure = some_skip_is_zero(chain);
  if (!failure) failure = plain_layers_fail(chain);
  if (!failure) failure = some_plain_slope_vanishes(chain);
  if (!failure && chain.smoothness == Smoothness::lipschitz)
    failure = first_kinked_activation(chain.layers) + " is not differentiable at its kink";
  return result("T10", failure, "the neural ODE that this ResNet discretises has no critical point");
}

}  // namespace

std::vector<TheoremHypotheses> check_theorem_hypotheses(const Chain& chain) {
  return {check_t1(chain), check_t2(chain), check_t3(chain), check_t4(chain), check_t5(chain),
          check_t6(chain), check_t7(),      check_t8(chain), check_t9(chain), check_t10(chain)};
}

std::vector<std::string> applicable_theorems(const Chain& chain) {
  std::vector<std::string> ids;
  for (const TheoremHypotheses& theorem : check_theorem_hypotheses(chain)) {
    if (theorem.applies) ids.push_back(theorem.id);
  }
  return ids;
}

}  // namespace narrows
