#include "arith/verified_definite.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "arith/dense_kernels.hpp"
#include "arith/isa.hpp"
#include "arith/lanczos.hpp"
#include "arith/rational_matrix.hpp"
#include "support/random_cases.hpp"

using namespace narrows;
using namespace narrows::test;

namespace {

DenseMatrix<double> random_matrix(RandomCases* random, std::size_t rows, std::size_t cols) {
  DenseMatrix<double> a(rows, cols);
  for (double& x : a.entries) x = random->integer(0, 5) == 0 ? random->integer(-2, 2) : random->uniform(-1, 1);
  return a;
}

RationalMatrix exact(const DenseMatrix<double>& a) {
  return map_entries<Rational>(a, [](double x) { return rational_exact(x); });
}

/// A Aᵀ rounded, plus `shift` on the diagonal, symmetric.
DenseMatrix<double> gram(const DenseMatrix<double>& a, double shift) {
  DenseMatrix<double> g = product(a, transpose(a));
  for (std::size_t i = 0; i < g.rows; ++i) {
    g.at(i, i) += shift;
    for (std::size_t j = 0; j < i; ++j) g.at(i, j) = g.at(j, i);
  }
  return g;
}

}  // namespace

TEST_CASE("what is called positive definite is so exactly, and clear cases are found") {
  RandomCases random(11);
  int proved = 0, definite = 0;
  for (int trial = 0; trial < cases(400, 4000); ++trial) {
    const auto n = static_cast<std::size_t>(random.integer(1, 7)), k = static_cast<std::size_t>(random.integer(1, 7));
    const double shift = std::ldexp(random.uniform(-1, 1), random.integer(-54, 2));
    const DenseMatrix<double> a = gram(random_matrix(&random, n, k), shift);
    const bool truth = is_positive_definite_exact(exact(a)), found = is_positive_definite_verified(a);
    INFO("trial " << trial << " n " << n << " shift " << shift);
    if (found) REQUIRE(truth);
    if (truth && shift > 1e-12) REQUIRE(found);
    proved += found ? 1 : 0;
    definite += truth ? 1 : 0;
  }
  CHECK(proved > definite / 2);
  CHECK(definite > proved);
}

TEST_CASE("the radius counts: a matrix is not proved when one that near is singular") {
  const DenseMatrix<double> a(2, 2, {2, 1, 1, 2});  // eigenvalues 1 and 3
  CHECK(is_positive_definite_verified(a, 0.999999));
  CHECK_FALSE(is_positive_definite_verified(a, 1));
  CHECK_FALSE(is_positive_definite_verified(a, std::nan("")));
  CHECK_FALSE(is_positive_definite_verified(a, -1));
}

TEST_CASE("matrices that are no matrices prove nothing") {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::nan("");
  CHECK_FALSE(is_positive_definite_verified(DenseMatrix<double>()));
  CHECK_FALSE(is_positive_definite_verified(DenseMatrix<double>(1, 2, {1, 0})));
  for (const double bad : {infinity, -infinity, nan}) {
    CHECK_FALSE(is_positive_definite_verified(DenseMatrix<double>(2, 2, {1, bad, bad, 1})));
    CHECK_FALSE(is_positive_definite_verified(DenseMatrix<double>(2, 2, {bad, 0, 0, 1})));
    CHECK_FALSE(is_positive_definite_verified(DenseMatrix<double>(2, 2, {1, 0, 0, bad})));
  }
  CHECK_FALSE(is_positive_definite_verified(DenseMatrix<double>(1, 1, {1e-320})));  // lost in what underflow may do
}

TEST_CASE("spectral norms are bounded from above, tightly for small matrices") {
  RandomCases random(12);
  for (int trial = 0; trial < cases(200, 2000); ++trial) {
    const auto rows = static_cast<std::size_t>(random.integer(1, 6)), cols = static_cast<std::size_t>(random.integer(1, 6));
    const DenseMatrix<double> a = random_matrix(&random, rows, cols);
    const double bound = spectral_norm_upper(a);
    const auto square_less_gram = [&](double scale) {  // (scale·bound)² I − A Aᵀ, exactly
      const RationalMatrix e = exact(a);
      RationalMatrix m = product(e, transpose(e));
      for (Rational& x : m.entries) x = -x;
      for (std::size_t i = 0; i < m.rows; ++i) m.at(i, i) += rational_exact(scale * bound) * rational_exact(scale * bound);
      return is_positive_definite_exact(m);
    };
    INFO("trial " << trial << " bound " << bound);
    if (bound < 1e-100) continue;  // the zero matrix
    REQUIRE(square_less_gram(1 + 1e-15));
    REQUIRE_FALSE(square_less_gram(1 - 1e-12));
    REQUIRE(spectral_norm_upper(a, 0.5) > bound);
  }
  CHECK(spectral_norm_upper(DenseMatrix<double>(2, 2)) < 1e-100);
  CHECK(std::isinf(spectral_norm_upper(DenseMatrix<double>(1, 2, {1, std::nan("")}))));
}

TEST_CASE("a wide matrix is decided next to its smallest eigenvalue") {
  constexpr std::size_t n = 300;
  RandomCases random(13);
  DenseMatrix<double> a = random_matrix(&random, n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) a.at(i, j) = a.at(j, i);
  const auto apply = [&](const double* x, double* y) { dense_kernels().apply(a.entries.data(), x, y, n, n); };
  const double smallest = smallest_eigenvalue_approx(n, apply, n).value;
  const auto shifted = [&](double shift) {
    DenseMatrix<double> b = a;
    for (std::size_t i = 0; i < n; ++i) b.at(i, i) += shift;
    return b;
  };
  CHECK(is_positive_definite_verified(shifted(-smallest + 1e-8)));
  CHECK_FALSE(is_positive_definite_verified(shifted(-smallest - 1e-8)));
}

TEST_CASE("the kernels of every instruction set at hand multiply and factor within the error bound") {
  std::vector<DenseKernels> all{portable::make_dense_kernels()};
#if defined(__x86_64__)
  if (is_available(Isa::avx2)) all.push_back(avx2::make_dense_kernels());
  if (is_available(Isa::avx512)) all.push_back(avx512::make_dense_kernels());
#endif
  RandomCases random(14);
  const DenseMatrix<double> a = random_matrix(&random, 37, 65), b = random_matrix(&random, 65, 41);
  const DenseMatrix<double> plain = product(a, b), definite = gram(a, 1);
  for (const DenseKernels& kernels : all) {
    DenseMatrix<double> c(37, 41), r = definite;
    kernels.multiply(a.entries.data(), b.entries.data(), c.entries.data(), 37, 65, 41);
    for (std::size_t i = 0; i < c.entries.size(); ++i) CHECK(std::fabs(c.entries[i] - plain.entries[i]) < 1e-13);
    REQUIRE(kernels.cholesky(r.entries.data(), 37));
    for (std::size_t i = 0; i < 37; ++i)
      for (std::size_t j = 0; j < i; ++j) r.at(i, j) = 0;
    const DenseMatrix<double> back = product(transpose(r), r);
    for (std::size_t i = 0; i < back.entries.size(); ++i) CHECK(std::fabs(back.entries[i] - definite.entries[i]) < 1e-12);
    DenseMatrix<double> indefinite = gram(a, -100);
    CHECK_FALSE(kernels.cholesky(indefinite.entries.data(), 37));
  }
}
