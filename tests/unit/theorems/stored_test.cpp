// What is stored is compared: verdicts, figures, certificates, and their bytes.
#include "theorems/stored.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/atomic_file.hpp"
#include "theorems/report.hpp"

using namespace narrows;
using namespace narrows::theorems;
namespace fs = std::filesystem;

namespace {

/// A theorem with one instance, one figure and one certificate, as if it had just run.
struct Sample {
  Statement statement;
  TheoremResult result;
  std::string folder = (fs::temp_directory_path() / "narrows-stored-test").string();
  CertificateOutcome checked{true, "distance proved: [0.5,0.75]"};

  Sample() {
    fs::remove_all(folder);
    fs::create_directories(folder);
    statement.id = "tunnel/T5";
    statement.title = "Distance < bound & more";
    Instance instance;
    instance.name = "one";
    instance.figures.push_back({"ratio", Formula("1", "test"), Rational(1, 100)});
    statement.instances.push_back(instance);
    write_file_atomically(folder + "/fresh.json", "a certificate");
    InstanceResult fresh;
    fresh.ran = true;
    fresh.as_expected = Truth::yes;
    fresh.verdict = "proved";
    fresh.figures.emplace_back("ratio", Enclosure(Rational(2)));
    fresh.certificates.push_back(
        {folder + "/fresh.json", "d.cert.json", {true, "distance proved: [0.5,0.75]"}});
    result = {&statement, {fresh}, {}};
    store(folder, result, "0.1.0");
  }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;
  ~Sample() { fs::remove_all(folder); }
  [[nodiscard]] std::vector<std::string> differences() const {
    std::vector<std::string> what;
    for (const Difference& d :
         compare_with_stored(folder, result, [&](const std::string&, const std::string&) { return checked; }))
      what.push_back(d.what);
    return what;
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("nothing differs from what was just stored, once or again") {
  Sample sample;
  CHECK(sample.differences().empty());
  store(sample.folder, sample.result, "0.1.1");
  CHECK(sample.differences().empty());
  CHECK(fs::exists(sample.folder + "/tunnel/T5/one.d.cert.json"));
}

TEST_CASE("a figure off by more than its tolerance is reported, or one that is gone") {
  Sample sample;
  sample.result.instances[0].figures[0].second = Enclosure(Rational(201, 100));
  CHECK(sample.differences().empty());
  sample.result.instances[0].figures[0].second = Enclosure(Rational(203, 100));
  CHECK(sample.differences() == Words{"figure ratio"});
  sample.result.instances[0].figures.clear();
  CHECK(sample.differences() == Words{"figure ratio"});
}

TEST_CASE("a changed verdict or claim is reported") {
  Sample sample;
  sample.result.instances[0].verdict = "undecided";
  CHECK(sample.differences() == Words{"verdict"});
  sample.result.instances[0].verdict = "proved";
  sample.result.instances[0].certificates[0].outcome.line = "distance refuted: [0.5,0.75]";
  CHECK(sample.differences() == Words{"certificate d.cert.json"});
}

TEST_CASE("today's checker has its say about stored certificates") {
  Sample sample;
  sample.checked = {false, "REJECTED tree[0] …"};
  CHECK(sample.differences() == Words{"stored certificate d.cert.json"});
  sample.checked = {true, "distance proved: [0.5,0.7]"};
  CHECK(sample.differences() == Words{"stored certificate d.cert.json"});
}

TEST_CASE("a tampered or missing stored certificate is reported") {
  Sample sample;
  write_file_atomically(sample.folder + "/tunnel/T5/one.d.cert.json", "a Certificate");
  CHECK(sample.differences() == Words{"stored certificate d.cert.json"});
  fs::remove(sample.folder + "/tunnel/T5/one.d.cert.json");
  CHECK(sample.differences() == Words{"stored certificate d.cert.json"});
}

TEST_CASE("new and vanished instances are reported, an unreadable store is, too") {
  Sample sample;
  sample.statement.instances[0].name = "renamed";
  CHECK(sample.differences() == Words{"instance", "instance"});
  write_file_atomically(sample.folder + "/tunnel/T5.json",
                        "{\"format\": \"narrows-stored/1\", \"instances\": {\"one\": 1}}");
  CHECK(sample.differences() == Words{"the stored file"});
  store(sample.folder, sample.result, "0.1.0");
  CHECK(sample.differences().empty());
  CHECK(!fs::exists(sample.folder + "/tunnel/T5/one.d.cert.json.old"));
}

TEST_CASE("an instance that is not as expected is not stored") {
  Sample sample;
  sample.result.instances[0].as_expected = Truth::no;
  sample.result.instances[0].figures[0].second = Enclosure(Rational(7));
  store(sample.folder, sample.result, "0.1.0");
  sample.result.instances[0].as_expected = Truth::yes;
  CHECK(sample.differences() == Words{"figure ratio"});
}

TEST_CASE("reports hold every instance, escaped") {
  Sample sample;
  sample.result.instances[0].checks.push_back({"a < b", Truth::yes, "1 < 2"});
  sample.result.instances[0].command_lines = {"narrows bounds 'a<b>'"};
  const std::string html = html_report({sample.result}, {"0.1.0", "narrows prove", 1, "", false, {}});
  for (const char* part :
       {"Distance &lt; bound &amp; more", "a &lt; b", "1 &lt; 2", "narrows bounds 'a&lt;b&gt;'",
        "d.cert.json", "a certificate", "href=\"#tunnel-T5\"", "id=\"tunnel-T5\""})
    CHECK(html.find(part) != std::string::npos);
  const std::string markdown = markdown_report(
      {sample.result},
      {"0.1.0", "narrows prove", 1, "", true, {{"tunnel/T5", "one", "verdict", "proved", "refuted"}}});
  for (const char* part : {"## tunnel/T5", "$ narrows bounds 'a<b>'", "holds a < b",
                           "| tunnel/T5 | one | verdict | proved | refuted |"})
    CHECK(markdown.find(part) != std::string::npos);
}
