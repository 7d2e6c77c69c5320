#include "io/onnx_node.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "io/onnx_tensor.hpp"
#include "io/printable.hpp"

namespace narrows::io {

OnnxNode::OnnxNode(const onnx::NodeProto& node, std::string where, std::vector<const OnnxValue*> inputs)
    : node_(node), where_(std::move(where)), inputs_(std::move(inputs)) {}

void OnnxNode::fail(const std::string& what, const std::string& mend) const {
  throw InputError(where_, what, mend);
}

void OnnxNode::require_inputs(std::size_t least, std::size_t most) const {
  bool present = inputs_.size() <= most;
  for (std::size_t i = 0; i < least; ++i) present = present && has_input(i);
  if (!present)
    fail("has the wrong number of inputs (" + std::to_string(inputs_.size()) + ")",
         "export the network again");
}

void OnnxNode::require_attributes(std::initializer_list<std::string_view> allowed) const {
  for (const onnx::AttributeProto& attribute : node_.attribute()) {
    if (find(attribute.name()) != &attribute) fail("has an attribute twice", "export the network again");
    if (std::find(allowed.begin(), allowed.end(), attribute.name()) != allowed.end()) continue;
    fail("the attribute \"" + printable(attribute.name()) + "\" is not supported",
         "export with opset 7 to 24");
  }
}

const OnnxVector& OnnxNode::vector(std::size_t i) const {
  const auto* vector = std::get_if<OnnxVector>(&input(i));
  if (vector == nullptr)
    fail("input " + std::to_string(i) + " is a constant", "only its computed form can be read");
  return *vector;
}

const OnnxTensor& OnnxNode::constant(std::size_t i) const {
  const auto* tensor = std::get_if<OnnxTensor>(&input(i));
  if (tensor == nullptr || tensor->is_integer) {
    fail("input " + std::to_string(i) + " is not a constant float tensor",
         "make it an initializer or a Constant node");
  }
  return *tensor;
}

const std::vector<std::int64_t>& OnnxNode::integers(std::size_t i) const {
  const auto* tensor = std::get_if<OnnxTensor>(&input(i));
  if (tensor == nullptr || !tensor->is_integer) {
    fail("input " + std::to_string(i) + " is not a constant int64 tensor",
         "make it an initializer or a Constant node");
  }
  return tensor->integers;
}

const onnx::AttributeProto* OnnxNode::find(std::string_view name) const {
  for (const onnx::AttributeProto& attribute : node_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

const onnx::AttributeProto* OnnxNode::find(std::string_view name, int type) const {
  const onnx::AttributeProto* attribute = find(name);
  if (attribute != nullptr && (attribute->type() != type || !attribute->ref_attr_name().empty())) {
    fail("the attribute \"" + std::string(name) + "\" has the wrong type", "export the network again");
  }
  return attribute;
}

Rational OnnxNode::float_attribute(std::string_view name, float otherwise) const {
  const auto* attribute = find(name, onnx::AttributeProto::FLOAT);
  const float value = attribute == nullptr ? otherwise : attribute->f();
  if (!std::isfinite(value))
    fail("the attribute \"" + std::string(name) + "\" is NaN or infinite", "use a finite number");
  return rational_exact(value);
}

std::int64_t OnnxNode::integer_attribute(std::string_view name, std::int64_t otherwise) const {
  const auto* attribute = find(name, onnx::AttributeProto::INT);
  return attribute == nullptr ? otherwise : attribute->i();
}

std::vector<std::int64_t> OnnxNode::integers_attribute(std::string_view name) const {
  const auto* attribute = find(name, onnx::AttributeProto::INTS);
  if (attribute == nullptr) return {};
  return {attribute->ints().begin(), attribute->ints().end()};
}

std::string OnnxNode::text_attribute(std::string_view name, const std::string& otherwise) const {
  const auto* attribute = find(name, onnx::AttributeProto::STRING);
  return attribute == nullptr ? otherwise : attribute->s();
}

OnnxTensor OnnxNode::constant_value(NumberBudget& budget) const {
  require_attributes({"value", "value_float", "value_floats", "value_int", "value_ints"});
  if (node_.attribute_size() != 1) fail("does not have exactly one value", "export the network again");
  if (const auto* value = find("value", onnx::AttributeProto::TENSOR))
    return read_tensor(value->t(), where_, budget);
  OnnxTensor tensor;
  if (has_attribute("value_float")) {
    tensor.numbers = {float_attribute("value_float", 0)};
  } else if (const auto* floats = find("value_floats", onnx::AttributeProto::FLOATS)) {
    for (const float f : floats->floats()) {
      if (!std::isfinite(f)) fail("holds an entry that is NaN or infinite", "use finite numbers");
      tensor.numbers.push_back(rational_exact(f));
    }
    tensor.dims = {tensor.numbers.size()};
  } else if (has_attribute("value_int")) {
    tensor.integers = {integer_attribute("value_int", 0)};
    tensor.is_integer = true;
  } else {
    tensor.integers = integers_attribute("value_ints");
    tensor.dims = {tensor.integers.size()};
    tensor.is_integer = true;
  }
  if (count(tensor.dims) == 0) fail("is an empty tensor", "use at least one entry");
  budget.take(count(tensor.dims), 1, where_);
  return tensor;
}

}  // namespace narrows::io
