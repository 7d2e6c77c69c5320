// The proof of a `channel-ratios` claim, step by step, and the comparison with what is claimed (FORMAT.md).
//
// The checker derives the words of the claim from what the steps prove; the claim must consist of exactly these
// words, so that a claim that says less is rejected like one that says more.
#include <algorithm>

#include "checker/proof.hpp"

namespace narrows::checker {
namespace {

/// A critical ratio (or factor): at least `lower`, at most `upper` if there is one; or infinite.
struct Bracket {
  bool infinite = false;
  Rational lower = 0;
  std::optional<Rational> upper;
};

std::string text_of(const Bracket& b) {
  return b.infinite ? "infinite" : '[' + b.lower.get_str() + ',' + (b.upper ? b.upper->get_str() : "?") + ']';
}

/// What the steps prove about one layer.
struct Facts {
  std::optional<bool> regular;
  Bracket critical;
};

std::string text_of(const Facts& facts) {
  const Bracket& b = facts.critical;
  const std::string text = !facts.regular ? "undecided" : *facts.regular ? "regular" : "not-regular";
  return b.infinite || b.lower > 0 || b.upper ? text + " critical " + text_of(b) : text;
}

bool has_ratio(const Layer& layer) {
  return layer.kind == LayerKind::residual && layer.skip != 0;
}

/// The layer with skip 1 and the ratio ±t, of the sign of its own (+ if that is 0).
Layer at_ratio(Layer layer, const Rational& t) {
  layer.residual = sgn(layer.residual) * sgn(layer.skip) < 0 ? Rational(-t) : t;
  layer.skip = 1;
  return layer;
}

Indices read_indices(const Field& step, const char* key) {
  Indices list;
  if (!step.has(key)) return list;
  for (const Field& item : step[key].items()) list.push_back(item.integer(0, max_width));
  return list;
}

TestResult result_of(bool proved) {
  return proved ? TestResult::proved : TestResult::not_proved;
}

struct Steps {
  void check(const Field& at) {
    const Field step(at, {"layer", "at", "test", "order", "scaling", "neurons", "against", "depth"});
    const std::size_t l = step["layer"].integer(1, facts.size()) - 1;
    const std::string &test = step["test"].text(), &where = step["at"].text();
    const bool present = where == "present", at_infinity = where == "infinity";
    if (present ? facts[l].regular.has_value() : !has_ratio(network.layers[l]))
      at.fail(Reason::mismatch, "a repeated layer or one without ratio", "another layer");
    const Rational t = present || at_infinity ? Rational(1) : step["at"].exact();
    if (t < 0) at.fail(Reason::out_of_range, "a negative size", "a number >= 0");
    const Layer layer = present ? network.layers[l] : at_ratio(network.layers[l], t);

    const bool fails = test == "vertex" || test == "fails";
    const TestResult result =
        fails ? fails_at(step, layer, test, present) : holds_at(step, layer, l, test, present, at_infinity);
    if (result != TestResult::proved || (fails && at_infinity)) {
      const bool inapplicable = result == TestResult::inapplicable;
      reject(at.place(), test, inapplicable ? Reason::inapplicable : Reason::not_proved, "test failed",
             "a layer that passes the test");
    }
    Bracket& critical = facts[l].critical;
    if (present) {
      facts[l].regular = !fails;
    } else if (at_infinity) {
      critical.infinite = true;
    } else if (fails) {
      critical.upper = critical.upper ? std::min(*critical.upper, t) : t;
    } else {
      critical.lower = std::max(critical.lower, t);
    }
  }

  /// Regular at the layer's ratio; unless `present`, at all smaller ratios, too (but at this one perhaps not).
  TestResult holds_at(const Field& step, const Layer& layer, std::size_t l, const std::string& test,
                      bool present, bool at_infinity) const {
    const bool residual = layer.kind == LayerKind::residual;
    if (test == "reached" && !at_infinity) return holds_on_domain(step, layer, l, !present);
    if (test == "p-matrix" && residual)
      return test_minors(layer, at_infinity, present, read_indices(step, "order"));
    if (test == "symmetric-part" && residual) {
      const auto scaling = step.has("scaling") ? step["scaling"].exact_vector(step["scaling"].items().size())
                                               : std::vector<Rational>();
      return test_definite(layer, at_infinity, scaling);
    }
    const LayerRule* rule = find_layer_rule(test);
    if (rule == nullptr) step["test"].fail(Reason::unknown, test, "a layer rule");
    return present || (test == "norm" && !at_infinity) ? rule->test(layer, weakest)
                                                       : TestResult::inapplicable;
  }

  TestResult holds_on_domain(const Field& step, const Layer& layer, std::size_t l, bool star) const {
    // smaller ratios are those of scaled slopes, of which there must be one layer
    const bool small_box = domain.type == Domain::Type::box && domain.box.dim() <= max_box_dimension;
    if (!small_box || (star && !split_branch(layer)))
      return TestResult::inapplicable;
    Setting setting(network.layers, network.input_dim, domain);
    setting.chain[l] = layer;
    setting.leaf_chain = enclose(setting.chain, leaf_precision);
    const auto test = [&](const Box& box) { return is_regular_on_reached(setting, l, star, box); };
    return result_of(holds_on_pieces(test, domain.box, step["depth"].integer(0, 24)));
  }

