#include "bounds/regime_map.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "base/errors.hpp"
#include "bounds/cell_bytes.hpp"
#include "bounds/regime_state.hpp"

namespace narrows {
namespace {

constexpr std::size_t kBatch = 64;          ///< cells between two merges
constexpr std::size_t kSpreadBatch = 256;   ///< where somebody far away may be the last to answer
constexpr std::size_t kShallowShare = 8;    ///< cells above the deepest level get this part of the budget
constexpr std::size_t kDeepPieces = 1024, kShallowPieces = 96;  ///< the checker repeats them all: more, smaller cells cost it less
constexpr auto kBetweenFlushes = std::chrono::milliseconds(500);

void check(const Chain& chain, const Domain& domain, const RegimeOptions& options, const std::string& where) {
  if (chain.smoothness == Smoothness::lipschitz)
    throw InputError(where, "the activation " + first_kinked_activation(chain.layers) + " has kinks; regime maps are for smooth and C1 networks", "use a smooth activation");
  if (domain.dim != chain.input_dim) throw InputError("--domain", "the domain has dimension " + std::to_string(domain.dim) + ", the network " + std::to_string(chain.input_dim), "give one side for each input");
  if (domain.type == Domain::Type::ball) throw InputError("--domain", "regime maps need a box or all of R^d", "write a box such as \"[-2,2]^2\"");
  for (const Interval& side : {options.rectangle.skip, options.rectangle.residual})
    if (!is_finite(side) || !(side.lower() < side.upper())) throw InputError("--skip, --residual", "the rectangle of parameters is empty or unbounded", "write lower:upper, such as 0:2");
  const bool residual = std::any_of(chain.layers.begin(), chain.layers.end(), [](const Layer& layer) { return std::holds_alternative<ResidualLayer>(layer.value); });
  if (!residual) throw InputError(where, "no layer is residual: there are no factors to vary", "use a network with residual layers");
}

CellEffort effort_of(int level, const RegimeOptions& options) {
  const bool deepest = level == options.depth;
  return {deepest ? options.max_boxes : options.max_boxes / kShallowShare, deepest ? kDeepPieces : kShallowPieces};
}

class MapSearch {
 public:
  MapSearch(const Chain& chain, const Domain& domain, const RegimeOptions& options)
      : options_(options), problem_(family_chain(chain, options.family), options.stop, options.lanes), attack_(problem_, domain) {
    map_.family = options.family;
    map_.rectangle = options.rectangle;
    map_.domain = domain;
    map_.depth = options.depth;
    map_.ratios = problem_.regularity.ratios();
    map_.fixed_layers = problem_.regularity.fixed_layers();
    map_.chain = problem_.family;
    if (!options.state_path.empty()) state_ = std::make_unique<RegimeState>(options.state_path, options.fingerprint);
  }

  RegimeMap run() {
    map_.cells.push_back({options_.rectangle, 0, 0, {}});
    paths_.push_back(1);
    std::vector<std::size_t> level{0};
    for (int depth = 0; !level.empty() && !map_.stopped; ++depth) {
      next_level_.clear();
      const std::size_t count = options_.spread ? kSpreadBatch : kBatch;
      for (std::size_t begin = 0; begin < level.size() && !map_.stopped; begin += count)
        attack_batch({level.begin() + static_cast<std::ptrdiff_t>(begin), level.begin() + static_cast<std::ptrdiff_t>(std::min(begin + count, level.size()))});
      level = next_level_;
    }
    if (state_) state_->flush();
    conclude();
    return std::move(map_);
  }

 private:
  void attack_batch(const std::vector<std::size_t>& batch) {
    std::vector<std::optional<CellFinding>> findings(batch.size());
    std::vector<char> known(batch.size(), 0);
    for (std::size_t i = 0; i < batch.size() && state_; ++i) {
      findings[i] = state_->find(paths_[batch[i]]);
      known[i] = findings[i].has_value();
    }
    options_.spread ? attack_elsewhere(batch, &findings) : attack_here(batch, &findings);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (!findings[i]) {
        map_.stopped = true;
        continue;
      }
      if (state_ && !known[i]) state_->record(paths_[batch[i]], *findings[i]);
      merge(batch[i], std::move(*findings[i]));
    }
    flush_now_and_then();
    if (options_.progress) options_.progress(decided_, attacked_);
  }

  using Findings = std::vector<std::optional<CellFinding>>;
  void attack_here(const std::vector<std::size_t>& batch, Findings* findings) const {
    tbb::parallel_for(std::size_t{0}, batch.size(), [&](std::size_t i) {
      if ((*findings)[i] || options_.stop.stop_requested()) return;
      const MapCell& cell = map_.cells[batch[i]];
      (*findings)[i] = attack_.run(cell.cell, cell.level, guesses_for(batch[i]), effort_of(cell.level, options_), options_.stop);
    }, tbb::simple_partitioner());
  }

