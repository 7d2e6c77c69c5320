// The claim and the domain of a certificate, and the boxes that appear in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/fields.hpp"
#include "checker/model.hpp"
#include "checker/pass.hpp"

namespace narrows::checker {

struct Domain {
  enum class Type { space, box, ball };
  Type type = Type::space;
  Box box;            ///< box: lo < hi in every coordinate
  double radius = 0;  ///< ball: > 0
};

enum class ClaimKind { no_critical_points, no_local_extremum };
enum class ClaimVerdict { proved, refuted, undecided };

struct CriticalPoint {
  Box box;
  double value_lo = 0;
  double value_hi = 0;
  std::optional<std::size_t> morse_index;
  bool inside = false;
};

struct Claim {
  ClaimKind kind = ClaimKind::no_critical_points;
  ClaimVerdict verdict = ClaimVerdict::undecided;
  Domain domain;
  Output output;
  bool complete = false;
  std::vector<CriticalPoint> critical_points;
};

/// A zero of v_prefix: at most one in `box`, at least one in `enclosure`, which is part of it.
struct Zero {
  std::size_t prefix = 0;
  Box box;
  Box enclosure;
};

/// The claim; `d` is the input dimension of the network.
[[nodiscard]] Claim read_claim(const Field& at, std::size_t d);

/// A list of d intervals [lo, hi], lo <= hi.
[[nodiscard]] Box read_box(const Field& at, std::size_t d);

/// KIND VERDICT on DOMAIN output OUT: N critical points, complete|incomplete.
[[nodiscard]] std::string claim_line(const Claim& claim, std::size_t d);

/// a is contained in b; the two have a common point.
[[nodiscard]] bool contained(const Box& a, const Box& b);
[[nodiscard]] bool intersecting(const Box& a, const Box& b);
/// Exactly: |x| > radius, |x| < radius for every x in the box.
[[nodiscard]] bool outside_ball(const Box& box, double radius);
[[nodiscard]] bool inside_ball(const Box& box, double radius);

}  // namespace narrows::checker
