// The proof of an `ode-flow` claim: steps whose polynomials are close to the solution, one after the other, and what follows for the
// state, the Jacobian and its determinant at the end (FORMAT.md).
#include <algorithm>
#include <utility>

#include "checker/form.hpp"
#include "checker/proof.hpp"
#include "checker/rules/tubes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_time_degree = 40, max_degree = 12, max_terms = 2048, max_end_bisections = 12,
                      max_leaves = 4096, max_time_bits = 131072;

/// What is claimed of the state and of the Jacobian of the flow, row by row.
struct EndClaim {
  std::vector<Ends> state, jacobian;
  std::optional<Ends> determinant;
  [[nodiscard]] bool has_jacobian() const { return !jacobian.empty() || determinant; }
};

EndClaim read_end(const Field& fields, std::size_t n) {
  EndClaim end;
  for (const Field& x : fields["end"].items(n)) end.state.push_back(read_interval(x));
  const Field jacobian = fields["jacobian"], determinant = fields["determinant"];
  if (!jacobian.is_null()) {
    for (const Field& row : jacobian.items(n)) {
      for (const Field& x : row.items(n)) end.jacobian.push_back(read_interval(x));
    }
  }
  if (!determinant.is_null()) end.determinant = read_interval(determinant);
  return end;
}

/// N and K: the largest of all steps.
Basis read_basis(const std::vector<Field>& steps, std::size_t d) {
  std::size_t n = 0, k = 0, terms = 1;
  for (const Field& step : steps) {
    const auto degree = step["degree"].items(2);
    n = std::max(n, degree[0].integer(0, max_time_degree));
    k = std::max(k, degree[1].integer(0, max_degree));
  }
  for (std::size_t i = 1; i <= k && terms <= max_terms; ++i)
    terms = terms * (d + i) / i;  // binomial coefficients
  if (terms * (n + 1) > max_terms)
    steps[0]["degree"].fail(Reason::limit, "many monomials", "at most " + std::to_string(max_terms));
  return Basis(d, n, k);
}

Coefficients read_polynomial(const Field& at, const Basis& basis, const Field& degree) {
  Coefficients c((basis.time_degree + 1) * basis.size(), 0.0);
  std::vector<char> seen(c.size(), 0);
  const std::size_t n = degree.items(2)[0].integer(0, basis.time_degree),
                    k = degree.items(2)[1].integer(0, basis.degree);
  for (const Field& term : at.items()) {
    const auto parts = term.items(2), powers = parts[1].items(basis.variables + 1);
    std::vector<std::size_t> exponents;
    std::size_t total = 0;
    for (std::size_t i = 0; i < basis.variables; ++i) {
      exponents.push_back(powers[i + 1].integer(0, k));
      total += exponents.back();
    }
    if (total > k) term.fail(Reason::out_of_range, std::to_string(total), "a total degree of at most K");
    const std::size_t place = powers[0].integer(0, n) * basis.size() + basis.find(exponents);
    if (seen[place] != 0) term.fail(Reason::mismatch, "a repeated monomial", "each at most once");
    seen[place] = 1;
    c[place] = parts[0].number();
  }
  return c;
}

Step read_step(const Field& at, const Basis& basis, std::size_t n, bool with_jacobian) {
  const Field fields(at, {"duration", "degree", "state", "jacobian", "radius", "jacobian_radius"});
  Step step;
  step.duration = fields["duration"].exact();
  if (step.duration <= 0) fields["duration"].fail(Reason::out_of_range, "duration <= 0", "duration > 0");
  const Field degree = fields["degree"];
  for (const Field& x : fields["state"].items(n)) step.state.push_back(read_polynomial(x, basis, degree));
  step.radius = fields["radius"].number();
  if (fields.has("jacobian") != with_jacobian || fields.has("jacobian_radius") != with_jacobian)
    at.fail(Reason::mismatch, "jacobian", "in all steps or in none, as claimed");
  if (!with_jacobian) return step;
  for (const Field& row : fields["jacobian"].items(n)) {
    for (const Field& x : row.items(n)) step.jacobian.push_back(read_polynomial(x, basis, degree));
  }
  step.jacobian_radius = fields["jacobian_radius"].number();
  return step;
}

