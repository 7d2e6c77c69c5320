// The claims that `narrows counterexample` knows how to refute, and what may be asked of a counterexample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/cancellation.hpp"
#include "network/model.hpp"

namespace narrows {

enum class ClaimId {
  lipschitz_ratio,
  critical_ratio,
  unbounded_levels,
  clarke,
  value_error,
  width_d,
  ode_regime
};

struct RefutableClaim {
  ClaimId id;
  const char* name;        ///< on the command line
  const char* statement;   ///< what is refuted
  const char* refuted_by;  ///< what a counterexample shows
};

/// All of them, in the order in which they are listed.
[[nodiscard]] std::span<const RefutableClaim> refutable_claims();
[[nodiscard]] const RefutableClaim& refutable_claim(ClaimId id);

/// What is left out takes the claim's own default.
struct CounterexampleRequest {
  ClaimId claim = ClaimId::lipschitz_ratio;
  std::optional<std::size_t> dimension;  ///< d
  std::optional<std::size_t> width;      ///< neurons in a block; by default d
  std::optional<std::size_t> depth;      ///< at most so many blocks (ode_regime: exactly)
  std::optional<Activation> activation;
  int bits = 4;  ///< at most so many bits for a weight, see weight_bits()
  std::optional<std::pair<Rational, Rational>> ratio;  ///< the channel ratio lies in this closed range
  Rational value_error = Rational(1) / 100;            ///< value_error only: the value error to respect
  std::uint64_t seed = 1;
  std::size_t finds = 3;  ///< so many counterexamples are looked for; the simplest one counts
  StopToken stop;
};

/// Errors  InputError (usage) if a parameter does not suit the claim.
void require_sensible(const CounterexampleRequest& request);

/// The dyadic number in [lower, upper] with the fewest bits behind the point, then the smallest. Precondition  lower < upper, or a dyadic end.
[[nodiscard]] Rational simplest_dyadic(const Rational& lower, const Rational& upper);

/// The fraction with the least denominator in [lower, upper], then the least numerator (in magnitude); by continued fractions.
/// Precondition  lower <= upper.
[[nodiscard]] Rational simplest_rational(const Rational& lower, const Rational& upper);

}  // namespace narrows
