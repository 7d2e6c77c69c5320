// Units of work, as bytes, shared between processes: rank 0 hands them out and takes every result, all ranks compute.
//
// Idea: a rank asks before it runs out of units, and for as many as take it a tenth of a second, fewer toward the end. A result is sent as
// soon as it is known. So nobody waits for an answer, and a process that dies takes only what it was given with it. What a unit means is the caller's
// affair: rows of a study, cells of a regime map.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "study/rank_link.hpp"

namespace narrows {

/// Where units come from and where results go. take() and waiting() are called from two threads at once, deliver() from one.
class UnitSource {
 public:
  struct Result {
    std::string unit, bytes;
  };
  UnitSource() = default;
  virtual ~UnitSource() = default;
  UnitSource(const UnitSource&) = delete;
  UnitSource& operator=(const UnitSource&) = delete;

  /// The next units, at most `most`; none: all are handed out.
  [[nodiscard]] virtual std::vector<std::string> take(std::size_t most) = 0;
  /// About how many are not handed out yet.
  [[nodiscard]] virtual std::size_t waiting() const = 0;
  virtual void deliver(const std::vector<Result>& results) = 0;
};

/// The result of a unit; nothing if a stop was requested before it was known.
using ComputeUnit = std::function<std::optional<std::string>(const std::string& unit)>;

/// What one rank did.
struct RankWork {
  std::size_t units = 0;
  double seconds = 0;  ///< of computing
};

/// Rank 0. Call run() any number of times, then dismiss().
class RankLeader {
 public:
  /// @param fingerprint  of all that the results depend on; every rank must have the same
  RankLeader(RankLink* link, std::string fingerprint, const StopToken& stop);
  RankLeader(const RankLeader&) = delete;
  RankLeader& operator=(const RankLeader&) = delete;

  /// Until every unit of the source is computed and delivered, or a stop was requested: this rank computes in a thread of its own and answers the
  /// others meanwhile. Units of a rank that leaves early are given to others.
  ///
  /// @param each_turn  called about a thousand times a second, for progress; may be empty
  /// Errors  InputError if another rank has another fingerprint; what `compute` or the source throw.
  void run(UnitSource* source, const ComputeUnit& compute, const std::function<void()>& each_turn);
  /// Tells the others that there is nothing more and waits until all have left. Idle if they have.
  void dismiss();
  /// So far, rank by rank.
  [[nodiscard]] const std::vector<RankWork>& work() const { return work_; }

 private:
  void compute_own(UnitSource* source, const ComputeUnit& compute);
  [[nodiscard]] std::vector<std::string> next_units(UnitSource* source, std::size_t most);
  bool receive(std::vector<UnitSource::Result>* results);
  bool answer(UnitSource* source);
  bool take_own(std::vector<UnitSource::Result>* results);
  [[nodiscard]] bool ending() const;
  [[nodiscard]] bool is_finished();

  struct Other {
    std::deque<std::string> given;  ///< units whose results have not arrived, in the order of the results
    std::size_t asked = 0;          ///< 0: it has not asked since it was answered
    bool left = false;
  };
  RankLink& link_;
  std::string fingerprint_;
  StopToken stop_;
  std::vector<Other> others_;  ///< by rank; that of rank 0 stays empty
  std::vector<RankWork> work_;
  std::string foreign_;  ///< what is wrong with another rank; empty: nothing

  std::mutex mutex_;  ///< of what follows
  std::condition_variable own_may_go_on_;
  std::deque<std::string> returned_;
  std::vector<UnitSource::Result> own_results_;
  double own_seconds_ = 0;
  bool own_computes_ = false, over_ = false;
  std::atomic<bool> own_failed_{false};
};

/// The results of these units, in their order; nothing where a stop came first. All units must differ.
[[nodiscard]] std::vector<std::optional<std::string>> compute_all(const std::vector<std::string>& units,
                                                                  RankLeader* leader,
                                                                  const ComputeUnit& compute);

/// Every other rank: computes what rank 0 gives until there is no more, or until `stop`.
/// Errors  what `compute` throws; rank 0 then gives the units to others.
void run_as_other_rank(RankLink* link, const std::string& fingerprint, const ComputeUnit& compute,
                       const StopToken& stop);

}  // namespace narrows
