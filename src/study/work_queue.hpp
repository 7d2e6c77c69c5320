// The units of a study that are left to do, handed out to whoever computes, and the one place where rows are written.
//
// Idea: units are handed out in order, one network after the other. A network that was met before, with the same bytes in a file of the same kind, is not handed out
// at all: its rows are copied from the first one when all is done. So what the table says depends neither on who computes nor on how often the run
// was killed. Networks of families are told apart by the numbers that were drawn, which takes a tenth of the time that their files' hashes would; those who ask
// for units and those who write rows do not wait for each other.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "study/analyse.hpp"
#include "study/database.hpp"
#include "study/plan.hpp"

namespace narrows {

struct StudyUnit {
  std::size_t network = 0, analysis = 0;
};

struct StudyProgress {
  std::size_t rows = 0;      ///< of the whole study
  std::size_t before = 0;    ///< that were there at the start
  std::size_t computed = 0;  ///< since then
};

/// Safe to use from several threads.
class WorkQueue {
 public:
  WorkQueue(const StudyPlan& plan, StudyDatabase* database);

  /// The next units, at most `most`; none: all are handed out.
  [[nodiscard]] std::vector<StudyUnit> take(std::size_t most);
  /// How many are not handed out yet; duplicates among them count.
  [[nodiscard]] std::size_t waiting() const;
  /// Writes the rows, in one transaction.
  void deliver(const std::vector<StudyRow>& rows);
  /// Writes the rows of duplicates. Call when every unit is delivered. Returns how many networks were duplicates.
  std::size_t finish();
  [[nodiscard]] StudyProgress progress() const;

 private:
  [[nodiscard]] std::string key_of(std::size_t number) const;
  bool enter_network(std::size_t number);

  const StudyPlan& plan_;
  StudyDatabase& database_;
  const std::vector<bool> done_;
  const std::size_t before_;
  std::atomic<std::size_t> computed_{0};
  std::mutex writing_;                        ///< of the database
  mutable std::mutex handing_out_;            ///< of what follows
  std::map<std::size_t, std::string> known_;  ///< hashes that the database has, if they are compared
  std::unordered_map<std::string, std::size_t> first_;       ///< the first network of each key
  std::vector<std::pair<std::size_t, std::size_t>> copies_;  ///< (duplicate, first)
  std::size_t next_ = 0;
};

/// Computes units, keeping the last network between the analyses of it.
class UnitWorker {
 public:
  explicit UnitWorker(const StudyPlan& plan) : plan_(plan) {}
  /// Nothing if interrupted. Writes the certificate if the plan names a folder for them.
  [[nodiscard]] std::optional<StudyRow> compute(const StudyUnit& unit, const StopToken& stop);

 private:
  const StudyPlan& plan_;
  std::optional<std::size_t> number_;
  StudyNetwork network_;
};

/// Works the queue empty with this many threads, or until `stop`. Rows are delivered one by one.
/// Errors  whatever the analyses or the database throw, once all threads have ended.
void run_with_threads(const StudyPlan& plan, WorkQueue* queue, int threads, const StopToken& stop);

}  // namespace narrows
