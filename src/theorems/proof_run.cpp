#include "theorems/proof_run.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

namespace narrows::theorems {
namespace {

struct Task {
  const Statement* statement;
  const Instance* instance;
  InstanceResult* result;
};

bool chosen(const Statement& statement, const Instance& instance, bool quick) {
  if (!quick || instance.quick) return true;
  const bool none = std::none_of(statement.instances.begin(), statement.instances.end(),
                                 [](const Instance& other) { return other.quick; });
  return none && &instance == &statement.instances.front();
}

InstanceResult run_task(const Task& task, const RunOptions& options, const Executive& executive) {
  try {
    const std::string scratch = options.scratch + "/" + task.statement->id + "/" + task.instance->name;
    std::filesystem::create_directories(scratch);
    return run_instance(*task.statement, *task.instance, scratch, executive);
  } catch (const std::exception& error) {  // no room for files, no more processes
    InstanceResult result;
    result.ran = true;
    result.problems.emplace_back(error.what());
    return result;
  }
}

}  // namespace

Verdict TheoremResult::verdict() const {
  Truth all = instances_run() > 0 ? Truth::yes : Truth::unknown;
  for (const InstanceResult& instance : instances)
    if (instance.ran) all = both(all, instance.as_expected);
  return all == Truth::yes ? Verdict::proved : all == Truth::no ? Verdict::refuted : Verdict::undecided;
}

std::size_t TheoremResult::instances_run() const {
  return static_cast<std::size_t>(
      std::count_if(instances.begin(), instances.end(), [](const InstanceResult& r) { return r.ran; }));
}

double TheoremResult::cpu_seconds() const {
  double total = 0;
  for (const InstanceResult& instance : instances) total += instance.cpu_seconds;
  return total;
}

std::vector<TheoremResult> run_theorems(const std::vector<Statement>& statements, const RunOptions& options,
                                        const Executive& executive, const StopToken& stop) {
  std::vector<TheoremResult> results;
  std::vector<Task> tasks;
  for (const Statement& statement : statements)
    results.push_back({&statement, std::vector<InstanceResult>(statement.instances.size()), {}});
  for (TheoremResult& result : results)
    for (std::size_t i = 0; i < result.instances.size(); ++i) {
      const Instance& instance = result.statement->instances[i];
      if (chosen(*result.statement, instance, options.quick))
        tasks.push_back({result.statement, &instance, &result.instances[i]});
    }
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex reporting;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < tasks.size() && !stop.stop_requested();) {
      InstanceResult result = run_task(tasks[i], options, executive);
      const std::lock_guard lock(reporting);
      if (stop.stop_requested()) return;  // its command may have been cut short
      *tasks[i].result = std::move(result);
      if (options.progress)
        options.progress(*tasks[i].statement, *tasks[i].instance, *tasks[i].result, ++done, tasks.size());
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::size_t t = 1; t < std::min(options.threads, tasks.size()); ++t) workers.emplace_back(work);
    work();
  }
  if (stop.stop_requested())
    for (const Task& task : tasks)
      if (!task.result->ran) {
        task.result->ran = true;
        task.result->problems.emplace_back("not run: stopped early");
      }
  for (TheoremResult& result : results)
    result.plants = plant_wrong_constants(*result.statement, result.instances);
  return results;
}

Verdict overall(const std::vector<TheoremResult>& results) {
  Verdict all = Verdict::proved;
  for (const TheoremResult& result : results) {
    if (result.verdict() == Verdict::refuted) return Verdict::refuted;
    if (result.verdict() == Verdict::undecided) all = Verdict::undecided;
  }
  return all;
}

}  // namespace narrows::theorems
