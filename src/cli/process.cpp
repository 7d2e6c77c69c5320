#include "cli/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "base/cancellation.hpp"
#include "base/errors.hpp"

extern char** environ;

namespace narrows::cli {
namespace {

/// A file in memory that a child writes and we read.
class Capture {
 public:
  Capture() : descriptor_(memfd_create("narrows", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error("no file in memory for a command's output");
  }
  ~Capture() { close(descriptor_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::string text() const {
    std::string bytes(static_cast<std::size_t>(lseek(descriptor_, 0, SEEK_END)), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n =
          pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
    bytes.resize(done);
    return bytes;
  }

 private:
  int descriptor_;
};

pid_t start(const std::string& folder, const std::vector<std::string>& words, const Capture& output,
            const Capture& errors) {
  std::vector<std::string> all{"narrows"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (std::string& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.descriptor(), STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t child = 0;
  const int error = posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw std::runtime_error("the program cannot be started again (error " + std::to_string(error) + ")");
  return child;
}

}  // namespace

theorems::CommandOutcome run_narrows(const std::string& folder, const std::vector<std::string>& words,
                                     double timeout) {
  using Clock = std::chrono::steady_clock;
  static const auto reset = std::signal(SIGCHLD, SIG_DFL);  // inherited as ignored, it would take the child's exit code away
  (void)reset;
  const Capture output, errors;
  const pid_t child = start(folder, words, output, errors);
  theorems::CommandOutcome outcome;
  const Clock::time_point deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout));
  Clock::time_point last = Clock::time_point::max();
  bool asked = false;
  int status = 0;
  rusage usage{};
  for (pid_t ended = 0; ended != child; ended = wait4(child, &status, WNOHANG, &usage)) {
    if (ended < 0 && errno != EINTR) {  // nobody knows how it ended: never as if it had gone well
      outcome.exit_code = static_cast<int>(ExitCode::internal);
      outcome.errors = "the command was lost";
      return outcome;
    }
    if (!asked && (Clock::now() >= deadline || interrupted())) {
      outcome.timed_out = asked = true;
      kill(child, SIGTERM);
      last = Clock::now() + std::chrono::seconds(2);
    }
    if (Clock::now() >= last) kill(child, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  outcome.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  outcome.output = output.text();
  outcome.errors = errors.text();
  return outcome;
}

}  // namespace narrows::cli
