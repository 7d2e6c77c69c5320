// Reading whole files and writing them atomically: a reader never sees a half-written file.
#pragma once

#include <string>
#include <string_view>

namespace narrows {

/// The bytes of `path`; `-` is standard input.
/// Errors  InputError with ExitCode::not_found if the file cannot be opened, bad_input if it is a folder or unreadable.
[[nodiscard]] std::string read_file(const std::string& path);

/// Writes `bytes` to a temporary file beside `path` and renames it into place; `-` writes to standard output.
/// Errors  InputError if the folder is missing or not writable; then `path` is untouched.
void write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace narrows
