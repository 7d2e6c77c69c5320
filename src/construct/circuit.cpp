#include "construct/circuit.hpp"

#include <algorithm>

namespace narrows {

Form operator+(Form a, const Form& b) {
  for (std::size_t i = 0; i < a.weight.size(); ++i)
    if (b.weight[i] != 0) a.weight[i] += b.weight[i];
  a.bias += b.bias;
  return a;
}
Form operator*(Form a, const Rational& factor) {
  for (Rational& x : a.weight)
    if (x != 0) x *= factor;
  a.bias *= factor;
  return a;
}
Form operator-(Form a, const Form& b) { return std::move(a) + b * Rational(-1); }
Form operator+(Form a, const Rational& shift) {
  a.bias += shift;
  return a;
}

Form Circuit::unit(std::size_t i) const {
  Form form = constant(0);
  form.weight[i] = 1;
  return form;
}

void Circuit::layer(const std::vector<Form>& forms) {
  AffineLayer layer;
  layer.rows = forms.size();
  layer.cols = units_;
  for (const Form& form : forms) {
    layer.weight.insert(layer.weight.end(), form.weight.begin(), form.weight.end());
    layer.bias.push_back(form.bias);
  }
  units_ = forms.size();
  hidden_.push_back(std::move(layer));
}

Circuit hat_circuit(const std::vector<Rational>& node, const Rational& h, const std::vector<std::size_t>& clipped) {
  const std::size_t D = node.size();
  Circuit circuit(D);
  std::vector<Form> forms;
  for (std::size_t k = 0; k < D; ++k) {
    forms.push_back(circuit.unit(k) + Rational(-node[k]));
    forms.push_back(circuit.unit(k) * Rational(-1) + node[k]);
  }
  for (const std::size_t k : clipped) {
    forms.push_back(circuit.unit(k) + Rational(h - node[k]));
    forms.push_back(circuit.unit(k) + Rational(-h - node[k]));
  }
  circuit.layer(forms);
  // a = max(0, y_1 … y_r) and b = max(0, −y_1 … −y_r) as forms; y_{r+1} … y_D as differences of units; the clips.
  Form a = circuit.unit(0), b = circuit.unit(1);
  std::vector<Form> rest, clips;
  for (std::size_t k = 2; k < 2 * D; ++k) rest.push_back(circuit.unit(k));
  for (std::size_t k = 0; k < clipped.size(); ++k) clips.push_back(circuit.unit(2 * D + 2 * k) - circuit.unit(2 * D + 2 * k + 1));
  for (std::size_t r = 1; r < D; ++r) {
    const Form y = rest[0] - rest[1];
    forms = {a, y - a, b, y * Rational(-1) - b};
    forms.insert(forms.end(), rest.begin() + 2, rest.end());
    forms.insert(forms.end(), clips.begin(), clips.end());
    circuit.layer(forms);
    a = circuit.unit(0) + circuit.unit(1);
    b = circuit.unit(2) + circuit.unit(3);
    const std::size_t left = rest.size() - 2;
    rest.clear();
    for (std::size_t k = 0; k < left; ++k) rest.push_back(circuit.unit(4 + k));
    for (std::size_t k = 0; k < clips.size(); ++k) clips[k] = circuit.unit(4 + left + k);
  }
  forms = {circuit.constant(h) - a - b};
  forms.insert(forms.end(), clips.begin(), clips.end());
  circuit.layer(forms);
  return circuit;
}

Product multiply(Circuit* circuit, const Form& a, const Form& b, const Rational& h, unsigned m, const std::vector<Form>& carried) {
  const Rational half(1, 2);
  const Form sum = (a + b) * half, difference = (a - b) * half;
  std::vector<Form> forms = {sum, sum * Rational(-1), difference, difference * Rational(-1)};
  forms.insert(forms.end(), carried.begin(), carried.end());
  circuit->layer(forms);
  // q = g^{∘s}(p), scaled by h; square = p − Σ g^{∘s}(p)/4^s so far.
  std::vector<Form> q = {circuit->unit(0) + circuit->unit(1), circuit->unit(2) + circuit->unit(3)}, square = q, rest;
  for (std::size_t k = 0; k < carried.size(); ++k) rest.push_back(circuit->unit(4 + k));
  Rational share = 1;
  for (unsigned s = 1; s <= m; ++s) {
    share /= 4;
    forms.clear();
    for (std::size_t k = 0; k < 2; ++k) forms.insert(forms.end(), {q[k], q[k] + Rational(-h * half), square[k]});
    forms.insert(forms.end(), rest.begin(), rest.end());
    circuit->layer(forms);
    for (std::size_t k = 0; k < 2; ++k) {
      q[k] = circuit->unit(3 * k) * Rational(2) - circuit->unit(3 * k + 1) * Rational(4);
      square[k] = circuit->unit(3 * k + 2) - q[k] * share;
    }
    for (std::size_t k = 0; k < rest.size(); ++k) rest[k] = circuit->unit(6 + k);
  }
  return {square[0], square[1], rest};
}

namespace {

/// Subnets side by side: their hidden layers, block diagonal after the first, which all read the input.
Subnet side_by_side(const std::vector<Subnet>& subnets, std::size_t first, std::size_t last) {
  Subnet group;
  const std::size_t depth = subnets[first].hidden.size();
  for (std::size_t l = 0; l <= depth; ++l) {
    AffineLayer layer;
    for (std::size_t s = first; s < last; ++s) layer.cols += l == 0 ? 0 : subnets[s].hidden[l - 1].rows;
    if (l == 0) layer.cols = subnets[first].hidden[0].cols;
    std::size_t offset = 0;
    if (l == depth) {
      group.plus.weight.resize(layer.cols);
      group.minus.weight.resize(layer.cols);
    }
    for (std::size_t s = first; s < last; ++s) {
      const std::size_t width = l == 0 ? layer.cols : subnets[s].hidden[l - 1].rows;
      if (l == depth) {
        std::copy(subnets[s].plus.weight.begin(), subnets[s].plus.weight.end(), group.plus.weight.begin() + static_cast<std::ptrdiff_t>(offset));
        std::copy(subnets[s].minus.weight.begin(), subnets[s].minus.weight.end(), group.minus.weight.begin() + static_cast<std::ptrdiff_t>(offset));
        group.plus.bias += subnets[s].plus.bias;
        group.minus.bias += subnets[s].minus.bias;
      } else {
        const AffineLayer& own = subnets[s].hidden[l];
        for (std::size_t r = 0; r < own.rows; ++r) {
          std::vector<Rational> row(layer.cols);
          std::copy_n(own.weight.begin() + static_cast<std::ptrdiff_t>(r * width), width, row.begin() + static_cast<std::ptrdiff_t>(offset));
          layer.weight.insert(layer.weight.end(), row.begin(), row.end());
          layer.bias.push_back(own.bias[r]);
          ++layer.rows;
        }
      }
      if (l > 0) offset += width;
    }
    if (l < depth) group.hidden.push_back(std::move(layer));
  }
  return group;
}

/// Lemma A: layers that compute relu(A x + b) at position 1 with filters of size K, reading channel 0 of `channels`.
std::vector<ConvLayer> reading_layers(const AffineLayer& A, std::size_t K, std::size_t channels) {
  const std::size_t D = A.cols, J = A.rows;
  if (K >= D) {
    ConvLayer layer{channels, J, D, std::vector<Rational>(J * channels * D), A.bias};
    for (std::size_t j = 0; j < J; ++j)
      for (std::size_t k = 0; k < D; ++k) layer.weight[j * channels * D + k] = A.weight[j * D + k];
    return {layer};
  }
  const std::size_t steps = (D - 1 + K - 2) / (K - 1);
  std::vector<ConvLayer> layers;
  for (std::size_t t = 1; t <= steps; ++t) {
    const bool last = t == steps;
    ConvLayer layer;
    layer.inputs = t == 1 ? channels : 2 * J + 1;
    layer.outputs = last ? J : 2 * J + 1;
    layer.taps = K;
    layer.weight.resize(layer.outputs * layer.inputs * K);
    layer.bias.resize(layer.outputs);
    const auto weight = [&](std::size_t out, std::size_t in, std::size_t tap) -> Rational& { return layer.weight[(out * layer.inputs + in) * K + tap]; };
    // Channel 0 keeps x moved by t(K−1) positions; channels 1+2j and 2+2j the two parts of the partial sums.
    if (!last) weight(0, 0, K - 1) = 1;
    for (std::size_t j = 0; j < J; ++j)
      for (int sign : {1, -1}) {
        if (last && sign < 0) continue;
        const std::size_t out = last ? j : 1 + 2 * j + (sign < 0 ? 1 : 0);
        for (std::size_t k = t == 1 ? 0 : 1; k < K; ++k)
          if (const std::size_t at = (t - 1) * (K - 1) + k; at < D) weight(out, 0, k) = sign * A.weight[j * D + at];
        if (t > 1) {
          weight(out, 1 + 2 * j, 0) = sign;
          weight(out, 2 + 2 * j, 0) = -sign;
        }
        if (last) layer.bias[out] = A.bias[j];
      }
    layers.push_back(std::move(layer));
  }
  return layers;
}

ConvLayer pointwise(const AffineLayer& layer) { return {layer.cols, layer.rows, 1, layer.weight, layer.bias}; }

}  // namespace

ConvResNet assemble(const std::vector<Subnet>& subnets, const Assembly& assembly) {
  ConvResNet net;
  net.positions = assembly.dim;
  net.output.resize(net.channels * net.positions);
  net.output[net.positions] = assembly.scale;
  net.output[2 * net.positions] = -assembly.scale;
  net.bias = assembly.constant;
  for (std::size_t first = 0; first < subnets.size(); first += assembly.group) {
    const Subnet group = side_by_side(subnets, first, std::min(first + assembly.group, subnets.size()));
    std::vector<ConvLayer> block = reading_layers(group.hidden[0], assembly.filter, net.channels);
    for (std::size_t l = 1; l < group.hidden.size(); ++l) block.push_back(pointwise(group.hidden[l]));
    const std::size_t width = group.plus.weight.size();
    ConvLayer last{width, net.channels, 1, std::vector<Rational>(width), {Rational(0), group.plus.bias, group.minus.bias}};
    last.weight.insert(last.weight.end(), group.plus.weight.begin(), group.plus.weight.end());
    last.weight.insert(last.weight.end(), group.minus.weight.begin(), group.minus.weight.end());
    block.push_back(std::move(last));
    net.blocks.push_back(std::move(block));
  }
  return net;
}

}  // namespace narrows
