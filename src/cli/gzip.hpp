// Certificates that may be compressed with gzip: reading them, and writing them piece by piece.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace narrows::cli {

/// The bytes of `path`, decompressed if they start with the gzip magic number.
/// Errors  InputError as read_file(), and if the compressed data are damaged or unpack to more than 4 GiB.
[[nodiscard]] std::string read_possibly_gzipped(const std::string& path);

/// Calls `produce` with a sink for the pieces of the text and writes them to `path` atomically, compressed if its name ends in
/// ".gz". The same text gives the same bytes.
/// Errors  InputError as write_file_atomically().
void write_possibly_gzipped(const std::string& path, const std::function<void(const std::function<void(std::string_view)>&)>& produce);

}  // namespace narrows::cli
