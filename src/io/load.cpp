#include "io/load.hpp"

#include <filesystem>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "io/convolutional.hpp"
#include "io/limits.hpp"
#include "io/network_json.hpp"
#include "io/onnx_read.hpp"

namespace narrows {
namespace {

LoadedNetwork::Format format_of(const std::string& path, const std::string& bytes) {
  if (path.ends_with(".json")) return LoadedNetwork::Format::json;
  if (path.ends_with(".onnx")) return LoadedNetwork::Format::onnx;
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  const bool brace = first != std::string::npos && bytes[first] == '{';
  return brace ? LoadedNetwork::Format::json : LoadedNetwork::Format::onnx;
}

/// Refuses a huge file before it is read.
void require_moderate_size(const std::string& path, const std::string& where) {
  std::error_code ignored;
  if (path == "-" || !std::filesystem::is_regular_file(path, ignored)) return;
  const auto size = std::filesystem::file_size(path, ignored);
  if (!ignored) io::require_file_size(size, where);
}

}  // namespace

LoadedNetwork load_network(const std::string& path) { return load_convolutional(path).loaded; }

ConvolutionalNetwork load_convolutional(const std::string& path) {
  const std::string where = path == "-" ? "standard input" : path;
  require_moderate_size(path, where);
  const std::string bytes = read_file(path);
  if (bytes.empty()) throw InputError(where, "is empty", "give a network as .json or .onnx");
  const auto format = format_of(path, bytes);
  const bool is_json = format == LoadedNetwork::Format::json;
  std::vector<io::Convolution> convolutions;
  Network network = is_json ? parse_network_json(bytes, where, &convolutions) : parse_onnx(bytes, where, &convolutions);
  return {{std::move(network), path, sha256_hex(bytes), format}, std::move(convolutions)};
}

}  // namespace narrows
