// When to stop: Ctrl-C, a wall-clock budget, or both. Long loops poll a StopToken; nothing is killed.
#pragma once

#include <chrono>
#include <optional>

namespace narrows {

/// Installs handlers for SIGINT and SIGTERM that only set a flag. A second signal ends the program at once.
void install_interrupt_handler();

/// True once SIGINT or SIGTERM has arrived.
[[nodiscard]] bool interrupted();

/// Polled by long computations. Copies are cheap and share nothing mutable; safe to poll from several threads.
class StopToken {
 public:
  StopToken() = default;
  /// Stops `seconds` after construction (wall clock), or on interruption.
  explicit StopToken(std::optional<double> seconds);
  [[nodiscard]] bool stop_requested() const;
  [[nodiscard]] bool timed_out() const;

 private:
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace narrows
