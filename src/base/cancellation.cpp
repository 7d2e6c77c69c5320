#include "base/cancellation.hpp"

#include <csignal>
#include <cstdlib>

namespace narrows {
namespace {

volatile std::sig_atomic_t interrupt_flag = 0;

void on_interrupt(int signal_number) {
  if (interrupt_flag) std::_Exit(128 + signal_number);
  interrupt_flag = 1;
}

}  // namespace

void install_interrupt_handler() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
}

bool interrupted() { return interrupt_flag != 0; }

StopToken::StopToken(std::optional<double> seconds) {
  if (!seconds) return;
  constexpr double longest = 1e9;  // thirty years; keeps the conversion below from overflowing
  const std::chrono::duration<double> budget(*seconds < longest ? *seconds : longest);
  deadline_ = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(budget);
}

bool StopToken::timed_out() const { return deadline_ && std::chrono::steady_clock::now() >= *deadline_; }

bool StopToken::stop_requested() const { return interrupted() || timed_out(); }

}  // namespace narrows
