// Certificates of the kind branches for the tests of their rules: written from curves that are known in closed form.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support.hpp"

namespace narrows::checker::test {

/// x(s): a critical point of the member at each position s of the path.
using Curve = std::function<std::vector<double>(double s)>;

struct EventParts {
  Box box;
  std::string winding = "null";
};

struct SlabParts {
  double from = 0, to = 0;
  std::vector<std::string> zeros;  ///< entries of "zeros"
  std::vector<std::string> events;
  std::vector<std::string> tree;
};

struct BranchClaim {
  double from = 0, to = 0;
  std::string begins, ends, morse_index;
};

struct BranchParts {
  std::string model;
  std::string verdict = "proved";
  Box domain;
  std::string type = "shared", path;
  std::vector<SlabParts> slabs;
  std::vector<std::vector<std::string>> joints;
  std::vector<std::string> indices;
  std::vector<BranchClaim> branches;
};

/// A slab with the curves of these numbers and these events; a box about the curve's piece is the enclosure, a larger one the
/// box of uniqueness.
struct SlabPlan {
  double from = 0, to = 0;
  std::vector<std::size_t> curves;
  std::vector<EventParts> events;
};

/// The tubes of the slabs, joints wherever a curve goes on, and trees as far as they can be closed. No claim, no indices.
[[nodiscard]] BranchParts track(BranchParts parts, const std::vector<Curve>& curves,
                                const std::vector<SlabPlan>& plans);
/// {"zero": i, "next": j, …} or, with the slab, an entry of "indices", for a point within 1e-6.
[[nodiscard]] std::string joint(std::size_t zero, std::size_t next, const std::vector<double>& point);
[[nodiscard]] std::string index_entry(std::size_t slab, double s, std::size_t zero,
                                      const std::vector<double>& point);

[[nodiscard]] std::string certificate_of(const BranchParts& parts);
[[nodiscard]] Outcome check_parts(const BranchParts& parts);
/// "ACCEPTED", or "rule reason" of the rejection.
[[nodiscard]] std::string verdict_of(const BranchParts& parts);

/// Φ = εx - tanh(x + 1/4), ε = 1/2 + s: two branches that meet at s = 1/2, x = -1/4; an event in [31/64, 33/64].
[[nodiscard]] BranchParts fold_on_the_line();
/// Φ = εx - tanh(x + 1/4) on [-3, 1], ε from 1/2 to 1/8: the right one of two branches leaves the domain.
[[nodiscard]] BranchParts exit_from_the_line();
/// Φ = ε(x + y) - tanh(x) - 2·tanh(y), y >= 0, ε = 1/2 + s: a minimum and a saddle meet at s = 1/2, x = 0.
[[nodiscard]] BranchParts fold_in_the_plane();

}  // namespace narrows::checker::test
