#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "checker/check.hpp"
#include "study/rank_queue.hpp"
#include "study/summary.hpp"
#include "study/work_queue.hpp"
#include "support/random_cases.hpp"
#include "unit/study/thread_link.hpp"

using namespace narrows;

namespace {

/// A folder that is gone afterwards.
struct Scratch {
  std::string path = (std::filesystem::temp_directory_path() / "study-XXXXXX").string();
  Scratch() { REQUIRE(mkdtemp(path.data()) != nullptr); }
  ~Scratch() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::string file(const std::string& name) const { return path + "/" + name; }
};

const std::string kStudy = R"(
format = "narrows-study/1"
[[family]]
depth = [1, 3]
ratio = { from = 0.4, to = 1.6, steps = 4 }
weights = { law = "bits", bits = 2 }
outer = true
seeds = 10
[[family]]
input_dim = 1
width = 2
depth = 2
activation = "relu"
seeds = 2
[[analysis]]
type = "certify"
domain = "[-2,2]^d"
max_boxes = 400
[[analysis]]
type = "threshold"
[[analysis]]
type = "levelset"
domain = "[-1,1]^d"
max_boxes = 300
)";

StudyPlan small_plan() {
  return parse_study(kStudy, "small.toml");
}

/// The rows without the time they took.
std::string table_of(const std::string& database) {
  StudyDatabase db(database);
  std::string text = db.csv(), result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    result += line.substr(0, line.rfind(',')) + "\n";
    at = end + 1;
  }
  return result;
}

void run_all(const std::string& database, int threads) {
  const StudyPlan plan = small_plan();
  StudyDatabase db(database, plan, kStudy);
  WorkQueue queue(plan, &db);
  run_with_threads(plan, &queue, threads, {});
  queue.finish();
}

std::size_t rows_in(const std::string& database) {
  return StudyDatabase(database).facts().done;
}

}  // namespace

TEST_CASE("threads and ranks give the same table, and equal networks are computed once") {
  const Scratch scratch;
  run_all(scratch.file("one.db"), 1);
  const std::string expected = table_of(scratch.file("one.db"));
  const StudyPlan plan = small_plan();
  CHECK(rows_in(scratch.file("one.db")) == plan.networks() * plan.analyses.size());

  run_all(scratch.file("three.db"), 3);
  CHECK(table_of(scratch.file("three.db")) == expected);

  for (const int ranks : {1, 2, 4}) {
    const std::string file = scratch.file("ranks" + std::to_string(ranks) + ".db");
    test::Post post;
    post.boxes.resize(static_cast<std::size_t>(ranks));
    std::vector<std::thread> others;
    for (int rank = 1; rank < ranks; ++rank)
      others.emplace_back([&post, &plan, rank] {
        test::ThreadLink link(&post, rank);
        run_as_other_rank(plan, &link, {});
      });
    {
      StudyDatabase db(file, plan, kStudy);
      WorkQueue queue(plan, &db);
      test::ThreadLink link(&post, 0);
      run_as_first_rank(plan, &queue, &link, {}, {});
      queue.finish();
    }
    for (std::thread& thread : others) thread.join();
    CHECK(table_of(file) == expected);
  }

  // Whichever weights of two bits repeat: hashes counted by hand.
  std::map<std::string, std::size_t> first;
  std::size_t copies = 0;
  StudyDatabase db(scratch.file("one.db"));
  db.for_each_row([&](const ReportedRow& r) {
    const auto [place, fresh] = first.emplace(r.row.sha256, r.row.network);
    const bool copy = place->second != r.row.network;
    CHECK(r.row.copy_of.has_value() == copy);
    if (copy) CHECK(*r.row.copy_of == place->second);
    if (copy) CHECK(r.row.seconds == 0);
    copies += copy ? 1 : 0;
  });
  const AnalysisSummary summary = summarise(&db).analyses.at(0);
  CHECK(summary.proved + summary.refuted + summary.undecided == plan.networks());
  CHECK(summary.copies * plan.analyses.size() == copies);
}

TEST_CASE("a folder with the same network twice computes it once") {
  const Scratch scratch;
  for (const char* name : {"a.json", "b.json"})
    write_file_atomically(
        scratch.file(name),
        R"({"format":"narrows-network/1","input_dim":2,"layers":[{"type":"affine","weight":[[1,2]],"bias":[0]}]})");
  write_file_atomically(scratch.file("c.json"), "no network");
  const StudyPlan plan =
      parse_study("format = \"narrows-study/1\"\nfolder = \".\"\n[[analysis]]\ntype = \"certify\"\n",
                  scratch.file("s.toml"));
  StudyDatabase db(scratch.file("s.db"), plan, "");
  WorkQueue queue(plan, &db);
  run_with_threads(plan, &queue, 2, {});
  CHECK(queue.finish() == 1);
  CHECK(queue.progress().computed == 2);
  std::vector<ReportedRow> rows;
  db.for_each_row([&](const ReportedRow& r) { rows.push_back(r); });
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].row.verdict == Verdict::proved);
  CHECK(rows[1].row.verdict == Verdict::proved);
  CHECK(rows[1].row.copy_of == 0u);
  CHECK(rows[2].row.verdict == Verdict::undecided);  // and the study went on
  CHECK(rows[2].row.reason.find("c.json") != std::string::npos);
}

