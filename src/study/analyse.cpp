#include "study/analyse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "bounds/limit_comparison.hpp"
#include "bounds/regime_map.hpp"
#include "certify/certificate.hpp"
#include "certify/distance_certificate.hpp"
#include "certify/level_curve_certificate.hpp"
#include "certify/levelset_certificate.hpp"
#include "certify/regime_certificate.hpp"
#include "certify/threshold_certificate.hpp"
#include "critical/certify.hpp"
#include "critical/threshold.hpp"
#include "io/domain_parse.hpp"
#include "io/exact_text.hpp"
#include "io/load.hpp"
#include "io/network_json.hpp"
#include "levelset/level_curve.hpp"
#include "network/chain.hpp"
#include "polyhedral/analysis.hpp"
#include "study/random_network.hpp"

namespace narrows {
namespace {

/// What an analysis works on, and what it leaves: figures and verdict in the row, and the text of a certificate.
struct Work {
  const Analysis& analysis;
  const StudyNetwork& network;
  const StopToken& stop;
  StudyRow* row;
  std::string certificate = {};

  [[nodiscard]] CertificateSource source() const { return {network.name, network.sha256}; }
  [[nodiscard]] TextSink sink() {
    return [this](std::string_view piece) { certificate += piece; };
  }
  void say(Verdict verdict, const std::string& reason) const {
    row->verdict = verdict;
    row->reason = reason;
  }
  void set(Figure figure, double value) const { (*row)[figure] = value; }
  void set(Figure figure, std::size_t value) const { (*row)[figure] = static_cast<double>(value); }
  /// An end of an enclosure; an infinite one is left out.
  void set_end(Figure figure, double value) const {
    if (std::isfinite(value)) (*row)[figure] = value;
  }
};

/// The point lower + (upper − lower) k/n; its ends are exact and parts that touch share the number.
double part_of(double lower, double upper, std::size_t k, std::size_t n) {
  return k == 0   ? lower
         : k == n ? upper
                  : lower + (upper - lower) * (static_cast<double>(k) / static_cast<double>(n));
}

/// The domain of the analysis in R^dim; of a certify analysis that is split, its part.
Domain domain_of(const Analysis& analysis, std::size_t dim) {
  std::string text = analysis.domain.empty() ? "R^d" : analysis.domain;
  for (std::size_t at; (at = text.find("^d")) != std::string::npos;)
    text.replace(at, 2, "^" + std::to_string(dim));
  Domain domain = parse_domain(text, dim);
  if (analysis.parts == 1 || analysis.type != AnalysisType::certify) return domain;
  const std::size_t sides = std::min<std::size_t>(dim, 2),
                    pieces = sides == 1 ? analysis.parts : analysis.split;
  for (std::size_t i = 0; i < sides; ++i) {
    const std::size_t k = i == 0 ? analysis.part % pieces : analysis.part / pieces;
    const double lower = domain.box.lower[i], upper = domain.box.upper[i];
    domain.box.lower[i] = part_of(lower, upper, k, pieces);
    domain.box.upper[i] = part_of(lower, upper, k + 1, pieces);
  }
  return domain;
}

const OutputSelection kFirstOutput{};

Chain chain_of(const Work& work) {
  if (widths(work.network.network).back() != 1)
    throw InputError(work.network.name, "the network has several outputs",
                     "studies take networks with one output");
  return make_chain(work.network.network, kFirstOutput, work.network.name);
}

CertifyResult run_certify(Work* work) {
  const Chain chain = chain_of(*work);
  CertifyOptions options;
  options.search.max_boxes = work->analysis.max_boxes == 0 ? 100'000 : work->analysis.max_boxes;
  options.search.stop = work->stop;
  const CertifyResult result =
      certify(chain, domain_of(work->analysis, chain.input_dim), options, work->network.name);
  work->say(result.verdict, result.reason);
  work->row->method = to_string(result.method);
  work->set(Figure::boxes, result.boxes);
  work->set(Figure::complete, std::size_t{result.complete});
  std::size_t counts[3] = {};  // minima, saddles, maxima
  for (const CriticalPoint& point : result.critical_points)
    if (point.morse_index)
      ++counts[*point.morse_index == 0 ? 0 : *point.morse_index == static_cast<int>(chain.input_dim) ? 2 : 1];
  work->set(Figure::points, result.critical_points.size());
  work->set(Figure::minima, counts[0]);
  work->set(Figure::saddles, counts[1]);
  work->set(Figure::maxima, counts[2]);
  work->set(Figure::open_regions, result.undecided.size());
  if (result.winding) work->set(Figure::winding, static_cast<double>(*result.winding));
  write_critical_certificate(result, work->network.network, kFirstOutput, work->source(), work->sink());
  return result;
}

double nearest(const Rational& x) {
  return mpq_get_d(x.backend().data());
}

/// The smallest finite critical ratio of a block, with what it is compared with.
void set_smallest_ratio(const Work& work, const ThresholdResult& result) {
  const LayerThreshold* smallest = nullptr;
  std::size_t infinite = 0;
  for (const LayerThreshold& layer : result.layers) {
    if (layer.ratio) {
      const double size = std::fabs(nearest(*layer.ratio));
      if (!(*work.row)[Figure::ratio] || size > *(*work.row)[Figure::ratio]) work.set(Figure::ratio, size);
    }
    if (!layer.critical) continue;
    if (layer.critical->status == CriticalRatio::Status::infinite)
      ++infinite;
    else if (smallest == nullptr || layer.critical->lower < smallest->critical->lower)
      smallest = &layer;
  }
  work.set(Figure::infinite_ratios, infinite);
  if (smallest == nullptr) return;
  const CriticalRatio& critical = *smallest->critical;
  work.set_end(Figure::critical_ratio_lower, enclose(critical.lower).lower());
  if (critical.upper) work.set_end(Figure::critical_ratio_upper, enclose(*critical.upper).upper());
  if (smallest->lipschitz_ratio && *smallest->lipschitz_ratio > 0)
    work.set_end(Figure::critical_ratio_norm, nearest(critical.lower) / *smallest->lipschitz_ratio);
}

void run_threshold(Work* work) {
  ThresholdOptions options;
  options.stop = work->stop;
  if (!work->analysis.domain.empty())
    options.domain = domain_of(work->analysis, work->network.network.input_dim);
  const ThresholdResult result = find_thresholds(work->network.network, options);
  work->say(result.verdict, result.reason);
  std::size_t regular = 0;
  for (const LayerThreshold& layer : result.layers) regular += layer.regular == Regularity::regular ? 1 : 0;
  work->set(Figure::layers, result.layers.size());
  work->set(Figure::regular_layers, regular);
  set_smallest_ratio(*work, result);
  if (result.factor && !result.factor->infinite) {
    work->set_end(Figure::uniform_factor_lower, enclose(result.factor->lower).lower());
    if (result.factor->upper)
      work->set_end(Figure::uniform_factor_upper, enclose(*result.factor->upper).upper());
  }
  work->certificate =
      threshold_certificate(result, work->network.network, !options.domain, work->source()).text;
}

void run_piecewise_linear(Work* work) {
  if (fold_batch_norm(work->network.network)
          .folded)  // the row is about the network with this hash and no other
    return work->say(
        Verdict::undecided,
        "its batch_norm weights would be rounded: level sets are proved of the rounded network alone, by "
        "narrows levelset, which bounds the distance from this one");
  const Chain chain = chain_of(*work);
  LevelSetOptions options;
  options.level = *parse_exact(work->analysis.level);
  options.stop = work->stop;
  const LevelSetResult result = analyse_level_sets(chain, options, work->network.name);
  work->say(result.verdict, result.reason);
  const auto components = [](const std::optional<LevelSet>& set) {
    return set && set->components ? std::optional(set->components->size()) : std::nullopt;
  };
  if (const auto above = components(result.sets.superlevel)) work->set(Figure::components_above, *above);
  if (const auto below = components(result.sets.sublevel)) work->set(Figure::components_below, *below);
  write_levelset_certificate(result, work->network.network, kFirstOutput, work->source(), work->sink());
}

void run_levelset(Work* work) {
  const Chain chain = chain_of(*work);
  if (is_piecewise_linear(chain.layers)) return run_piecewise_linear(work);
  const Domain domain = domain_of(work->analysis, chain.input_dim);
  if (domain.type != Domain::Type::box)
    throw InputError("levelset", "level curves are proved on a box", "give domain = \"[-2,2]^d\"");
  LevelCurveOptions options;
  options.level = *parse_exact(work->analysis.level);
  options.max_boxes = work->analysis.max_boxes == 0 ? 100'000 : work->analysis.max_boxes;
  options.stop = work->stop;
  const LevelCurveResult result =
      level_curve(*level_function(chain, work->network.name), domain.box, options);
  work->say(result.verdict, result.reason);
  work->set(Figure::boxes, result.boxes);
  work->set(Figure::open_regions, result.undecided.size());
  if (result.verdict == Verdict::proved) {
    std::size_t above = 0, closed = 0;
    Interval area(0);
    for (const LevelComponent& component : result.components) {
      above += component.positive ? 1 : 0;
      closed += component.status == LevelComponent::Status::closed ? 1 : 0;
      if (component.positive) area = area + component.area;
    }
    work->set(Figure::components_above, above);
    work->set(Figure::components_below, result.components.size() - above);
    work->set(Figure::closed_components, closed);
    work->set(Figure::closed_curves, result.closed_curves());
    work->set(Figure::arcs, result.arcs());
    work->set_end(Figure::area_above_lower, area.lower());
    work->set_end(Figure::area_above_upper, area.upper());
  }
  write_level_curve_certificate(result, {}, work->network.network, kFirstOutput, work->source(),
                                work->sink());
}

void run_bounds(Work* work) {
  const Chain chain = chain_of(*work);
  const Domain domain = domain_of(work->analysis, chain.input_dim);
  if (domain.type != Domain::Type::box)
    throw InputError("bounds", "T4 and T5 speak of compact sets", "give domain = \"[-1,1]^d\"");
  const LimitNetwork network = make_limit_network(chain, work->network.name);
  DistanceOptions options;
  options.gap = work->analysis.gap;
  options.max_boxes = work->analysis.max_boxes == 0 ? 100'000 : work->analysis.max_boxes;
  options.stop = work->stop;
  const LimitComparison row = compare_with_limit(
      network, work->analysis.limit == "ode" ? Limit::ode : Limit::mlp, domain.box, options);
  work->say(row.verdict, row.reason);
  if (!row.applies) return;
  work->set(Figure::boxes, row.distance.boxes);
  work->set_end(Figure::theorem, row.bounds.theorem);
  work->set_end(Figure::sharper, row.bounds.sharper);
  work->set_end(Figure::distance_lower, row.distance.distance.lower());
  work->set_end(Figure::distance_upper, row.distance.distance.upper());
  if (has_distance_certificate(row))
    write_distance_certificate(row, domain, work->network.network, kFirstOutput, work->source(),
                               work->sink());
}

/// The part of the rectangle of parameters that is this analysis'.
Interval range_of(const std::string& name, const std::string& text, std::size_t k, std::size_t n) {
  const auto colon = text.find(':');
  if (colon == std::string::npos)
    throw InputError(name, "'" + text + "' is not a range", "write lower:upper, such as 0:2");
  const double lower = parse_point(text.substr(0, colon), 1)[0],
               upper = parse_point(text.substr(colon + 1), 1)[0];
  if (!(lower < upper))
    throw InputError(name, "the range '" + text + "' is empty", "write the lower end first");
  return {part_of(lower, upper, k, n), part_of(lower, upper, k + 1, n)};
}

void run_regimes(Work* work) {
  const Chain chain = chain_of(*work);
  const Analysis& analysis = work->analysis;
  RegimeOptions options;
  options.rectangle = {
      range_of("skip", analysis.skip, analysis.part % analysis.split, analysis.split),
      range_of("residual", analysis.residual, analysis.part / analysis.split, analysis.split)};
  options.depth = analysis.depth;
  if (analysis.max_boxes != 0) options.max_boxes = analysis.max_boxes;
  options.stop = work->stop;
  const RegimeMap map =
      find_regimes(chain, domain_of(analysis, chain.input_dim), options, work->network.name);
  work->say(map.verdict, map.reason);
  work->set(Figure::boxes, map.boxes);
  const Rational parts(static_cast<unsigned long>(analysis.parts));
  work->set(Figure::area_none, nearest(map.areas.none / parts));
  work->set(Figure::area_exists, nearest(map.areas.exists / parts));
  work->set(Figure::area_open, nearest(map.areas.undecided / parts));
  write_regime_certificate(map, work->network.network, kFirstOutput, work->source(), work->sink());
}

void run(Work* work) {
  switch (work->analysis.type) {
    case AnalysisType::certify:
      (void)run_certify(work);
      return;
    case AnalysisType::threshold:
      return run_threshold(work);
    case AnalysisType::levelset:
      return run_levelset(work);
    case AnalysisType::bounds:
      return run_bounds(work);
    case AnalysisType::regimes:
      return run_regimes(work);
  }
}

/// Errors  InputError if domain or ranges cannot be read, or the domain has not `input_dim` coordinates.
void check_texts(const Analysis& analysis, std::size_t input_dim) {
  (void)domain_of(analysis, input_dim);
  if (analysis.type != AnalysisType::regimes) return;
  (void)range_of("skip", analysis.skip, 0, 1);
  (void)range_of("residual", analysis.residual, 0, 1);
}

}  // namespace

void require_askable(const StudyPlan& plan, const Analysis& analysis) {
  std::optional<InputError> trouble;
  const auto askable = [&](std::size_t input_dim) {
    try {
      check_texts(analysis, input_dim);
      return true;
    } catch (const InputError& error) {
      if (!trouble) trouble = error;
      return false;
    }
  };
  for (const StudyFamily& family : plan.families)
    if (std::any_of(family.input_dims.begin(), family.input_dims.end(), askable)) return;
  for (const std::string& file : plan.files) {
    std::size_t input_dim = 0;
    try {
      input_dim = load_network(file).network.input_dim;
    } catch (const InputError&) {  // its rows will say so
      continue;
    }
    if (askable(input_dim)) return;
  }
  if (trouble) throw InputError(*trouble);
}

StudyNetwork study_network(const StudyPlan& plan, std::size_t number) {
  const NetworkParameters parameters = plan.parameters(number);
  StudyNetwork result;
  if (!parameters.family) {
    result.name = std::filesystem::path(parameters.file).filename().string();
    result.sha256 = sha256_hex(read_file(parameters.file));
    try {
      result.network = load_network(parameters.file).network;
    } catch (const InputError& error) {
      result.error = error.what();
    }
    return result;
  }
  result.network = random_network(parameters, plan.families[*parameters.family]);
  result.text = network_to_json(result.network, true);
  result.sha256 = sha256_hex(result.text);
  result.name = fmt::format("network-{}.json", number);
  return result;
}

std::optional<StudyRow> analyse(const StudyPlan& plan, const StudyNetwork& network, std::size_t number,
                                std::size_t analysis, const StopToken& stop, const CertificateKeeper& keep) {
  StudyRow row;
  row.network = number;
  row.analysis = analysis;
  row.sha256 = network.sha256;
  const auto start = std::chrono::steady_clock::now();
  Work work{plan.analyses.at(analysis), network, stop, &row};
  try {
    if (network.error.empty())
      run(&work);
    else
      work.say(Verdict::undecided, network.error);
  } catch (const InputError& error) {  // this network cannot be asked that
    work.say(Verdict::undecided, error.what());
    work.certificate.clear();
  } catch (const std::logic_error& error) {  // a defect: say where
    throw std::logic_error(fmt::format("network {}, analysis {}: {}", number, analysis, error.what()));
  }
  if (stop.stop_requested()) return std::nullopt;
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!work.certificate.empty()) {
    row.certificate = sha256_hex(work.certificate);
    if (keep) keep(work.certificate);
  }
  return row;
}

std::optional<CertifyResult> certify_again(const StudyPlan& plan, const StudyNetwork& network,
                                           const StudyRow& row) {
  StudyRow again;
  const StopToken stop;
  Work work{plan.analyses.at(row.analysis), network, stop, &again};
  CertifyResult result = run_certify(&work);
  if (sha256_hex(work.certificate) != row.certificate || again.verdict != row.verdict) return std::nullopt;
  return result;
}

}  // namespace narrows
