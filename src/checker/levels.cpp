// Reading what claims about levels have in common, and writing it in the claim line.
#include "checker/rules/levels.hpp"

#include <utility>

#include "checker/flows.hpp"

namespace narrows::checker {
namespace {

std::vector<Layer> above_level(std::vector<Layer> chain, const Rational& level) {
  chain.back().bias[0] -= level;
  return chain;
}

}  // namespace

LevelClaim::LevelClaim(const Field& fields, const Network& network)
    : dim(network.input_dim),
      domain(read_domain(fields["domain"], dim)),
      level(fields["level"].exact()),
      setting(above_level(fold_output(network, read_output(fields["output"])), level), dim, domain),
      head(fields["kind"].text() + ' ' + fields["verdict"].text() + " c=" + level.get_str() + " on " +
           domain_text(domain, dim) + " output " + output_text(read_output(fields["output"])) + ':') {
  setting.leaf_chain = enclose_with_flows(setting.chain, leaf_precision);
  setting.point_chain = enclose_with_flows(setting.chain, point_precision);
}

int read_sign(const Field& at) {
  return at.one_of({"+", "-"}) == 0 ? 1 : -1;
}

char sign_text(int sign) {
  return sign > 0 ? '+' : '-';
}

ExactPoint read_point(const Field& at, std::size_t d) {
  return at.exact_vector(d);
}

std::string point_text(const ExactPoint& point) {
  std::string text;
  for (const Rational& x : point) text += (text.empty() ? "(" : ",") + x.get_str();
  return text + ')';
}

bool lies_in(const ExactPoint& point, const Box& box) {
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (!(point[i] >= box.lo[i] && point[i] <= box.hi[i])) return false;
  }
  return true;
}

}  // namespace narrows::checker
