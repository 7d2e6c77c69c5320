#include "report/drawn_svg.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"

namespace narrows {
namespace {

struct TemporaryFolder {
  std::string path = (std::filesystem::temp_directory_path() / "narrows-XXXXXX").string();
  TemporaryFolder() {
    if (mkdtemp(path.data()) == nullptr)
      throw InputError(path, "no folder for temporary files", "set TMPDIR to a folder that can be written",
                       ExitCode::internal);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

}  // namespace

std::string drawn_svg(const std::function<void(const std::string&)>& draw) {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/figure.svg";
  draw(path);
  return read_file(path);
}

}  // namespace narrows
