// Certified regime maps: a rectangle of parameters (ε, δ) cut into cells, each proved for all its parameters to have no critical
// point in the domain, or to have one, or left undecided.
//
// Search proceeds level by level: the cells of a level are attacked independently, in batches spread over threads, and merged in
// order. The outcome depends neither on the number of threads nor on interruptions.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "base/verdict.hpp"
#include "bounds/cell_attack.hpp"
#include "bounds/parameter_family.hpp"
#include "network/domain.hpp"

namespace narrows {

struct RegimeOptions {
  FamilyType family = FamilyType::shared;
  ParameterCell rectangle;         ///< finite sides, lower < upper
  int depth = 9;                   ///< the deepest level; the rectangle is level 0. At most kMaxMapDepth
  std::size_t max_boxes = 20'000;  ///< joint boxes tested for one cell on the deepest level, an eighth of it above
  int threads = 1;
  bool lanes = true;               ///< the batched kernels where they apply; otherwise scalar affine forms
  StopToken stop = {};
  /// Where the state is kept (SQLite): a map that was stopped or killed continues from it. Empty: nowhere.
  std::string state_path = {};
  std::string fingerprint = {};    ///< names the network, output, domain and options; a file with another one is refused
  /// Attacks cells in other places than this process' threads: called with tasks as bytes that all differ (cell_bytes.hpp), gives a CellWorker's answers in
  /// the same order. Empty: this process' threads.
  std::function<std::vector<std::optional<std::string>>(const std::vector<std::string>& tasks)> spread = {};
  /// Called between batches with the share of the area that is decided and the cells attacked; may be empty.
  std::function<void(double decided, std::size_t cells)> progress = {};
};
inline constexpr int kMaxMapDepth = 20;

struct MapCell {
  ParameterCell cell;
  int level = 0;
  std::size_t first_quarter = 0;  ///< index of four consecutive cells; 0: a leaf
  CellFinding finding;            ///< leaves
};

enum class CellStatus { none, exists, undecided };
[[nodiscard]] CellStatus status_of(const MapCell& cell);

/// Shares of the area of the rectangle, exact: a cell of level k counts 4^-k, and they add up to 1.
struct RegimeAreas {
  Rational none = 0, exists = 0, undecided = 0;
};

struct RegimeMap {
  FamilyType family = FamilyType::shared;
  ParameterCell rectangle;
  Domain domain;
  int depth = 0;
  std::vector<MapCell> cells;  ///< cells[0] is the rectangle
  /// One entry per layer of the chain, as FamilyRegularity gave them.
  std::vector<std::optional<RatioBound>> ratios;
  std::vector<bool> fixed_layers;
  Chain chain;                 ///< the family chain
  RegimeAreas areas;
  std::size_t leaves = 0, boxes = 0;
  bool stopped = false;
  bool complete = false;                 ///< every undecided cell has the asked depth: what the certificate calls proved
  Verdict verdict = Verdict::undecided;  ///< proved: complete, and every cell was attacked
  std::string reason;
};

/// Guarantee  cells of status none or exists are proved for every parameter in them.
/// Errors     InputError if the network has kinks, the domain is a ball or of another dimension, no layer is residual, or the
///            state file belongs to another map.
/// Source     T1, T2, T3, T8, T9 (arXiv 2603.28591); Poincaré-Miranda.
[[nodiscard]] RegimeMap find_regimes(const Chain& chain, const Domain& domain, const RegimeOptions& options, const std::string& where);

/// Attacks single cells of the map that find_regimes would make of the same arguments, for RegimeOptions::spread.
/// Errors  as find_regimes.
class CellWorker {
 public:
  CellWorker(const Chain& chain, const Domain& domain, const RegimeOptions& options, const std::string& where);
  ~CellWorker();
  CellWorker(const CellWorker&) = delete;
  CellWorker& operator=(const CellWorker&) = delete;
  /// The finding as bytes; nothing if a stop was requested.
  [[nodiscard]] std::optional<std::string> attack(const std::string& task) const;

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

}  // namespace narrows
