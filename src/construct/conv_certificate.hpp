// One convolutional construction with its enclosed errors: what `narrows construct convresnet` answers.
#pragma once

#include <optional>
#include <string>

#include "base/verdict.hpp"
#include "construct/conv_constructions.hpp"
#include "construct/kuhn_error.hpp"

namespace narrows {

struct ConvRequest {
  char theorem = 'C';            ///< C, D, E, F, G, H
  std::string target = "sine";   ///< a smooth function
  std::string manifold;          ///< Theorem E
  std::size_t dim = 1, n = 8;
  unsigned product_depth = 8;    ///< m
  ConvOptions options;
  double tolerance = 2e-3;       ///< of the enclosures
  StopToken stop;
};

struct ConvAnswer {
  Verdict verdict = Verdict::undecided;  ///< proved: the enclosures `error` are certified and reach at most 1e-9 (relative) beyond `bound`, and the network is, by its weights, the function they speak of
  std::string reason;
  ConvResNet net;
  ConvClass parameters;
  ErrorEnclosure error;
  ErrorBound bound;
  Verdict within_bound = Verdict::undecided;  ///< that both errors are at most the theorem's bounds; undecided: a bound lies inside its enclosure
  std::optional<std::size_t> pieces;     ///< D = 1, degree 0: linear pieces on [0,1], exactly
  double gradient_lower_bound = 0;       ///< 3.2: no function with so many pieces has a smaller gradient error (0: not known)
  std::size_t hats = 0;                  ///< D, E, H: nodes used
  std::size_t points = 0;                ///< at which the network was evaluated exactly besides, with one-sided slopes
};

/// Errors  InputError for a theorem that does not fit the dimension, or sizes out of reach.
[[nodiscard]] ConvAnswer construct_convresnet(const ConvRequest& request);
/// 4.1: value error exactly 1/(2N), gradient error exactly max(1, 1/l − 1). Precondition: plateaus >= 2, 0 < ramp <= 1.
[[nodiscard]] ConvAnswer construct_staircase(std::size_t plateaus, const Rational& ramp, std::size_t group);
/// 4.2: interpolant plus amplitude times a sawtooth of 2^depth pieces.
[[nodiscard]] ConvAnswer construct_sawtooth(const std::string& target, std::size_t n, unsigned depth, const Rational& amplitude, const StopToken& stop);

}  // namespace narrows