/// For each arc of the layer the number of its steps: their durations add up to its share of the time, exactly.
std::vector<std::size_t> steps_of_arcs(const Layer& layer, const std::vector<Step>& steps,
                                       const Field& list) {
  std::vector<std::size_t> counts(number_of_arcs(layer), 0);
  const Rational share = layer.duration / Rational(counts.size());
  std::size_t next = 0;
  for (std::size_t& count : counts) {
    Rational sum = 0;
    for (; next < steps.size() && sum < share; ++next, ++count) {
      sum += steps[next].duration;
      if (mpz_sizeinbase(sum.get_den_mpz_t(), 2) > max_time_bits)
        list.fail(Reason::limit, "long durations", "sums of at most 131072 bits");
    }
    if (sum != share)
      list.fail(Reason::mismatch, sum.get_str(), "durations that add up to " + share.get_str());
  }
  if (next != steps.size()) list.fail(Reason::mismatch, "a further step", "no step after the end");
  return counts;
}

/// What is claimed, and of what.
struct Flow {
  std::vector<Layer> before;
  Layer layer;
  Box domain;
  EndClaim end;
};

/// The steps that prove it on a box, all of the domain or part of it.
struct Steps {
  Box box;
  Basis basis;
  std::vector<Step> list;
  std::vector<std::size_t> counts;
  std::string place;
};

/// x(ξ): the middle and half the width of each side, exactly.
Polynomials coordinates(const Box& domain, const Basis& basis, Precision p) {
  Polynomials x;
  for (std::size_t i = 0; i < domain.dim(); ++i) {
    const Rational lo(domain.lo[i]), hi(domain.hi[i]);
    std::vector<std::size_t> exponents(domain.dim(), 0);
    exponents[i] = 1;
    Polynomial& y = x.emplace_back(basis, p);
    add_monomial(y, enclose((lo + hi) / 2, p), 0, 0);
    add_monomial(y, enclose((hi - lo) / 2, p), 0, basis.find(exponents));
  }
  return x;
}

Polynomials identity_polynomials(const Basis& basis, std::size_t n, Precision p) {
  Polynomials y(n * n, Polynomial(basis, p));
  for (std::size_t i = 0; i < n; ++i) add_monomial(y[i * n + i], Interval(1.0, p), 0, 0);
  return y;
}

/// Encloses a polynomial, all τ, over part of [-1, 1]^d.
Interval range_on(const Polynomial& x, const Box& part) {
  const Basis& basis = *x.basis;
  const std::size_t d = part.dim();
  Form sum = constant_form(Interval(x.radius.negated(), x.radius), d);
  for (std::size_t at = 0; at < x.coefficient.size(); ++at) {
    const Interval c(x.coefficient[at]);
    if (c.is_point() && c.lo.sign() == 0) continue;
    Form monomial =
        constant_form(at < basis.size() ? Interval(1.0, x.precision()) : Interval(-1, 1, x.precision()), d);
    for (std::size_t i = 0; i < d; ++i) {
      const Form xi = coordinate_form(part.lo[i], part.hi[i], i, d, x.precision());
      for (std::size_t e = 0; e < basis.exponents[at % basis.size()][i]; ++e)
        monomial = product(monomial, xi, d);
    }
    add_scaled(sum, c, monomial);
  }
  tighten(sum);
  return intersect(sum.range, range(x));
}

constexpr std::size_t max_expanded_side = 5;

/// The determinant of the rows in the list and the last columns, as many, by expansion along the first of them.
Polynomial expanded_determinant(const Polynomials& a, std::size_t n, const std::vector<std::size_t>& rows) {
  const std::size_t first = n - rows.size();
  if (rows.size() == 1) return a[rows[0] * n + first];
  Polynomial sum(*a[0].basis, a[0].precision());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<std::size_t> others = rows;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    add_scaled(sum, i % 2 == 0 ? 1.0 : -1.0,
               product(a[rows[i] * n + first], expanded_determinant(a, n, others)));
  }
  return sum;
}

/// What is proved at the end, for all ξ: the state, the Jacobian and, if it is claimed and small, its determinant.
struct Arrival {
  Polynomials state, jacobian;
  std::optional<Polynomial> determinant;
};

Arrival arrival(Polynomials state, Polynomials jacobian, const Errors& errors, const EndClaim& end) {
  const std::size_t n = state.size();
  for (Polynomial& x : state) add_monomial(x, errors.state, 0, Basis::none);
  for (Polynomial& x : jacobian) add_monomial(x, errors.jacobian, 0, Basis::none);
  Arrival y{std::move(state), std::move(jacobian), std::nullopt};
  if (end.determinant && n <= max_expanded_side)
    y.determinant = expanded_determinant(y.jacobian, n, numbers_to(n));
  return y;
}

