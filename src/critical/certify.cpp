#include "critical/certify.hpp"

#include <stdexcept>

#include "base/errors.hpp"
#include "critical/box_regularity.hpp"
#include "critical/reduction.hpp"
#include "critical/winding.hpp"

namespace narrows {
namespace {

IntervalBox as_intervals(const Box& box) {
  IntervalBox sides;
  for (std::size_t i = 0; i < box.dim(); ++i) sides.emplace_back(box.lower[i], box.upper[i]);
  return sides;
}

Interval squared_norm(const IntervalBox& box) {
  Interval sum = 0.0;
  for (const Interval& side : box) sum = sum + square(side);
  return sum;
}

void check_input(const Chain& chain, const Domain& domain, Claim claim, const std::string& where) {
  if (chain.smoothness == Smoothness::lipschitz && claim == Claim::no_critical_points)
    throw InputError(where, "the map is not differentiable (" + first_kinked_activation(chain.layers) + ")",
                     "use `levelset` for piecewise linear networks, or ask for --claim no-local-extremum");
  if (domain.dim != chain.input_dim)
    throw InputError(where, "the domain has dimension " + std::to_string(domain.dim) + ", the network's input " + std::to_string(chain.input_dim),
                     "give one interval per input");
}

// A proved critical point seen from the domain: nullopt if it is outside.
std::optional<bool> inside_domain(const Domain& domain, const IntervalBox& enclosure) {
  if (domain.type == Domain::Type::space) return true;
  if (domain.type == Domain::Type::ball) {
    const Interval norm = squared_norm(enclosure), limit = square(Interval(domain.radius));
    if (norm.lower() > limit.upper()) return std::nullopt;
    return norm.upper() < limit.lower();
  }
  bool inside = true;
  for (std::size_t i = 0; i < domain.dim; ++i) {
    const Interval side(domain.box.lower[i], domain.box.upper[i]);
    if (disjoint(side, enclosure[i])) return std::nullopt;
    inside = inside && strictly_inside(enclosure[i], side);
  }
  return inside;
}

bool meets_interior(const IntervalBox& box, const IntervalBox& outer) {
  for (std::size_t i = 0; i < box.size(); ++i)
    if (!(box[i].upper() > outer[i].lower() && box[i].lower() < outer[i].upper())) return false;
  return true;
}

bool strictly_inside_box(const IntervalBox& box, const IntervalBox& outer) {
  for (std::size_t i = 0; i < box.size(); ++i)
    if (!strictly_inside(box[i], outer[i])) return false;
  return true;
}

bool is_finite_box(const IntervalBox& box) {
  for (const Interval& side : box)
    if (!is_finite(side)) return false;
  return true;
}

// Touching boxes as one hull each, so that a cluster round a degenerate point is told as one region. Quadratic: for
// moderate numbers only; the union still covers everything undecided.
std::vector<IntervalBox> merged_clusters(std::vector<IntervalBox> boxes) {
  constexpr std::size_t most = 5'000;
  if (boxes.size() > most) return boxes;
  std::vector<IntervalBox> clusters;
  while (!boxes.empty()) {
    IntervalBox cluster = std::move(boxes.back());
    boxes.pop_back();
    for (bool grown = true; grown;) {
      grown = false;
      for (std::size_t k = 0; k < boxes.size();) {
        bool touches = true;
        for (std::size_t i = 0; i < cluster.size(); ++i) touches = touches && !disjoint(cluster[i], boxes[k][i]);
        if (!touches) {
          ++k;
          continue;
        }
        for (std::size_t i = 0; i < cluster.size(); ++i) cluster[i] = hull(cluster[i], boxes[k][i]);
        boxes[k] = std::move(boxes.back());
        boxes.pop_back();
        grown = true;
      }
    }
    clusters.push_back(std::move(cluster));
  }
  return clusters;
}

// Empty if every layer is proved regular.
std::string list_irregular_layers(const Chain& chain, const std::vector<RegularityTest>& tests) {
  std::string list;
  std::size_t count = 0;
  for (std::size_t l = 0; l < tests.size(); ++l) {
    if (tests[l] != RegularityTest::none) continue;
    if (++count <= 3) list += (list.empty() ? "" : ", ") + std::to_string(l + 1) + " (" + std::string(kind_of(chain.layers[l])) + ")";
  }
  if (count == 0) return {};
  return (count == 1 ? "layer " : "layers ") + list + (count > 3 ? " and " + std::to_string(count - 3) + " more" : "") +
         (count == 1 ? " is" : " are") + " not proved regular on the whole space (T2)";
}

// Both tails of R: every layer regular on (−∞, −M] and on [M, ∞), in extended interval arithmetic.
bool tails_regular(const Problem& problem, double core) {
  for (const Interval& tail : {Interval(-kInfinity, -core), Interval(core, kInfinity)}) {
    IntervalBox h{tail};
    for (std::size_t l = 0; l < problem.depth(); ++l) {
      LayerTrace<Interval> trace;
      const std::size_t dim = h.size();
      h = forward(problem.fast.layers[l], h, &trace);
      if (!problem.regular_everywhere(l) && !regular_on_box(problem.fast.layers[l], trace, dim)) return false;
    }
  }
  return true;
}

class Certification {
 public:
  Certification(const Chain& chain, const Domain& domain, const CertifyOptions& options, CertifyResult begun)
      : problem_(chain, begun.proof.layers, options.engine, options.isa), domain_(domain), options_(options), result_(std::move(begun)) {}

