#include "study/rank_link.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

#include "base/errors.hpp"

namespace narrows {

std::unique_ptr<RankLink> connect_mpi() {
  namespace fs = std::filesystem;
  std::error_code trouble;
  const fs::path folder = fs::read_symlink("/proc/self/exe", trouble).parent_path();
  std::string tried, why;
  // In the build tree beside the program, installed in the library folder.
  for (const fs::path& module :
       {folder / "narrows-mpi.so", folder / NARROWS_MODULE_FOLDER / "narrows-mpi.so"}) {
    tried += (tried.empty() ? "" : ", ") + module.lexically_normal().string();
    if (!fs::exists(module, trouble)) continue;
    // RTLD_GLOBAL: Open MPI's own plug-ins look for its symbols.
    void* handle = dlopen(module.c_str(), RTLD_NOW | RTLD_GLOBAL);
    using Connect = RankLink*();
    if (auto* connect =
            handle == nullptr ? nullptr : reinterpret_cast<Connect*>(dlsym(handle, "narrows_connect_mpi")))
      return std::unique_ptr<RankLink>(connect());
    if (const char* error = dlerror(); error != nullptr) why = std::string(": ") + error;
  }
  throw InputError("--mpi", "the MPI module cannot be loaded (" + tried + ")" + why,
                   "build with Open MPI installed (Debian: libopenmpi-dev, openmpi-bin), or leave out --mpi",
                   ExitCode::usage);
}

}  // namespace narrows