TEST_CASE("a study that is killed again and again ends with the table of an uninterrupted one") {
  const Scratch scratch;
  run_all(scratch.file("whole.db"), 1);
  const std::string killed = scratch.file("killed.db");
  test::RandomCases random(11);
  std::size_t before = 0;
  for (int round = 0; round < 5; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      run_all(killed, 2);
      _exit(0);
    }
    usleep(static_cast<useconds_t>(random.integer(2'000, 60'000)));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    std::size_t now = 0;
    try {
      now = rows_in(killed);
    } catch (const InputError&) {  // killed before there was a database
    }
    CHECK(now >= before);  // nothing that was finished is lost
    before = now;
  }
  run_all(killed, 1);
  CHECK(table_of(killed) == table_of(scratch.file("whole.db")));
  // And once more: nothing is left to do.
  const StudyPlan plan = small_plan();
  StudyDatabase db(killed, plan, kStudy);
  WorkQueue queue(plan, &db);
  CHECK(queue.take(1).empty());
}

TEST_CASE("rows survive the journey between ranks") {
  StudyRow row;
  row.network = 7;
  row.analysis = 2;
  row.sha256 = std::string(64, 'a');
  row.verdict = Verdict::refuted;
  row.reason = "because";
  row.certificate = std::string(64, 'c');
  row[Figure::points] = 3;
  row[Figure::distance_upper] = 0.1;
  row.seconds = 1.5;
  const StudyRow back = row_from(bytes_of(row));
  CHECK(back.network == 7);
  CHECK(back.verdict == Verdict::refuted);
  CHECK(back.reason == row.reason);
  CHECK(back.method.empty());
  CHECK(back.certificate == row.certificate);
  CHECK(back.figures == row.figures);
  CHECK_THROWS_AS(row_from(bytes_of(row).substr(0, 40)), std::length_error);
}

TEST_CASE("the checker accepts every certificate, and its hash is the row's") {
  const StudyPlan plan = small_plan();
  int seen = 0;
  for (std::size_t k = 0; k < plan.networks(); k += 9) {
    const StudyNetwork network = study_network(plan, k);
    for (std::size_t a = 0; a < plan.analyses.size(); ++a) {
      std::string certificate;
      const auto row = analyse(plan, network, k, a, {}, [&](const std::string& text) { certificate = text; });
      REQUIRE(row);
      if (certificate.empty()) continue;
      ++seen;
      CHECK(row->certificate == sha256_hex(certificate));
      checker::Options options;
      options.network = network.text;
      options.network_is_json = true;
      INFO(k << " " << a);
      CHECK(checker::outcome_line(checker::check(certificate, options)) == "ACCEPTED");
    }
  }
  CHECK(seen >= 10);
}

TEST_CASE("a certify box that is split into parts gives the verdict of the whole") {
  const auto verdict = [](const std::string& extra) {
    const StudyPlan plan = parse_study(
        "format = \"narrows-study/1\"\n[[family]]\ndepth = 3\nratio = [0.5, 1.5]\nseeds = "
        "3\n[[analysis]]\ntype = \"certify\"\ndomain = \"[-2,2]^d\"\n" +
            extra,
        "s.toml");
    const Scratch scratch;
    StudyDatabase db(scratch.file("s.db"), plan, "");
    WorkQueue queue(plan, &db);
    run_with_threads(plan, &queue, 1, {});
    const AnalysisSummary summary = summarise(&db).analyses.at(0);
    return std::vector<std::size_t>{summary.proved, summary.refuted, summary.undecided};
  };
  CHECK(verdict("") == verdict("split = 3\n"));
}

TEST_CASE("a database of another study, of none, or no database is refused") {
  const Scratch scratch;
  run_all(scratch.file("a.db"), 1);
  const StudyPlan other =
      parse_study("format = \"narrows-study/1\"\n[[family]]\n[[analysis]]\ntype = \"threshold\"\n", "o.toml");
  CHECK_THROWS_WITH(StudyDatabase(scratch.file("a.db"), other, ""), Catch::Contains("another study"));
  write_file_atomically(scratch.file("text.db"), std::string(4096, 'x'));
  CHECK_THROWS_AS(StudyDatabase(scratch.file("text.db"), other, ""), InputError);
  CHECK_THROWS_AS(StudyDatabase(scratch.file("none.db")), InputError);
  CHECK_THROWS_AS(StudyDatabase(scratch.file("no/folder.db"), other, ""), InputError);
  sqlite3* handle = nullptr;
  sqlite3_open(scratch.file("foreign.db").c_str(), &handle);
  sqlite3_exec(handle, "CREATE TABLE t(x)", nullptr, nullptr, nullptr);
  sqlite3_close(handle);
  CHECK_THROWS_WITH(StudyDatabase(scratch.file("foreign.db"), other, ""), Catch::Contains("none of a study"));
}

