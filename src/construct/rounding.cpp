#include "construct/rounding.hpp"

#include <algorithm>

#include "arith/interval.hpp"
#include "base/errors.hpp"
#include "construct/digit_form.hpp"
#include "construct/grid_claims.hpp"

namespace narrows {

Rational nearest_double(const Rational& x) {
  const Interval around = enclose(x);
  if (!is_finite(around))
    throw InputError("ONNX", "a weight is beyond the range of doubles",
                     "use a larger share of the flanks or ramps, or leave the ONNX file out");
  const Rational below = rational_exact(around.lower()), above = rational_exact(around.upper());
  return x - below <= above - x ? below : above;
}

namespace {

void round_all(std::vector<Rational>* numbers) {
  for (Rational& x : *numbers) x = nearest_double(x);
}

Rational largest_magnitude(const LineRange& range) {
  return std::max(Rational(abs(range.least)), Rational(abs(range.greatest)));
}

Rational distance_on(const LineFunction& f, const LineFunction& g, const Rational& a, const Rational& b) {
  LineFunction difference = g;
  difference.multiply(-1);
  difference.add(f);
  return largest_magnitude(range_on(difference, a, b));
}

Rational steepest(const LineFunction& f) {
  Rational most;
  for (std::size_t k = 0; k <= f.x().size(); ++k) most = std::max(most, Rational(abs(f.slope(k))));
  return most;
}

std::vector<const LineFunction*> parts_of(const DigitForm& form) {
  std::vector<const LineFunction*> parts{&form.phi};
  for (const LineFunction& s : form.stairs) parts.push_back(&s);
  return parts;
}

}  // namespace

OneNeuronNetwork rounded(const OneNeuronNetwork& net) {
  OneNeuronNetwork result = net;
  for (OneNeuronBlock& block : result.blocks) {
    round_all(&block.u);
    round_all(&block.v);
    block.b = nearest_double(block.b);
  }
  round_all(&result.output);
  return result;
}

ConvResNet rounded(const ConvResNet& net) {
  ConvResNet result = net;
  for (auto& block : result.blocks)
    for (ConvLayer& layer : block) {
      round_all(&layer.weight);
      round_all(&layer.bias);
    }
  round_all(&result.output);
  result.bias = nearest_double(result.bias);
  return result;
}

std::optional<Rational> distance_on_cube(const OneNeuronNetwork& a, const OneNeuronNetwork& b) {
  if (a.dim == 1) return distance_on(line_form(a), line_form(b), 0, 1);
  std::string why;
  const auto exact = digit_form(a, &why), other = digit_form(b, &why);
  if (!exact || !other) return std::nullopt;
  // |G̃(z̃) − G(z)| <= |G̃(z̃) − G(z̃)| + |G(z̃) − G(z)|.
  Rational shift, least, greatest;
  const auto exact_parts = parts_of(*exact), other_parts = parts_of(*other);
  for (std::size_t i = 0; i < exact_parts.size(); ++i) {
    shift += distance_on(*exact_parts[i], *other_parts[i], 0, 1);
    const LineRange z = range_on(*other_parts[i], 0, 1);
    least += z.least;
    greatest += z.greatest;
  }
  return distance_on(exact->code, other->code, least, greatest) + steepest(exact->code) * shift;
}

namespace {

double upper(const Rational& x) {
  return magnitude(enclose(x));
}

/// Of one unit: |z| of the first network, and |z̃ − z|.
struct Size {
  double magnitude = 0, difference = 0;
};

/// add_upper, exact where there is nothing to add.
void grow(double* sum, double by) {
  if (by != 0) *sum = *sum == 0 ? by : add_upper(*sum, by);
}

/// relu is 1-Lipschitz and takes 0 to 0.
std::vector<Size> apply(const ConvLayer& a, const ConvLayer& b, const std::vector<Size>& z,
                        std::size_t positions) {
  std::vector<Size> y(a.outputs * positions);
  for (std::size_t j = 0; j < a.outputs; ++j)
    for (std::size_t i = 0; i < positions; ++i) {
      Size& out = y[j * positions + i];
      out = {upper(a.bias[j]), upper(b.bias[j] - a.bias[j])};
      for (std::size_t l = 0; l < a.inputs; ++l)
        for (std::size_t k = 0; k < a.taps && i + k < positions; ++k) {
          const std::size_t w = (j * a.inputs + l) * a.taps + k;
          if (a.weight[w] == 0 && b.weight[w] == 0) continue;
          const Size& in = z[l * positions + i + k];
          grow(&out.magnitude, mul_upper(upper(a.weight[w]), in.magnitude));
          grow(&out.difference, mul_upper(upper(b.weight[w]), in.difference));
          grow(&out.difference, mul_upper(upper(b.weight[w] - a.weight[w]), in.magnitude));
        }
    }
  return y;
}

}  // namespace

double distance_on_cube(const ConvResNet& a, const ConvResNet& b) {
  std::vector<Size> input(a.channels * a.positions), total = input;
  for (std::size_t i = 0; i < a.positions; ++i) input[i] = total[i] = {1, 0};
  for (std::size_t m = 0; m < a.blocks.size(); ++m) {
    std::vector<Size> z = input;
    for (std::size_t l = 0; l < a.blocks[m].size(); ++l)
      z = apply(a.blocks[m][l], b.blocks[m][l], z, a.positions);
    for (std::size_t at = a.positions; at < z.size(); ++at) {
      grow(&total[at].magnitude, z[at].magnitude);
      grow(&total[at].difference, z[at].difference);
    }
  }
  double sum = upper(b.bias - a.bias);
  for (std::size_t at = 0; at < total.size(); ++at) {
    grow(&sum, mul_upper(upper(b.output[at]), total[at].difference));
    grow(&sum, mul_upper(upper(b.output[at] - a.output[at]), total[at].magnitude));
  }
  return sum;
}

}  // namespace narrows
