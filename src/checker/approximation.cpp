// The claim of the kind `approximation`: a constructed one-neuron residual network, the grid function that it approximates, and its
// error in L1 (FORMAT.md). Everything is recomputed exactly from the network; the proof is empty.
#include <algorithm>

#include "checker/proof.hpp"
#include "checker/rules/approximations.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_dimension = 4, max_cells = 65536;

/// All of space, or the unit cube.
Domain read_cube(const Field& at, std::size_t d) {
  Domain domain = read_domain(at, d);
  bool unit = domain.type != Domain::Type::ball;
  for (std::size_t i = 0; i < domain.box.dim(); ++i)
    unit = unit && domain.box.lo[i] == 0 && domain.box.hi[i] == 1;
  if (!unit) at.fail(Reason::inapplicable, domain_text(domain, d), "all of space or [0,1]^d");
  return domain;
}

Grid read_grid(const Field& at, const Field& theta, std::size_t d) {
  const Field fields(at, {"n", "values"});
  Grid grid;
  grid.d = d;
  grid.n = fields["n"].integer(1, max_cells);
  std::size_t cells = 1;
  for (std::size_t i = 0; i < d; ++i) {
    cells *= grid.n;
    if (cells > max_cells) fields["n"].fail(Reason::limit, std::to_string(grid.n), "at most 65536 cells");
  }
  grid.values = fields["values"].exact_vector(cells);
  grid.theta = theta.exact();
  if (!(grid.theta > 0 && grid.theta < 1))
    theta.fail(Reason::out_of_range, grid.theta.get_str(), "0 < theta < 1");
  grid.w = grid.theta / (2 * Rational(grid.n));
  return grid;
}

/// 1 - (1 - θ)^d: the part of the cube that is not in cores.
Rational margin_volume(const Grid& grid) {
  Rational cores = 1;
  for (std::size_t i = 0; i < grid.d; ++i) cores *= 1 - grid.theta;
  return 1 - cores;
}

void require(bool proved, const Field& at, const char* rule, const char* expected) {
  if (!proved) reject(at.place(), rule, Reason::not_proved, "test failed", expected);
}

void require_equal(const Field& at, const char* rule, const Rational& found) {
  const Rational claimed = at.exact();
  if (claimed != found) reject(at.place(), rule, Reason::mismatch, claimed.get_str(), found.get_str());
}

}  // namespace

std::string check_approximation_claim(const Field& object, const Field& proof_object,
                                      const Network& network) {
  const Field fields(object, {"kind", "verdict", "domain", "output", "grid", "theta", "equals_on_cores",
                              "vanishes_outside", "l1_error", "l1_bound"}),
      proof(proof_object, {"approximation"});
  (void)Field(proof["approximation"], {});
  const std::size_t d = network.input_dim;
  if (d > max_dimension) fields["domain"].fail(Reason::limit, std::to_string(d), "a dimension up to 4");
  fields["verdict"].require_text("proved");
  const Domain domain = read_cube(fields["domain"], d);
  const bool space = domain.type == Domain::Type::space, zero_outside = fields["vanishes_outside"].boolean();
  const Output output = read_output(fields["output"]);
  if (output.margin || output.first != 0)
    fields["output"].fail(Reason::inapplicable, output_text(output), "component 0");
  if (!fields["equals_on_cores"].boolean())
    fields["equals_on_cores"].fail(Reason::inapplicable, "false", "true");
  if (space && !zero_outside)
    fields["vanishes_outside"].fail(Reason::inapplicable, "false", "true for all of space");
  const Grid grid = read_grid(fields["grid"], fields["theta"], d);

  const DigitForm form = read_digit_form(network);
  require(equals_on_cores(form, grid), fields["equals_on_cores"], "cores", "N = h on every core");
  if (zero_outside)
    require(vanishes_outside(form), fields["vanishes_outside"], "cores", "N = 0 outside of the cube");
  Rational low = *std::min_element(grid.values.begin(), grid.values.end()),
           high = *std::max_element(grid.values.begin(), grid.values.end());
  if (space) {
    low = std::min(low, Rational(0));
    high = std::max(high, Rational(0));
  }
  require(stays_between(form, low, high), fields["l1_bound"], "cores",
          "N between the least and the largest value");
  const Rational bound = (high - low) * margin_volume(grid);
  require_equal(fields["l1_bound"], "cores", bound);
  const Field error = fields["l1_error"];
  if (!error.is_null()) require_equal(error, "l1-error", l1_error(form, grid));

  return "approximation proved on " + domain_text(domain, d) + " output 0: grid " + std::to_string(grid.n) +
         "^" + std::to_string(d) + ", theta " + grid.theta.get_str() +
         (zero_outside ? ", zero outside" : "") +
         (error.is_null() ? "" : ", L1 error " + error.exact().get_str()) + ", at most " + bound.get_str();
}

}  // namespace narrows::checker