TEST_CASE("a network of which a part is missing is in no verdict and no share") {
  const std::string text =
      "format = \"narrows-study/1\"\n[[family]]\ndepth = 1\nratio = [0.2, 0.3]\nseeds = "
      "2\n[[analysis]]\ntype = "
      "\"certify\"\ndomain = \"[-1,1]^d\"\nsplit = 2\n";
  const StudyPlan plan = parse_study(text, "s.toml");
  const Scratch scratch;
  StudyDatabase db(scratch.file("s.db"), plan, text);
  // Ratio 0.2: networks 0 (3 parts of 4, all proved) and 1 (all); ratio 0.3: 2 (refuted in its only part) and 3 (all).
  const auto add = [&](std::size_t network, std::size_t parts, Verdict verdict) {
    for (std::size_t a = 0; a < parts; ++a) {
      StudyRow row;
      row.network = network;
      row.analysis = a;
      row.sha256 = std::to_string(network);
      row.verdict = verdict;
      db.add(plan, {row});
    }
  };
  add(0, 3, Verdict::proved);
  add(1, 4, Verdict::proved);
  add(2, 1, Verdict::refuted);
  add(3, 4, Verdict::proved);
  const AnalysisSummary partly = summarise(&db).analyses.at(0);
  CHECK(partly.proved == 2);
  CHECK(partly.refuted == 0);
  CHECK(partly.undecided == 0);
  CHECK(partly.unfinished == 2);
  REQUIRE(partly.shares.size() == 1);
  REQUIRE(partly.shares[0].bins.size() == 2);
  for (const ShareBin& bin : partly.shares[0].bins) {
    CHECK(bin.all() == 1);
    CHECK(bin.interval().low == wilson(1, 1).low);
  }
  add(0, 4, Verdict::undecided);  // rows that are there stay
  add(2, 4, Verdict::proved);
  const AnalysisSummary whole = summarise(&db).analyses.at(0);
  CHECK(whole.proved == 2);
  CHECK(whole.refuted == 1);
  CHECK(whole.undecided == 1);
  CHECK(whole.unfinished == 0);
}

TEST_CASE("equal bytes in files of different kinds are no copies, and rounded batch_norm proves nothing") {
  const Scratch scratch;
  const std::string network =
      R"({"format":"narrows-network/1","input_dim":2,"layers":[{"type":"affine","weight":[[1,0],[0,1]],"bias":[0,0]},)"
      R"({"type":"batch_norm","scale":[1,1],"bias":[0,0],"mean":[0,0],"variance":[2,3],"epsilon":0},)"
      R"({"type":"activation","function":"relu"},{"type":"affine","weight":[[1,1]],"bias":[-1]}]})";
  write_file_atomically(scratch.file("a.json"), network);
  write_file_atomically(scratch.file("b.onnx"), network);
  const std::string text =
      "format = \"narrows-study/1\"\nfolder = \".\"\n[[analysis]]\ntype = \"levelset\"\n";
  const StudyPlan plan = parse_study(text, scratch.file("s.toml"));
  StudyDatabase db(scratch.file("s.db"), plan, text);
  WorkQueue queue(plan, &db);
  run_with_threads(plan, &queue, 1, {});
  CHECK(queue.finish() == 0);
  std::vector<ReportedRow> rows;
  db.for_each_row([&](const ReportedRow& r) { rows.push_back(r); });
  REQUIRE(rows.size() == 2);
  CHECK_FALSE(rows[1].row.copy_of);
  CHECK(rows[1].row.reason.find("b.onnx") != std::string::npos);
  CHECK(rows[0].row.verdict == Verdict::undecided);
  CHECK(rows[0].row.reason.find("rounded") != std::string::npos);
  CHECK(rows[0].row.certificate.empty());
}

TEST_CASE("a damaged database ends no table silently") {
  const Scratch scratch;
  run_all(scratch.file("a.db"), 1);
  StudyDatabase(scratch.file("a.db")).close();
  sqlite3* handle = nullptr;
  sqlite3_open(scratch.file("a.db").c_str(), &handle);
  REQUIRE(sqlite3_exec(handle, "DROP VIEW rows", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
  StudyDatabase db(scratch.file("a.db"));
  CHECK_THROWS_WITH(db.csv(), Catch::Contains("no such table"));
  CHECK_THROWS_AS(summarise(&db), InputError);
}
