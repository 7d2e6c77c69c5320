// The proof of a `distance` claim: a point where the distance is reached, and a tree of boxes on which it is not exceeded (FORMAT.md).
#include <algorithm>
#include <utility>

#include "checker/proof.hpp"
#include "checker/rules/distances.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_leaf_bisections = 12;

[[noreturn]] void fail_shape(const char* got, const char* expected) {
  reject("network.model", "distance", Reason::inapplicable, got, expected);
}

/// Takes the chain apart. Rejects one of another shape, or one that has no limit of this kind.
BlockChain take_apart(std::vector<Layer> chain, Limit limit) {
  const auto is_residual = [](const Layer& l) { return l.kind == LayerKind::residual; };
  const auto is_ode = [](const Layer& l) { return l.kind == LayerKind::ode; };
  if (std::any_of(chain.begin(), chain.end(), is_ode)) fail_shape("an ode layer", "none");
  if (limit == Limit::ode && smoothness(chain) == Smoothness::lipschitz)
    fail_shape("a Lipschitz-only network", "a differentiable one");
  const auto first = std::find_if(chain.begin(), chain.end(), is_residual), last = chain.end() - 1;
  if (first == chain.end() || !std::all_of(first, last, is_residual) || last->kind != LayerKind::affine)
    fail_shape("another order of layers", "layers without residual, residual layers, one affine layer");
  const auto skips_nothing = [](const Layer& l) { return l.skip == 0; };
  if (limit == Limit::ode && std::any_of(first, last, skips_nothing))
    fail_shape("skip = 0", "skip != 0 for an ode");
  return {{chain.begin(), first}, {first, last}, *last};
}

/// An a-priori bound as claimed, in words for the claim line.
std::string check_bound(const Field& claimed, const BlockChain& chain, Limit limit, const Box& box) {
  if (claimed.is_null()) return "";
  const Field fields(claimed, {"theorem", "value"});
  fields["theorem"].require_text(limit == Limit::ode ? "T4" : "T5");
  const double value = fields["value"].number();
  const auto bound = a_priori_bound_upper(chain, limit, box);
  if (!bound)
    reject(claimed.place(), "a-priori", Reason::inapplicable, "another block",
           "one activation layer of tanh, sigmoid, arctan or sin in each block");
  if (!less_equal(*bound, Real(value, leaf_precision)))
    reject(claimed.place(), "a-priori", Reason::not_proved, shortest(value),
           "at least " + shortest(bound->approx()));
  return ", " + fields["theorem"].text() + " at most " + shortest(value);
}

void check_point(const Field& at, const Difference& difference, double distance, const Box& domain) {
  Box point;
  for (const Field& x : at.items(domain.dim())) point.lo.push_back(x.number());
  point.hi = point.lo;
  if (!contained(point, domain)) at.fail(Reason::out_of_range, "a point outside", "a point of the domain");
  if (!difference.is_reached(distance, point))
    reject(at.place(), "near-limit", Reason::not_proved, "test failed",
           "a distance of at least " + shortest(distance));
}

void check_leaves(const Field& tree, const Difference& difference, double distance, const Box& domain) {
  walk_tree(tree, domain, [&](const Field& at, const std::vector<Field>& entries, const Box& box) {
    entries[0].require_text("below");
    if (entries.size() != 1) at.fail(Reason::mismatch, "a wrong number of parameters", "none");
    const auto holds = [&](const Box& part) { return difference.is_below(distance, part); };
    if (!holds_on_pieces(holds, box, max_leaf_bisections))
      reject(at.place(), "near-limit", Reason::not_proved, "test failed",
             "a distance of at most " + shortest(distance));
  });
}

}  // namespace

std::string check_distance_claim(const Field& claim, const Field& proof_object, const Network& network) {
  const Field fields(claim, {"kind", "verdict", "domain", "output", "limit", "distance", "bound"});
  const Field proof(proof_object, {"point", "tree", "order"});
  fields["verdict"].require_text("proved");
  const Domain domain = read_domain(fields["domain"], network.input_dim);
  if (domain.type != Domain::Type::box)
    fields["domain"].fail(Reason::inapplicable, "another domain", "a box");
  if (network.input_dim > max_box_dimension)
    fields["domain"].fail(Reason::limit, std::to_string(network.input_dim), "a dimension up to 64");
  const Output output = read_output(fields["output"]);
  const Limit limit = fields["limit"].one_of({"ode", "mlp"}) == 0 ? Limit::ode : Limit::mlp;
  const Ends distance = read_interval(fields["distance"]);
  if (!(distance.lo >= 0))
    fields["distance"].fail(Reason::out_of_range, shortest(distance.lo), "a distance >= 0");
  if (proof.has("order") != (limit == Limit::ode))
    proof.fail(Reason::mismatch, "order", "exactly for an ode");

  const BlockChain chain = take_apart(fold_output(network, output), limit);
  const std::string bound = check_bound(fields["bound"], chain, limit, domain.box);
  const Difference difference(chain, limit, limit == Limit::ode ? proof["order"].integer(2, 8) : 0);
  check_point(proof["point"], difference, distance.lo, domain.box);
  check_leaves(proof["tree"], difference, distance.hi, domain.box);
  return "distance proved on " + domain_text(domain, network.input_dim) + " output " + output_text(output) +
         " to " + fields["limit"].text() + ": " +
         domain_text({Domain::Type::box, {{distance.lo}, {distance.hi}}, 0}, 1) + bound;
}

}  // namespace narrows::checker