  /// Not regular, or at another ratio: the critical ratio is at most this. Of all states, not of a domain.
  TestResult fails_at(const Field& step, const Layer& layer, const std::string& test, bool present) const {
    const bool constant = layer.kind == LayerKind::affine;
    if (domain.type != Domain::Type::space && !constant) return TestResult::inapplicable;
    if (test == "fails") {  // the tests of layers without branch decide both ways
      if (layer.kind == LayerKind::residual) return TestResult::inapplicable;
      const TestResult regular = constant ? test_rank(layer, weakest) : test_slope(layer, weakest);
      return result_of(regular == TestResult::not_proved);
    }
    const auto split = split_branch(layer);
    if (!split) return TestResult::inapplicable;
    const Indices upper = read_indices(step, "neurons");
    const std::optional<int> sign = vertex_sign(layer, upper, !present);
    if (!present || !sign) return result_of(sign && *sign <= 0);
    if (*sign == 0) {  // at slopes that the function itself has, whatever the other layers are: elu' > 0, too
      const SlopeRange kind = slope_range_kind(split->activation);
      const bool has_lower_end = kind == SlopeRange::closed && split->activation.function != Function::elu;
      const bool at_upper_ends = kind != SlopeRange::open && upper.size() == split->before.rows;
      return result_of(has_lower_end || at_upper_ends);
    }
    const auto slopes = exact_slopes(split->activation);
    if (!slopes || (slopes->first <= 0 && slopes->second >= 0)) return result_of(*sign < 0);  // 1 where D = 0
    const std::optional<int> other = vertex_sign(layer, read_indices(step, "against"), false);
    return result_of(other && *sign * *other < 0);
  }

  const Network& network;
  const Domain& domain;
  Smoothness weakest = smoothness(network.layers);
  std::vector<Facts> facts = std::vector<Facts>(network.layers.size());
};

/// The factor on all residuals: the smallest critical ratio over its present ratio. Nothing if it does not help.
std::optional<Bracket> factor_of(const Network& network, const std::vector<Facts>& facts) {
  Bracket factor;
  factor.infinite = true;
  for (std::size_t l = 0; l < facts.size(); ++l) {
    const Layer& layer = network.layers[l];
    const Bracket& critical = facts[l].critical;
    if (!has_ratio(layer) && facts[l].regular != true) return std::nullopt;
    if (!has_ratio(layer) || critical.infinite || layer.residual == 0) continue;
    const Rational ratio = abs(layer.residual / layer.skip), lower = critical.lower / ratio;
    factor.lower = factor.infinite ? lower : std::min(factor.lower, lower);
    factor.infinite = false;
    const auto split = split_branch(layer);
    const auto slopes = split ? exact_slopes(split->activation) : std::nullopt;
    if (!critical.upper || (slopes && slopes->first > 0)) continue;  // nothing fails for sure beyond it
    const Rational upper = *critical.upper / ratio;
    factor.upper = factor.upper ? std::min(*factor.upper, upper) : upper;
  }
  return factor;
}

}  // namespace

std::vector<std::optional<Rational>> proved_ratios(const Field& list, const Network& network) {
  const Domain space;
  Steps steps{network, space};
  for (const Field& at : list.items()) steps.check(at);
  std::vector<std::optional<Rational>> ratios;
  for (const Facts& facts : steps.facts)
    ratios.push_back(facts.critical.infinite ? std::nullopt : std::optional<Rational>(facts.critical.lower));
  return ratios;
}

std::string check_ratio_claim(const Field& claim, const Field& proof, const Network& network) {
  const Field fields(claim, {"kind", "verdict", "domain", "layers", "max_uniform_factor"});
  const Domain domain = read_domain(fields["domain"], network.input_dim);
  if (domain.type == Domain::Type::ball) fields["domain"].fail(Reason::inapplicable, "ball", "space or box");
  Steps steps{network, domain};
  for (const Field& at : Field(proof, {"ratios"})["ratios"].items()) steps.check(at);

  std::string line = "on " + domain_text(domain, network.input_dim) + ':';
  const auto words = fields["layers"].items(network.layers.size());
  bool all_regular = true, any_fails = false;
  for (std::size_t l = 0; l < words.size(); ++l) {
    const Facts& facts = steps.facts[l];
    words[l].require_text(text_of(facts));
    all_regular = all_regular && facts.regular == true;
    any_fails = any_fails || facts.regular == false;
    line += " layer " + std::to_string(l + 1) + ' ' + text_of(facts) + ';';
  }
  const Field factor = fields["max_uniform_factor"];
  if (!factor.is_null()) {
    const bool space = domain.type == Domain::Type::space;  // what a domain reaches depends on all ratios
    const auto proved = space ? factor_of(network, steps.facts) : std::nullopt;
    if (!proved) factor.fail(Reason::not_proved, "a factor", "null");
    factor.require_text(text_of(*proved));
    line += " factor " + factor.text();
  }
  const std::string& verdict = fields["verdict"].text();
  fields["verdict"].require_text(any_fails ? "refuted" : all_regular ? "proved" : "undecided");
  return "channel-ratios " + verdict + ' ' + line;
}

}  // namespace narrows::checker
