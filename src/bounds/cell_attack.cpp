#include "bounds/cell_attack.hpp"

#include <algorithm>
#include <cmath>

#include "arith/small_matrix.hpp"
#include "bounds/none_tree.hpp"

namespace narrows {
namespace {

constexpr std::size_t kStarts = 64, kFineStarts = 8, kMostGuesses = 6;
constexpr int kCoarseLevels = 4;
constexpr std::size_t kFirstBudget = 64;  ///< boundary pieces tried for every shape of B
constexpr std::size_t kThorough = 3;  ///< candidates that get more than the first budget
constexpr double kSmallestHalf = 1e-4;  ///< of a side of B
constexpr double kSearchRadius = 4;  ///< of the box in which starts lie if the domain is R^d

/// B is what the guess moves over, this many times as large; evenness 1: all sides alike.
struct Shape {
  double factor, evenness;
};
constexpr Shape kShapes[] = {{1.5, 0.3}, {2.5, 0.3}, {1.2, 0.1}, {4, 0.3}, {3, 1}, {8, 1}, {20, 1}};
constexpr Shape kWideShapes[] = {{4, 0.3}, {8, 1}, {20, 1}};

std::array<std::array<double, 2>, 4> corners_of(const ParameterCell& cell) {
  const Interval &e = cell.skip, &d = cell.residual;
  return {{{e.lower(), d.lower()}, {e.upper(), d.lower()}, {e.lower(), d.upper()}, {e.upper(), d.upper()}}};
}

double middle(const Interval& side) { return 0.5 * side.lower() + 0.5 * side.upper(); }

Box cube(std::size_t dim, double radius) { return {std::vector<double>(dim, -radius), std::vector<double>(dim, radius)}; }

bool close_to(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t k = 0; k < a.size(); ++k)
    if (!(std::fabs(a[k] - b[k]) <= 1e-6 * (1 + std::fabs(a[k])))) return false;
  return true;
}

/// An approximate inverse with short entries: single precision, the largest in each row 1.
std::vector<double> preconditioner(const std::vector<double>& jacobian, std::size_t n) {
  auto inverse = inverse_approx(jacobian, n);
  if (!inverse) return {};
  for (std::size_t i = 0; i < n; ++i) {
    double largest = 0;
    for (std::size_t j = 0; j < n; ++j) largest = std::fmax(largest, std::fabs((*inverse)[i * n + j]));
    for (std::size_t j = 0; j < n; ++j) (*inverse)[i * n + j] = static_cast<double>(static_cast<float>((*inverse)[i * n + j] / largest));
  }
  return *inverse;
}

}  // namespace

CellAttack::CellAttack(const JointProblem& problem, const Domain& domain)
    : problem_(problem), domain_(domain), region_(domain.type == Domain::Type::box ? domain.box : cube(problem.dim, kSearchRadius)), guess_(problem.fast, region_),
      starts_(spread_points(region_, kStarts)) {}

bool CellAttack::is_inside(const std::vector<double>& x) const {
  if (domain_.type != Domain::Type::box) return true;
  for (std::size_t k = 0; k < x.size(); ++k)
    if (!(domain_.box.lower[k] < x[k] && x[k] < domain_.box.upper[k])) return false;
  return true;
}

std::optional<CellFinding> CellAttack::run(const ParameterCell& cell, int level, const std::vector<std::vector<double>>& inherited, const CellEffort& effort,
                                           const StopToken& stop) const {
  CellFinding finding;
  if (problem_.regularity.regular_by_ratios(cell)) finding.rule = CellRule::none_by_ratios;
  else if (problem_.regularity.regular_by_vertices(cell)) finding.rule = CellRule::none_by_vertices;
  if (finding.rule != CellRule::open) return finding;
  const bool found = prove_from(cell, candidates(cell, level, inherited), effort, &finding);
  if (stop.stop_requested()) return std::nullopt;
  if (found || domain_.type != Domain::Type::box) return finding;
  finding.guesses = inherited;
  if (seen_at_corners(cell, inherited)) return finding;
  IntervalBox x;
  for (std::size_t k = 0; k < problem_.dim; ++k) x.emplace_back(domain_.box.lower[k], domain_.box.upper[k]);
  if (auto tree = prove_none(problem_, joint_box(std::move(x), cell), effort.boxes, stop, &finding.boxes)) {
    finding.rule = CellRule::none_by_tree;
    finding.tree = std::move(*tree);
    finding.guesses.clear();
  } else if (stop.stop_requested()) {
    return std::nullopt;
  } else if (level > kCoarseLevels) {
    (void)prove_from(cell, candidates(cell, 0, inherited), effort, &finding);  // look for what made it fail, from all starts
  }
  return finding;
}