/// Proved: what is claimed holds for all ξ in the part.
bool end_holds_on(const EndClaim& end, const Arrival& at, const Box& part) {
  const auto is_inside = [](const Interval& x, const Ends& claimed) {
    return inside(x, claimed.lo, claimed.hi);
  };
  for (std::size_t i = 0; i < at.state.size(); ++i) {
    if (!is_inside(range_on(at.state[i], part), end.state[i])) return false;
  }
  IntervalMatrix matrix(end.has_jacobian() ? at.state.size() : 0, at.state.size());
  for (std::size_t i = 0; i < matrix.entries.size(); ++i) {
    matrix.entries[i] = range_on(at.jacobian[i], part);
    if (!end.jacobian.empty() && !is_inside(matrix.entries[i], end.jacobian[i])) return false;
  }
  if (!end.determinant) return true;
  const Interval value = determinant(matrix);
  return is_inside(at.determinant ? intersect(value, range_on(*at.determinant, part)) : value,
                   *end.determinant);
}

/// What went wrong, and where.
struct Failure {
  std::string place;
  const char *rule, *got, *expected;
};

/// All steps with this precision, cut into 2^halvings pieces each. Nothing if everything is proved.
std::optional<Failure> failure_of(const Flow& flow, const Steps& steps, Precision p, std::size_t halvings) {
  const std::size_t n = flow.layer.inputs;
  const bool with_jacobian = flow.end.has_jacobian();
  Polynomials state = image(enclose(flow.before, p), coordinates(steps.box, steps.basis, p)), jacobian;
  if (with_jacobian) jacobian = identity_polynomials(steps.basis, n, p);
  Errors errors{Interval(0.0, p), Interval(0.0, p)};
  std::size_t next = 0;
  const std::vector<Arc> arcs = arcs_of(flow.layer, p);
  for (std::size_t arc = 0; arc < arcs.size(); ++arc) {
    Rational start = 0;
    for (std::size_t end = next + steps.counts[arc]; next < end; ++next) {
      const Step& step = steps.list[next];
      const std::string place = steps.place + '[' + std::to_string(next) + ']';
      const auto jump = [&](const std::vector<Coefficients>& list, const Polynomials& from,
                            std::size_t columns) {
        return distance_upper(from, on_piece(list, steps.basis, 0, 0, p), columns);
      };
      errors.state = Interval((errors.state + jump(step.state, state, 1)).hi);
      if (with_jacobian) errors.jacobian = Interval((errors.jacobian + jump(step.jacobian, jacobian, n)).hi);
      const auto after = errors_after(step, arcs[arc], start, steps.basis, errors, halvings, p);
      if (!after) return Failure{place, "tube", "an open tube", "an error below the radius"};
      errors = *after;
      if (with_jacobian && !less_equal(errors.jacobian.hi, Real(step.jacobian_radius, leaf_precision)))
        return Failure{place, "tube", "a larger error of the Jacobian", "at most jacobian_radius"};
      state = on_piece(step.state, steps.basis, step.duration, step.duration, p);
      if (with_jacobian) jacobian = on_piece(step.jacobian, steps.basis, step.duration, step.duration, p);
      start += step.duration;
    }
  }
  Box all;  // of ξ; a side of one point has none
  for (std::size_t i = 0; i < steps.box.dim(); ++i) {
    all.hi.push_back(steps.box.lo[i] < steps.box.hi[i] ? 1 : 0);
    all.lo.push_back(-all.hi[i]);
  }
  const Arrival at = arrival(std::move(state), std::move(jacobian), errors, flow.end);
  const auto holds = [&](const Box& part) { return end_holds_on(flow.end, at, part); };
  if (holds_on_pieces(holds, all, max_end_bisections)) return std::nullopt;
  return Failure{"claim.end", "ode-flow", "not proved",
                 "intervals that contain state, Jacobian and determinant"};
}

