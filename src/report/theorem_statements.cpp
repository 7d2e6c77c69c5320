#include "report/theorem_statements.hpp"

#include <map>
#include <stdexcept>

namespace narrows {

std::vector<std::string> theorems_of(const std::string& kind) {
  static const std::map<std::string, std::vector<std::string>> table = {
      {"no-critical-points", {"tunnel/T1", "tunnel/T2", "tunnel/T8"}},
      {"no-local-extremum", {"tunnel/T1", "tunnel/T2", "tunnel/T8"}},
      {"certify", {"tunnel/T1", "tunnel/T2", "tunnel/T8", "tunnel/T9"}},
      {"channel-ratios", {"tunnel/T2", "tunnel/T3"}},
      {"threshold", {"tunnel/T2", "tunnel/T3"}},
      {"level-set", {"one-neuron/N8", "one-neuron/N9"}},
      {"level-curve", {"tunnel/T7"}},
      {"level-area", {"tunnel/T7"}},
      {"levelset", {"tunnel/T7", "one-neuron/N9"}},
      {"tunnel", {"tunnel/T7"}},
      {"sup-error", {"tunnel/T6"}},
      {"regime-map", {"tunnel/T1", "tunnel/T2", "tunnel/T3"}},
      {"regimes", {"tunnel/T1", "tunnel/T2", "tunnel/T3"}},
      {"branches", {"tunnel/T8"}},
      {"distance", {"tunnel/T4", "tunnel/T5"}},
      {"bounds", {"tunnel/T4", "tunnel/T5"}},
      {"ode-flow", {"tunnel/T10"}},
      {"approximation", {"one-neuron/N1", "one-neuron/N2", "one-neuron/N4"}},
      {"clarke-critical-point", {"tunnel/T1", "tunnel/T2"}},
  };
  const auto found = table.find(kind);
  return found == table.end() ? std::vector<std::string>{} : found->second;
}

const TheoremStatement& theorem_statement(const std::string& id) {
  for (const TheoremStatement& statement : registered_statements())
    if (statement.id == id) return statement;
  throw std::logic_error("no theorem " + id);
}

}  // namespace narrows
