// Model and graph level of the ONNX reader: what is read at all, and in which order the nodes are lowered.
#include "io/onnx_read.hpp"

#include <onnx/onnx_pb.h>

#include <map>
#include <set>

#include "base/errors.hpp"
#include "io/convolutional.hpp"
#include "io/limits.hpp"
#include "io/onnx_operators.hpp"
#include "io/onnx_tensor.hpp"
#include "io/onnx_write.hpp"
#include "io/printable.hpp"

namespace narrows {
namespace {

using namespace io;

constexpr std::int64_t oldest_opset = 7;  // broadcasting as today
constexpr std::int64_t newest_opset = 24;

onnx::ModelProto parse_model(std::string_view bytes, const std::string& where) {
  require_file_size(bytes.size(), where);
  if (bytes.empty()) throw InputError(where, "is empty", "give an ONNX model");
  onnx::ModelProto model;
  if (!model.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw InputError(where, "is not an ONNX model (damaged protobuf)", "export the network again");
  }
  if (!model.has_graph()) throw InputError(where, "holds no graph", "give an ONNX model");
  return model;
}

void require_readable(const onnx::ModelProto& model, const std::string& where) {
  if (model.functions_size() > 0 || model.graph().sparse_initializer_size() > 0) {
    throw InputError(where, "uses model functions or sparse tensors",
                     "export with the standard operators only");
  }
  std::int64_t opset = 0;
  for (const auto& import : model.opset_import()) {
    if (import.domain().empty() || import.domain() == "ai.onnx") opset = import.version();
  }
  if (opset < oldest_opset || opset > newest_opset) {
    throw InputError(
        where, "has opset " + std::to_string(opset),
        "export with opset " + std::to_string(oldest_opset) + " to " + std::to_string(newest_opset));
  }
  if (static_cast<std::size_t>(model.graph().node_size()) > max_onnx_nodes) {
    throw InputError(where, "has more than " + std::to_string(max_onnx_nodes) + " nodes",
                     "use a smaller network");
  }
}

/// The shape of one sample: a rank above 1 has a leading batch dimension 1, except that [d,1] is a column.
Dims sample_shape(const onnx::ValueInfoProto& input, const std::string& at) {
  const auto& type = input.type().tensor_type();
  if (!input.type().has_tensor_type() ||
      (type.elem_type() != onnx::TensorProto::FLOAT && type.elem_type() != onnx::TensorProto::DOUBLE)) {
    throw InputError(at, "is not a float32 or float64 tensor", "export the network with float inputs");
  }
  const auto& shape = type.shape();
  Dims dims;
  for (int i = 0; i < shape.dim_size(); ++i) {
    const auto& d = shape.dim(i);
    if (d.has_dim_value() && d.dim_value() >= 1) {
      dims.push_back(static_cast<std::size_t>(d.dim_value()));
    } else if (i == 0 && shape.dim_size() > 1) {
      dims.push_back(1);
    } else {
      throw InputError(at, "has no fixed number of features",
                       "export with a fixed size after the batch dimension");
    }
  }
  if (dims.empty()) throw InputError(at, "has no shape", "export with the shape [batch, features]");
  const bool column = dims.size() == 2 && dims[1] == 1;
  if (dims.size() > 1 && dims[0] != 1 && !column) {
    throw InputError(at, "has batch dimension " + std::to_string(dims[0]),
                     "export with batch dimension 1 or a symbolic one");
  }
  return dims;
}

/// Lowers the nodes that the output depends on, in file order.
class GraphReader {
 public:
  GraphReader(const onnx::ModelProto& model, const std::string& where)
      : graph_(model.graph()), where_(where), keep_identity_(model.producer_name() == onnx_producer_name) {}

  Network run(std::vector<Convolution>* convolutions) {
    const onnx::ValueInfoProto& input = only_input();
    if (graph_.output_size() != 1) {
      throw InputError(where_, "has " + std::to_string(graph_.output_size()) + " outputs",
                       "export a network with one output");
    }
    const Dims shape = sample_shape(input, where_ + ": input '" + printable(input.name()) + "'");
    require_width(count(shape), where_ + ": input");
    NumberBudget constants, weights;
    ExpressionGraph expressions(count(shape), weights);
    OnnxContext context{expressions, constants, keep_identity_, convolutions};
    for (const auto& tensor : graph_.initializer()) initializers_[tensor.name()] = &tensor;
    values_[input.name()] = OnnxVector{shape, 0};
    mark_needed();
    for (int i = 0; i < graph_.node_size(); ++i) {
      if (needed_[static_cast<std::size_t>(i)]) lower(i, context);
    }
    Network network = finish(expressions);
    network.input_dim = count(shape);
    const bool single = input.type().tensor_type().elem_type() == onnx::TensorProto::FLOAT;
    network.weights_dtype = single ? "float32" : "float64";
    return network;
  }