/// The number k - 1 of layers before the only ode layer, which f is not Lipschitz only before.
std::size_t position_of_ode(const Network& network) {
  const auto is_ode = [](const Layer& l) { return l.kind == LayerKind::ode; };
  if (std::count_if(network.layers.begin(), network.layers.end(), is_ode) != 1)
    reject("network.model", "ode-flow", Reason::inapplicable, "another number of ode layers",
           "exactly one ode layer");
  return static_cast<std::size_t>(std::find_if(network.layers.begin(), network.layers.end(), is_ode) -
                                  network.layers.begin());
}

std::string text_of(const std::vector<Ends>& row) {
  Domain box{Domain::Type::box, {}, 0};
  for (const Ends& x : row) {
    box.box.lo.push_back(x.lo);
    box.box.hi.push_back(x.hi);
  }
  return domain_text(box, row.size());
}

std::string claim_line(const Flow& flow) {
  const std::size_t n = flow.layer.inputs;
  std::string line = "ode-flow proved on " +
                     domain_text({Domain::Type::box, flow.domain, 0}, flow.domain.dim()) + ": end " +
                     text_of(flow.end.state);
  for (std::size_t i = 0; i < flow.end.jacobian.size(); i += n) {
    const auto row = flow.end.jacobian.begin() + static_cast<std::ptrdiff_t>(i);
    line += (i == 0 ? ", jacobian " : ";") + text_of({row, row + static_cast<std::ptrdiff_t>(n)});
  }
  return flow.end.determinant ? line + ", determinant " + text_of({*flow.end.determinant}) : line;
}

/// Rejects unless the steps of a proof establish the claim on the box.
void check_steps(const Flow& flow, const Field& proof, const Box& box, const std::string& place) {
  const Field at = proof["steps"];
  const std::vector<Field> list = at.items();
  if (list.empty()) at.fail(Reason::missing, "no step", "at least one");
  Steps steps{box, read_basis(list, box.dim()), {}, {}, place};
  for (const Field& step : list)
    steps.list.push_back(read_step(step, steps.basis, flow.layer.inputs, flow.end.has_jacobian()));
  steps.counts = steps_of_arcs(flow.layer, steps.list, at);

  std::optional<Failure> failure;
  for (const auto& [precision, halvings] : {std::pair<Precision, std::size_t>{leaf_precision, 0},
                                            {leaf_precision, 2},
                                            {point_precision, 0},
                                            {point_precision, 2}}) {
    failure = failure_of(flow, steps, precision, halvings);
    if (!failure) return;
  }
  reject(failure->place, failure->rule, Reason::not_proved, failure->got, failure->expected);
}

/// The same for a tree of boxes with steps of their own.
void check_pieces(const Flow& flow, const Field& tree) {
  std::size_t leaves = 0;
  walk_tree(tree, flow.domain, [&](const Field& at, const std::vector<Field>& entries, const Box& box) {
    entries[0].require_text("flow");
    if (entries.size() != 2) at.fail(Reason::mismatch, "a wrong number of parameters", "a proof");
    if (++leaves > max_leaves)
      tree.fail(Reason::limit, "many leaves", "at most " + std::to_string(max_leaves));
    check_steps(flow, Field(entries[1], {"steps"}), box, at.place() + " steps");
  });
}

}  // namespace

std::string check_ode_claim(const Field& claim, const Field& proof_object, const Network& network) {
  const Field fields(claim, {"kind", "verdict", "domain", "end", "jacobian", "determinant"});
  const Field proof(proof_object, {"steps", "tree"}), domain(fields["domain"], {"type", "bounds"});
  fields["verdict"].require_text("proved");
  domain["type"].require_text("box");
  const std::size_t d = network.input_dim, k = position_of_ode(network);
  if (d > max_box_dimension) domain.fail(Reason::limit, std::to_string(d), "a dimension up to 64");
  const auto ode = network.layers.begin() + static_cast<std::ptrdiff_t>(k);
  if (ode->inputs > max_box_dimension)
    fields["end"].fail(Reason::limit, std::to_string(ode->inputs), "a state of dimension up to 64");
  if (proof.has("steps") == proof.has("tree"))
    proof_object.fail(Reason::mismatch, "steps and tree, or neither", "one of them");
  const Flow flow{
      {network.layers.begin(), ode}, *ode, read_box(domain["bounds"], d), read_end(fields, ode->inputs)};
  if (proof.has("tree")) {
    check_pieces(flow, proof["tree"]);
  } else {
    check_steps(flow, proof, flow.domain, "steps");
  }
  return claim_line(flow);
}

}  // namespace narrows::checker
