#include "cli/output_files.hpp"

#include <unistd.h>

#include <filesystem>

#include "base/errors.hpp"

namespace narrows::cli {

void require_writable(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (file.empty() || file == "-") continue;
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) throw InputError(file, "is a folder", "name a file");
    const std::size_t slash = file.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : file.substr(0, slash + 1);
    if (!std::filesystem::is_directory(folder, ignored) || ::access(folder.c_str(), W_OK | X_OK) != 0)
      throw InputError(file, "cannot be written", "check that the folder exists and is writable");
  }
}

}  // namespace narrows::cli
