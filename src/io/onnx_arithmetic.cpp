// Add, Sub, Mul, Div, Neg: constants fold exactly, a constant and a vector give a diagonal map, two vectors
// give a residual sum or a recognised product.
#include "io/onnx_operators.hpp"

namespace narrows::io {
namespace {

using Numbers = std::vector<Rational>;

const OnnxTensor* float_constant(const OnnxNode& node, std::size_t i) {
  return std::holds_alternative<OnnxTensor>(node.input(i)) ? &node.constant(i) : nullptr;
}

Dims common_dims(const OnnxNode& node, const Dims& a, const Dims& b) {
  const auto dims = broadcast_dims(a, b);
  if (!dims)
    node.fail("the shapes " + to_string(a) + " and " + to_string(b) + " do not fit",
              "export the network again");
  return *dims;
}

/// The constant's entries, one for each entry of the vector.
Numbers spread(const OnnxNode& node, const OnnxTensor& constant, const OnnxVector& vector) {
  const Dims dims = common_dims(node, constant.dims, vector.dims);
  if (count(dims) != count(vector.dims)) {
    node.fail("broadcasting enlarges the vector " + to_string(vector.dims) + " to " + to_string(dims),
              "use a constant that is a scalar or has the vector's length");
  }
  return broadcast(constant, dims);
}

template <typename Operation>
OnnxTensor fold(const OnnxNode& node, const OnnxTensor& a, const OnnxTensor& b, OnnxContext& context,
                Operation operation) {
  OnnxTensor result;
  result.dims = common_dims(node, a.dims, b.dims);
  context.constants.take(count(result.dims), 3, node.where());
  const Numbers x = broadcast(a, result.dims), y = broadcast(b, result.dims);
  for (std::size_t i = 0; i < x.size(); ++i) result.numbers.push_back(operation(x[i], y[i]));
  return result;
}

/// factor·x + shift, entry by entry.
OnnxValue affine_map(const OnnxNode& node, const OnnxVector& x, Numbers factor, Numbers shift,
                     OnnxContext& context) {
  return OnnxVector{x.dims,
                    context.expressions.diagonal(x.id, std::move(factor), std::move(shift), node.where())};
}

Numbers repeated(const OnnxVector& x, const Rational& value) {
  return Numbers(count(x.dims), value);
}

Numbers negated(Numbers values) {
  for (Rational& v : values) v = -v;
  return values;
}

void require_same_shape(const OnnxNode& node, const OnnxVector& a, const OnnxVector& b) {
  const Dims dims = common_dims(node, a.dims, b.dims);
  if (count(dims) == count(a.dims) && count(dims) == count(b.dims)) return;
  node.fail("broadcasting two vectors of shapes " + to_string(a.dims) + " and " + to_string(b.dims) +
                " is not supported",
            "let both have the same length");
}

/// a + sign·b
OnnxValue sum(const OnnxNode& node, OnnxContext& context, int sign) {
  node.require_attributes({});
  node.require_inputs(2, 2);
  const OnnxTensor* a = float_constant(node, 0);
  const OnnxTensor* b = float_constant(node, 1);
  if (a != nullptr && b != nullptr) {
    return fold(node, *a, *b, context,
                [sign](const Rational& x, const Rational& y) { return Rational(x + sign * y); });
  }
  if (b != nullptr) {
    const OnnxVector& x = node.vector(0);
    Numbers shift = spread(node, *b, x);
    return affine_map(node, x, repeated(x, 1), sign > 0 ? std::move(shift) : negated(std::move(shift)),
                      context);
  }
  if (a != nullptr) {
    const OnnxVector& x = node.vector(1);
    return affine_map(node, x, repeated(x, sign), spread(node, *a, x), context);
  }
  const OnnxVector &x = node.vector(0), &y = node.vector(1);
  require_same_shape(node, x, y);
  return OnnxVector{x.dims,
                    context.expressions.add(x.id, context.expressions.scale(y.id, sign), node.where())};
}

}  // namespace

OnnxValue onnx_add(const OnnxNode& node, OnnxContext& context) {
  return sum(node, context, 1);
}

OnnxValue onnx_sub(const OnnxNode& node, OnnxContext& context) {
  return sum(node, context, -1);
}

OnnxValue onnx_mul(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({});
  node.require_inputs(2, 2);
  const OnnxTensor* a = float_constant(node, 0);
  const OnnxTensor* b = float_constant(node, 1);
  if (a != nullptr && b != nullptr) {
    return fold(node, *a, *b, context, [](const Rational& x, const Rational& y) { return Rational(x * y); });
  }
  if (a != nullptr || b != nullptr) {
    const OnnxVector& x = node.vector(a != nullptr ? 1 : 0);
    return affine_map(node, x, spread(node, a != nullptr ? *a : *b, x), repeated(x, 0), context);
  }
  const OnnxVector &x = node.vector(0), &y = node.vector(1);
  require_same_shape(node, x, y);
  return OnnxVector{x.dims, context.expressions.multiply(x.id, y.id, node.where())};
}

OnnxValue onnx_div(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({});
  node.require_inputs(2, 2);
  const OnnxTensor* a = float_constant(node, 0);
  const OnnxTensor* b = float_constant(node, 1);
  if (b == nullptr) node.fail("divides by a computed vector", "only division by constants can be read");
  for (const Rational& divisor : b->numbers) {
    if (divisor == 0) node.fail("divides by zero", "use a divisor that is not 0");
  }
  if (a != nullptr) {
    return fold(node, *a, *b, context, [](const Rational& x, const Rational& y) { return Rational(x / y); });
  }
  const OnnxVector& x = node.vector(0);
  Numbers factor = spread(node, *b, x);
  for (Rational& f : factor) f = 1 / f;
  return affine_map(node, x, std::move(factor), repeated(x, 0), context);
}

OnnxValue onnx_neg(const OnnxNode& node, OnnxContext& context) {
  node.require_attributes({});
  node.require_inputs(1, 1);
  if (const OnnxTensor* constant = float_constant(node, 0)) {
    context.constants.take(constant->numbers.size(), 1, node.where());
    OnnxTensor result = *constant;
    result.numbers = negated(std::move(result.numbers));
    return result;
  }
  const OnnxVector& x = node.vector(0);
  return OnnxVector{x.dims, context.expressions.scale(x.id, -1)};
}

}  // namespace narrows::io
