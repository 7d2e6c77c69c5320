#include "study/database.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "base/errors.hpp"
#include "base/version.hpp"
#include "study/sql_statement.hpp"

namespace narrows {
namespace {

constexpr const char* kFormat = "narrows-study/1";

std::string figure_columns(const std::string& prefix, bool types) {
  std::string text;
  for (std::size_t f = 0; f < kFigures; ++f)
    text += ", " + prefix + std::string(column_of(f).name) +
            (!types               ? ""
             : column_of(f).whole ? " INTEGER"
                                  : " REAL");
  return text;
}

std::string analysis_text(const Analysis& a) {
  std::string text(to_string(a.type));
  if (a.type != AnalysisType::threshold || !a.domain.empty())
    text += " on " + (a.domain.empty() ? "R^d" : a.domain);
  if (a.type == AnalysisType::levelset) text += ", level " + a.level;
  if (a.type == AnalysisType::bounds) text += fmt::format(", limit {}, gap {}", a.limit, a.gap);
  if (a.type == AnalysisType::regimes)
    text += fmt::format(", skip {}, residual {}, depth {}", a.skip, a.residual, a.depth);
  if (a.max_boxes != 0) text += fmt::format(", at most {} boxes", a.max_boxes);
  if (a.parts > 1) text += fmt::format(", part {} of {}", a.part + 1, a.parts);
  return text;
}

}  // namespace

struct StudyDatabase::Connection {
  std::string path;
  sqlite3* handle = nullptr;
  std::unique_ptr<SqlStatement> insert_network, insert_result;  ///< of prepare_inserts()

