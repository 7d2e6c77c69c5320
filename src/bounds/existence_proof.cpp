#include "bounds/existence_proof.hpp"

#include <array>

#include "arith/rational_matrix.hpp"
#include "bounds/joint_test.hpp"

namespace narrows {
namespace {

// Three and two fewer than the checker makes: its arithmetic differs.
constexpr std::size_t kMostFaceHalvings = 11, kMostEdgeHalvings = 8;

IntervalBox sides_of(const Box& box) {
  IntervalBox sides;
  for (std::size_t k = 0; k < box.dim(); ++k) sides.emplace_back(box.lower[k], box.upper[k]);
  return sides;
}

IntervalBox face_of(const Box& box, std::size_t axis, bool high) {
  IntervalBox face = sides_of(box);
  face[axis] = Interval(high ? box.upper[axis] : box.lower[axis]);
  return face;
}

/// Halves a piece along one of the axes begin … end − 1: that of the longest share of the side of `whole`, coordinates before parameters.
/// False if it is too short.
bool halve(const IntervalBox& piece, const IntervalBox& whole, std::size_t dim, std::size_t end, IntervalBox* first, IntervalBox* second) {
  std::size_t axis = 0;
  double longest = 0;
  for (std::size_t k = 0; k < end; ++k) {
    const double side = whole[k].upper() - whole[k].lower();
    const double share = side > 0 ? (piece[k].upper() - piece[k].lower()) / side * (k < dim ? 2 : 1) : 0;
    if (!(share > longest)) continue;
    longest = share;
    axis = k;
  }
  const double cut = 0.5 * piece[axis].lower() + 0.5 * piece[axis].upper();
  if (!(piece[axis].lower() < cut && cut < piece[axis].upper())) return false;
  *first = *second = piece;
  (*first)[axis] = Interval(piece[axis].lower(), cut);
  (*second)[axis] = Interval(cut, piece[axis].upper());
  return true;
}

/// Covers `face`, a part of the boundary of B times the cell, by pieces for each of which accept(its values) holds; values(pieces) gives one
/// result per piece, in order.
template <class Values, class Accept>
bool cover(const IntervalBox& face, std::size_t dim, std::size_t* budget, Values values, Accept accept) {
  std::vector<IntervalBox> open{face};
  for (std::size_t level = 0; !open.empty(); ++level) {
    if (*budget < open.size() || level > kMostFaceHalvings) return false;
    *budget -= open.size();
    const auto found = values(open);
    std::vector<IntervalBox> next;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (accept(found[i])) continue;
      IntervalBox first, second;
      if (!halve(open[i], face, dim, face.size(), &first, &second)) return false;
      next.push_back(std::move(first));
      next.push_back(std::move(second));
    }
    open = std::move(next);
  }
  return true;
}

std::vector<double> identity(std::size_t n) {
  std::vector<double> u(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) u[i * n + i] = 1;
  return u;
}

/// +1 or −1 if row `i` of U·v_P has that sign on the face, else 0.
int sign_on_face(const JointProblem& problem, const ParameterCell& cell, const ExistenceProof& proof, const std::vector<double>& u, std::size_t i, bool high,
                 std::size_t* budget) {
  bool positive = false, negative = false;
  const auto values = [&](const std::vector<IntervalBox>& boxes) { return rows_on(problem, proof.prefix, u, boxes); };
  const bool covered = cover(joint_box(face_of(proof.box, i, high), cell), problem.dim, budget, values, [&](const std::vector<Interval>& w) {
    positive = positive || is_positive(w[i]);
    negative = negative || is_negative(w[i]);
    return excludes_zero(w[i]);
  });
  return !covered || positive == negative ? 0 : positive ? 1 : -1;
}

bool opposite_faces(const JointProblem& problem, const ParameterCell& cell, const ExistenceProof& proof, const std::vector<double>& u, std::size_t budget) {
  for (std::size_t i = 0; i < problem.dim; ++i) {
    const int low = sign_on_face(problem, cell, proof, u, i, false, &budget);
    if (low == 0 || sign_on_face(problem, cell, proof, u, i, true, &budget) != -low) return false;
  }
  return true;
}

bool nonsingular(const std::vector<double>& u, std::size_t n) {
  RationalMatrix exact(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      if (!std::isfinite(u[i * n + j])) return false;
      exact.at(i, j) = rational_exact(u[i * n + j]);
    }
  return determinant_sign_exact(exact) != 0;
}

/// A piece of an edge, with the strict signs of the components of v on it; 0: unknown.
struct Arc {
  IntervalBox box;
  std::array<int, 2> signs{0, 0};
};

/// Signs of both components on pieces of an edge, in the direction of travel; empty if v may vanish.
std::vector<Arc> arcs_of(const JointProblem& problem, const ExistenceProof& proof, const IntervalBox& edge, bool upwards, std::size_t* budget) {
  std::vector<Arc> arcs{{edge, {}}};
  const std::vector<double> u = identity(2);
  for (std::size_t level = 0;; ++level) {
    std::vector<IntervalBox> open;
    for (const Arc& arc : arcs)
      if (arc.signs[0] == 0 && arc.signs[1] == 0) open.push_back(arc.box);
    if (open.empty()) return arcs;
    if (*budget < open.size() || level > kMostEdgeHalvings) return {};
    *budget -= open.size();
    const auto found = rows_on(problem, proof.prefix, u, open);
    std::vector<Arc> next;
    std::size_t asked = 0;
    for (Arc& arc : arcs) {
      if (arc.signs[0] != 0 || arc.signs[1] != 0) {
        next.push_back(std::move(arc));
        continue;
      }
      const std::vector<Interval>& v = found[asked++];
      for (std::size_t k = 0; k < 2; ++k) arc.signs[k] = is_positive(v[k]) ? 1 : is_negative(v[k]) ? -1 : 0;
      if (arc.signs[0] != 0 || arc.signs[1] != 0) {
        next.push_back(std::move(arc));
        continue;
      }
      Arc first{{}, {}}, second{{}, {}};
      if (!halve(arc.box, edge, problem.dim, problem.dim, &first.box, &second.box)) return {};
      next.push_back(upwards ? std::move(first) : std::move(second));
      next.push_back(upwards ? std::move(second) : std::move(first));
    }
    arcs = std::move(next);
  }
}

/// On each arc some component has one strict sign: a half-plane, numbered 0…3 by quarter turns. Consecutive arcs share a point, so
/// consecutive half-planes are equal or neighbours, and the quarter turns add up to four times the winding number.
std::optional<int> winding_in_the_plane(const JointProblem& problem, const ParameterCell& cell, const ExistenceProof& proof, std::size_t budget) {
  std::vector<int> half_planes;
  const std::array<std::pair<std::size_t, bool>, 4> edges{{{1, false}, {0, true}, {1, true}, {0, false}}};  // counter-clockwise
  for (std::size_t k = 0; k < 4; ++k) {
    const auto arcs = arcs_of(problem, proof, joint_box(face_of(proof.box, edges[k].first, edges[k].second), cell), k < 2, &budget);
    if (arcs.empty()) return std::nullopt;
    for (const Arc& arc : arcs) half_planes.push_back(arc.signs[0] != 0 ? (arc.signs[0] > 0 ? 0 : 2) : (arc.signs[1] > 0 ? 1 : 3));
  }
  int turns = 0;
  for (std::size_t k = 0; k < half_planes.size(); ++k) {
    const int step = (half_planes[(k + 1) % half_planes.size()] - half_planes[k] + 4) % 4;
    if (step == 2) return std::nullopt;
    turns += step == 3 ? -1 : step;
  }
  return turns / 4;
}

std::optional<int> winding_on_the_line(const JointProblem& problem, const ParameterCell& cell, const ExistenceProof& proof, std::size_t budget) {
  const int low = sign_on_face(problem, cell, proof, identity(1), 0, false, &budget), high = sign_on_face(problem, cell, proof, identity(1), 0, true, &budget);
  if (low == 0 || high == 0) return std::nullopt;
  return (high - low) / 2;
}

bool is_extremum(const JointProblem& problem, const ParameterCell& cell, const ExistenceProof& proof, std::size_t budget) {
  for (std::size_t k = 0; k < problem.dim; ++k)
    if (!(proof.box.lower[k] < proof.numbers[k] && proof.numbers[k] < proof.box.upper[k])) return false;
  const auto values = [&](const std::vector<IntervalBox>& boxes) { return differences_on(problem, proof.numbers, boxes); };
  const bool minimum = proof.rule == ExistenceRule::minimum;
  for (std::size_t i = 0; i < problem.dim; ++i)
    for (const bool high : {false, true})
      if (!cover(joint_box(face_of(proof.box, i, high), cell), problem.dim, &budget, values,
                 [&](const Interval& difference) { return minimum ? is_positive(difference) : is_negative(difference); }))
        return false;
  return true;
}

}  // namespace

std::optional<int> winding_number(const JointProblem& problem, const ParameterCell& cell, std::size_t prefix, const Box& box, std::size_t budget) {
  const ExistenceProof proof{ExistenceRule::winding, prefix, box, {}};
  if (problem.family.widths[prefix] != problem.dim || problem.dim > 2) return std::nullopt;
  return problem.dim == 1 ? winding_on_the_line(problem, cell, proof, budget) : winding_in_the_plane(problem, cell, proof, budget);
}

bool proves_existence(const JointProblem& problem, const ParameterCell& cell, const ExistenceProof& proof, std::size_t budget) {
  switch (proof.rule) {
    case ExistenceRule::sign_change: return opposite_faces(problem, cell, proof, identity(1), budget);
    case ExistenceRule::opposite_faces: return nonsingular(proof.numbers, problem.dim) && opposite_faces(problem, cell, proof, proof.numbers, budget);
    case ExistenceRule::winding: return winding_number(problem, cell, proof.prefix, proof.box, budget).value_or(0) != 0;
    case ExistenceRule::minimum:
    case ExistenceRule::maximum: break;
  }
  return is_extremum(problem, cell, proof, budget);
}

}  // namespace narrows
