#include "study/rank_queue.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <thread>

#include "base/bytes.hpp"
#include "base/errors.hpp"

namespace narrows {
namespace {

/// The first byte of a message. want: fingerprint of the sender's study. row: a row. leave: nothing more will come.
/// units: from rank 0, pairs of numbers; no pairs: there is no more.
enum class Kind : char { want = 'w', row = 'r', leave = 'l', units = 'u' };

constexpr std::size_t kBatch = 16;
constexpr auto kPause =
    std::chrono::microseconds(200);  // between two looks: MPI's own waiting would keep a core busy

std::string message(Kind kind, const std::string& body = {}) {
  return std::string(1, static_cast<char>(kind)) + body;
}

std::string units_message(const std::vector<StudyUnit>& units) {
  ByteWriter out;
  for (const StudyUnit& unit : units) out.numbers(std::vector<std::size_t>{unit.network, unit.analysis});
  return message(Kind::units, out.bytes());
}

std::vector<StudyUnit> units_from(std::string_view bytes) {
  std::vector<StudyUnit> units;
  for (ByteReader in(bytes); !in.empty();) {
    const auto pair = in.numbers<std::size_t>();
    units.push_back({pair.at(0), pair.at(1)});
  }
  return units;
}

void put(ByteWriter* out, const std::string& text) {
  out->numbers(std::vector<char>(text.begin(), text.end()));
}
std::string text_from(ByteReader* in) {
  const auto letters = in->numbers<char>();
  return {letters.begin(), letters.end()};
}

std::size_t batch_size(std::size_t waiting, int ranks) {
  return std::clamp<std::size_t>(waiting / (4 * static_cast<std::size_t>(ranks)), 1, kBatch);
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
  for (const std::string* text : {&row.sha256, &row.reason, &row.method, &row.certificate}) put(&out, *text);
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
  for (std::string* text : {&row.sha256, &row.reason, &row.method, &row.certificate}) *text = text_from(&in);
  return row;
}

void run_as_first_rank(const StudyPlan& plan, WorkQueue* queue, RankLink* link, const StopToken& stop,
                       const std::function<void()>& each_turn) {
  std::exception_ptr failure;
  std::atomic<bool> computing{true}, failed{false};
  std::thread own([&] {
    try {
      UnitWorker worker(plan);
      while (!failed && !stop.stop_requested()) {
        const auto units = queue->take(1);
        if (units.empty()) break;
        const auto row = worker.compute(units[0], stop);
        if (row) queue->deliver(*row);
      }
    } catch (...) {
      failure = std::current_exception();
      failed = true;
    }
    computing = false;
  });
  int others = link->size() - 1;
  bool other_study = false;
  const auto answer = [&](const RankLink::Message& got) {
    const std::string_view body = std::string_view(got.bytes).substr(1);
    switch (static_cast<Kind>(got.bytes.at(0))) {
      case Kind::row:
        return queue->deliver(row_from(body));
      case Kind::leave:
        --others;
        return;
      case Kind::want:
        break;
      case Kind::units:
        return;
    }
    other_study = other_study || body != plan.fingerprint;
    const bool end = other_study || failed || stop.stop_requested();
    link->send(got.from, units_message(end ? std::vector<StudyUnit>{}
                                           : queue->take(batch_size(queue->waiting(), link->size()))));
  };
  try {
    while (others > 0 || computing) {
      while (const auto got = link->receive()) answer(*got);
      if (each_turn) each_turn();
      std::this_thread::sleep_for(kPause);
    }
  } catch (...) {
    failed = true;
    own.join();
    throw;
  }
  own.join();
  if (failure) std::rethrow_exception(failure);
  if (other_study)
    throw InputError("--mpi", "the ranks read different study files", "give every rank the same file");
}

void run_as_other_rank(const StudyPlan& plan, RankLink* link, const StopToken& stop) {
  UnitWorker worker(plan);
  std::deque<StudyUnit> units;
  bool asked = false, more = true;
  while (!stop.stop_requested() && (more || !units.empty())) {
    if (more && !asked && units.size() <= 1) {  // one is left to compute while the answer is on its way
      link->send(0, message(Kind::want, plan.fingerprint));
      asked = true;
    }
    while (const auto got = link->receive()) {
      const auto fresh = units_from(std::string_view(got->bytes).substr(1));
      asked = false;
      more = !fresh.empty();
      units.insert(units.end(), fresh.begin(), fresh.end());
    }
    if (units.empty()) {
      if (more) std::this_thread::sleep_for(kPause);
      continue;
    }
    const StudyUnit unit = units.front();
    units.pop_front();
    if (const auto row = worker.compute(unit, stop)) link->send(0, message(Kind::row, bytes_of(*row)));
  }
  link->send(0, message(Kind::leave));
}

}  // namespace narrows
