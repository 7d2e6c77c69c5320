// Small ReLU networks built layer by layer, and their assembly into convolutional residual networks (Lemmas A and B of convresnet.md).
//
// notation == meaning:  a *form* is an affine function of the present layer's units; a *subnet* computes one term N_i of f = f_0 + Σ N_i.
#pragma once

#include <cstddef>
#include <vector>

#include "construct/conv_resnet.hpp"

namespace narrows {

struct Form {
  std::vector<Rational> weight;
  Rational bias;
};
[[nodiscard]] Form operator+(Form a, const Form& b);
[[nodiscard]] Form operator-(Form a, const Form& b);
[[nodiscard]] Form operator*(Form a, const Rational& factor);
[[nodiscard]] Form operator+(Form a, const Rational& shift);

/// ReLU after every layer; `plus` and `minus` are what relu puts into the two output channels.
struct Subnet {
  std::vector<AffineLayer> hidden;
  Form plus, minus;
};

class Circuit {
 public:
  explicit Circuit(std::size_t inputs) : units_(inputs) {}
  [[nodiscard]] Form unit(std::size_t i) const;
  [[nodiscard]] Form constant(const Rational& value) const { return {std::vector<Rational>(units_), value}; }
  /// The next layer: relu of each form. The forms of before are of no use afterwards.
  void layer(const std::vector<Form>& forms);
  /// plus − minus is added to the output.
  [[nodiscard]] Subnet finish(Form plus, Form minus) const { return {hidden_, std::move(plus), std::move(minus)}; }

 private:
  std::size_t units_;
  std::vector<AffineLayer> hidden_;
};

/// h·φ_v of a node v of the Kuhn triangulation with mesh width h, as the last unit but for what is carried along: hidden layers D+1.
/// Theorem D. Afterwards unit 0 is h·φ_v and units 1 … carry clip(x_k − v_k, −h, h) + h for the coordinates in `clipped`.
[[nodiscard]] Circuit hat_circuit(const std::vector<Rational>& node, const Rational& h, const std::vector<std::size_t>& clipped);

/// h·prod_m(a/h, b/h) for forms with values in [−h, h]; the nonnegative forms in `carried` survive as the last units. m + 1 layers.
/// Theorem F. Returns the two squares, product = first − second, both nonnegative.
struct Product {
  Form first, second;
  std::vector<Form> carried;
};
[[nodiscard]] Product multiply(Circuit* circuit, const Form& a, const Form& b, const Rational& h, unsigned m, const std::vector<Form>& carried);

/// What assemble() needs to know.
struct Assembly {
  std::size_t dim = 1;
  std::size_t group = 1;     ///< subnets side by side in one block (Lemma B)
  std::size_t filter = 1;    ///< K; D or more: one layer reads all positions (Lemma A)
  Rational constant;         ///< f_0
  Rational scale = 1;        ///< f = f_0 + scale Σ (plus − minus)
};

/// Precondition: all subnets have the same number of layers; inputs are nonnegative (needed for K < D).
[[nodiscard]] ConvResNet assemble(const std::vector<Subnet>& subnets, const Assembly& assembly);

}  // namespace narrows
