// One node of an ONNX graph: its inputs resolved, its attributes checked.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "io/onnx_value.hpp"

namespace onnx {
class AttributeProto;
class NodeProto;
}  // namespace onnx

namespace narrows::io {

/// A view: the protobuf node and the values must outlive it.
class OnnxNode {
 public:
  /// An input that is left out is a null pointer.
  OnnxNode(const onnx::NodeProto& node, std::string where, std::vector<const OnnxValue*> inputs);

  /// "FILE: node 'name' (Gemm)"
  [[nodiscard]] const std::string& where() const { return where_; }
  [[noreturn]] void fail(const std::string& what, const std::string& mend) const;

  /// Requires `least` to `most` inputs, the first `least` of them present.
  void require_inputs(std::size_t least, std::size_t most) const;
  /// Requires that every attribute is one of these: an attribute that is not understood may change the
  /// meaning.
  void require_attributes(std::initializer_list<std::string_view> allowed) const;

  [[nodiscard]] bool has_input(std::size_t i) const { return i < inputs_.size() && inputs_[i] != nullptr; }
  [[nodiscard]] const OnnxValue& input(std::size_t i) const { return *inputs_[i]; }
  /// Input i as a computed vector; as a constant of floats; as a list of integers. Errors  InputError if it
  /// is not one.
  [[nodiscard]] const OnnxVector& vector(std::size_t i) const;
  [[nodiscard]] const OnnxTensor& constant(std::size_t i) const;
  [[nodiscard]] const std::vector<std::int64_t>& integers(std::size_t i) const;

  [[nodiscard]] bool has_attribute(std::string_view name) const { return find(name) != nullptr; }
  /// The stored float32, exactly.
  [[nodiscard]] Rational float_attribute(std::string_view name, float otherwise) const;
  [[nodiscard]] std::int64_t integer_attribute(std::string_view name, std::int64_t otherwise) const;
  [[nodiscard]] std::vector<std::int64_t> integers_attribute(std::string_view name) const;
  [[nodiscard]] std::string text_attribute(std::string_view name, const std::string& otherwise) const;
  /// The value of a Constant node.
  [[nodiscard]] OnnxTensor constant_value(NumberBudget& budget) const;

 private:
  [[nodiscard]] const onnx::AttributeProto* find(std::string_view name) const;
  [[nodiscard]] const onnx::AttributeProto* find(std::string_view name, int type) const;

  const onnx::NodeProto& node_;
  std::string where_;
  std::vector<const OnnxValue*> inputs_;
};

}  // namespace narrows::io
