// A work queue shared between processes: rank 0 owns it and writes every row, the others ask for units and send rows back.
//
// Idea: each row is sent as soon as it is computed, and units are given in small batches that shrink toward the end. A process that dies
// takes only its batch with it: those units are undone and the next run does them.
#pragma once

#include <string>

#include "study/rank_link.hpp"
#include "study/work_queue.hpp"

namespace narrows {

/// Rank 0: answers the other ranks until all of them have gone, computing in a thread of its own meanwhile.
/// @param each_turn  called now and then by this thread, for progress; may be empty
/// Errors  InputError if another rank read another study.
void run_as_first_rank(const StudyPlan& plan, WorkQueue* queue, RankLink* link, const StopToken& stop,
                       const std::function<void()>& each_turn);

/// Every other rank: computes what rank 0 gives until there is no more, or until `stop`.
void run_as_other_rank(const StudyPlan& plan, RankLink* link, const StopToken& stop);

/// A row as bytes, and back. Errors  std::length_error if there are too few bytes.
[[nodiscard]] std::string bytes_of(const StudyRow& row);
[[nodiscard]] StudyRow row_from(std::string_view bytes);

}  // namespace narrows
