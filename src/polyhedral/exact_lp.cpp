#include "polyhedral/exact_lp.hpp"

#include <memory>
#include <stdexcept>

#include "arith/rational_solve.hpp"

#define GMPRATIONAL
#include <cddlib/setoper.h>
// setoper.h comes first: cdd.h needs it.
#include <cddlib/cdd.h>

namespace narrows {
namespace {

struct FreeMatrix {
  void operator()(dd_MatrixPtr m) const { dd_FreeMatrix(m); }
};
struct FreeProgram {
  void operator()(dd_LPPtr lp) const { dd_FreeLPData(lp); }
};
struct FreePolyhedron {
  void operator()(dd_PolyhedraPtr p) const { dd_FreePolyhedra(p); }
};
using Matrix = std::unique_ptr<dd_MatrixType, FreeMatrix>;
using Program = std::unique_ptr<dd_LPType, FreeProgram>;
using Polyhedron = std::unique_ptr<dd_PolyhedraType, FreePolyhedron>;

void start_cddlib() {
  static const bool started = (dd_set_global_constants(), true);
  (void)started;
}

void require(bool good, const char* what) {
  if (!good) throw std::logic_error(what);
}

/// cddlib's rows are (a_0, a_1, …, a_d).
void write_row(mytype* row, const std::vector<Integer>& half_space) {
  const std::size_t d = half_space.size() - 1;
  mpq_set_z(row[0], half_space[d].backend().data());
  for (std::size_t i = 0; i < d; ++i) mpq_set_z(row[i + 1], half_space[i].backend().data());
}

Matrix matrix_of(const HalfSpaces& polyhedron, std::size_t dim, std::size_t more_rows) {
  start_cddlib();
  Matrix m(dd_CreateMatrix(static_cast<dd_rowrange>(polyhedron.size() + more_rows), static_cast<dd_colrange>(dim + 1)));
  m->representation = dd_Inequality;
  m->numbtype = dd_Rational;
  for (std::size_t i = 0; i < polyhedron.size(); ++i) write_row(m->matrix[i], polyhedron[i]);
  return m;
}

}  // namespace

std::optional<RationalPoint> point_where_negative(const HalfSpaces& polyhedron, const std::vector<Integer>& objective) {
  const std::size_t dim = objective.size() - 1;
  const Matrix m = matrix_of(polyhedron, dim, 1);
  std::vector<Integer> floor = objective;  // objective + 1 >= 0: every program is bounded
  floor[dim] += 1;
  write_row(m->matrix[polyhedron.size()], floor);
  write_row(m->rowvec, objective);
  m->objective = dd_LPmin;
  dd_ErrorType error = dd_NoError;
  const Program lp(dd_Matrix2LP(m.get(), &error));
  require(error == dd_NoError && lp, "cddlib: no linear program");
  dd_LPSolve(lp.get(), dd_DualSimplex, &error);
  require(error == dd_NoError, "cddlib: the linear program was not solved");
  if (lp->LPS == dd_Inconsistent || lp->LPS == dd_StrucInconsistent) return std::nullopt;
  require(lp->LPS == dd_Optimal, "cddlib: a bounded linear program without optimum");
  if (mpq_sgn(lp->optvalue) >= 0) return std::nullopt;
  RationalPoint at(dim);
  for (std::size_t i = 0; i < dim; ++i) mpq_set(at[i].backend().data(), lp->sol[i + 1]);
  return at;
}

std::vector<std::vector<Integer>> generators_of(const HalfSpaces& polyhedron, std::size_t dim) {
  const Matrix m = matrix_of(polyhedron, dim, 0);
  dd_ErrorType error = dd_NoError;
  const Polyhedron poly(dd_DDMatrix2Poly(m.get(), &error));
  require(error == dd_NoError && poly, "cddlib: no vertices");
  const Matrix found(dd_CopyGenerators(poly.get()));
  std::vector<std::vector<Integer>> generators;
  for (dd_rowrange i = 0; i < found->rowsize; ++i) {
    RationalPoint row(dim + 1);  // x1 … xd, x0
    for (std::size_t j = 0; j < dim; ++j) mpq_set(row[j].backend().data(), found->matrix[i][j + 1]);
    mpq_set(row[dim].backend().data(), found->matrix[i][0]);
    row = primitive_multiple(std::move(row));
    std::vector<Integer> generator;
    for (const Rational& x : row) generator.emplace_back(numerator(x));
    generators.push_back(generator);
    if (!set_member(i + 1, found->linset)) continue;
    for (Integer& x : generator) x = -x;
    generators.push_back(std::move(generator));
  }
  return generators;
}

}  // namespace narrows
