#include "study/rank_queue.hpp"

#include "base/bytes.hpp"

namespace narrows {
namespace {

std::string bytes_of(const StudyUnit& unit) {
  ByteWriter out;
  out.number(unit.network);
  out.number(unit.analysis);
  return out.bytes();
}

StudyUnit unit_from(std::string_view bytes) {
  ByteReader in(bytes);
  const auto network = in.number<std::size_t>();
  return {network, in.number<std::size_t>()};
}

class QueueSource final : public UnitSource {
 public:
  explicit QueueSource(WorkQueue* queue) : queue_(*queue) {}
  std::vector<std::string> take(std::size_t most) override {
    std::vector<std::string> units;
    for (const StudyUnit& unit : queue_.take(most)) units.push_back(bytes_of(unit));
    return units;
  }
  std::size_t waiting() const override { return queue_.waiting(); }
  void deliver(const std::vector<Result>& results) override {
    std::vector<StudyRow> rows;
    for (const Result& result : results) rows.push_back(row_from(result.bytes));
    queue_.deliver(rows);
  }

 private:
  WorkQueue& queue_;
};

ComputeUnit computer_of(const StudyPlan& plan, const StopToken& stop) {
  return [worker = UnitWorker(plan), stop](const std::string& unit) mutable -> std::optional<std::string> {
    const auto row = worker.compute(unit_from(unit), stop);
    return row ? std::optional(bytes_of(*row)) : std::nullopt;
  };
}

}  // namespace

std::string bytes_of(const StudyRow& row) {
  ByteWriter out;
  out.number(row.network);
  out.number(row.analysis);
  out.number(row.verdict);
  out.number(row.seconds);
  for (const auto& figure : row.figures) {
    out.number(figure.has_value());
    out.number(figure.value_or(0.0));
  }
  for (const std::string* text : {&row.sha256, &row.reason, &row.method, &row.certificate}) out.text(*text);
  return out.bytes();
}

StudyRow row_from(std::string_view bytes) {
  ByteReader in(bytes);
  StudyRow row;
  row.network = in.number<std::size_t>();
  row.analysis = in.number<std::size_t>();
  row.verdict = in.number<Verdict>();
  row.seconds = in.number<double>();
  for (auto& figure : row.figures) {
    const bool there = in.number<bool>();
    const auto value = in.number<double>();
    if (there) figure = value;
  }
  for (std::string* text : {&row.sha256, &row.reason, &row.method, &row.certificate}) *text = in.text();
  return row;
}

std::vector<RankWork> run_as_first_rank(const StudyPlan& plan, WorkQueue* queue, RankLink* link,
                                        const StopToken& stop, const std::function<void()>& each_turn) {
  QueueSource source(queue);
  RankLeader leader(link, plan.fingerprint, stop);
  leader.run(&source, computer_of(plan, stop), each_turn);
  leader.dismiss();
  return leader.work();
}

void run_as_other_rank(const StudyPlan& plan, RankLink* link, const StopToken& stop) {
  run_as_other_rank(link, plan.fingerprint, computer_of(plan, stop), stop);
}

}  // namespace narrows
