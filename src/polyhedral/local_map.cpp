#include "polyhedral/local_map.hpp"

#include <utility>

namespace narrows {
namespace {

using State = std::vector<LocalNeuron>;

State affine_image(const AffineLayer& layer, const State& h, std::size_t dim) {
  State image(layer.rows, {Rational(0), RationalPoint(dim)});
  for (std::size_t i = 0; i < layer.rows; ++i) {
    image[i].value = layer.bias[i];
    for (std::size_t j = 0; j < layer.cols; ++j) {
      const Rational& w = layer.weight[i * layer.cols + j];
      if (w == 0) continue;
      image[i].value += w * h[j].value;
      for (std::size_t k = 0; k < dim; ++k) image[i].gradient[k] += w * h[j].gradient[k];
    }
  }
  return image;
}

void scale(LocalNeuron& h, const Rational& factor) {
  h.value *= factor;
  for (Rational& g : h.gradient) g *= factor;
}

class Walk {
 public:
  Walk(std::vector<LocalNeuron>* neurons, std::size_t dim) : neurons_(neurons), dim_(dim) {}

  State through(const std::vector<Layer>& layers, State h) const {
    for (const Layer& layer : layers) h = through(layer, std::move(h));
    return h;
  }

 private:
  State through(const Layer& layer, State h) const {
    if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) return affine_image(*affine, h, dim_);
    if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) return activated(*activation, std::move(h));
    const auto& block = std::get<ResidualLayer>(layer.value);
    State sum = through(block.branch, h);
    for (std::size_t i = 0; i < h.size(); ++i) {
      scale(sum[i], block.residual);
      scale(h[i], block.skip);
      sum[i].value += h[i].value;
      for (std::size_t k = 0; k < dim_; ++k) sum[i].gradient[k] += h[i].gradient[k];
    }
    return sum;
  }

  State activated(const ActivationLayer& layer, State h) const {
    if (layer.function == Activation::identity) return h;
    const Rational slope = layer.function == Activation::relu ? Rational(0) : layer.alpha;
    for (LocalNeuron& neuron : h) {
      neurons_->push_back(neuron);
      if (neuron.value <= 0) scale(neuron, slope);
    }
    return h;
  }

  std::vector<LocalNeuron>* neurons_;
  std::size_t dim_;
};

}  // namespace

LocalMap local_map(const Chain& chain, const RationalPoint& x) {
  State input(x.size(), {Rational(0), RationalPoint(x.size())});
  for (std::size_t i = 0; i < x.size(); ++i) {
    input[i].value = x[i];
    input[i].gradient[i] = 1;
  }
  LocalMap map;
  State output = Walk(&map.neurons, x.size()).through(chain.layers, std::move(input));
  map.value = std::move(output[0].value);
  map.gradient = std::move(output[0].gradient);
  return map;
}

}  // namespace narrows
