// One SQL statement, prepared once, bound from the left and stepped.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace narrows {

/// Prepared for the database `handle`, which must outlive it; a statement that cannot be prepared fails when it is stepped.
class SqlStatement {
 public:
  SqlStatement(sqlite3* handle, const std::string& sql) {
    sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement_, nullptr);
  }
  ~SqlStatement() { sqlite3_finalize(statement_); }
  SqlStatement(const SqlStatement&) = delete;
  SqlStatement& operator=(const SqlStatement&) = delete;

  /// For another use.
  SqlStatement& again() {
    sqlite3_reset(statement_);
    bound_ = 0;
    return *this;
  }
  SqlStatement& null() {
    sqlite3_bind_null(statement_, ++bound_);
    return *this;
  }
  SqlStatement& whole(std::size_t number) {
    sqlite3_bind_int64(statement_, ++bound_, static_cast<sqlite3_int64>(number));
    return *this;
  }
  SqlStatement& real(double number) {
    sqlite3_bind_double(statement_, ++bound_, number);
    return *this;
  }
  SqlStatement& text(std::string_view text) {
    sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    return *this;
  }
  SqlStatement& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
  [[nodiscard]] int step() { return statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_); }

  [[nodiscard]] int columns() const { return sqlite3_column_count(statement_); }
  [[nodiscard]] std::string name(int column) const { return sqlite3_column_name(statement_, column); }
  [[nodiscard]] bool is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] bool is_text(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_TEXT;
  }
  [[nodiscard]] bool is_whole(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
  }
  [[nodiscard]] std::size_t whole_at(int column) const {
    return static_cast<std::size_t>(sqlite3_column_int64(statement_, column));
  }
  [[nodiscard]] double real_at(int column) const { return sqlite3_column_double(statement_, column); }
  [[nodiscard]] std::string text_at(int column) const {
    const auto* begin = sqlite3_column_text(statement_, column);
    return begin == nullptr ? std::string()
                            : std::string(reinterpret_cast<const char*>(begin),
                                          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

}  // namespace narrows