  CertifyResult run() {
    if (problem_.chain.smoothness == Smoothness::lipschitz) {
      result_.reason = list_irregular_layers(problem_.chain, problem_.global) + "; kinked networks are decided by this test only";
    } else if (domain_.type == Domain::Type::space) {
      search_space();
    } else {
      search_bounded();
    }
    return std::move(result_);
  }

 private:
  void search_space() {
    if (problem_.dim == 1) return search_line();
    const auto reduction = find_reduction(problem_);
    if (!reduction) {
      result_.reason = list_irregular_layers(problem_.chain, problem_.global) +
                       ", and the first layer is not an invertible tanh or sigmoid layer, which would make the space bounded; give a box with --domain";
      return;
    }
    problem_.drop_layers(Reduction::kDroppedLayers);
    result_.proof.dropped_layers = Reduction::kDroppedLayers;
    search(reduction->cube, {});
    for (std::size_t k = 0; k < result_.proof.search.zeros.size(); ++k) {
      const IntervalBox& enclosure = result_.proof.search.zeros[k].enclosure;
      if (!meets_interior(enclosure, reduction->cube)) continue;  // a zero of the extended map that no x reaches
      IntervalBox box = reduction->preimage(enclosure);
      if (!strictly_inside_box(enclosure, reduction->cube) || !is_finite_box(box)) return give_up_space();
      add_point(k, std::move(box), true);
    }
    for (IntervalBox& box : result_.undecided) box = reduction->preimage(box);
    conclude("the image of the space under the first layer");
  }

  // A critical point so far out that it cannot be told from infinity: nothing is claimed.
  void give_up_space() {
    result_.proof.tree_used = false;
    result_.proof.search = {};
    result_.complete = false;
    result_.critical_points.clear();
    result_.undecided.clear();
    result_.reason = "a zero at the boundary of the image of the first layer could not be placed; give a box with --domain";
  }

  void search_line() {
    for (double core = 4; core < 1e15; core *= 2) {
      if (!tails_regular(problem_, core)) continue;
      result_.proof.core = Interval(-core, core);
      search({*result_.proof.core}, {});
      add_points();
      conclude("the core, both tails being regular");
      return;
    }
    result_.reason = list_irregular_layers(problem_.chain, problem_.global) + ", nor on any pair of tails; give an interval with --domain";
  }

  void search_bounded() {
    if (problem_.dim > 1) result_.method = Method::branch_and_bound;
    if (domain_.type == Domain::Type::ball) {
      const double limit = square(Interval(domain_.radius)).upper();
      search(IntervalBox(domain_.dim, Interval(-domain_.radius, domain_.radius)),
             [limit](const IntervalBox& box) { return squared_norm(box).lower() > limit; });
    } else {
      search(as_intervals(domain_.box), {});
    }
    add_points();
    conclude("the domain");
    if (options_.winding && problem_.dim == 2 && domain_.type == Domain::Type::box) cross_check();
  }

  void search(const IntervalBox& root, const std::function<bool(const IntervalBox&)>& outside) {
    if (problem_.dim > 1) result_.method = Method::branch_and_bound;
    SearchResult found = search_critical_points(problem_, root, outside, options_.search);
    result_.proof.tree_used = true;
    result_.boxes = found.boxes;
    result_.complete = found.undecided.empty();
    result_.undecided = found.stopped ? found.undecided : merged_clusters(found.undecided);
    result_.proof.search = std::move(found);
  }

  void add_points() {
    for (std::size_t k = 0; k < result_.proof.search.zeros.size(); ++k) {
      const IntervalBox& enclosure = result_.proof.search.zeros[k].enclosure;
      if (const auto inside = inside_domain(domain_, enclosure)) add_point(k, enclosure, *inside);
    }
  }