 private:
  std::string node_place(int i) const {
    const auto& node = graph_.node(i);
    const std::string name = node.name().empty() ? std::to_string(i) : "'" + printable(node.name()) + "'";
    return where_ + ": node " + name + " (" + printable(node.op_type()) + ")";
  }

  /// The input that is not a default value (old files list initializers as inputs, too).
  const onnx::ValueInfoProto& only_input() const {
    std::set<std::string> constants;
    for (const auto& tensor : graph_.initializer()) constants.insert(tensor.name());
    const onnx::ValueInfoProto* found = nullptr;
    int n = 0;
    for (const auto& input : graph_.input()) {
      if (constants.contains(input.name())) continue;
      found = &input;
      ++n;
    }
    if (n != 1)
      throw InputError(where_, "has " + std::to_string(n) + " inputs", "export a network with one input");
    return *found;
  }

  /// Walks back from the output; also checks that every name is defined once.
  void mark_needed() {
    std::map<std::string, int> producer;
    for (int i = 0; i < graph_.node_size(); ++i) {
      for (const std::string& name : graph_.node(i).output()) {
        if (name.empty()) continue;
        if (!producer.emplace(name, i).second || values_.contains(name) || initializers_.contains(name)) {
          throw InputError(node_place(i), "defines '" + printable(name) + "' a second time",
                           "export the network again");
        }
      }
    }
    needed_.assign(static_cast<std::size_t>(graph_.node_size()), false);
    std::vector<std::string> open{graph_.output(0).name()};
    while (!open.empty()) {
      const auto found = producer.find(open.back());
      open.pop_back();
      if (found == producer.end() || needed_[static_cast<std::size_t>(found->second)]) continue;
      needed_[static_cast<std::size_t>(found->second)] = true;
      const auto& inputs = graph_.node(found->second).input();
      open.insert(open.end(), inputs.begin(), inputs.end());
    }
  }

  const OnnxValue* value(const std::string& name, const std::string& at, NumberBudget& constants) {
    if (name.empty()) return nullptr;
    if (const auto found = values_.find(name); found != values_.end()) return &found->second;
    const auto initializer = initializers_.find(name);
    if (initializer == initializers_.end()) {
      throw InputError(at, "uses '" + printable(name) + "', which no node before it defines",
                       "export the network again");
    }
    const std::string place = where_ + ": initializer '" + printable(name) + "'";
    return &(values_[name] = read_tensor(*initializer->second, place, constants));
  }

  void lower(int i, OnnxContext& context) {
    const auto& proto = graph_.node(i);
    const std::string at = node_place(i);
    const bool standard = proto.domain().empty() || proto.domain() == "ai.onnx";
    const OnnxOperator function = standard ? find_operator(proto.op_type()) : nullptr;
    if (function == nullptr) {
      throw InputError(at,
                       "the operator " + printable(proto.domain() + (standard ? "" : ".") + proto.op_type()) +
                           " is not supported",
                       "supported are " + supported_operators());
    }
    std::vector<const OnnxValue*> inputs;
    for (const std::string& name : proto.input()) inputs.push_back(value(name, at, context.constants));
    for (int k = 1; k < proto.output_size(); ++k) {
      if (!proto.output(k).empty())
        throw InputError(at, "has several outputs", "export in evaluation mode: model.eval()");
    }
    OnnxValue result = function(OnnxNode(proto, at, std::move(inputs)), context);
    if (const auto* vector = std::get_if<OnnxVector>(&result)) require_width(count(vector->dims), at);
    values_.insert_or_assign(proto.output(0), std::move(result));
  }

  Network finish(const ExpressionGraph& expressions) const {
    const std::string& name = graph_.output(0).name();
    const auto found = values_.find(name);
    const auto* vector = found == values_.end() ? nullptr : std::get_if<OnnxVector>(&found->second);
    if (vector == nullptr) {
      throw InputError(where_ + ": output '" + printable(name) + "'", "is not computed from the input",
                       "export the network again");
    }
    Network network;
    network.name = graph_.name();
    network.comment = graph_.doc_string();
    network.layers = expressions.layers(vector->id, where_);
    return network;
  }

  const onnx::GraphProto& graph_;
  const std::string& where_;
  bool keep_identity_;
  std::map<std::string, const onnx::TensorProto*> initializers_;
  std::map<std::string, OnnxValue> values_;
  std::vector<bool> needed_;
};

}  // namespace

Network parse_onnx(std::string_view bytes, const std::string& where) { return parse_onnx(bytes, where, nullptr); }

Network parse_onnx(std::string_view bytes, const std::string& where, std::vector<io::Convolution>* convolutions) {
  const onnx::ModelProto model = parse_model(bytes, where);
  require_readable(model, where);
  Network network = GraphReader(model, where).run(convolutions);
  validate(network, where);
  return network;
}

}  // namespace narrows
