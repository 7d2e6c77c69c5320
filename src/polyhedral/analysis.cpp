#include "polyhedral/analysis.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "polyhedral/pattern_levels.hpp"

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

bool is_box(const std::optional<Domain>& domain) { return domain && domain->type == Domain::Type::box; }

/// What follows from the point that the user asks about.
void follow_ray(const Chain& chain, const LevelSetOptions& options, LevelSetResult* result) {
  result->from = ray_from(chain, *options.from);
  if (options.support) result->growth = growth_certificate(chain, *options.from, *options.support);
  if (!result->from->answer.ray) return;
  const LevelRay& ray = *result->from->answer.ray;
  if (result->from->value != result->level) add_ray(ray, result->from->value > result->level ? 1 : -1, &result->sets);
  if (is_box(options.domain)) result->two_points = two_points(chain, ray, options.domain->box);
}

void decide_by_partition(const std::shared_ptr<const Stages>& stages, const LevelSetOptions& options, LevelSetResult* result) {
  const auto keep_going = [&options] { return !options.stop.stop_requested(); };
  if (is_box(options.domain))
    if ((result->box_partition = completed(Partition(stages, options.domain->box, keep_going)))) result->box = summarise_regions(*result->box_partition);
  result->space_partition = completed(Partition(stages, keep_going));
  result->reason = "stopped early";
  if (!result->space_partition) return;
  result->space = summarise_regions(*result->space_partition);
  result->critical_vertices = critical_vertices(*result->space_partition);
  result->space_cut = std::make_shared<Partition>(*result->space_partition);
  result->space_cut->cut_along(1);
  result->sets = level_sets_exact(*result->space_cut);
  result->reason = std::to_string(result->space->regions) + " linear regions, exactly";
}

void decide_by_rays(const Chain& chain, const Stages& stages, const LevelSetOptions& options, LevelSetResult* result) {
  search_rays(chain, options.level, &result->sets);
  result->reason = "rays on which the network is constant";
  if (all_decided(result->sets)) return;
  PatternOptions limits;
  limits.stop = options.stop;
  limits.max_regions = options.max_regions;
  const PatternRegions found = enumerate_patterns(stages, limits);
  result->reason = "in more than " + std::to_string(kMaxDim) + " dimensions only rays have certificates";
  if (!found.complete) return;
  result->patterns = PatternSummary{found.regions.size(), count_affine_pieces(found.regions), level_sets_of_patterns(found.regions, chain.input_dim, options.level)};
  const LevelSets& known = result->patterns->sets;
  if (known.superlevel->witness) add_ray(*known.superlevel->witness, 1, &result->sets);
  if (known.sublevel->witness) add_ray(*known.sublevel->witness, -1, &result->sets);
}

}  // namespace

LevelSetResult analyse_level_sets(const Chain& chain, const LevelSetOptions& options, const std::string& where) {
  check_domain(options.domain, where);
  const PiecewiseLinear net = make_piecewise_linear(chain, where);
  LevelSetResult result;
  result.level = options.level;
  result.domain = options.domain;
  result.input_dim = chain.input_dim;
  result.folded = net.folded;
  if (chain.input_dim <= kMaxDim)
    decide_by_partition(std::make_shared<const Stages>(with_level(make_stages(net), options.level)), options, &result);
  else
    decide_by_rays(chain, make_stages(net), options, &result);
  if (options.from) follow_ray(chain, options, &result);
  result.verdict = all_decided(result.sets) ? Verdict::proved : Verdict::undecided;
  return result;
}

}  // namespace narrows
