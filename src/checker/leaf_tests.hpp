// The leaves of a tree, tested several at a time.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

/// Tries quick tests on leaves and pieces of them, several at a time, and the full test of a rule where they fail. Leaves near one
/// another are alike: where all pieces of a size failed, the next leaf starts with smaller ones, a matter of time only.
class LeafTests {
 public:
  explicit LeafTests(const Setting& setting) : setting_(setting) {}
  LeafTests(const LeafTests&) = delete;
  LeafTests& operator=(const LeafTests&) = delete;
  ~LeafTests() { RowStorage::of_this_thread().clear(); }

  /// The leaf holds on the box; rejects if that is not proved, at once, with a later leaf or with finish().
  void require(Leaf leaf, const Field& at, const Box& box);
  /// Nothing is proved before.
  void finish();

 private:
  struct OpenLeaf {
    Leaf leaf;
    Field at;
    Box box;
    std::size_t parts = 0;  ///< that are not proved; a leaf without them is no longer known to anybody
    std::size_t tests = 0, first_passed = 0, first_failed = 0;
    bool settled = false;  ///< by the full test
  };
  struct Part {
    std::shared_ptr<OpenLeaf> of;
    Box box;
    std::size_t level;  ///< of bisection
    bool first;         ///< not a piece of another part
  };
  using Parts = std::vector<Part>;

  void add(Parts& parts, const std::shared_ptr<OpenLeaf>& of, const Box& box, std::size_t level) const;
  void test_some(Parts& parts);
  void note(Parts& parts, const Part& part, bool proved);
  void learn_from(const OpenLeaf& leaf);
  void require_fully(const OpenLeaf& open) const;

  const Setting& setting_;
  std::size_t first_level_ = 0;  ///< where tests begin
  std::map<std::pair<const LeafRule*, std::size_t>, Parts> waiting_;  ///< by rule and prefix
};

}  // namespace narrows::checker
