// A search that is stopped anywhere and resumed gives the same tree as one that is not.
#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/errors.hpp"
#include "critical/branch_and_bound.hpp"
#include "critical/search_state.hpp"
#include "io/load.hpp"

using namespace narrows;

namespace {

Problem hard_problem() {
  const std::string file = std::string(NARROWS_DATA_DIR) + "/networks/random_tanh/L16_d10_s1.json";
  return Problem(make_chain(load_network(file).network, {}, file), {});
}

bool same(const SearchResult& a, const SearchResult& b) {
  if (a.boxes != b.boxes || a.tree.size() != b.tree.size() || a.tree.directions() != b.tree.directions() || a.zeros.size() != b.zeros.size()) return false;
  for (std::size_t i = 0; i < a.tree.size(); ++i) {
    const TreeNode &x = a.tree[i], &y = b.tree[i];
    if (x.split != y.split || x.rule != y.rule || x.prefix != y.prefix || x.length != y.length || x.index != y.index) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a search stopped after every few waves and resumed ends as if it had never been stopped") {
  const Problem problem = hard_problem();
  const IntervalBox root(2, Interval(-2.0, 2.0));
  const SearchResult reference = search_critical_points(problem, root, {}, {});
  REQUIRE_FALSE(reference.stopped);
  const std::string path = (std::filesystem::temp_directory_path() / "narrows-search-state-test").string();
  std::remove(path.c_str());
  SearchOptions options;
  options.checkpoint = {path, "this search", 0};  // written before every wave
  SearchResult result;
  int pieces = 0;
  do {
    // A copy of what a killed search leaves: the file as it stood before the last wave of this piece.
    int waves = 0;
    SearchOptions piece = options;
    piece.progress = [&](std::size_t, std::size_t) {
      if (++waves == 7) throw std::runtime_error("killed");
    };
    try {
      result = search_critical_points(problem, root, {}, piece);
      break;
    } catch (const std::runtime_error&) {
    }
  } while (++pieces < 1'000);
  CHECK(pieces > 2);
  CHECK(same(reference, result));
  std::remove(path.c_str());
}

TEST_CASE("a state of another search, a damaged one and any other file are refused") {
  const std::string path = (std::filesystem::temp_directory_path() / "narrows-search-state-refused").string();
  SearchState state(2);
  state.open.push(0, {Interval(-1.0, 1.0), Interval(0.0, 1.0)});
  write_search_state(path, "mine", state);
  CHECK(read_search_state(path, "mine", 2).has_value());
  CHECK_THROWS_AS(read_search_state(path, "yours", 2), InputError);
  CHECK_THROWS_AS(read_search_state(path, "mine", 3), InputError);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  CHECK_THROWS_AS(read_search_state(path, "mine", 2), InputError);
  std::ofstream(path) << "something else\n";
  CHECK_THROWS_AS(read_search_state(path, "mine", 2), InputError);
  std::remove(path.c_str());
  CHECK_FALSE(read_search_state(path, "mine", 2).has_value());
}
