// Reading whole files and writing them atomically: a reader never sees a half-written file.
#pragma once

#include <fstream>
#include <string>
#include <string_view>

namespace narrows {

/// The bytes of `path`; `-` is standard input.
/// Errors  InputError with ExitCode::not_found if the file cannot be opened, bad_input if it is a folder or unreadable.
[[nodiscard]] std::string read_file(const std::string& path);

/// A file that grows piece by piece beside its final place and is renamed into it by commit(); without commit() nothing is left.
/// `-` is standard output.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  void write(std::string_view bytes);
  /// Errors  InputError if the folder is missing or not writable, or a write failed; then `path` is untouched.
  void commit();

 private:
  std::string path_, temporary_;
  std::ofstream out_;
};

/// Writes `bytes` to a temporary file beside `path` and renames it into place; `-` writes to standard output.
/// Errors  InputError if the folder is missing or not writable; then `path` is untouched.
void write_file_atomically(const std::string& path, std::string_view bytes);

}  // namespace narrows
