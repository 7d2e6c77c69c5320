// The queue of a study, shared between processes: a unit is a network and an analysis, a result is a row.
#pragma once

#include <string>

#include "study/rank_units.hpp"
#include "study/work_queue.hpp"

namespace narrows {

/// Rank 0: works the queue empty with the help of the other ranks, or until `stop`.
/// @param each_turn  called now and then by this thread, for progress; may be empty
/// Returns  what each rank did.
/// Errors  InputError if another rank read another study.
std::vector<RankWork> run_as_first_rank(const StudyPlan& plan, WorkQueue* queue, RankLink* link,
                                        const StopToken& stop, const std::function<void()>& each_turn);

/// Every other rank: computes what rank 0 gives until there is no more, or until `stop`.
void run_as_other_rank(const StudyPlan& plan, RankLink* link, const StopToken& stop);

/// A row as bytes, and back. Errors  std::length_error if there are too few bytes.
[[nodiscard]] std::string bytes_of(const StudyRow& row);
[[nodiscard]] StudyRow row_from(std::string_view bytes);

}  // namespace narrows
