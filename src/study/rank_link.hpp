// Messages between the processes of one study, whatever carries them.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace narrows {

/// One process of a group. Used by one thread.
class RankLink {
 public:
  struct Message {
    int from = 0;
    std::string bytes;
  };
  RankLink() = default;
  virtual ~RankLink() = default;
  RankLink(const RankLink&) = delete;
  RankLink& operator=(const RankLink&) = delete;

  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Returns at once; messages from one process to another arrive in order.
  virtual void send(int to, std::string bytes) = 0;
  /// The next message, if there is one; returns at once.
  [[nodiscard]] virtual std::optional<Message> receive() = 0;
  /// Until all that was sent is on its way. Every process calls it once, last.
  virtual void close() = 0;
};

/// The group that `mpirun` started; one process alone is a group of one.
///
/// Special  MPI is in a module of its own that is loaded here and nowhere else: without this call no MPI library is touched.
/// Errors   InputError if this build has no such module, or it cannot be loaded.
[[nodiscard]] std::unique_ptr<RankLink> connect_mpi();

}  // namespace narrows
