#include <catch2/catch.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/errors.hpp"
#include "bounds/regime_state.hpp"

using namespace narrows;

namespace {

/// A file name that is free, and is free again at the end.
class FreshFile {
 public:
  FreshFile() : path_((std::filesystem::temp_directory_path() / ("narrows-regime-state-" + std::to_string(::getpid()))).string()) { std::filesystem::remove(path_); }
  ~FreshFile() { std::filesystem::remove(path_); }
  FreshFile(const FreshFile&) = delete;
  FreshFile& operator=(const FreshFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

CellFinding tree_finding() {
  CellFinding finding;
  finding.rule = CellRule::none_by_tree;
  finding.boxes = 17;
  const std::size_t child = finding.tree.split(0, 3);
  finding.tree.close(child, LeafRule::layers_regular);
  finding.tree.close_with_direction(child + 1, 2, std::vector<double>{0.5, -1});
  return finding;
}

}  // namespace

TEST_CASE("bounds: findings come back from the state of a map as they were, after it was closed") {
  const FreshFile file;
  CellFinding exists;
  exists.rule = CellRule::exists;
  exists.existence = {ExistenceRule::opposite_faces, 4, {{-1, 0.1}, {1, 0.2}}, {1, 0.25, -3, 1}};
  CellFinding open;
  open.guesses = {{1, 2}, {0.1, -5}};
  {
    RegimeState state(file.path(), "this map");
    CHECK_FALSE(state.find(1));
    state.record(1, open);
    state.record(6, tree_finding());
    state.record(7, exists);
    state.flush();
    state.record(5, exists);  // never flushed
  }
  RegimeState state(file.path(), "this map");
  CHECK_FALSE(state.find(5));
  CHECK(state.find(1)->guesses == open.guesses);
  const auto tree = state.find(6);
  CHECK(tree->rule == CellRule::none_by_tree);
  CHECK(tree->boxes == 17);
  REQUIRE(tree->tree.size() == 3);
  CHECK(tree->tree[0].split);
  CHECK(tree->tree.direction(tree->tree[2])[1] == -1);
  const auto found = state.find(7);
  CHECK(found->existence.rule == ExistenceRule::opposite_faces);
  CHECK(found->existence.prefix == 4);
  CHECK(found->existence.box.upper == exists.existence.box.upper);
  CHECK(found->existence.numbers == exists.existence.numbers);
}

TEST_CASE("bounds: the state of another map, and a file that is none, are refused and left alone") {
  const FreshFile file;
  { RegimeState state(file.path(), "one"); }
  CHECK_THROWS_AS(RegimeState(file.path(), "other"), InputError);
  { RegimeState state(file.path(), "one"); }
  std::ofstream(file.path(), std::ios::trunc) << "my notes, which are long enough to be taken for the header of a database by mistake, perhaps";
  CHECK_THROWS_AS(RegimeState(file.path(), "one"), InputError);
  std::ifstream again(file.path());
  std::string text;
  std::getline(again, text);
  CHECK(text.starts_with("my notes"));
}
