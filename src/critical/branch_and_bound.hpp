// Branch and bound for critical points on a box: every sub-box is excluded, lies in the uniqueness box of a proved critical
// point, lies outside the domain, or is reported as undecided.
//
// Search proceeds in waves: all boxes of one wave are tested independently (batched over the lanes of the processor and over
// threads), then their results are merged in order. The outcome is the same for every number of threads and every
// instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "critical/krawczyk.hpp"
#include "critical/problem.hpp"
#include "critical/proof_tree.hpp"

namespace narrows {

/// Where a search leaves its state, to be continued after a stop, Ctrl-C or kill -9 with the same outcome as without them. An
/// empty path: nowhere. A file that is there already is continued from; it stays when the search ends.
struct Checkpoint {
  std::string path;
  std::string fingerprint;  ///< names the network, output and domain; a file with another one is refused
  double seconds = 1;       ///< between two writes; 0: before every wave
};

/// The form for boxes that affine forms leave open. automatic: for every size of boxes the one that pays best on a sample (FormRecord);
/// affine: none; the others as SharpForm. Without effect where the batched kernels do not apply.
enum class SearchForm : std::uint8_t { automatic, affine, taylor, zonotope, polynomial_zonotope };

struct SearchOptions {
  std::size_t max_boxes = 4'000'000;  ///< boxes tested in all; what is left over becomes undecided leaves
  double min_width = 1e-10;           ///< boxes narrower than this, relative to max(1, |x|), are not split further
  int threads = 1;
  SearchForm form = SearchForm::automatic;
  StopToken stop;
  Checkpoint checkpoint;
  /// Called between waves with boxes tested and boxes open; may be empty.
  std::function<void(std::size_t tested, std::size_t open)> progress;
};

struct SearchResult {
  ProofTree tree;
  std::vector<UniqueZero> zeros;
  std::vector<std::vector<Interval>> undecided;
  std::size_t boxes = 0;  ///< boxes tested
  bool stopped = false;   ///< the budget ran out or a stop was requested
};

/// Guarantee  every leaf other than `undecided` is proved; the zeros have pairwise disjoint enclosures.
/// @param outside  true only if the whole box is proved to lie outside the domain; may be empty.
[[nodiscard]] SearchResult search_critical_points(const Problem& problem, const std::vector<Interval>& root,
                                                  const std::function<bool(const std::vector<Interval>&)>& outside,
                                                  const SearchOptions& options);

}  // namespace narrows