  void add_point(std::size_t zero, IntervalBox box, bool inside) {
    const IntervalBox& enclosure = result_.proof.search.zeros[zero].enclosure;
    result_.critical_points.push_back({std::move(box), value_on(problem_, enclosure), morse_index(problem_, enclosure), inside, zero});
  }

  void conclude(const std::string& searched) {
    std::size_t inside = 0, extrema = 0, saddles = 0;
    int sum = 0;
    bool indices_known = true;
    for (const CriticalPoint& point : result_.critical_points) {
      inside += point.inside;
      if (!point.morse_index) indices_known = false;
      const bool extremum = point.morse_index && (*point.morse_index == 0 || *point.morse_index == static_cast<int>(problem_.dim));
      extrema += extremum && point.inside;
      saddles += point.morse_index && !extremum;
      if (point.inside && point.morse_index) sum += *point.morse_index % 2 == 0 ? 1 : -1;
    }
    if (indices_known && result_.complete && inside == result_.critical_points.size()) result_.index_sum = sum;
    const bool extrema_claim = options_.claim == Claim::no_local_extremum;
    const std::size_t contradictions = extrema_claim ? extrema : inside;
    if (contradictions > 0) {
      result_.verdict = Verdict::refuted;
      result_.reason = std::to_string(contradictions) + (extrema_claim ? " local extrem" : " critical point") +
                       (extrema_claim ? (contradictions == 1 ? "um" : "a") : (contradictions == 1 ? "" : "s")) + " proved to exist" +
                       (result_.complete ? ", every one enclosed" : "; " + undecided_text());
    } else if (result_.complete && (extrema_claim ? saddles == result_.critical_points.size() : result_.critical_points.empty())) {
      result_.verdict = Verdict::proved;
      result_.reason = extrema_claim && saddles > 0 ? "every critical point is a nondegenerate saddle" : "branch and bound excluded every box of " + searched;
    } else if (!result_.complete) {
      result_.reason = undecided_text();
    } else {
      result_.reason = "critical points were enclosed on the boundary of the domain or are possibly degenerate; enlarge or shrink the domain";
    }
  }

  std::string undecided_text() const {
    const std::string count = std::to_string(result_.undecided.size()) + (result_.undecided.size() == 1 ? " region" : " regions") + " undecided";
    if (result_.proof.search.stopped) return count + " when the search stopped at its budget; raise --max-boxes or --timeout";
    return count + " (a degenerate critical point, or arithmetic too coarse)";
  }

  void cross_check() {
    result_.winding = gradient_winding_number(problem_, as_intervals(domain_.box));
    if (result_.winding && result_.index_sum && *result_.winding != *result_.index_sum)
      throw std::logic_error("winding number " + std::to_string(*result_.winding) + " contradicts the index sum " + std::to_string(*result_.index_sum));
  }

  Problem problem_;
  const Domain& domain_;
  const CertifyOptions& options_;
  CertifyResult result_;
};

}  // namespace

std::string_view to_string(Claim claim) {
  return claim == Claim::no_critical_points ? "no-critical-points" : "no-local-extremum";
}

std::string_view to_string(Method method) {
  switch (method) {
    case Method::global_regularity: return "global-regularity";
    case Method::branch_and_bound: return "branch-and-bound";
    case Method::one_dimensional: break;
  }
  return "one-dimensional";
}

CertifyResult certify(const Chain& chain, const Domain& domain, const CertifyOptions& options, const std::string& where) {
  check_input(chain, domain, options.claim, where);
  CertifyResult result;
  result.claim = options.claim;
  result.domain = domain;
  result.proof.layers = prove_layers_regular(chain);
  const bool flows = first_ode_layer(chain.layers) < chain.layers.size();
  if (chain.input_dim == 1 && !flows) result.method = Method::one_dimensional;
  const std::string irregular = list_irregular_layers(chain, result.proof.layers);
  if (irregular.empty()) {
    result.complete = chain.smoothness != Smoothness::lipschitz;
    result.verdict = Verdict::proved;
    result.reason = "every layer is regular on all of R^" + std::to_string(domain.dim) + (flows ? " (T2, T10)" : " (T2)");
    return result;
  }
  if (!flows) return Certification(chain, domain, options, std::move(result)).run();
  result.reason = irregular + "; on all of R^n networks with an ode layer are decided by this test only (T10 needs layers of full row rank round the flow); give a box with --domain";
  return result;
}

}  // namespace narrows
