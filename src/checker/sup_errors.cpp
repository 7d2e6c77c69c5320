// The proof of a `sup-error` claim: a point where the network is far from the target, and a tree of boxes on which it is not farther
// than that (FORMAT.md).
#include "checker/flows.hpp"
#include "checker/proof.hpp"
#include "checker/rules/targets.hpp"

namespace narrows::checker {
namespace {

bool lies_in(const ExactPoint& point, const Domain& domain) {
  if (domain.type == Domain::Type::box) return lies_in(point, domain.box);
  Rational square = 0;
  for (const Rational& x : point) square += x * x;
  return square <= Rational(domain.radius) * Rational(domain.radius);
}

/// |f − Φ| >= bound at the point.
bool is_error_above(const Target& target, const Setting& setting, const ExactPoint& point, double bound) {
  const Setting at_point = along(setting, point, ExactPoint(point.size()));
  const Interval value =
      BoxPass(at_point.point_chain, 0, Box{{0}, {0}}, point_precision, Carry::state).finish()[0].value.range;
  const Interval error = absolute(value - value_at(target, point));
  return less_equal(Real(bound, leaf_precision), error.lo) && !error.has_nan();
}

/// A tree over the domain box, or over the box round the ball.
void check_upper_bound(const Field& tree, const Target& target, const Setting& setting, double bound) {
  const double r = setting.domain.radius;
  const bool on_ball = setting.domain.type == Domain::Type::ball;
  const Box root = on_ball ? Box{std::vector<double>(setting.dim, -r), std::vector<double>(setting.dim, r)}
                           : setting.domain.box;
  walk_tree(tree, root, [&](const Field& at, const std::vector<Field>& entries, const Box& box) {
    const bool outside = entries[0].one_of({"below", "outside-domain"}) == 1;
    if (entries.size() != 1) at.fail(Reason::mismatch, "a wrong number of parameters", "none");
    if (outside && !on_ball) at.fail(Reason::inapplicable, "outside-domain", "a ball domain");
    const auto holds = [&](const Box& part) {
      if (on_ball && outside_ball(part, r)) return true;
      return !outside && is_error_below(target, setting, part, bound);
    };
    if (!holds_on_pieces(holds, box, outside ? 0 : max_bisections))
      reject(at.place(), entries[0].text(), Reason::not_proved, "test failed",
             outside ? "|x| > radius on the box" : "an error up to the bound");
  });
}

}  // namespace

std::string check_sup_error_claim(const Field& object, const Field& proof_object, const Network& network) {
  const Field fields(object, {"kind", "verdict", "domain", "output", "target", "error"}),
      proof(proof_object, {"point", "tree"});
  const std::size_t d = network.input_dim;
  const Domain domain = read_domain(fields["domain"], d);
  if (domain.type == Domain::Type::space)
    fields["domain"].fail(Reason::inapplicable, "space", "a box or a ball");
  if (d > max_box_dimension) fields["domain"].fail(Reason::limit, std::to_string(d), "a dimension up to 64");
  fields["verdict"].require_text("proved");
  const Output output = read_output(fields["output"]);
  const Target target = read_target(fields["target"], d);
  const Ends error = read_interval(fields["error"]);

  Setting setting(fold_output(network, output, false), d, domain);
  setting.leaf_chain = enclose_with_flows(setting.chain, leaf_precision);
  setting.point_chain = enclose_with_flows(setting.chain, point_precision);
  const ExactPoint point = read_point(proof["point"], d);
  if (!lies_in(point, domain))
    proof["point"].fail(Reason::out_of_range, point_text(point), "a point in the domain");
  if (!is_error_above(target, setting, point, error.lo))
    reject(proof["point"].place(), "sup-error", Reason::not_proved, "test failed",
           "an error of at least " + shortest(error.lo));
  check_upper_bound(proof["tree"], target, setting, error.hi);
  return "sup-error proved on " + domain_text(domain, d) + " output " + output_text(output) + ": [" +
         shortest(error.lo) + ',' + shortest(error.hi) + "] to " + target_text(target);
}

}  // namespace narrows::checker