  Connection(std::string path_, int flags) : path(std::move(path_)) {
    if (sqlite3_open_v2(path.c_str(), &handle, flags, nullptr) != SQLITE_OK)
      fail("check the folder, the name and the rights");
    sqlite3_busy_timeout(handle, 10'000);
  }
  ~Connection() {
    insert_network.reset();
    insert_result.reset();
    sqlite3_close(handle);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[noreturn]] void fail(const std::string& mend) const {
    throw InputError(path, std::string("the database of the study cannot be used: ") + sqlite3_errmsg(handle),
                     mend);
  }
  void run(const std::string& sql) const {
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      fail("name another file with --database, or remove it to start anew");
  }
  void done(SqlStatement& statement) const {
    if (statement.step() != SQLITE_DONE) fail("check the space left on the disk");
  }
  /// False: there is no further row. A damaged file never passes for one that ends early.
  bool row(SqlStatement& statement) const {
    const int outcome = statement.step();
    if (outcome != SQLITE_ROW && outcome != SQLITE_DONE)
      fail("the file may be damaged: remove it to start anew");
    return outcome == SQLITE_ROW;
  }
  [[nodiscard]] std::string value(const std::string& key) const {
    SqlStatement select(handle, "SELECT value FROM study WHERE key = ?");
    return select.text(key).step() == SQLITE_ROW ? select.text_at(0) : std::string();
  }
  void set(const std::string& key, const std::string& value) const {
    SqlStatement insert(handle, "INSERT INTO study VALUES(?, ?)");
    done(insert.text(key).text(value));
  }
  void create(const StudyPlan& plan, const std::string& definition) const;
  void prepare_inserts();
  void add_network(const NetworkParameters& p, const std::string& sha256) const;
  void add_result(const StudyRow& row) const;
};

void StudyDatabase::Connection::create(const StudyPlan& plan, const std::string& definition) const {
  run("CREATE TABLE study(key TEXT PRIMARY KEY, value TEXT)");
  run("CREATE TABLE analyses(analysis INTEGER PRIMARY KEY, type TEXT, grouping INTEGER, part INTEGER, "
      "description TEXT)");
  run("CREATE TABLE networks(network INTEGER PRIMARY KEY, family INTEGER, file TEXT, architecture TEXT, "
      "input_dim INTEGER, width INTEGER, depth INTEGER, activation TEXT, "
      "skip REAL, residual REAL, ratio REAL, seed INTEGER, sha256 TEXT NOT NULL)");
  run("CREATE TABLE results(network INTEGER, analysis INTEGER, verdict TEXT NOT NULL, reason TEXT, method "
      "TEXT, certificate TEXT, copy_of INTEGER" +
      figure_columns("", true) + ", seconds REAL, PRIMARY KEY(network, analysis)) WITHOUT ROWID");
  run("CREATE VIEW rows AS SELECT n.network, a.analysis, a.type, a.grouping, a.part, n.family, n.file, "
      "n.architecture, n.input_dim, n.width, n.depth, n.activation, n.skip, n.residual, "
      "n.ratio AS family_ratio, n.seed, n.sha256, r.verdict, r.reason, r.method, r.certificate, r.copy_of" +
      figure_columns("r.", false) +
      ", r.seconds FROM results r JOIN networks n ON n.network = r.network JOIN analyses a ON a.analysis = "
      "r.analysis ORDER BY r.network, r.analysis");
  set("format", kFormat);
  set("version", NARROWS_VERSION);
  set("name", plan.name);
  set("fingerprint", plan.fingerprint);
  set("networks", std::to_string(plan.networks()));
  set("definition", definition);
  for (std::size_t a = 0; a < plan.analyses.size(); ++a) {
    const Analysis& analysis = plan.analyses[a];
    SqlStatement insert(handle, "INSERT INTO analyses VALUES(?, ?, ?, ?, ?)");
    done(insert.whole(a)
             .text(to_string(analysis.type))
             .whole(analysis.group)
             .whole(analysis.part)
             .text(analysis_text(analysis)));
  }
}

StudyDatabase::StudyDatabase(const std::string& path)
    : connection_(std::make_unique<Connection>(path, SQLITE_OPEN_READWRITE)) {
  if (connection_->value("format") != kFormat)
    throw InputError(path, "it is no database of a study", "name a file that `narrows study` wrote");
}

StudyDatabase::StudyDatabase(const std::string& path, const StudyPlan& plan, const std::string& definition)
    : connection_(std::make_unique<Connection>(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) {
  const Connection& db = *connection_;
  // The log makes a row cost one append; after kill -9 every row that was added is there.
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = NORMAL");
  db.run("BEGIN IMMEDIATE");
  SqlStatement any(db.handle, "SELECT count(*) FROM sqlite_master");
  if (any.step() != SQLITE_ROW) db.fail("name another file with --database");
  if (any.whole_at(0) == 0) {
    db.create(plan, definition);
  } else if (db.value("format") != kFormat) {
    throw InputError(path, "it is a database, but none of a study", "name another file with --database");
  } else if (db.value("fingerprint") != plan.fingerprint) {
    throw InputError(path, "the rows belong to another study, or to another version of narrows",
                     "name another file with --database, or remove it to start anew");
  }
  db.run("COMMIT");
}

StudyDatabase::~StudyDatabase() = default;

void StudyDatabase::close() {
  connection_->run("PRAGMA wal_checkpoint(TRUNCATE)");
  connection_->run("PRAGMA journal_mode = DELETE");
}

std::vector<bool> StudyDatabase::done_units(const StudyPlan& plan) {
  std::vector<bool> done(plan.networks() * plan.analyses.size());
  SqlStatement select(connection_->handle, "SELECT network, analysis FROM results");
  while (connection_->row(select)) {
    const std::size_t unit = select.whole_at(0) * plan.analyses.size() + select.whole_at(1);
    if (unit < done.size()) done[unit] = true;
  }
  return done;
}

std::map<std::size_t, std::string> StudyDatabase::hashes() {
  std::map<std::size_t, std::string> hashes;
  SqlStatement select(connection_->handle, "SELECT network, sha256 FROM networks");
  while (connection_->row(select)) hashes.emplace(select.whole_at(0), select.text_at(1));
  return hashes;
}

void StudyDatabase::Connection::prepare_inserts() {
  if (insert_result) return;
  insert_network = std::make_unique<SqlStatement>(
      handle, "INSERT OR IGNORE INTO networks VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  std::string text = "INSERT OR IGNORE INTO results VALUES(?, ?, ?, ?, ?, ?, ?";
  for (std::size_t f = 0; f < kFigures; ++f) text += ", ?";
  insert_result = std::make_unique<SqlStatement>(handle, text + ", ?)");
}

void StudyDatabase::Connection::add_network(const NetworkParameters& p, const std::string& sha256) const {
  SqlStatement& insert = insert_network->again();
  insert.whole(p.number);
  if (p.family) {
    const bool resnet = p.architecture == Architecture::resnet;
    const auto channel = [&](const Rational& x) {
      resnet ? insert.real(mpq_get_d(x.backend().data())) : insert.null();
    };
    insert.whole(*p.family)
        .null()
        .text(to_string(p.architecture))
        .whole(p.input_dim)
        .whole(p.width)
        .whole(p.depth)
        .text(to_string(p.activation));
    channel(p.skip);
    channel(p.residual);
    if (p.skip != 0)
      channel(p.residual / p.skip);
    else
      insert.null();
    insert.whole(static_cast<std::size_t>(p.seed));
  } else {
    insert.null().text(p.file);
    for (int i = 0; i < 9; ++i) insert.null();
  }
  done(insert.text(sha256));
}

void StudyDatabase::Connection::add_result(const StudyRow& row) const {
  SqlStatement& insert = insert_result->again();
  insert.whole(row.network)
      .whole(row.analysis)
      .text(to_string(row.verdict))
      .text(row.reason)
      .text_or_null(row.method)
      .text_or_null(row.certificate)
      .null();
  for (std::size_t f = 0; f < kFigures; ++f) {
    const auto& figure = row.figures[f];
    if (!figure)
      insert.null();
    else if (column_of(f).whole)
      insert.whole(static_cast<std::size_t>(static_cast<std::int64_t>(*figure)));
    else
      insert.real(*figure);
  }
  done(insert.real(row.seconds));
}

void StudyDatabase::add(const StudyPlan& plan, const std::vector<StudyRow>& rows) {
  connection_->prepare_inserts();
  const Connection& db = *connection_;
  db.run("BEGIN");
  std::optional<std::size_t> network;
  for (const StudyRow& row : rows) {
    if (network != row.network) db.add_network(plan.parameters(row.network), row.sha256);
    network = row.network;
    db.add_result(row);
  }
  db.run("COMMIT");
}

void StudyDatabase::add_copies(const NetworkParameters& network, std::size_t first) {
  connection_->prepare_inserts();
  const Connection& db = *connection_;
  SqlStatement hash(db.handle, "SELECT sha256 FROM networks WHERE network = ?");
  if (hash.whole(first).step() != SQLITE_ROW) db.fail("remove the file to start anew");
  const std::string sha256 = hash.text_at(0);
  db.run("BEGIN");
  db.add_network(network, sha256);
  SqlStatement copy(
      db.handle,
      "INSERT OR IGNORE INTO results SELECT ?, analysis, verdict, reason, method, certificate, network" +
          figure_columns("", false) + ", 0 FROM results WHERE network = ?");
  db.done(copy.whole(network.number).whole(first));
  db.run("COMMIT");
}

StudyFacts StudyDatabase::facts() {
  const Connection& db = *connection_;
  StudyFacts facts;
  facts.name = db.value("name");
  facts.version = db.value("version");
  facts.fingerprint = db.value("fingerprint");
  facts.definition = db.value("definition");
  facts.networks = static_cast<std::size_t>(std::strtoull(db.value("networks").c_str(), nullptr, 10));
  SqlStatement analyses(db.handle, "SELECT description, grouping FROM analyses ORDER BY analysis");
  while (db.row(analyses)) {
    facts.analysis_texts.push_back(analyses.text_at(0));
    ++facts.parts[analyses.whole_at(1)];
  }
  facts.analyses = facts.analysis_texts.size();
  SqlStatement count(db.handle, "SELECT count(*) FROM results");
  if (db.row(count)) facts.done = count.whole_at(0);
  return facts;
}

std::optional<std::size_t> StudyDatabase::copy_of(std::size_t network) {
  SqlStatement select(connection_->handle,
                      "SELECT copy_of FROM results WHERE network = ? AND copy_of IS NOT NULL LIMIT 1");
  return connection_->row(select.whole(network)) ? std::optional(select.whole_at(0)) : std::nullopt;
}

void StudyDatabase::for_each_row(const std::function<void(const ReportedRow&)>& visit) {
  constexpr int fixed = 17;
  SqlStatement select(
      connection_->handle,
      "SELECT network, analysis, sha256, verdict, reason, method, certificate, type, grouping, "
      "part, width, depth, family_ratio, file, seconds, "
      "architecture || ' with ' || input_dim || ' inputs, width ' || width || ', depth ' || "
      "depth || ', ' || activation || "
      "ifnull(', ratio ' || family_ratio, '') || ', seed ' || seed, copy_of" +
          figure_columns("", false) + " FROM rows");
  while (connection_->row(select)) {
    ReportedRow r;
    r.row.network = select.whole_at(0);
    r.row.analysis = select.whole_at(1);
    r.row.sha256 = select.text_at(2);
    const std::string verdict = select.text_at(3);
    r.row.verdict = verdict == "proved"    ? Verdict::proved
                    : verdict == "refuted" ? Verdict::refuted
                                           : Verdict::undecided;
    r.row.reason = select.text_at(4);
    r.row.method = select.text_at(5);
    r.row.certificate = select.text_at(6);
    r.type = select.text_at(7);
    r.group = select.whole_at(8);
    r.part = select.whole_at(9);
    if (!select.is_null(10)) r.width = select.whole_at(10);
    if (!select.is_null(11)) r.depth = select.whole_at(11);
    if (!select.is_null(12)) r.ratio = select.real_at(12);
    r.label = select.is_null(13) ? select.text_at(15) : select.text_at(13);
    r.row.seconds = select.real_at(14);
    if (!select.is_null(16)) r.row.copy_of = select.whole_at(16);
    for (std::size_t f = 0; f < kFigures; ++f)
      if (const int column = fixed + static_cast<int>(f); !select.is_null(column))
        r.row.figures[f] = select.real_at(column);
    visit(r);
  }
}

std::string StudyDatabase::csv() {
  SqlStatement select(connection_->handle, "SELECT * FROM rows");
  std::string text;
  const auto field = [&](int column, const std::string& value) {
    const bool quote = value.find_first_of(",\"\n") != std::string::npos;
    text += column == 0 ? "" : ",";
    if (!quote) {
      text += value;
      return;
    }
    text += '"';
    for (const char c : value) text += c == '"' ? "\"\"" : std::string(1, c);
    text += '"';
  };
  for (int c = 0; c < select.columns(); ++c) field(c, select.name(c));
  text += "\n";
  while (connection_->row(select)) {
    for (int c = 0; c < select.columns(); ++c)
      field(c, select.is_null(c)    ? ""
               : select.is_text(c)  ? select.text_at(c)
               : select.is_whole(c) ? std::to_string(static_cast<std::int64_t>(select.whole_at(c)))
                                    : fmt::format("{}", select.real_at(c)));
    text += "\n";
  }
  return text;
}

bool is_sqlite_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  char head[16] = {};
  in.read(head, sizeof head);
  return in && std::string(head, 15) == "SQLite format 3";
}

}  // namespace narrows
