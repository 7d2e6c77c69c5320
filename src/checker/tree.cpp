// The branch-and-bound tree: a preorder list of splits and leaves over the root box.
//
// Every point of the root lies in a box of some leaf: a split covers its box by two closed halves, and the
// list must end exactly when no box is left.
#include <utility>

#include "checker/leaf_tests.hpp"
#include "checker/proof.hpp"

namespace narrows::checker {
namespace {

Leaf read_leaf(const Field& at, const std::vector<Field>& entries, const Setting& setting) {
  Leaf leaf;
  leaf.rule = find_leaf_rule(entries[0].text());
  if (leaf.rule == nullptr) at.fail(Reason::unknown, entries[0].text(), "split or a leaf rule");
  if (entries.size() != 1 + leaf.rule->parameters) {
    at.fail(Reason::mismatch, std::to_string(entries.size() - 1) + " parameters",
            std::to_string(leaf.rule->parameters) + " parameters");
  }
  leaf.rule->read(leaf, entries, setting);
  return leaf;
}

}  // namespace

std::optional<std::pair<Box, Box>> halves(const Box& box, std::size_t i) {
  const double m = midpoint(box).lo[i];
  if (!(box.lo[i] < m && m < box.hi[i])) return std::nullopt;
  std::pair<Box, Box> two{box, box};
  two.first.hi[i] = m;
  two.second.lo[i] = m;
  return two;
}

std::size_t widest_axis(const Box& box) {
  std::size_t widest = 0;
  for (std::size_t i = 1; i < box.dim(); ++i) {
    if (box.hi[i] - box.lo[i] > box.hi[widest] - box.lo[widest]) widest = i;
  }
  return widest;
}

bool holds_on_pieces(const std::function<bool(const Box&)>& test, const Box& box, std::size_t depth) {
  if (test(box)) return true;
  if (depth == 0) return false;
  const auto two = halves(box, widest_axis(box));
  return two && holds_on_pieces(test, two->first, depth - 1) && holds_on_pieces(test, two->second, depth - 1);
}

void walk_tree(const Field& tree, const Box& root, const LeafVisitor& visit) {
  std::vector<Box> pending = {root};  // the next box last
  for (const Field& at : tree.items()) {
    if (pending.empty())
      at.fail(Reason::mismatch, "a further operation", "end of the list: the tree is complete");
    const Box box = std::move(pending.back());
    pending.pop_back();
    const auto entries = at.items();
    if (entries.empty()) at.fail(Reason::wrong_type, "an empty list", "split or a leaf");
    if (entries[0].text() != "split") {
      visit(at, entries, box);
      continue;
    }
    if (entries.size() != 2) at.fail(Reason::mismatch, "a wrong number of parameters", "an axis");
    auto two = halves(box, entries[1].integer(0, box.dim() - 1));
    if (!two)
      reject(at.place(), "split", Reason::out_of_range, "a box too thin to split", "lo < midpoint < hi");
    pending.push_back(std::move(two->second));
    pending.push_back(std::move(two->first));
  }
  if (!pending.empty()) {
    tree.fail(Reason::incomplete, std::to_string(pending.size()) + " boxes left", "a leaf for every box");
  }
}

bool check_tree(const Field& tree, const Setting& setting, const Box& root) {
  bool decided = true;
  LeafTests tests(setting);
  walk_tree(tree, root, [&](const Field& at, const std::vector<Field>& entries, const Box& box) {
    Leaf leaf = read_leaf(at, entries, setting);
    if (leaf.rule->name == "undecided") decided = false;
    tests.require(std::move(leaf), at, box);
  });
  tests.finish();
  return decided;
}

}  // namespace narrows::checker
