// The SQLite file of a study: SCHEMA.md says what is in it. It survives being killed at any moment.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "study/plan.hpp"
#include "study/study_row.hpp"

namespace narrows {

/// A row joined with the columns of its network, as far as summaries ask.
struct ReportedRow {
  StudyRow row;
  std::string type;  ///< of the analysis
  std::size_t group = 0, part = 0;
  std::optional<std::size_t> width, depth;
  std::optional<double> ratio;  ///< δ/ε of the family
  std::string label;            ///< the file, or "resnet 2-2, depth 5, tanh, ratio 0.3, seed 4"
};

/// What a finished or unfinished study says of itself.
struct StudyFacts {
  std::string name, version, fingerprint, definition;
  std::size_t networks = 0, analyses = 0, done = 0;
  std::vector<std::string> analysis_texts;   ///< one line each
  std::map<std::size_t, std::size_t> parts;  ///< of each group of analyses
};

class StudyDatabase {
 public:
  /// The first opens what is there; the second opens or creates the file for the plan, with the study file as its definition.
  /// Errors  InputError if the file is no study, cannot be written, or belongs to another study, version or format.
  explicit StudyDatabase(const std::string& path);
  StudyDatabase(const std::string& path, const StudyPlan& plan, const std::string& definition);
  ~StudyDatabase();
  StudyDatabase(const StudyDatabase&) = delete;
  StudyDatabase& operator=(const StudyDatabase&) = delete;

  /// done[network·analyses + analysis] for the rows that are there.
  [[nodiscard]] std::vector<bool> done_units(const StudyPlan& plan);
  /// The hashes of the networks that are there.
  [[nodiscard]] std::map<std::size_t, std::string> hashes();

  /// One transaction: these rows of the plan's networks, and those networks' own, if they are missing. A row that is there already is left alone.
  void add(const StudyPlan& plan, const std::vector<StudyRow>& rows);
  /// The rows of network `first`, repeated for `network`, which has the same hash; seconds are 0.
  void add_copies(const NetworkParameters& network, std::size_t first);

  [[nodiscard]] StudyFacts facts();
  /// The network that the rows of `network` were computed of; nothing if they are its own, or if there are none.
  [[nodiscard]] std::optional<std::size_t> copy_of(std::size_t network);
  /// In the order of (network, analysis).
  void for_each_row(const std::function<void(const ReportedRow&)>& visit);
  /// The view `rows` as CSV with a line of names; the time columns last. Errors  InputError if the file is damaged.
  [[nodiscard]] std::string csv();
  /// Folds the write-ahead log into the file, which then stands alone.
  void close();

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// True if the file begins like an SQLite database.
[[nodiscard]] bool is_sqlite_file(const std::string& path);

}  // namespace narrows
