// The claim of the kind `clarke-critical-point`: gradients that Φ has next to a point hold 0 in their convex hull, although, if that is
// claimed, every layer is regular (FORMAT.md).
#include <algorithm>

#include "checker/proof.hpp"
#include "checker/rules/clarke.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_directions = 64;

std::string text_of(const std::vector<Rational>& numbers) {
  std::string text;
  for (const Rational& x : numbers) text += (text.empty() ? "" : ",") + x.get_str();
  return '(' + text + ')';
}

/// λ_i >= 0 with the sum 1.
std::vector<Rational> read_weights(const Field& at, std::size_t count) {
  const std::vector<Rational> weights = at.exact_vector(count);
  Rational sum = 0;
  for (const Rational& w : weights) {
    if (w < 0) at.fail(Reason::out_of_range, w.get_str(), "weights of at least 0");
    sum += w;
  }
  if (sum != 1) at.fail(Reason::out_of_range, sum.get_str(), "weights with the sum 1");
  return weights;
}

}  // namespace

std::string check_clarke_claim(const Field& object, const Field& proof_object, const Network& network) {
  const Field fields(object, {"kind", "verdict", "domain", "output", "point", "layers_regular"}),
      proof(proof_object, {"directions", "weights", "layers"});
  const std::size_t d = network.input_dim;
  fields["verdict"].require_text("proved");
  const Domain domain = read_domain(fields["domain"], d);
  if (domain.type != Domain::Type::space)
    fields["domain"].fail(Reason::inapplicable, domain_text(domain, d), "space");
  if (d > max_box_dimension) fields["domain"].fail(Reason::limit, std::to_string(d), "a dimension up to 64");
  const Output output = read_output(fields["output"]);
  const std::vector<Rational> point = fields["point"].exact_vector(d);
  Setting setting(fold_output(network, output), d, domain);

  const auto directions = proof["directions"].items();
  if (directions.empty() || directions.size() > max_directions)
    proof["directions"].fail(Reason::limit, std::to_string(directions.size()), "1 to 64 directions");
  const std::vector<Rational> weights = read_weights(proof["weights"], directions.size());
  std::vector<Rational> sum(d);
  for (std::size_t k = 0; k < directions.size(); ++k) {
    const auto gradient =
        limiting_gradient(setting.chain, point, directions[k].exact_vector(d), directions[k].place());
    for (std::size_t i = 0; i < d; ++i) sum[i] += weights[k] * gradient[i];
  }
  if (std::any_of(sum.begin(), sum.end(), [](const Rational& x) { return x != 0; }))
    reject(proof["weights"].place(), "limiting-gradient", Reason::not_proved, text_of(sum),
           "weights that give 0");

  const bool regular = fields["layers_regular"].boolean();
  if (proof.has("layers") != regular)
    fields["layers_regular"].fail(Reason::mismatch, regular ? "no proof" : "a proof",
                                  "layers exactly if claimed");
  if (regular) {
    check_layers(proof["layers"], setting);
    if (!setting.all_layers_listed) proof["layers"].fail(Reason::incomplete, "some layers", "all layers");
  }
  return "clarke-critical-point proved on " + domain_text(domain, d) + " output " + output_text(output) +
         ": at " + text_of(point) + (regular ? ", all layers regular" : "");
}

}  // namespace narrows::checker
