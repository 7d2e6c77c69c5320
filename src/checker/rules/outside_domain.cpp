// Rule `outside-domain`: the box lies outside the ball, so it holds no point of the domain. Exact arithmetic.
#include "checker/rules/rules.hpp"

namespace narrows::checker {

void read_outside_domain(Leaf&, const std::vector<Field>& entries, const Setting& setting) {
  if (setting.domain.type != Domain::Type::ball) {
    entries[0].fail(Reason::inapplicable, "outside-domain", "a ball domain");
  }
}

bool outside_domain_holds(const Leaf&, const Box& box, const Setting& setting) {
  return outside_ball(box, setting.domain.radius);
}

}  // namespace narrows::checker