bool CellAttack::prove_from(const ParameterCell& cell, const std::vector<Candidate>& found, const CellEffort& effort, CellFinding* finding) const {
  if (!found.empty()) finding->guesses.clear();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Candidate& candidate = found[i];
    if (auto proof = prove(cell, candidate, i < kThorough ? effort.pieces : std::min(effort.pieces, kFirstBudget), i < kThorough)) {
      finding->rule = CellRule::exists;
      finding->existence = std::move(*proof);
      finding->guesses.clear();
      return true;
    }
    finding->guesses.push_back(candidate.guess.x);
  }
  return !found.empty();
}

std::vector<CellAttack::Candidate> CellAttack::candidates(const ParameterCell& cell, int level, const std::vector<std::vector<double>>& inherited) const {
  const double skip = middle(cell.skip), residual = middle(cell.residual);
  std::vector<Candidate> found;
  const auto try_from = [&](const std::vector<double>& start) {
    Candidate candidate;
    if (!guess_.refine(skip, residual, start, &candidate.guess) || !is_inside(candidate.guess.x)) return;
    for (const Candidate& known : found)
      if (close_to(known.guess.x, candidate.guess.x)) return;
    measure(cell, &candidate);
    found.push_back(std::move(candidate));
  };
  for (const auto& start : inherited) try_from(start);
  // On fine levels neighbours are known: a few starts, spread by the golden ratio, only if nothing is in sight.
  const bool coarse = level <= kCoarseLevels;
  const std::size_t wanted = coarse ? kMostGuesses / 2 : 1, tries = coarse ? starts_.size() : kFineStarts;
  for (std::size_t i = 0; i < tries && found.size() < wanted; ++i) try_from(starts_[coarse ? i : (i + kFineStarts * static_cast<std::size_t>(level)) * 39 % starts_.size()]);
  const auto extent = [](const Candidate& c) {
    double longest = 0;
    for (std::size_t k = 0; k < c.hull.dim(); ++k) longest = std::fmax(longest, c.hull.upper[k] - c.hull.lower[k]);
    return longest;
  };
  std::stable_sort(found.begin(), found.end(), [&](const Candidate& a, const Candidate& b) {
    return a.followed != b.followed ? a.followed : extent(a) < extent(b);
  });
  if (found.size() > kMostGuesses) found.resize(kMostGuesses);
  return found;
}

void CellAttack::measure(const ParameterCell& cell, Candidate* candidate) const {
  Box& hull = candidate->hull;
  hull = {candidate->guess.x, candidate->guess.x};
  candidate->followed = true;
  for (const auto& corner : corners_of(cell)) {
    std::vector<double> x = candidate->guess.x;
    if (!guess_.follow(corner[0], corner[1], &x)) {
      candidate->followed = false;
      continue;
    }
    for (std::size_t k = 0; k < x.size(); ++k) {
      hull.lower[k] = std::fmin(hull.lower[k], x[k]);
      hull.upper[k] = std::fmax(hull.upper[k], x[k]);
    }
  }
}

bool CellAttack::seen_at_corners(const ParameterCell& cell, const std::vector<std::vector<double>>& inherited) const {
  Guess guess;
  for (const auto& corner : corners_of(cell))
    for (const auto& start : inherited)
      if (guess_.refine(corner[0], corner[1], start, &guess) && is_inside(guess.x)) return true;
  return false;
}