  void attack_elsewhere(const std::vector<std::size_t>& batch, Findings* findings) const {
    std::vector<std::string> tasks;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if ((*findings)[i]) continue;
      const MapCell& cell = map_.cells[batch[i]];
      tasks.push_back(bytes_of(CellTask{cell.cell, cell.level, guesses_for(batch[i])}));
      open.push_back(i);
    }
    if (tasks.empty()) return;
    const auto answers = options_.spread(tasks);
    for (std::size_t k = 0; k < open.size(); ++k)
      if (answers.at(k)) (*findings)[open[k]] = finding_from(*answers[k]);
  }

  [[nodiscard]] const std::vector<std::vector<double>>& guesses_for(std::size_t index) const {
    static const std::vector<std::vector<double>> none;
    return index == 0 ? none : map_.cells[parent_of_[index]].finding.guesses;
  }

  void merge(std::size_t index, CellFinding finding) {
    ++attacked_;
    map_.boxes += finding.boxes;
    const ParameterCell cell = map_.cells[index].cell;
    const int level = map_.cells[index].level;
    const bool open = finding.rule == CellRule::open;
    map_.cells[index].finding = std::move(finding);
    if (!open) {
      decided_ += std::ldexp(1.0, -2 * level);
      return;
    }
    if (level == options_.depth) return;
    const auto parts = quarters(cell);
    if (!parts) return;
    map_.cells[index].first_quarter = map_.cells.size();
    parent_of_.resize(map_.cells.size() + 4);
    for (std::size_t k = 0; k < 4; ++k) {
      next_level_.push_back(map_.cells.size());
      parent_of_[map_.cells.size()] = index;
      paths_.push_back(paths_[index] << 2 | k);
      map_.cells.push_back({(*parts)[k], level + 1, 0, {}});
    }
  }

  void flush_now_and_then() {
    const auto now = std::chrono::steady_clock::now();
    if (!state_ || now < next_flush_) return;
    state_->flush();
    next_flush_ = std::chrono::steady_clock::now() + kBetweenFlushes;
  }

  void conclude() {
    bool complete = true;
    for (const MapCell& cell : map_.cells) {
      if (cell.first_quarter != 0) continue;
      ++map_.leaves;
      const CellStatus status = status_of(cell);
      const Rational share = Rational(1) / (boost::multiprecision::mpz_int(1) << (2 * cell.level));
      (status == CellStatus::none ? map_.areas.none : status == CellStatus::exists ? map_.areas.exists : map_.areas.undecided) += share;
      complete = complete && (status != CellStatus::undecided || cell.level == options_.depth);
    }
    map_.complete = complete;
    map_.verdict = complete && !map_.stopped ? Verdict::proved : Verdict::undecided;
    map_.reason = map_.verdict == Verdict::proved ? "every cell is decided or has the asked depth" : map_.stopped ? "stopped early" : "a cell is too small to be cut";
  }

  const RegimeOptions& options_;
  RegimeMap map_;
  JointProblem problem_;
  CellAttack attack_;
  std::unique_ptr<RegimeState> state_;
  std::vector<CellPath> paths_;            // per cell
  std::vector<std::size_t> parent_of_{0};  // per cell
  std::vector<std::size_t> next_level_;
  std::size_t attacked_ = 0;
  double decided_ = 0;
  std::chrono::steady_clock::time_point next_flush_ = std::chrono::steady_clock::now() + kBetweenFlushes;
};

}  // namespace

CellStatus status_of(const MapCell& cell) {
  switch (cell.finding.rule) {
    case CellRule::none_by_ratios:
    case CellRule::none_by_vertices:
    case CellRule::none_by_tree: return CellStatus::none;
    case CellRule::exists: return CellStatus::exists;
    case CellRule::open: break;
  }
  return CellStatus::undecided;
}

RegimeMap find_regimes(const Chain& chain, const Domain& domain, const RegimeOptions& options, const std::string& where) {
  check(chain, domain, options, where);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(std::max(options.threads, 1)));
  return MapSearch(chain, domain, options).run();
}

struct CellWorker::Parts {
  RegimeOptions options;
  Domain domain;
  JointProblem problem;
  CellAttack attack;

  Parts(const Chain& chain, const Domain& domain_, const RegimeOptions& options_)
      : options(options_), domain(domain_), problem(family_chain(chain, options.family), options.stop, options.lanes), attack(problem, domain) {}
};

CellWorker::CellWorker(const Chain& chain, const Domain& domain, const RegimeOptions& options, const std::string& where) {
  check(chain, domain, options, where);
  parts_ = std::make_unique<const Parts>(chain, domain, options);
}

CellWorker::~CellWorker() = default;

std::optional<std::string> CellWorker::attack(const std::string& bytes) const {
  const CellTask task = task_from(bytes);
  const auto finding = parts_->attack.run(task.cell, task.level, task.guesses, effort_of(task.level, parts_->options), parts_->options.stop);
  return finding ? std::optional(bytes_of(*finding)) : std::nullopt;
}

}  // namespace narrows
