#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>
#include <thread>

#include "study/rank_units.hpp"
#include "unit/study/thread_link.hpp"

using namespace narrows;

namespace {

/// The numbers 0 … count−1.
class NumberSource final : public UnitSource {
 public:
  explicit NumberSource(int count) : count_(count) {}
  std::vector<std::string> take(std::size_t most) override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> units;
    for (; next_ < count_ && units.size() < most; ++next_) units.push_back(std::to_string(next_));
    return units;
  }
  std::size_t waiting() const override {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(count_ - next_);
  }
  void deliver(const std::vector<Result>& results) override {
    for (const Result& result : results) ++results_[{result.unit, result.bytes}];
  }
  /// Every unit once, with its own result.
  [[nodiscard]] bool is_complete() const {
    bool all = results_.size() == static_cast<std::size_t>(count_);
    for (const auto& [pair, times] : results_)
      all = all && times == 1 && pair.second == "result of " + pair.first;
    return all;
  }

 private:
  mutable std::mutex mutex_;
  int count_, next_ = 0;
  std::map<std::pair<std::string, std::string>, int> results_;
};

std::optional<std::string> slow_result(const std::string& unit) {
  std::this_thread::sleep_for(std::chrono::microseconds(200));
  return "result of " + unit;
}

}  // namespace

TEST_CASE("units of a rank that gives up are computed by the others, run after run") {
  test::Post post;
  post.boxes.resize(4);
  std::vector<std::thread> others;
  int until_it_gave_up = 0;  // of rank 2
  for (int rank = 1; rank < 4; ++rank)
    others.emplace_back([&post, &until_it_gave_up, rank] {
      test::ThreadLink link(&post, rank);
      int computed = 0;
      try {
        run_as_other_rank(&link, "same",
                          [&](const std::string& unit) {
                            if (rank == 2 && ++computed > 5) throw std::runtime_error("this rank gives up");
                            return slow_result(unit);
                          },
                          {});
      } catch (const std::runtime_error&) {
        until_it_gave_up = computed;
      }
    });
  test::ThreadLink link(&post, 0);
  RankLeader leader(&link, "same", {});
  std::size_t units = 0;
  for (const int count : {200, 0, 1, 3, 64}) {
    NumberSource source(count);
    leader.run(&source, slow_result, {});
    CHECK(source.is_complete());
    units += static_cast<std::size_t>(count);
  }
  leader.dismiss();
  for (std::thread& thread : others) thread.join();
  CHECK(until_it_gave_up == 6);
  REQUIRE(leader.work().size() == 4);
  std::size_t sum = 0;
  for (const RankWork& work : leader.work()) sum += work.units;
  CHECK(sum == units);
  CHECK(leader.work()[2].units == 5);
  CHECK(leader.work()[1].units > 0);
  CHECK(leader.work()[1].seconds > 0);
}

TEST_CASE("a rank with other files ends the run") {
  test::Post post;
  post.boxes.resize(2);
  std::thread other([&post] {
    test::ThreadLink link(&post, 1);
    run_as_other_rank(&link, "this", slow_result, {});
  });
  test::ThreadLink link(&post, 0);
  RankLeader leader(&link, "that", {});
  NumberSource source(100'000);
  CHECK_THROWS_WITH(leader.run(&source, slow_result, {}), Catch::Contains("different"));
  other.join();
}
