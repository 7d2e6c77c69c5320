#include "counterexample/claims.hpp"

#include <algorithm>
#include <array>

#include "base/errors.hpp"

namespace narrows {
namespace {

constexpr std::array<RefutableClaim, 7> kClaims{{
    {ClaimId::lipschitz_ratio, "lipschitz-ratio",
     "a narrow ResNet has no critical point even if its channel ratios exceed the Lipschitz ratio "
     "1/(s‖W̃‖‖W‖)",
     "a narrow ResNet with ratios above the Lipschitz ratio and a critical point"},
    {ClaimId::critical_ratio, "critical-ratio",
     "a channel ratio up to 1 % above the critical ratio α* still rules out critical points",
     "a network less than 1 % above α* with a critical point; less than 1 % below α* it has none"},
    {ClaimId::unbounded_levels, "unbounded-levels",
     "every level set of a narrow network with skip connections is unbounded",
     "a bounded component of a level set, inside a barrier"},
    {ClaimId::clarke, "clarke",
     "if every layer is regular in the sense of Clarke, 0 is not in Clarke's subdifferential of the network",
     "a point with 0 in the subdifferential although every layer is regular"},
    {ClaimId::value_error, "value-error",
     "a small error of the values implies a small error of the gradients",
     "a network within the value error of x1 + … + xd whose gradient vanishes somewhere"},
    {ClaimId::width_d, "width-d", "ReLU networks of width d approximate integrable functions in L1(R^d)",
     "a network of width d, good on a cube, that is at infinite L1 distance from every integrable function"},
    {ClaimId::ode_regime, "ode-regime",
     "a narrow ResNet in the nominal ODE regime δ = 2/L has no critical point, like the neural ODE whose "
     "Euler steps it takes",
     "L Euler steps of length 2/L of one flow, with a critical point"},
}};

bool is_kinked(Activation function) {
  return function == Activation::relu || function == Activation::leaky_relu;
}

[[noreturn]] void refuse(const std::string& option, const std::string& what, const std::string& mend) {
  throw InputError(option, what, mend, ExitCode::usage);
}

void require_activation(const CounterexampleRequest& request) {
  if (!request.activation) return;
  const bool kinked_claim = request.claim == ClaimId::clarke || request.claim == ClaimId::width_d;
  if (kinked_claim && !is_kinked(*request.activation))
    refuse("--activation", "this claim is about piecewise linear networks", "use relu or leaky_relu");
  if (request.claim == ClaimId::width_d && *request.activation != Activation::relu)
    refuse("--activation", "this claim is about ReLU networks", "use relu");
  if (!kinked_claim && (is_kinked(*request.activation) || *request.activation == Activation::elu ||
                        *request.activation == Activation::identity))
    refuse("--activation", "critical points are proved for smooth, nonlinear activations",
           "use tanh, sigmoid, softplus, arctan, sin, silu or gelu");
  const bool bounded = *request.activation == Activation::tanh ||
                       *request.activation == Activation::sigmoid ||
                       *request.activation == Activation::arctan || *request.activation == Activation::sin;
  if (request.claim == ClaimId::value_error && !bounded)
    refuse("--activation", "this claim needs a bounded activation", "use tanh, sigmoid, arctan or sin");
  const bool slopes_from_zero =
      *request.activation == Activation::tanh || *request.activation == Activation::sigmoid ||
      *request.activation == Activation::softplus || *request.activation == Activation::arctan;
  if (request.claim == ClaimId::critical_ratio && !slopes_from_zero)
    refuse("--activation", "this claim needs an increasing activation",
           "use tanh, sigmoid, softplus or arctan");
}

Rational power_of_two(int exponent) {
  boost::multiprecision::mpz_int power = 1;
  power <<= static_cast<unsigned>(std::abs(exponent));
  return exponent >= 0 ? Rational(power) : Rational(1) / Rational(power);
}

boost::multiprecision::mpz_int floor_of(const Rational& x) {
  using boost::multiprecision::mpz_int;
  mpz_int quotient = numerator(x) / denominator(x);  // towards 0
  if (Rational(quotient) > x) --quotient;
  return quotient;
}

/// Precondition  0 < lower <= upper.
Rational simplest_positive(const Rational& lower, const Rational& upper) {
  const Rational whole = Rational(floor_of(lower));
  if (whole == lower) return lower;
  if (whole + 1 <= upper) return whole + 1;
  return whole +
         Rational(1) / simplest_positive(Rational(1) / (upper - whole), Rational(1) / (lower - whole));
}

}  // namespace

std::span<const RefutableClaim> refutable_claims() {
  return kClaims;
}

const RefutableClaim& refutable_claim(ClaimId id) {
  return *std::find_if(kClaims.begin(), kClaims.end(),
                       [id](const RefutableClaim& claim) { return claim.id == id; });
}

void require_sensible(const CounterexampleRequest& request) {
  const std::size_t d = request.dimension.value_or(2);
  const ClaimId claim = request.claim;
  require_activation(request);
  if (claim == ClaimId::unbounded_levels && d == 1)
    refuse("--dimension", "on the line the level sets of monotone functions are points", "use 2 or more");
  if ((claim == ClaimId::clarke || claim == ClaimId::width_d) && (d == 1 || d > 3))
    refuse("--dimension", "this claim is searched in two and three dimensions", "use 2 or 3");
  if (claim == ClaimId::width_d && request.width && *request.width != d)
    refuse("--width", "this claim is about networks of width d", "leave it out");
  if (claim == ClaimId::width_d && request.ratio)
    refuse("--ratio", "these networks have no skip connections", "leave it out");
  if ((claim == ClaimId::critical_ratio || claim == ClaimId::value_error || claim == ClaimId::ode_regime) &&
      request.ratio)
    refuse("--ratio", "the claim itself fixes the ratio",
           claim == ClaimId::value_error  ? "use --value-error"
           : claim == ClaimId::ode_regime ? "use --depth"
                                          : "leave it out");
  if (claim == ClaimId::critical_ratio && request.depth && *request.depth != 1)
    refuse("--depth", "the critical ratio is that of one block", "leave it out");
  if (request.ratio && !(request.ratio->first > 0 && request.ratio->first < request.ratio->second))
    refuse("--ratio", "the range needs 0 < LO < HI", "write a range such as 1/2:2");
  if (!(request.value_error > 0))
    refuse("--value-error", "the error is not positive", "write a number such as 1/100");
}

Rational simplest_dyadic(const Rational& lower, const Rational& upper) {
  for (int exponent = 0;; --exponent) {
    const Rational unit = power_of_two(exponent);
    const Rational least = -Rational(floor_of(-lower / unit)) * unit;
    if (least <= upper) return least;
  }
}

Rational simplest_rational(const Rational& lower, const Rational& upper) {
  if (lower <= 0 && upper >= 0) return 0;
  if (upper < 0) return -simplest_positive(-upper, -lower);
  return simplest_positive(lower, upper);
}

}  // namespace narrows
