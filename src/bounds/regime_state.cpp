#include "bounds/regime_state.hpp"

#include <sqlite3.h>

#include <utility>
#include <vector>

#include "base/errors.hpp"
#include "bounds/cell_bytes.hpp"

namespace narrows {
namespace {

// Changes when the layout of a finding does.
constexpr int kVersion = 1;

}  // namespace

struct RegimeState::Database {
  std::string path;
  sqlite3* handle = nullptr;
  std::vector<std::pair<CellPath, std::string>> waiting;

  ~Database() { sqlite3_close(handle); }

  [[noreturn]] void fail(const std::string& mend) const {
    throw InputError(path, std::string("the state of the map cannot be used: ") + sqlite3_errmsg(handle), mend);
  }
  void run(const char* sql) const {
    if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("name another file with --resume, or remove it to start anew");
  }
};

namespace {

/// A prepared statement for one use.
class Statement {
 public:
  Statement(sqlite3* handle, const char* sql) { sqlite3_prepare_v2(handle, sql, -1, &statement_, nullptr); }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& bind(int place, std::int64_t number) {
    sqlite3_bind_int64(statement_, place, number);
    return *this;
  }
  Statement& bind(int place, const std::string& bytes) {
    sqlite3_bind_blob64(statement_, place, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    return *this;
  }
  [[nodiscard]] int step() { return statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_); }
  [[nodiscard]] std::string bytes() {
    const void* begin = sqlite3_column_blob(statement_, 0);
    return begin == nullptr ? std::string() : std::string(static_cast<const char*>(begin), static_cast<std::size_t>(sqlite3_column_bytes(statement_, 0)));
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace

RegimeState::RegimeState(const std::string& path, const std::string& fingerprint) : database_(std::make_unique<Database>()) {
  database_->path = path;
  if (sqlite3_open(path.c_str(), &database_->handle) != SQLITE_OK) database_->fail("check the folder and its rights");
  sqlite3_busy_timeout(database_->handle, 2000);
  database_->run("CREATE TABLE IF NOT EXISTS map(version INTEGER, fingerprint BLOB)");
  database_->run("CREATE TABLE IF NOT EXISTS cells(path INTEGER PRIMARY KEY, finding BLOB)");
  Statement known(database_->handle, "SELECT fingerprint FROM map WHERE version = ?");
  switch (known.bind(1, kVersion).step()) {
    case SQLITE_ROW:
      if (known.bytes() == fingerprint) return;
      throw InputError(path, "the state belongs to another network, output, domain, rectangle, depth or version of narrows", "remove it or name another file with --resume");
    case SQLITE_DONE: break;
    default: database_->fail("name another file with --resume");
  }
  Statement any(database_->handle, "SELECT fingerprint FROM map");
  if (any.step() != SQLITE_DONE) throw InputError(path, "the state was written by another version of narrows", "remove it or name another file with --resume");
  Statement insert(database_->handle, "INSERT INTO map VALUES(?, ?)");
  if (insert.bind(1, kVersion).bind(2, fingerprint).step() != SQLITE_DONE) database_->fail("check the folder and its rights");
}

RegimeState::~RegimeState() = default;

std::optional<CellFinding> RegimeState::find(CellPath path) {
  Statement select(database_->handle, "SELECT finding FROM cells WHERE path = ?");
  const int outcome = select.bind(1, static_cast<std::int64_t>(path)).step();
  if (outcome == SQLITE_DONE) return std::nullopt;
  if (outcome != SQLITE_ROW) database_->fail("remove the file to start anew");
  const std::string bytes = select.bytes();
  try {
    return finding_from(bytes);
  } catch (const std::length_error&) {
    throw InputError(database_->path, "the state of the map is damaged", "remove the file to start anew");
  }
}

void RegimeState::record(CellPath path, const CellFinding& finding) { database_->waiting.emplace_back(path, bytes_of(finding)); }

void RegimeState::flush() {
  if (database_->waiting.empty()) return;
  database_->run("BEGIN");
  for (const auto& [path, bytes] : database_->waiting) {
    Statement insert(database_->handle, "INSERT OR REPLACE INTO cells VALUES(?, ?)");
    if (insert.bind(1, static_cast<std::int64_t>(path)).bind(2, bytes).step() != SQLITE_DONE) database_->fail("check the space left on the disk");
  }
  database_->run("COMMIT");
  database_->waiting.clear();
}

}  // namespace narrows
