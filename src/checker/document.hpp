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

/// An interval of the document.
struct Ends {
  double lo = 0, hi = 0;
};

struct CriticalPoint {
  Box box;
  Ends value;
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

/// A domain of claims, and how the claim line names it; `d` is the input dimension.
[[nodiscard]] Domain read_domain(const Field& at, std::size_t d);
[[nodiscard]] std::string domain_text(const Domain& domain, std::size_t d);

/// The output of a claim, and how the claim line names it.
[[nodiscard]] Output read_output(const Field& at);
[[nodiscard]] std::string output_text(const Output& output);

/// The claim; `d` is the input dimension of the network.
[[nodiscard]] Claim read_claim(const Field& at, std::size_t d);

/// [lo, hi], lo <= hi, and a list of d of them.
[[nodiscard]] Ends read_interval(const Field& at);
[[nodiscard]] Box read_box(const Field& at, std::size_t d);

/// KIND VERDICT on DOMAIN output OUT: N critical points, complete|incomplete.
[[nodiscard]] std::string claim_line(const Claim& claim, std::size_t d);

/// a is contained in b (in the interior of b).
[[nodiscard]] bool contained(const Box& a, const Box& b);
[[nodiscard]] bool contained_in_interior(const Box& a, const Box& b);
/// a has a point in common with b (with the interior of b).
[[nodiscard]] bool intersecting(const Box& a, const Box& b);
[[nodiscard]] bool intersecting_interior(const Box& a, const Box& b);
/// Exactly: |x| > radius, |x| < radius for every x in the box.
[[nodiscard]] bool outside_ball(const Box& box, double radius);
[[nodiscard]] bool inside_ball(const Box& box, double radius);

}  // namespace narrows::checker
