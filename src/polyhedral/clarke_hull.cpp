#include "polyhedral/clarke_hull.hpp"

#include <algorithm>
#include <utility>

#include "arith/rational_solve.hpp"

namespace narrows {
namespace {

constexpr std::size_t kMaxGradients = 24;

/// An entry of the state at x + t r for small t > 0: value + t·rate, with this gradient.
struct Entry {
  Rational value, rate;
  RationalPoint gradient;
};
using State = std::vector<Entry>;

void add_multiple(Entry* sum, const Rational& factor, const Entry& h) {
  if (factor == 0) return;
  sum->value += factor * h.value;
  sum->rate += factor * h.rate;
  for (std::size_t k = 0; k < h.gradient.size(); ++k) sum->gradient[k] += factor * h.gradient[k];
}

State affine_image(const AffineLayer& layer, const State& h) {
  State image(layer.rows, {Rational(0), Rational(0), RationalPoint(h[0].gradient.size())});
  for (std::size_t i = 0; i < layer.rows; ++i) {
    image[i].value = layer.bias[i];
    for (std::size_t j = 0; j < layer.cols; ++j)
      add_multiple(&image[i], layer.weight[i * layer.cols + j], h[j]);
  }
  return image;
}

/// Sign of the argument for small t > 0; nothing if it is 0 along the ray only.
std::optional<int> sign_ahead(const Entry& z) {
  if (z.value != 0) return z.value > 0 ? 1 : -1;
  if (z.rate != 0) return z.rate > 0 ? 1 : -1;
  if (std::any_of(z.gradient.begin(), z.gradient.end(), [](const Rational& g) { return g != 0; }))
    return std::nullopt;
  return 0;
}

std::optional<State> through(const std::vector<Layer>& layers, State h);

std::optional<State> activated(const ActivationLayer& layer, State h) {
  if (layer.function == Activation::identity) return h;
  const Rational slope = layer.function == Activation::relu ? Rational(0) : layer.alpha;
  for (Entry& z : h) {
    const auto sign = sign_ahead(z);
    if (!sign) return std::nullopt;
    if (*sign > 0) continue;
    z.value *= slope;
    z.rate *= slope;
    for (Rational& g : z.gradient) g *= slope;
  }
  return h;
}

std::optional<State> through(const Layer& layer, State h) {
  if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) return affine_image(*affine, h);
  if (const auto* activation = std::get_if<ActivationLayer>(&layer.value))
    return activated(*activation, std::move(h));
  const auto& block = std::get<ResidualLayer>(layer.value);
  const auto branch = through(block.branch, h);
  if (!branch) return std::nullopt;
  State sum(h.size(), {Rational(0), Rational(0), RationalPoint(h[0].gradient.size())});
  for (std::size_t i = 0; i < h.size(); ++i) {
    add_multiple(&sum[i], block.skip, h[i]);
    add_multiple(&sum[i], block.residual, (*branch)[i]);
  }
  return sum;
}

std::optional<State> through(const std::vector<Layer>& layers, State h) {
  for (const Layer& layer : layers) {
    auto image = through(layer, std::move(h));
    if (!image) return std::nullopt;
    h = std::move(*image);
  }
  return h;
}

struct Found {
  std::vector<RationalPoint> directions, gradients;
};

Found distinct_gradients(const Chain& chain, const RationalPoint& x,
                         const std::vector<RationalPoint>& directions) {
  Found found;
  for (const RationalPoint& r : directions) {
    if (found.gradients.size() == kMaxGradients) break;
    auto gradient = limiting_gradient(chain, x, r);
    if (!gradient ||
        std::find(found.gradients.begin(), found.gradients.end(), *gradient) != found.gradients.end())
      continue;
    found.directions.push_back(r);
    found.gradients.push_back(std::move(*gradient));
  }
  return found;
}

/// The weights of 0 as an affine combination of these gradients, if they are affinely independent and there are d + 1 of them.
std::optional<std::vector<Rational>> weights_of_zero(const Found& found,
                                                     const std::vector<std::size_t>& set) {
  const std::size_t n = set.size();
  RationalMatrix a(n, n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i + 1 < n; ++i) a.at(i, j) = found.gradients[set[j]][i];
    a.at(n - 1, j) = 1;
  }
  const auto inverse = inverse_exact(a);
  if (!inverse) return std::nullopt;
  std::vector<Rational> weights;
  for (std::size_t i = 0; i < n; ++i) weights.push_back(inverse->at(i, n - 1));
  return weights;
}

/// Next subset in lexicographic order; false after the last.
bool advance(std::vector<std::size_t>* set, std::size_t count) {
  for (std::size_t i = set->size(); i-- > 0;)
    if ((*set)[i] + (set->size() - i) < count) {
      ++(*set)[i];
      for (std::size_t j = i + 1; j < set->size(); ++j) (*set)[j] = (*set)[j - 1] + 1;
      return true;
    }
  return false;
}

}  // namespace

std::optional<RationalPoint> limiting_gradient(const Chain& chain, const RationalPoint& x,
                                               const RationalPoint& r) {
  State start;
  for (std::size_t i = 0; i < x.size(); ++i) {
    start.push_back({x[i], r[i], RationalPoint(x.size())});
    start.back().gradient[i] = 1;
  }
  auto end = through(chain.layers, std::move(start));
  if (!end) return std::nullopt;
  return std::move((*end)[0].gradient);
}

std::optional<ClarkeHull> clarke_hull(const Chain& chain, const RationalPoint& x,
                                      const std::vector<RationalPoint>& directions) {
  const Found found = distinct_gradients(chain, x, directions);
  const std::size_t n = x.size() + 1;
  if (found.gradients.size() < n) return std::nullopt;
  std::vector<std::size_t> set(n);
  for (std::size_t i = 0; i < n; ++i) set[i] = i;
  do {
    const auto weights = weights_of_zero(found, set);
    if (!weights || std::any_of(weights->begin(), weights->end(), [](const Rational& w) { return w < 0; }))
      continue;
    ClarkeHull hull{x, {}, {}, {}};
    for (std::size_t i = 0; i < n; ++i) {
      if ((*weights)[i] == 0) continue;
      hull.directions.push_back(found.directions[set[i]]);
      hull.gradients.push_back(found.gradients[set[i]]);
      hull.weights.push_back((*weights)[i]);
    }
    return hull;
  } while (advance(&set, found.gradients.size()));
  return std::nullopt;
}

}  // namespace narrows
