#include "polyhedral/analysis.hpp"

#include <algorithm>

#include "base/errors.hpp"

namespace narrows {
namespace {

void check_domain(const std::optional<Domain>& domain, const std::string& where) {
  if (domain && domain->type == Domain::Type::ball)
    throw InputError(where, "linear regions are counted in boxes, not in balls", "give a box, or no domain for the whole space");
}

/// Nothing if time is up.
std::shared_ptr<Partition> completed(Partition partition) {
  return partition.stopped() ? nullptr : std::make_shared<Partition>(std::move(partition));
}

bool all_decided(const LevelSets& sets) { return sets.superlevel && sets.closed_superlevel && sets.sublevel && sets.closed_sublevel; }

}  // namespace

LevelSetResult analyse_level_sets(const Chain& chain, const LevelSetOptions& options, const std::string& where) {
  check_domain(options.domain, where);
  const PiecewiseLinear net = make_piecewise_linear(chain, where);
  LevelSetResult result;
  result.level = options.level;
  result.domain = options.domain;
  result.input_dim = chain.input_dim;
  result.folded = net.folded;
  if (chain.input_dim > kMaxDim) {
    result.reason = "more than " + std::to_string(kMaxDim) + " inputs";
    return result;
  }
  const auto stages = std::make_shared<const Stages>(with_level(make_stages(net), options.level));
  const auto keep_going = [&options] { return !options.stop.stop_requested(); };
  if (options.domain && options.domain->type == Domain::Type::box)
    if ((result.box_partition = completed(Partition(stages, options.domain->box, keep_going)))) result.box = summarise_regions(*result.box_partition);
  result.space_partition = completed(Partition(stages, keep_going));
  if (result.space_partition) {
    result.space = summarise_regions(*result.space_partition);
    result.critical_vertices = critical_vertices(*result.space_partition);
    result.space_cut = std::make_shared<Partition>(*result.space_partition);
    result.space_cut->cut_along(1);
    result.sets = level_sets_exact(*result.space_cut);
  }
  result.verdict = all_decided(result.sets) ? Verdict::proved : Verdict::undecided;
  result.reason = result.space ? std::to_string(result.space->regions) + " linear regions, exactly" : "stopped early";
  return result;
}

}  // namespace narrows
