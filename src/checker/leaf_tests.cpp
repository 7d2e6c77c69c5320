// The leaves of a tree, tested several at a time.
//
// A leaf holds if all of its parts do: the pieces that it starts with cover its box, and a part is taken away only when its test
// holds, or for two that cover it. Where that takes too long, the full test of the rule decides.
#include "checker/leaf_tests.hpp"

#include <algorithm>
#include <utility>

namespace narrows::checker {
namespace {

constexpr std::size_t quick_tests = 60;  ///< of one leaf and its pieces before the full test of its rule

}  // namespace

void LeafTests::require(Leaf leaf, const Field& at, const Box& box) {
  const auto open = std::make_shared<OpenLeaf>(OpenLeaf{std::move(leaf), at, box});
  if (open->leaf.rule->quick == nullptr) return require_fully(*open);
  Parts& parts = waiting_[{open->leaf.rule, open->leaf.prefix}];
  add(parts, open, box, 0);
  while (parts.size() >= lane_count) test_some(parts);
}

void LeafTests::finish() {
  for (auto& [rule, parts] : waiting_) {
    while (!parts.empty()) test_some(parts);
  }
}

/// All pieces of the box, which has that level, at the first level or below.
void LeafTests::add(Parts& parts, const std::shared_ptr<OpenLeaf>& of, const Box& box, std::size_t level) const {
  const auto two = level < first_level_ ? halves(box, widest_axis(box)) : std::nullopt;
  if (!two) {
    parts.push_back({of, box, level, true});
    ++of->parts;
    return;
  }
  add(parts, of, two->second, level + 1);
  add(parts, of, two->first, level + 1);
}

/// Tests the last parts, as many as there are lanes.
void LeafTests::test_some(Parts& parts) {
  Parts batch;
  while (batch.size() < lane_count && !parts.empty()) {
    if (!parts.back().of->settled) batch.push_back(std::move(parts.back()));
    parts.pop_back();
  }
  if (batch.empty()) return;
  std::vector<Piece> pieces;
  for (const Part& part : batch) pieces.push_back({&part.of->leaf, &part.box});
  const Answers proved = pieces[0].leaf->rule->quick(pieces, setting_);
  for (std::size_t k = 0; k < batch.size(); ++k) note(parts, batch[k], proved[k]);
}

void LeafTests::note(Parts& parts, const Part& part, bool proved) {
  OpenLeaf& leaf = *part.of;
  if (leaf.settled) return;
  ++leaf.tests;
  if (part.first) ++(proved ? leaf.first_passed : leaf.first_failed);
  if (proved) {
    if (--leaf.parts == 0) learn_from(leaf);
    return;
  }
  const auto two = halves(part.box, widest_axis(part.box));
  if (part.level < max_bisections && two && leaf.tests + leaf.parts < quick_tests) {
    parts.push_back({part.of, two->second, part.level + 1, false});
    parts.push_back({part.of, two->first, part.level + 1, false});
    ++leaf.parts;
    return;
  }
  learn_from(leaf);
  require_fully(leaf);
  leaf.settled = true;
}

void LeafTests::learn_from(const OpenLeaf& leaf) {
  if (leaf.first_failed > 0 && leaf.first_passed == 0) {
    first_level_ = std::min<std::size_t>(first_level_ + 1, 3);
  } else if (leaf.first_failed == 0 && first_level_ > 0) {
    --first_level_;
  }
}

void LeafTests::require_fully(const OpenLeaf& open) const {
  const Leaf& leaf = open.leaf;
  const auto holds = [&](const Box& part) { return leaf.rule->holds(leaf, part, setting_); };
  if (!holds_on_pieces(holds, open.box, leaf.rule->bisect ? max_bisections : 0)) {
    reject(open.at.place(), std::string(leaf.rule->name), Reason::not_proved, "test failed", leaf.rule->expected);
  }
}

}  // namespace narrows::checker
