#include "study/work_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <thread>

#include "base/atomic_file.hpp"
#include "study/random_network.hpp"

namespace narrows {
namespace {

/// Equal bytes are equal networks only if they are read alike.
std::string kind_of(const NetworkParameters& network) {
  return network.family ? ".json" : std::filesystem::path(network.file).extension().string();
}

}  // namespace

WorkQueue::WorkQueue(const StudyPlan& plan, StudyDatabase* database)
    : plan_(plan),
      database_(*database),
      done_(database->done_units(plan)),
      before_(static_cast<std::size_t>(std::count(done_.begin(), done_.end(), true))) {
  if (!plan.files.empty()) known_ = database->hashes();
}

/// Equal exactly for networks that are copies of each other. A file may hold a network of a family, so with files all are compared by their hashes.
std::string WorkQueue::key_of(std::size_t number) const {
  const NetworkParameters parameters = plan_.parameters(number);
  if (plan_.files.empty()) return random_network_key(parameters, plan_.families[*parameters.family]);
  const auto known = known_.find(number);
  return (known != known_.end() ? known->second : study_network(plan_, number).sha256) + kind_of(parameters);
}

/// True if the network is the first with its key.
bool WorkQueue::enter_network(std::size_t number) {
  const auto [place, is_first] = first_.emplace(key_of(number), number);
  if (!is_first) copies_.emplace_back(number, place->second);
  return is_first;
}

std::vector<StudyUnit> WorkQueue::take(std::size_t most) {
  const std::lock_guard lock(handing_out_);
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
  const std::lock_guard lock(handing_out_);
  return done_.size() - next_;
}

void WorkQueue::deliver(const std::vector<StudyRow>& rows) {
  const std::lock_guard lock(writing_);
  database_.add(plan_, rows);
  computed_ += rows.size();
}

std::size_t WorkQueue::finish() {
  const std::scoped_lock lock(handing_out_, writing_);
  for (const auto& [duplicate, first] : copies_) {
    const auto rows = done_.begin() + static_cast<std::ptrdiff_t>(duplicate * plan_.analyses.size());
    if (!std::all_of(rows, rows + static_cast<std::ptrdiff_t>(plan_.analyses.size()),
                     [](bool done) { return done; }))
      database_.add_copies(plan_.parameters(duplicate), first);
  }
  return copies_.size();
}

StudyProgress WorkQueue::progress() const {
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
          queue->deliver({*row});
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
