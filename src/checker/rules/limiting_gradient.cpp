// Rule `limiting-gradient`: a gradient that Φ has at points as near to x as one likes.
//
// For all small t > 0 the argument of a neuron at x + t·r is z + t·ż, positive, negative, or 0 for all of them; in the last case its
// gradient has to vanish, so that it is 0 round x + t·r. Layer by layer, the network is therefore affine round x + t·r, with slopes
// that the signs tell.
#include "checker/rules/clarke.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_bits = 131072;

/// The value h and the rate ḣ along r of the state at x + t·r, and its Jacobian J there.
struct State {
  std::vector<Rational> value, rate;
  RationalMatrix jacobian;
};

void require_short(const Rational& x, const std::string& place) {
  if (mpz_sizeinbase(x.get_num_mpz_t(), 2) + mpz_sizeinbase(x.get_den_mpz_t(), 2) > max_bits)
    reject(place, "limiting-gradient", Reason::limit, "long numbers", "at most 131072 bits");
}

void require_short(const State& s, const std::string& place) {
  for (const auto* numbers : {&s.value, &s.rate, &s.jacobian.entries}) {
    for (const Rational& x : *numbers) require_short(x, place);
  }
}

/// W·X for a matrix of `columns` columns. Denominators multiply from term to term: each sum is watched.
std::vector<Rational> times(const RationalMatrix& w, const std::vector<Rational>& x, std::size_t columns,
                            const std::string& place) {
  std::vector<Rational> y(w.rows * columns);
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t k = 0; k < w.cols; ++k) {
      y[i] += w.at(i / columns, k) * x[k * columns + i % columns];
      require_short(y[i], place);
    }
  }
  return y;
}

State affine(const Layer& layer, const State& s, const std::string& place) {
  State y{times(layer.weight, s.value, 1, place), times(layer.weight, s.rate, 1, place),
          RationalMatrix(layer.outputs, s.jacobian.cols)};
  y.jacobian.entries = times(layer.weight, s.jacobian.entries, s.jacobian.cols, place);
  for (std::size_t i = 0; i < y.value.size(); ++i) y.value[i] += layer.bias[i];
  return y;
}

State activated(const Activation& a, State s, const std::string& place) {
  if (a.function == Function::identity) return s;
  if (a.function != Function::relu && a.function != Function::leaky_relu)
    reject(place, "limiting-gradient", Reason::inapplicable, "a smooth activation",
           "relu, leaky_relu or identity");
  const Rational below = a.function == Function::relu ? Rational(0) : a.alpha;
  for (std::size_t i = 0; i < s.value.size(); ++i) {
    const int sign = s.value[i] != 0 ? sgn(s.value[i]) : sgn(s.rate[i]);
    const Rational slope = sign > 0 ? Rational(1) : sign < 0 ? below : Rational(0);
    for (std::size_t j = 0; j < s.jacobian.cols; ++j) {
      if (sign == 0 && s.jacobian.at(i, j) != 0)
        reject(place, "limiting-gradient", Reason::not_proved, "the direction lies in a kink",
               "a direction off all kinks");
      s.jacobian.at(i, j) *= slope;
    }
    s.value[i] *= slope;
    s.rate[i] *= slope;
  }
  return s;
}

State through(const std::vector<Layer>& layers, State s, const std::string& place);

/// εh + δ·branch(h), and the same of rates and Jacobians.
State residual(const Layer& layer, const State& s, const std::string& place) {
  State y = through(layer.branch, s, place);
  const auto combine = [&](std::vector<Rational>& to, const std::vector<Rational>& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = layer.skip * from[i] + layer.residual * to[i];
  };
  combine(y.value, s.value);
  combine(y.rate, s.rate);
  combine(y.jacobian.entries, s.jacobian.entries);
  return y;
}

State through(const std::vector<Layer>& layers, State s, const std::string& place) {
  for (const Layer& layer : layers) {
    if (layer.kind == LayerKind::affine) {
      s = affine(layer, s, place);
    } else if (layer.kind == LayerKind::activation) {
      s = activated(layer.activation, std::move(s), place);
    } else if (layer.kind == LayerKind::residual) {
      s = residual(layer, s, place);
    } else {
      reject(place, "limiting-gradient", Reason::inapplicable, "another layer",
             "affine, activation or residual");
    }
    require_short(s, place);
  }
  return s;
}

}  // namespace

std::vector<Rational> limiting_gradient(const std::vector<Layer>& chain, const std::vector<Rational>& x,
                                        const std::vector<Rational>& r, const std::string& place) {
  return through(chain, {x, r, identity_matrix<Rational>(x.size())}, place).jacobian.entries;
}

}  // namespace narrows::checker
