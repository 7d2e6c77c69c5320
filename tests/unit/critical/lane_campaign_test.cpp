// Many boxes against plain double evaluation: a coarse oracle (relative tolerance 1e-9) that is fast enough for millions of points.
// The fine one, in high precision, is lane_soundness_test.cpp.
#include <catch2/catch.hpp>

#include <cmath>
#include <random>

#include "critical/problem.hpp"
#include "support/random_cases.hpp"

using namespace narrows;

namespace {

constexpr double kTolerance = 1e-9;
using Vector = std::vector<double>;

// h ← h + step·tanh(W h + b), `depth` times, then w·h; everything as doubles and as an exact network.
struct Specimen {
  std::size_t dim = 0, depth = 0;
  double step = 0;
  std::vector<Vector> weight, bias;
  Vector row;

  explicit Specimen(std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    dim = 1 + random() % 4;
    depth = 1 + random() % 6;
    step = random() % 4 == 0 ? -0.5 : 0.25 * static_cast<double>(1 + random() % 5);
    for (std::size_t l = 0; l < depth; ++l) {
      Vector w(dim * dim), b(dim);
      for (double& x : w) x = normal(random);
      for (double& x : b) x = normal(random);
      weight.push_back(w);
      bias.push_back(b);
    }
    row.resize(dim);
    for (double& x : row) x = normal(random);
  }

  [[nodiscard]] Chain chain() const {
    const auto exact = [](const Vector& v) { return std::vector<Rational>(v.begin(), v.end()); };
    Network network;
    network.input_dim = dim;
    for (std::size_t l = 0; l < depth; ++l)
      network.layers.push_back({ResidualLayer{1, Rational(step), {{AffineLayer{dim, dim, exact(weight[l]), exact(bias[l])}}, {ActivationLayer{Activation::tanh, 0}}}}});
    network.layers.push_back({AffineLayer{1, dim, exact(row), {0}}});
    return make_chain(network, {}, "specimen");
  }
};

// Φ, v_P for every P (v[P]), and the sign of det J_l up to tolerance, at one point.
struct AtPoint {
  double output = 0;
  std::vector<Vector> v;
  Vector determinant;
};

double determinant(Vector a, std::size_t n) {
  double det = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::fabs(a[i * n + k]) > std::fabs(a[pivot * n + k])) pivot = i;
    if (a[pivot * n + k] == 0) return 0;
    if (pivot != k) {
      for (std::size_t j = 0; j < n; ++j) std::swap(a[pivot * n + j], a[k * n + j]);
      det = -det;
    }
    det *= a[k * n + k];
    for (std::size_t i = k + 1; i < n; ++i)
      for (std::size_t j = n; j-- > k;) a[i * n + j] -= a[i * n + k] / a[k * n + k] * a[k * n + j];
  }
  return det;
}

AtPoint evaluate(const Specimen& net, Vector h) {
  const std::size_t n = net.dim;
  AtPoint at;
  std::vector<Vector> jacobians;
  for (std::size_t l = 0; l < net.depth; ++l) {
    Vector next = h, jacobian(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      double z = net.bias[l][i];
      for (std::size_t j = 0; j < n; ++j) z += net.weight[l][i * n + j] * h[j];
      next[i] += net.step * std::tanh(z);
      const double slope = 1 / (std::cosh(z) * std::cosh(z));
      for (std::size_t j = 0; j < n; ++j) jacobian[i * n + j] = net.step * slope * net.weight[l][i * n + j] + (i == j ? 1 : 0);
    }
    h = next;
    at.determinant.push_back(determinant(jacobian, n));
    jacobians.push_back(std::move(jacobian));
  }
  for (std::size_t i = 0; i < n; ++i) at.output += net.row[i] * h[i];
  at.v.assign(net.depth + 1, net.row);
  for (std::size_t l = net.depth; l-- > 0;) {
    at.v[l].assign(n, 0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) at.v[l][j] += at.v[l + 1][i] * jacobians[l][i * n + j];
  }
  return at;
}

// Signs seen so far among values that are clearly not zero.
struct Signs {
  bool positive = false, negative = false;
  void add(double x, double scale) {
    positive = positive || x > kTolerance * scale;
    negative = negative || x < -kTolerance * scale;
  }
  [[nodiscard]] bool conflict() const { return positive && negative; }
};

