#include "robust/sparse_network.hpp"

#include <algorithm>

#include "arith/isa.hpp"
#include "base/errors.hpp"
#include "robust/sparse_kernels.hpp"

namespace narrows::robust {
namespace {

constexpr double kSmallest = 1e-280;  ///< below, rounding to a double may lose more than the last place

class Builder {
 public:
  Builder(const Network& network, const std::string& where) : network_(network), where_(where) {}

  SparseNetwork run() {
    out_.input_dim = network_.input_dim;
    const auto* last =
        network_.layers.empty() ? nullptr : std::get_if<AffineLayer>(&network_.layers.back().value);
    if (last == nullptr || last->rows < 2)
      throw InputError(where_, "the last layer is not affine with one number per class",
                       "give the logits of at least two classes");
    for (std::size_t l = 0; l + 1 < network_.layers.size(); ++l)
      add(network_.layers[l], "layers[" + std::to_string(l) + "]");
    out_.features = last->cols;
    out_.classes = last->rows;
    out_.last = sparse(*last);
    for (std::size_t label = 0; label < last->rows; ++label)
      out_.differences.push_back(sparse(differences(*last, label)));
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(const std::string& place, const std::string& what) const {
    throw InputError(where_ + ": " + place, what + " cannot be treated here",
                     "use affine and conv layers, relu, and residual blocks of them");
  }

  double number(const Rational& exact) const {
    double d = 0;
    if (is_double(exact, &d)) return d;
    d = mpq_get_d(exact.backend().data());
    if (!(d > kSmallest || d < -kSmallest))
      throw InputError(where_, "a number of the network is too small",
                       "scale the network, or set the number to zero");
    return d;
  }

  void add(const Layer& layer, const std::string& place) {
    if (const auto* affine = std::get_if<AffineLayer>(&layer.value)) return add(*affine);
    if (const auto* activation = std::get_if<ActivationLayer>(&layer.value)) {
      if (activation->function == Activation::identity) return;
      if (activation->function != Activation::relu)
        refuse(place, "the activation " + std::string(to_string(activation->function)));
      out_.steps.push_back({Step::Kind::relu});
      return;
    }
    const auto* residual = std::get_if<ResidualLayer>(&layer.value);
    if (residual == nullptr) refuse(place, "a layer of the kind " + std::string(kind_of(layer)));
    out_.steps.push_back({Step::Kind::fork});
    for (const Layer& inner : residual->branch) add(inner, place + ".branch");
    out_.steps.push_back({Step::Kind::join, 0, number(residual->skip), number(residual->residual)});
  }

  /// Row j: row `label` minus row j, exactly.
  static AffineLayer differences(const AffineLayer& last, std::size_t label) {
    AffineLayer result = last;
    for (std::size_t j = 0; j < last.rows; ++j) {
      for (std::size_t k = 0; k < last.cols; ++k)
        result.weight[j * last.cols + k] =
            last.weight[label * last.cols + k] - last.weight[j * last.cols + k];
      result.bias[j] = last.bias[label] - last.bias[j];
    }
    return result;
  }

  void add(const AffineLayer& layer) {
    SparseMap map = sparse(layer);
    out_.steps.push_back({Step::Kind::map, out_.maps.size()});
    out_.transposed.push_back(transpose(map));
    out_.maps.push_back(std::move(map));
  }

  SparseMap sparse(const AffineLayer& layer) const {
    SparseMap map;
    map.rows = layer.rows;
    map.cols = layer.cols;
    map.start.push_back(0);
    for (std::size_t i = 0; i < layer.rows; ++i) {
      for (std::size_t j = 0; j < layer.cols; ++j) {
        const Rational& w = layer.weight[i * layer.cols + j];
        if (w.is_zero()) continue;
        map.column.push_back(static_cast<std::uint32_t>(j));
        map.weight.push_back(number(w));
      }
      map.start.push_back(map.weight.size());
      map.longest_row = std::max(map.longest_row, map.start[i + 1] - map.start[i]);
      map.bias.push_back(number(layer.bias[i]));
    }
    return map;
  }

  static SparseMap transpose(const SparseMap& map) {
    SparseMap t;
    t.rows = map.cols;
    t.cols = map.rows;
    t.start.assign(t.rows + 1, 0);
    for (const std::uint32_t j : map.column) ++t.start[j + 1];
    for (std::size_t j = 0; j < t.rows; ++j) {
      t.longest_row = std::max(t.longest_row, t.start[j + 1]);
      t.start[j + 1] += t.start[j];
    }
    t.column.resize(map.column.size());
    t.weight.resize(map.weight.size());
    t.bias.assign(t.rows, 0);
    std::vector<std::size_t> next(t.start.begin(), t.start.end() - 1);
    for (std::size_t i = 0; i < map.rows; ++i) {
      for (std::size_t k = map.start[i]; k < map.start[i + 1]; ++k) {
        const std::size_t place = next[map.column[k]]++;
        t.column[place] = static_cast<std::uint32_t>(i);
        t.weight[place] = map.weight[k];
      }
    }
    return t;
  }

  const Network& network_;
  const std::string& where_;
  SparseNetwork out_;
};

}  // namespace

const SparseKernels& sparse_kernels() {
  static const SparseKernels kernels = [] {
    switch (best_isa()) {
#if defined(__x86_64__)
      case Isa::avx512:
        return avx512::make_sparse_kernels();
      case Isa::avx2:
        return avx2::make_sparse_kernels();
#else
      case Isa::avx512:
      case Isa::avx2:
#endif
      case Isa::portable:
        break;
    }
    return portable::make_sparse_kernels();
  }();
  return kernels;
}

SparseNetwork make_sparse_network(const Network& network, const std::string& where) {
  return Builder(network, where).run();
}

}  // namespace narrows::robust
