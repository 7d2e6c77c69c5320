#include "network/compiled.hpp"

#include "base/errors.hpp"

namespace narrows {
namespace {

struct DoubleArithmetic {
  using Number = Interval;
  [[nodiscard]] Interval number(const Rational& exact) const { return enclose(exact); }
};

struct BigArithmetic {
  using Number = BigInterval;
  mpfr_prec_t precision;
  [[nodiscard]] BigInterval number(const Rational& exact) const { return {exact, precision}; }
};

template <class Arithmetic>
std::vector<typename Arithmetic::Number> numbers(const Arithmetic& arithmetic, const std::vector<Rational>& exact) {
  std::vector<typename Arithmetic::Number> result;
  result.reserve(exact.size());
  for (const Rational& q : exact) result.push_back(arithmetic.number(q));
  return result;
}

template <class Arithmetic>
class Compiler {
 public:
  using I = typename Arithmetic::Number;
  explicit Compiler(Arithmetic arithmetic) : arithmetic_(arithmetic) {}

  CompiledLayer<I> operator()(const AffineLayer& layer) const {
    CompiledLayer<I> compiled;
    compiled.kind = LayerKind::affine;
    compiled.rows = layer.rows;
    compiled.cols = layer.cols;
    compiled.weight = numbers(arithmetic_, layer.weight);
    compiled.bias = numbers(arithmetic_, layer.bias);
    return compiled;
  }

  CompiledLayer<I> operator()(const ActivationLayer& layer) const {
    CompiledLayer<I> compiled;
    compiled.kind = LayerKind::activation;
    compiled.function = {layer.function, arithmetic_.number(layer.alpha)};
    return compiled;
  }

  // factor = scale / sqrt(variance + epsilon), shift = bias − mean·factor.
  CompiledLayer<I> operator()(const BatchNormLayer& layer) const {
    CompiledLayer<I> compiled;
    compiled.kind = LayerKind::diagonal;
    for (std::size_t i = 0; i < layer.scale.size(); ++i) {
      const I root = sqrt(arithmetic_.number(Rational(layer.variance[i] + layer.epsilon)));
      compiled.weight.push_back(arithmetic_.number(layer.scale[i]) / root);
      compiled.bias.push_back(arithmetic_.number(layer.bias[i]) - arithmetic_.number(layer.mean[i]) * compiled.weight.back());
    }
    return compiled;
  }

  CompiledLayer<I> operator()(const ResidualLayer& layer) const {
    CompiledLayer<I> compiled;
    compiled.kind = LayerKind::residual;
    compiled.skip = arithmetic_.number(layer.skip);
    compiled.residual = arithmetic_.number(layer.residual);
    for (const Layer& inner : layer.branch) compiled.branch.push_back(std::visit(*this, inner.value));
    return compiled;
  }

  CompiledLayer<I> operator()(const OdeLayer&) const {
    throw InputError("the network", "has an ode layer, which is not evaluated layer by layer", "use `narrows ode`, `certify` or `info`");
  }

 private:
  Arithmetic arithmetic_;
};

template <class Arithmetic>
CompiledChain<typename Arithmetic::Number> compile_with(const Arithmetic& arithmetic, const Chain& chain) {
  CompiledChain<typename Arithmetic::Number> compiled;
  compiled.input_dim = chain.input_dim;
  compiled.widths = chain.widths;
  const Compiler<Arithmetic> compiler(arithmetic);
  for (const Layer& layer : chain.layers) compiled.layers.push_back(std::visit(compiler, layer.value));
  return compiled;
}

}  // namespace

CompiledChain<Interval> compile(const Chain& chain) { return compile_with(DoubleArithmetic{}, chain); }
CompiledChain<BigInterval> compile_big(const Chain& chain, mpfr_prec_t precision) {
  return compile_with(BigArithmetic{precision}, chain);
}

}  // namespace narrows
