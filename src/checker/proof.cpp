// The proof, step by step: layers, reduction, zeros, tails, tree.
#include "checker/proof.hpp"

#include <algorithm>
#include <utility>

#include "checker/flows.hpp"

namespace narrows::checker {
void check_layers(const Field& list, Setting& s) {
  for (const Field& at : list.items()) {
    const Field fields(at, {"layer", "test"});
    const std::size_t l = fields["layer"].integer(1, s.chain.size()) - 1;
    const std::string& name = fields["test"].text();
    const LayerRule* rule = find_layer_rule(name);
    if (rule == nullptr) fields["test"].fail(Reason::unknown, name, "a layer rule");
    if (s.regular[l] != 0) at.fail(Reason::mismatch, "a repeated layer", "each layer at most once");
    const TestResult result = rule->test(s.chain[l], s.smoothness);
    if (result == TestResult::inapplicable) {
      reject(at.place(), name, Reason::inapplicable, "another layer", "a layer that the rule applies to");
    }
    if (result != TestResult::proved) {
      reject(at.place(), name, Reason::not_proved, "test failed", "a regular layer");
    }
    s.regular[l] = 1;
  }
  s.all_layers_listed = std::find(s.regular.begin(), s.regular.end(), 0) == s.regular.end();
}

namespace {

/// Zeros, tails and trees speak of gradients: they need a differentiable network and a moderate dimension.
void require_box_proofs_apply(const Field& proof, const Setting& s) {
  if (s.smoothness == Smoothness::lipschitz) {
    proof.fail(Reason::inapplicable, "a Lipschitz-only network", "layers only");
  }
  if (s.dim > max_box_dimension) {
    proof.fail(Reason::limit, "dimension " + std::to_string(s.dim), "dimension at most 64");
  }
}

/// proof.core: an interval outside of which all layers are regular.
void check_core(const Field& at, const Setting& s) {
  if (s.domain.type != Domain::Type::space || s.dim != 1 || s.reduction) {
    at.fail(Reason::inapplicable, "core", "the whole line without reduction");
  }
  const Ends core = read_interval(at);
  check_tail(s, core.lo, core.hi);
}

/// The root box of the tree.
Box root_box(const Field& proof, const Setting& s) {
  const double r = s.domain.radius;
  if (s.domain.type == Domain::Type::box) return s.domain.box;
  if (s.domain.type == Domain::Type::ball)
    return {std::vector<double>(s.dim, -r), std::vector<double>(s.dim, r)};
  if (s.reduction) return s.reduction->image;
  if (!proof.has("core")) proof.fail(Reason::missing, "a tree over space", "core (d = 1) or reduction");
  const Ends core = read_interval(proof["core"]);
  return {{core.lo}, {core.hi}};
}

}  // namespace

Setting::Setting(std::vector<Layer> layers, std::size_t d, Domain claimed)
    : chain(std::move(layers)),
      dim(d),
      domain(std::move(claimed)),
      smoothness(checker::smoothness(chain)),
      regular(chain.size(), 0) {}

void prepare_for_boxes(Setting& s, bool with_flows) {
  const auto enclose_chain = with_flows ? enclose_with_flows : static_cast<decltype(&enclose_with_flows)>(enclose);
  s.leaf_chain = enclose_chain(s.chain, leaf_precision);
  s.leaf_layers = leaf_layers(s.leaf_chain);
  s.corners.clear();
  s.point_chain = enclose_chain(s.chain, point_precision);
  for (std::size_t l = 0; l < s.chain.size(); ++l) {
    const Layer& layer = s.chain[l];
    if (layer.kind == LayerKind::activation || layer.kind == LayerKind::residual) continue;
    const LayerTest test = layer.kind == LayerKind::affine ? test_rank : layer.kind == LayerKind::ode ? test_flow : test_slope;
    if (test(layer, s.smoothness) == TestResult::proved) s.regular[l] = 1;
  }
}

void require_disjoint(const std::vector<Box>& all, const Field& list, const char* rule) {
  std::vector<const Box*> boxes;
  for (const Box& box : all) boxes.push_back(&box);
  std::sort(boxes.begin(), boxes.end(), [](const Box* a, const Box* b) { return a->lo[0] < b->lo[0]; });
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t j = i + 1; j < boxes.size() && boxes[j]->lo[0] <= boxes[i]->hi[0]; ++j) {
      if (intersecting(*boxes[i], *boxes[j]))
        reject(list.place(), rule, Reason::mismatch, "boxes that meet", "disjoint boxes");
    }
  }
}

std::vector<Zero> check_zeros(const Field& list, const Setting& s, const Box& cell) {
  std::vector<Zero> zeros;
  std::vector<Box> enclosures;
  for (const Field& at : list.items()) {
    const Field fields(at, {"prefix", "box", "enclosure"});
    Zero& zero = zeros.emplace_back();
    zero.prefix = fields["prefix"].integer(s.base(), s.chain.size());
    zero.box = read_box(fields["box"], s.dim);
    zero.enclosure = read_box(fields["enclosure"], s.dim);
    check_krawczyk_zero(s, zero, at.place(), cell);
    enclosures.push_back(zero.enclosure);
  }
  require_disjoint(enclosures, list, "krawczyk-zero");
  return zeros;
}

void check_proof(const Field& object, Setting& s) {
  const Field proof(object, {"layers", "reduction", "core", "zeros", "tree"});
  if (proof.has("layers")) check_layers(proof["layers"], s);
  const bool has_zeros = proof.has("zeros") && !proof["zeros"].items().empty();
  if (!proof.has("reduction") && !proof.has("core") && !proof.has("tree") && !has_zeros) return;

  require_box_proofs_apply(proof, s);
  prepare_for_boxes(s, !has_zeros);
  if (proof.has("reduction")) {
    const Field reduction(proof["reduction"], {"drop"});
    if (s.domain.type != Domain::Type::space) {
      reduction.fail(Reason::inapplicable, "reduction", "the domain space");
    }
    s.reduction = check_reduction(s.chain, reduction["drop"].integer(1, s.chain.size()), s.dim);
  }
  if (proof.has("core")) check_core(proof["core"], s);
  if (has_zeros) s.zeros = check_zeros(proof["zeros"], s, {});
  if (proof.has("tree")) s.tree_complete = check_tree(proof["tree"], s, root_box(proof, s));
}

}  // namespace narrows::checker