std::optional<Box> CellAttack::box_round(const Candidate& candidate, double factor, double evenness) const {
  const Box& hull = candidate.hull;
  double largest = kSmallestHalf;
  for (std::size_t k = 0; k < hull.dim(); ++k) largest = std::fmax(largest, 0.5 * (hull.upper[k] - hull.lower[k]));
  Box box;
  for (std::size_t k = 0; k < hull.dim(); ++k) {
    const double centre = 0.5 * (hull.lower[k] + hull.upper[k]), half = factor * std::fmax(0.5 * (hull.upper[k] - hull.lower[k]), evenness * largest);
    double lower = centre - half, upper = centre + half;
    if (domain_.type == Domain::Type::box) {
      const double margin = 1e-6 * (domain_.box.upper[k] - domain_.box.lower[k]);
      lower = std::fmax(lower, domain_.box.lower[k] + margin);
      upper = std::fmin(upper, domain_.box.upper[k] - margin);
    }
    // Short numbers; the margin is wider than their rounding unless the domain is far from 0.
    lower = static_cast<double>(static_cast<float>(lower));
    upper = static_cast<double>(static_cast<float>(upper));
    if (domain_.type == Domain::Type::box && !(domain_.box.lower[k] < lower && upper < domain_.box.upper[k])) return std::nullopt;
    if (!(lower < hull.lower[k] && hull.upper[k] < upper)) return std::nullopt;
    box.lower.push_back(lower);
    box.upper.push_back(upper);
  }
  return box;
}

/// In floating point, at the corners of B (and the middles of its faces) and at the corners and the middle of the cell: have the rows of U·v_P the
/// opposite signs that the proof needs? Tells hopeless boxes before work is spent on them.
bool CellAttack::is_plausible(const ParameterCell& cell, const Box& box, std::size_t prefix, const std::vector<double>& u) const {
  const std::size_t d = problem_.dim;
  std::vector<std::array<double, 2>> parameters{{middle(cell.skip), middle(cell.residual)}};
  for (const auto& corner : corners_of(cell)) parameters.push_back(corner);
  std::vector<double> centre;
  for (std::size_t k = 0; k < d; ++k) centre.push_back(0.5 * (box.lower[k] + box.upper[k]));
  for (std::size_t i = 0; i < d; ++i) {
    int first = 0;
    for (const bool high : {false, true})
      for (const auto& p : parameters) {
        std::vector<double> x = centre;
        x[i] = high ? box.upper[i] : box.lower[i];
        const std::vector<double> v = guess_.row_approx(p[0], p[1], x, prefix);
        double w = 0;
        for (std::size_t j = 0; j < d; ++j) w += (u.empty() ? 1 : u[i * d + j]) * v[j];
        const int sign = (w > 0) - (w < 0);
        if (first == 0) first = sign;
        if (sign == 0 || sign != (high ? -first : first)) return false;
      }
  }
  return true;
}

std::optional<ExistenceProof> CellAttack::prove(const ParameterCell& cell, const Candidate& candidate, std::size_t pieces, bool round) const {
  const Guess& guess = candidate.guess;
  const std::size_t d = problem_.dim;
  const std::vector<double> u = d == 1 ? std::vector<double>{} : preconditioner(guess.jacobian, d);
  if (d == 1 || !u.empty()) {
    std::vector<ExistenceProof> plausible;
    for (const Shape& shape : kShapes) {
      auto box = box_round(candidate, shape.factor, shape.evenness);
      if (!box || !is_plausible(cell, *box, guess.prefix, u)) continue;
      plausible.push_back({d == 1 ? ExistenceRule::sign_change : ExistenceRule::opposite_faces, guess.prefix, std::move(*box), u});
      if (proves_existence(problem_, cell, plausible.back(), std::min(pieces, kFirstBudget))) return plausible.back();
    }
    for (const ExistenceProof& proof : plausible)
      if (pieces > kFirstBudget && proves_existence(problem_, cell, proof, pieces)) return proof;
  }
  if (d == 1 || !round) return std::nullopt;
  for (const Shape& shape : kWideShapes) {
    const auto box = box_round(candidate, shape.factor, shape.evenness);
    if (!box) continue;
    if (guess.definite != 0) {
      ExistenceProof extremum{guess.definite > 0 ? ExistenceRule::minimum : ExistenceRule::maximum, 0, *box, guess.x};
      if (proves_existence(problem_, cell, extremum, pieces)) return extremum;
    } else if (d == 2) {
      ExistenceProof winding{ExistenceRule::winding, guess.prefix, *box, {}};
      if (proves_existence(problem_, cell, winding, pieces)) return winding;
    }
  }
  return std::nullopt;
}

}  // namespace narrows
