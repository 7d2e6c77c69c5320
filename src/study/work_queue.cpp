#include "study/work_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <thread>

#include "base/atomic_file.hpp"

namespace narrows {
namespace {

/// Equal bytes are equal networks only if they are read alike.
std::string kind_of(const NetworkParameters& network) {
  return network.family ? ".json" : std::filesystem::path(network.file).extension().string();
}

}  // namespace

WorkQueue::WorkQueue(const StudyPlan& plan, StudyDatabase* database)
    : plan_(plan), database_(*database), done_(database->done_units(plan)), known_(database->hashes()) {
  before_ = static_cast<std::size_t>(std::count(done_.begin(), done_.end(), true));
}

/// True if the network is the first with its hash and kind of file.
bool WorkQueue::enter_network(std::size_t number) {
  const auto known = known_.find(number);
  const std::string hash = known != known_.end() ? known->second : study_network(plan_, number).sha256;
  const auto [place, is_first] = first_.emplace(hash + kind_of(plan_.parameters(number)), number);
  if (!is_first) copies_.emplace_back(number, place->second);
  return is_first;
}

std::vector<StudyUnit> WorkQueue::take(std::size_t most) {
  const std::lock_guard lock(mutex_);
  const std::size_t analyses = plan_.analyses.size();
  std::vector<StudyUnit> units;
  while (next_ < done_.size() && units.size() < most) {
    const std::size_t network = next_ / analyses, analysis = next_ % analyses;
    if (analysis == 0 && !enter_network(network)) {
      next_ += analyses;
      continue;
    }
    if (!done_[next_++]) units.push_back({network, analysis});
  }
  return units;
}

std::size_t WorkQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return done_.size() - next_;
}

void WorkQueue::deliver(const StudyRow& row) {
  const NetworkParameters parameters = plan_.parameters(row.network);
  const std::lock_guard lock(mutex_);
  database_.add(parameters, row);
  ++computed_;
}

std::size_t WorkQueue::finish() {
  const std::lock_guard lock(mutex_);
  for (const auto& [duplicate, first] : copies_) {
    const auto rows = done_.begin() + static_cast<std::ptrdiff_t>(duplicate * plan_.analyses.size());
    if (!std::all_of(rows, rows + static_cast<std::ptrdiff_t>(plan_.analyses.size()),
                     [](bool done) { return done; }))
      database_.add_copies(plan_.parameters(duplicate), first);
  }
  return copies_.size();
}

StudyProgress WorkQueue::progress() const {
  const std::lock_guard lock(mutex_);
  return {done_.size(), before_, computed_};
}

std::optional<StudyRow> UnitWorker::compute(const StudyUnit& unit, const StopToken& stop) {
  if (number_ != unit.network) network_ = study_network(plan_, unit.network);
  number_ = unit.network;
  CertificateKeeper keep;
  if (!plan_.certificates.empty())
    keep = [&](const std::string& text) {
      std::filesystem::create_directories(plan_.certificates);
      write_file_atomically(
          fmt::format("{}/{}-{}.cert.json", plan_.certificates, unit.network, unit.analysis), text);
    };
  return analyse(plan_, network_, unit.network, unit.analysis, stop, keep);
}

void run_with_threads(const StudyPlan& plan, WorkQueue* queue, int threads, const StopToken& stop) {
  std::mutex mutex;
  std::exception_ptr failure;
  std::atomic<bool> failed{false};
  const auto work = [&] {
    try {
      UnitWorker worker(plan);
      while (!failed && !stop.stop_requested()) {
        const auto units = queue->take(plan.analyses.size());
        if (units.empty()) return;
        for (const StudyUnit& unit : units) {
          const auto row = worker.compute(unit, stop);
          if (!row) return;
          queue->deliver(*row);
        }
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
      failed = true;
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace narrows
