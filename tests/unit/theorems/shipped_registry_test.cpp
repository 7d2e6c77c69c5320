// The shipped theorem files: complete, and in step with the Coq proofs, the checker's rules and the store.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

#include "base/atomic_file.hpp"
#include "theorems/statement.hpp"

using namespace narrows;
using namespace narrows::theorems;
namespace fs = std::filesystem;

namespace {

const std::string kProject = std::string(NARROWS_DATA_DIR) + "/..";

const std::vector<Statement>& registry() {
  static const std::vector<Statement> statements = read_registry(kProject + "/proofs");
  return statements;
}

const Statement* find(const std::string& id) {
  const auto found =
      std::find_if(registry().begin(), registry().end(), [&](const Statement& s) { return s.id == id; });
  return found == registry().end() ? nullptr : &*found;
}

/// The lines "ID THEOREM" of proofs/coq/theorems.txt.
std::vector<std::pair<std::string, std::string>> coq_theorems() {
  std::istringstream lines(read_file(kProject + "/proofs/coq/theorems.txt"));
  std::vector<std::pair<std::string, std::string>> theorems;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t blank = line.find(' ');
    theorems.emplace_back(line.substr(0, blank), line.substr(blank + 1));
  }
  return theorems;
}

}  // namespace

TEST_CASE("every theorem of a registered paper has its file") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> papers{
      {"tunnel", {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10"}},
      {"one-neuron", {"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N9p"}},
      {"convresnet", {"A", "B", "C", "D", "E", "F", "G", "H", "3-2", "4-1", "4-2"}}};
  for (const auto& [paper, names] : papers)
    for (const std::string& name : names) {
      INFO(paper << "/" << name);
      CHECK((find(paper + "/" + name) != nullptr || !fs::exists(kProject + "/proofs/" + paper)));
    }
  CHECK(find("tunnel/T1") != nullptr);
}

TEST_CASE("every theorem has positive instances, a quick one, and says why for each") {
  for (const Statement& statement : registry()) {
    INFO(statement.id);
    CHECK(std::any_of(statement.instances.begin(), statement.instances.end(),
                      [](const Instance& i) { return i.kind == InstanceKind::positive; }));
    CHECK(std::any_of(statement.instances.begin(), statement.instances.end(),
                      [](const Instance& i) { return i.quick; }));
    for (const Instance& instance : statement.instances) CHECK(!instance.why.empty());
  }
}

TEST_CASE("the traps of the tunnel paper are instances") {
  for (const std::string id : {"tunnel/T1", "tunnel/T2", "tunnel/T3", "tunnel/T4", "tunnel/T6", "tunnel/T7",
                               "tunnel/T8", "tunnel/T9"}) {
    INFO(id);
    const Statement* statement = find(id);
    REQUIRE(statement != nullptr);
    CHECK(std::any_of(statement->instances.begin(), statement->instances.end(),
                      [](const Instance& i) { return i.kind == InstanceKind::trap; }));
  }
}

TEST_CASE("the registry and the Coq proofs name the same theorems") {
  const auto coq = coq_theorems();
  REQUIRE(coq.size() > 40);
  for (const Statement& statement : registry())
    for (const std::string& name : statement.coq) {
      INFO(statement.id << " " << name);
      CHECK(std::any_of(coq.begin(), coq.end(), [&](const auto& entry) { return entry.second == name; }));
    }
  for (const auto& [key, name] : coq) {
    std::string id = key;
    if (const std::size_t trap = id.find("/trap-"); trap != std::string::npos) id.replace(trap, 6, "/");
    const Statement* statement = find(id);
    if (statement == nullptr) continue;  // the verified checker, a lemma of several theorems
    INFO(id << " " << name);
    CHECK(std::find(statement->coq.begin(), statement->coq.end(), name) != statement->coq.end());
  }
}

TEST_CASE("registered checker rules exist") {
  for (const Statement& statement : registry())
    for (const std::string& rule : statement.rules) {
      INFO(statement.id << " " << rule);
      CHECK(fs::exists(kProject + "/src/checker/rules/" + rule + ".cpp"));
    }
}
