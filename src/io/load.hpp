// One call that reads a network of either format from a file or from standard input.
#pragma once

#include <string>

#include "network/model.hpp"

namespace narrows {

struct LoadedNetwork {
  enum class Format { json, onnx };
  Network network;
  std::string file;    ///< the path as it was given; "-" is standard input
  std::string sha256;  ///< of the bytes read, 64 lower-case hexadecimal digits
  Format format = Format::json;
};

/// Reads the network in `path`, or from standard input if `path` is "-".
///
/// Special  The extensions .json and .onnx decide the format; without one of them it is JSON if the first
/// byte that is not
///          blank is '{'.
/// Errors   InputError (ExitCode::not_found if there is no such file), see parse_network_json() and
/// parse_onnx().
[[nodiscard]] LoadedNetwork load_network(const std::string& path);

}  // namespace narrows
