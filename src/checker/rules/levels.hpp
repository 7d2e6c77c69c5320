// The rules of claims about a level c of a network that need not be piecewise linear: on which side of it points, segments,
// boxes and rays lie. (`level-set` claims are about piecewise linear networks, and exact.)
//
// notation == meaning:  g: the function of a setting's chain, mostly Φ − c;  sign: 1 or -1, or 0 where nothing is proved.
#pragma once

#include <string>
#include <vector>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// Any point of R^d, exactly.
using ExactPoint = std::vector<Rational>;

/// What these claims have in common.
struct LevelClaim {
  std::size_t dim = 0;
  Domain domain;
  Rational level;
  Setting setting;   ///< of g = Φ − c
  std::string head;  ///< of the claim line: KIND VERDICT c=LEVEL on DOMAIN output OUT:

  LevelClaim(const Field& fields, const Network& network);
  [[nodiscard]] bool on_box() const { return domain.type == Domain::Type::box; }
};

/// "+" or "-".
[[nodiscard]] int read_sign(const Field& at);
[[nodiscard]] char sign_text(int sign);
/// A point with an exact number for each coordinate, and its text: (x,…) in lowest terms.
[[nodiscard]] ExactPoint read_point(const Field& at, std::size_t d);
[[nodiscard]] std::string point_text(const ExactPoint& point);
/// The point lies in the closed box.
[[nodiscard]] bool lies_in(const ExactPoint& point, const Box& box);

// ---- rule `strict-sign` ----

/// The strict sign that g is proved to have on all of the box.
[[nodiscard]] int sign_on(const Setting& setting, const Box& box);
/// The same at one point.
[[nodiscard]] int sign_at(const Setting& setting, const ExactPoint& point);
/// g has this sign on the box, tested on pieces: at most 20 bisections deep, 65,536 tests.
[[nodiscard]] bool has_sign_on_pieces(const Setting& setting, const Box& box, int sign);
/// The setting of t -> g(start + t·direction).
[[nodiscard]] Setting along(const Setting& setting, const ExactPoint& start, const ExactPoint& direction);
/// g has this sign on the closed segment.
[[nodiscard]] bool has_sign_between(const Setting& setting, const ExactPoint& from, const ExactPoint& to,
                                    int sign);

// ---- rule `barrier` ----

/// How often the closed polygon (the last vertex is joined to the first) winds round a point that is not on it.
[[nodiscard]] int turns_round(const ExactPoint& point, const std::vector<ExactPoint>& polygon);
/// Rejects unless the object, {"barrier": …} or {"box": …}, proves that the set of this sign has a bounded component that contains `from`.
void check_barrier(const Field& object, const LevelClaim& claim, const ExactPoint& from, int sign);

// ---- rule `far-field` ----

/// g has this sign on the whole ray start + t·direction, t >= 0, direction ≠ 0. Rejects chains with an ode layer.
[[nodiscard]] bool has_sign_on_ray(const Setting& setting, const ExactPoint& start,
                                   const ExactPoint& direction, int sign);

}  // namespace narrows::checker
