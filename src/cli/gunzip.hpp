// Reading certificates that may be compressed with gzip.
#pragma once

#include <string>

namespace narrows::cli {

/// The bytes of `path`, decompressed if they start with the gzip magic number.
/// Errors  InputError as read_file(), and if the compressed data are damaged or unpack to more than 4 GiB.
[[nodiscard]] std::string read_possibly_gzipped(const std::string& path);

}  // namespace narrows::cli
