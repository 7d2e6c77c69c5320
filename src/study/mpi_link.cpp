// RankLink by MPI: a module of its own, the only file that knows MPI.
#include <mpi.h>

#include <list>

#include "study/rank_link.hpp"

namespace narrows {
namespace {

class MpiLink final : public RankLink {
 public:
  MpiLink() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }

  void send(int to, std::string bytes) override {
    forget_sent();
    Sending& sending = sent_.emplace_back(Sending{std::move(bytes), MPI_REQUEST_NULL});
    MPI_Isend(sending.bytes.data(), static_cast<int>(sending.bytes.size()), MPI_BYTE, to, 0, MPI_COMM_WORLD,
              &sending.request);
  }
  [[nodiscard]] std::optional<Message> receive() override {
    forget_sent();
    int there = 0, count = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, &there, &status);
    if (there == 0) return std::nullopt;
    MPI_Get_count(&status, MPI_BYTE, &count);
    Message message{status.MPI_SOURCE, std::string(static_cast<std::size_t>(count), '\0')};
    MPI_Recv(message.bytes.data(), count, MPI_BYTE, status.MPI_SOURCE, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return message;
  }
  void close() override {
    for (Sending& sending : sent_) MPI_Wait(&sending.request, MPI_STATUS_IGNORE);
    sent_.clear();
    MPI_Finalize();
  }

 private:
  struct Sending {
    std::string bytes;  ///< must stay where it is until the request is complete
    MPI_Request request;
  };
  void forget_sent() {
    for (auto it = sent_.begin(); it != sent_.end();) {
      int complete = 0;
      MPI_Test(&it->request, &complete, MPI_STATUS_IGNORE);
      it = complete != 0 ? sent_.erase(it) : std::next(it);
    }
  }
  int rank_ = 0, size_ = 1;
  std::list<Sending> sent_;
};

}  // namespace
}  // namespace narrows

/// Found by name in the module.
extern "C" narrows::RankLink* narrows_connect_mpi() {
  return new narrows::MpiLink;
}
