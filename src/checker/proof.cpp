// The proof, step by step: layers, reduction, zeros, tails, tree.
#include "checker/proof.hpp"

#include <algorithm>
#include <utility>

namespace narrows::checker {
namespace {

/// proof.layers: each asserted layer is proved regular on all of its space.
std::vector<char> check_layers(const Field& list, const std::vector<Layer>& chain, Smoothness network) {
  std::vector<char> regular(chain.size(), 0);
  for (const Field& at : list.items()) {
    const Fields fields(at, {"layer", "test"});
    const std::size_t l = fields["layer"].integer(1, chain.size()) - 1;
    const std::string& name = fields["test"].text();
    const LayerRule* rule = find_layer_rule(name);
    if (rule == nullptr) fields["test"].fail(Reason::unknown, name, "a layer rule");
    if (regular[l]) at.fail(Reason::mismatch, "a repeated layer", "each layer at most once");
    const TestResult result = rule->test(chain[l], network);
    if (result == TestResult::inapplicable) {
      reject(at.place(), name, Reason::inapplicable, name_of(chain[l].kind), "a layer that the rule applies to");
    }
    if (result != TestResult::proved) reject(at.place(), name, Reason::not_proved, "test failed", "a regular layer");
    regular[l] = 1;
  }
  return regular;
}

/// Layers whose regularity does not depend on the state.
std::vector<char> constant_regularity(const Setting& setting) {
  std::vector<char> regular;
  for (const Layer& layer : setting.chain) {
    const bool diagonal = layer.kind == Layer::Kind::batch_norm;
    const LayerTest test = diagonal ? test_slope : test_rank;
    regular.push_back(test(layer, setting.smoothness) == TestResult::proved ? 1 : 0);
  }
  return regular;
}

std::vector<Zero> read_zeros(const Field& list, const Setting& setting) {
  std::vector<Zero> zeros;
  for (const Field& at : list.items()) {
    const Fields fields(at, {"prefix", "box", "enclosure"});
    Zero zero;
    zero.prefix = fields["prefix"].integer(setting.base, setting.chain.size());
    zero.box = read_box(fields["box"], setting.dim);
    zero.enclosure = read_box(fields["enclosure"], setting.dim);
    zeros.push_back(std::move(zero));
  }
  return zeros;
}

/// Rejects if two enclosures meet: sorted by their lower ends on axis 0, only overlapping neighbours are compared.
void require_disjoint(const std::vector<Zero>& zeros, const std::string& step) {
  std::vector<const Box*> boxes;
  for (const Zero& zero : zeros) boxes.push_back(&zero.enclosure);
  std::sort(boxes.begin(), boxes.end(), [](const Box* a, const Box* b) { return a->lo[0] < b->lo[0]; });
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t j = i + 1; j < boxes.size() && boxes[j]->lo[0] <= boxes[i]->hi[0]; ++j) {
      if (intersecting(*boxes[i], *boxes[j])) {
        reject(step, "krawczyk-zero", Reason::mismatch, "enclosures that meet", "disjoint enclosures");
      }
    }
  }
}

/// Zeros, tails and trees speak of gradients: they need a differentiable network and a moderate dimension.
void require_box_proofs_apply(const Field& proof, const Setting& setting) {
  if (setting.smoothness == Smoothness::lipschitz) {
    proof.fail(Reason::inapplicable, "a Lipschitz-only network", "layers only");
  }
  if (setting.dim > max_box_dimension) {
    proof.fail(Reason::limit, "dimension " + std::to_string(setting.dim), "dimension at most 64");
  }
}

/// The root box of the tree.
Box root_box(const Fields& fields, const Field& proof, const Claim& claim, const Established& e) {
  const std::size_t d = e.setting.dim;
  const auto cube = [d](double lo, double hi) { return Box{std::vector<double>(d, lo), std::vector<double>(d, hi)}; };
  switch (claim.domain.type) {
    case Domain::Type::box: return claim.domain.box;
    case Domain::Type::ball: return cube(-claim.domain.radius, claim.domain.radius);
    case Domain::Type::space: break;
  }
  if (e.reduction) return cube(e.reduction->lo, e.reduction->hi);
  if (!fields.has("core")) proof.fail(Reason::missing, "a tree over space", "core (d = 1) or reduction");
  const auto ends = fields["core"].items(2);
  return cube(ends[0].number(), ends[1].number());
}

/// proof.core: an interval outside of which all layers are regular.
void check_core(const Field& at, const Claim& claim, const Established& e) {
  if (claim.domain.type != Domain::Type::space || e.setting.dim != 1 || e.reduction) {
    at.fail(Reason::inapplicable, "core", "the whole line without reduction");
  }
  const auto ends = at.items(2);
  const double lo = ends[0].number(), hi = ends[1].number();
  if (!(lo <= hi)) at.fail(Reason::out_of_range, "lo > hi", "lo <= hi");
  check_tail(e.setting, lo, hi);
}

}  // namespace

Established check_proof(const Field& proof, const Claim& claim, std::vector<Layer> chain, std::size_t d) {
  const Fields fields(proof, {"layers", "reduction", "core", "zeros", "tree"});
  Established e;
  Setting& s = e.setting;
  s.smoothness = smoothness(chain);
  s.chain = std::move(chain);
  s.dim = d;
  s.domain = claim.domain;
  s.everywhere_regular.assign(s.chain.size(), 0);
  if (fields.has("layers")) s.everywhere_regular = check_layers(fields["layers"], s.chain, s.smoothness);
  e.all_layers_regular = std::find(s.everywhere_regular.begin(), s.everywhere_regular.end(), 0) == s.everywhere_regular.end();

  const bool has_boxes = fields.has("reduction") || fields.has("core") || fields.has("tree") ||
                         (fields.has("zeros") && !fields["zeros"].items().empty());
  if (!has_boxes) {
    if (fields.has("zeros")) (void)fields["zeros"].items();
    return e;
  }
  require_box_proofs_apply(proof, s);
  s.leaf_chain = enclose(s.chain, leaf_precision);
  s.point_chain = enclose(s.chain, point_precision);
  s.constant_regular = constant_regularity(s);

  if (fields.has("reduction")) {
    const Fields reduction(fields["reduction"], {"drop"});
    if (claim.domain.type != Domain::Type::space) {
      fields["reduction"].fail(Reason::inapplicable, "reduction", "the domain space");
    }
    e.reduction = check_reduction(s.chain, reduction["drop"].integer(1, s.chain.size()), d);
    s.base = e.reduction->drop;
  }
  if (fields.has("core")) check_core(fields["core"], claim, e);
  if (fields.has("zeros")) {
    s.zeros = read_zeros(fields["zeros"], s);
    for (std::size_t i = 0; i < s.zeros.size(); ++i) {
      check_krawczyk_zero(s, s.zeros[i], "zeros[" + std::to_string(i) + ']');
    }
    require_disjoint(s.zeros, "zeros");
  }
  if (fields.has("tree")) e.tree_complete = check_tree(fields["tree"], s, root_box(fields, proof, claim, e));
  return e;
}

}  // namespace narrows::checker
