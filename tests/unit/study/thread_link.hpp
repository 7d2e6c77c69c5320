// A RankLink between threads of one process.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "study/rank_link.hpp"

namespace narrows::test {

struct Post {
  std::mutex mutex;
  std::vector<std::deque<RankLink::Message>> boxes;
};
class ThreadLink final : public RankLink {
 public:
  ThreadLink(Post* post, int rank) : post_(*post), rank_(rank) {}
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return static_cast<int>(post_.boxes.size()); }
  void send(int to, std::string bytes) override {
    const std::lock_guard lock(post_.mutex);
    post_.boxes.at(static_cast<std::size_t>(to)).push_back({rank_, std::move(bytes)});
  }
  [[nodiscard]] std::optional<Message> receive() override {
    const std::lock_guard lock(post_.mutex);
    auto& box = post_.boxes.at(static_cast<std::size_t>(rank_));
    if (box.empty()) return std::nullopt;
    Message message = std::move(box.front());
    box.pop_front();
    return message;
  }
  void close() override {}

 private:
  Post& post_;
  int rank_;
};

}  // namespace narrows::test
