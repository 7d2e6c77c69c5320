#include "theorems/planted.hpp"

#include <algorithm>

namespace narrows::theorems {
namespace {

struct Change {
  std::string words;
  Value value;
};

std::vector<Change> wrong_values(const Value& right) {
  if (right.kind() == Value::Kind::text) {
    for (const auto& [relation, other] : {std::pair{"<", "<="}, {"<=", "<"}, {">", ">="}, {">=", ">"}})
      if (right.text() == relation)
        return {{std::string(other) + " for " + relation, Value(std::string(other))}};
    return {};
  }
  if (right.kind() != Value::Kind::number) return {};
  const Enclosure x = right.number(), three(Rational(3));
  if (x.is_point() && *x.lo == 0) return {{"1 for 0", Value(Enclosure(Rational(1)))}};
  return {{"a third", Value(x / three)}, {"three times", Value(x * three)}, {"the other sign", Value(-x)}};
}

}  // namespace

std::vector<Plant> plant_wrong_constants(const Statement& statement,
                                         const std::vector<InstanceResult>& results) {
  std::vector<Plant> plants;
  for (std::size_t c = 0; c < statement.constants.size(); ++c)
    for (Change& change : wrong_values(statement.constants[c].second)) {
      Scope constants = statement.constants;
      constants[c].second = std::move(change.value);
      Plant plant{statement.constants[c].first, change.words, ""};
      for (std::size_t i = 0; i < results.size() && plant.noticed_by.empty(); ++i) {
        if (!results[i].ran || results[i].as_expected != Truth::yes) continue;
        const std::vector<CheckResult> checks =
            evaluate_checks(statement.instances[i], constants, results[i].answers);
        if (std::any_of(checks.begin(), checks.end(),
                        [](const CheckResult& check) { return check.truth == Truth::no; }))
          plant.noticed_by = statement.instances[i].name;
      }
      plants.push_back(std::move(plant));
    }
  return plants;
}

}  // namespace narrows::theorems
