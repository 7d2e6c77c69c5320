// Which engine is asked about the boxes of leaves, and about how many at once: a matter of time only.
#include <numeric>

#include "checker/leaf_lanes.hpp"

namespace narrows::checker {
namespace {

/// The processor has the vectors for which Lanes are compiled.
bool has_fast_lanes() {
#if defined(__x86_64__)
  static const bool fast = __builtin_cpu_supports("avx2") != 0;
  return fast;
#else
  return false;
#endif
}

}  // namespace

Answers ask_engines(const std::vector<Piece>& pieces, std::size_t prefix, const Setting& setting, int skipped,
                    const std::function<bool(const Piece&, Carry)>& one) {
  for (const Piece& piece : pieces) {
    if (piece.leaf->prefix != pieces[0].leaf->prefix) return {};  // not to be asked together
  }
  const bool lanes = setting.in_rows(*pieces[0].box) && has_fast_lanes();
  std::vector<Piece> open = pieces;
  std::array<std::size_t, lane_count> place{};
  std::iota(place.begin(), place.end(), std::size_t{0});
  Answers proved{};
  for (const Carry carry : setting.order.next()) {
    Answers now{};
    if (lanes && open.size() > 1) {
      const auto results = pass_in_lanes(open, prefix, setting, carry);
      for (std::size_t k = 0; k < open.size(); ++k)
        now[k] = results[k].regular && (open[k].leaf->direction.empty() || results[k].along.nonzero());
    } else {
      for (std::size_t k = 0; k < open.size(); ++k) now[k] = one(open[k], carry);
    }
    std::size_t left = 0;
    for (std::size_t k = 0; k < open.size(); ++k) {
      proved[place[k]] = now[k];
      if (now[k]) continue;
      open[left] = open[k];
      place[left++] = place[k];
    }
    open.resize(left);
    if (left == 0) break;
    if (carry == Carry::values) setting.order.skipped = skipped;
  }
  return proved;
}

}  // namespace narrows::checker
