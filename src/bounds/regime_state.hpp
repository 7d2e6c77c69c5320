// The state of a regime map on disk: what was found about each cell, in an SQLite database that survives being killed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bounds/cell_attack.hpp"

namespace narrows {

/// A cell by its path from the root: 1, then two binary digits for each quarter.
using CellPath = std::uint64_t;

class RegimeState {
 public:
  /// Opens or creates the database.
  /// Errors  InputError if the file is no such database, is damaged, or belongs to another map (`fingerprint`).
  RegimeState(const std::string& path, const std::string& fingerprint);
  ~RegimeState();
  RegimeState(const RegimeState&) = delete;
  RegimeState& operator=(const RegimeState&) = delete;

  /// What an earlier run found about the cell.
  [[nodiscard]] std::optional<CellFinding> find(CellPath path);
  /// Kept in memory until flush().
  void record(CellPath path, const CellFinding& finding);
  /// One transaction: all that was recorded, or nothing.
  void flush();

 private:
  struct Database;
  std::unique_ptr<Database> database_;
};

}  // namespace narrows