double size_of(const Vector& v) {
  double sum = 0;
  for (const double x : v) sum += std::fabs(x);
  return sum;
}

bool contradicts(const LaneVerdict& verdict, const std::vector<AtPoint>& points, std::size_t dim) {
  if (verdict.outcome == LaneVerdict::Outcome::open) return false;
  const bool all = verdict.outcome == LaneVerdict::Outcome::layers_regular;
  const std::size_t depth = points[0].determinant.size(), prefix = all ? depth : verdict.prefix;
  for (std::size_t l = 0; l < prefix && l < depth; ++l) {
    Signs signs;
    for (const AtPoint& at : points) signs.add(at.determinant[l], 1);
    if (signs.conflict()) return true;
  }
  if (all) return false;
  Signs signs;
  for (const AtPoint& at : points) {
    double sum = 0, scale = 0;
    for (std::size_t j = 0; j < dim; ++j) {
      sum += verdict.direction[j] * at.v[prefix][j];
      scale += std::fabs(verdict.direction[j] * at.v[prefix][j]);
    }
    signs.add(sum, scale);
  }
  return signs.conflict();
}

bool outside(const double* bounds, double x, double scale) {
  return x < bounds[0] - kTolerance * (1 + scale) || x > bounds[1] + kTolerance * (1 + scale);
}

}  // namespace

TEST_CASE("ten points in each of many random boxes contradict no verdict and no enclosure") {
  constexpr std::size_t batch = 64, samples = 10;
  std::mt19937_64 random(20);
  std::uniform_real_distribution<double> unit(0, 1);
  std::size_t proved = 0;
  for (std::size_t done = 0; done < static_cast<std::size_t>(test::cases(65'536, 1'000'000)); done += batch) {
    const Specimen net(random);
    const Problem problem(net.chain(), {});
    REQUIRE(problem.lanes);
    Vector lower, upper;
    for (std::size_t b = 0; b < batch; ++b) {
      const double width = std::pow(10, 4.6 * unit(random) - 4);
      for (std::size_t k = 0; k < net.dim; ++k) {
        lower.push_back(6 * unit(random) - 3);
        upper.push_back(lower.back() + width * unit(random));
      }
    }
    std::vector<LaneVerdict> affine(batch), sharp[kSharpForms];
    std::vector<LaneDerivative> derivative(batch);
    problem.lanes->test(lower.data(), upper.data(), batch, affine.data());
    for (std::size_t f = 0; f < kSharpForms; ++f) {
      sharp[f].resize(batch);
      problem.lanes->test_stubborn(static_cast<SharpForm>(f), lower.data(), upper.data(), batch, sharp[f].data());
    }
    problem.lanes->derivative(0, lower.data(), upper.data(), batch, derivative.data());
    for (std::size_t b = 0; b < batch; ++b) {
      proved += sharp[kSharpForms - 1][b].outcome != LaneVerdict::Outcome::open;
      std::vector<AtPoint> points;
      for (std::size_t s = 0; s < samples; ++s) {
        Vector x;
        for (std::size_t k = 0; k < net.dim; ++k) {
          const double t = s < 4 ? static_cast<double>((s >> k) & 1) : unit(random);
          x.push_back(std::fmin(upper[b * net.dim + k], lower[b * net.dim + k] + t * (upper[b * net.dim + k] - lower[b * net.dim + k])));
        }
        points.push_back(evaluate(net, x));
      }
      INFO("box " << done + b << ", dimension " << net.dim << ", depth " << net.depth << ", step " << net.step);
      if (contradicts(affine[b], points, net.dim)) FAIL("affine verdict");
      for (std::size_t f = 0; f < kSharpForms; ++f)
        if (contradicts(sharp[f][b], points, net.dim)) FAIL("verdict of sharp form " << f);
      for (const AtPoint& at : points) {
        if (outside(derivative[b].output, at.output, std::fabs(at.output))) FAIL("output");
        for (std::size_t j = 0; j < net.dim; ++j)
          if (outside(derivative[b].value + 2 * j, at.v[0][j], size_of(at.v[0]))) FAIL("row vector");
      }
    }
  }
  CHECK(proved > 0);
}
