// Theorem files are read strictly, and an instance is as expected only if everything about it is.
#include <catch2/catch.hpp>
#include <filesystem>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "theorems/proof_run.hpp"
#include "theorems/random_network.hpp"

using namespace narrows;
using namespace narrows::theorems;
namespace fs = std::filesystem;

namespace {

const char* kHead = R"(id = "tunnel/T1"
title = "a title"
statement = "words"
formula = "x > 0"
source = "somewhere"
status = "paper"
[constants]
half = "1/2"
strict = "<"
)";

/// A folder with one theorem file.
class Registry {
 public:
  explicit Registry(const std::string& instances, const std::string& head = kHead)
      : folder_(fs::temp_directory_path() / ("narrows-registry-" + std::to_string(++count_))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "tunnel");
    fs::create_directories(folder_ / "scratch");
    write_file_atomically((folder_ / "tunnel/T1.toml").string(), head + instances);
  }
  ~Registry() { fs::remove_all(folder_); }
  [[nodiscard]] std::vector<Statement> read() const { return read_registry(folder_.string()); }
  [[nodiscard]] std::string scratch() const { return (folder_ / "scratch").string(); }

 private:
  static inline int count_ = 0;
  fs::path folder_;
};

std::string instance(const std::string& more) {
  return "[[instance]]\nname = \"one\"\nkind = \"positive\"\nwhy = \"because\"\n" + more;
}

/// Runs the first instance with commands that give this outcome.
InstanceResult run(const Registry& registry, const CommandOutcome& outcome, bool accepted = true,
                   bool write_certificate = true) {
  const std::vector<Statement> statements = registry.read();
  const Executive executive{"/",
                            [&](const std::vector<std::string>& words, double) {
                              for (const std::string& word : words)
                                if (write_certificate && word.ends_with(".cert.json"))
                                  write_file_atomically(word, "{}");
                              return outcome;
                            },
                            [&](const std::string&, const std::string&) {
                              return CertificateOutcome{accepted, "a claim"};
                            }};
  return run_instance(statements[0], statements[0].instances[0], registry.scratch(), executive);
}

CommandOutcome answer(const std::string& json, int exit_code = 0) {
  return {exit_code, false, 0.0, json, ""};
}

}  // namespace

TEST_CASE("an instance is as expected only if exit code, verdict, certificates and checks are") {
  const Registry registry(
      instance("command = 'certify --certificate {out}/a.cert.json'\nexpect = \"proved\"\nclaims = [\"a "
               "claim\"]\nchecks = ['answer.x < half']\n"));
  CHECK(run(registry, answer(R"({"verdict": "proved", "x": 0.25})")).as_expected == Truth::yes);
  CHECK(run(registry, answer(R"({"verdict": "proved", "x": 0.5})")).as_expected == Truth::no);
  CHECK(run(registry, answer(R"({"verdict": "proved", "x": [0.25, 0.75]})")).as_expected == Truth::unknown);
  CHECK(run(registry, answer(R"({"verdict": "proved"})")).as_expected == Truth::no);
  CHECK(run(registry, answer(R"({"verdict": "refuted", "x": 0.25})")).as_expected == Truth::no);
  CHECK(run(registry, answer(R"({"verdict": "refuted", "x": 0.25})", 1)).as_expected == Truth::no);
  CHECK(run(registry, answer(R"({"verdict": "undecided", "x": 0.25})", 2)).as_expected == Truth::unknown);
  CHECK(run(registry, answer("", 70)).as_expected == Truth::no);
  CHECK(run(registry, answer("not JSON")).as_expected == Truth::no);
  CHECK(run(registry, answer(R"({"verdict": "proved", "x": 0.25})"), false).as_expected == Truth::no);
  CHECK(run(registry, answer(R"({"verdict": "proved", "x": 0.25})"), true, false).as_expected == Truth::no);
  CHECK(run(registry, {0, true, 0.0, R"({"verdict": "proved", "x": 0.25})", ""}).as_expected ==
        Truth::unknown);
}

TEST_CASE("a certificate counts however its name is given") {
  const Registry registry(
      instance("command = 'certify --certificate={out}/b.cert.json'\nexpect = \"proved\"\n"));
  CHECK(run(registry, answer(R"({"verdict": "proved"})"), false, false).as_expected == Truth::no);
}

TEST_CASE("decided means proved or refuted, the checks say which") {
  const Registry registry(instance(
      "command = 'x'\nexpect = \"decided\"\nchecks = ['(answer.verdict == \"proved\") == answer.flag']\n"));
  CHECK(run(registry, answer(R"({"verdict": "proved", "flag": true})")).as_expected == Truth::yes);
  CHECK(run(registry, answer(R"({"verdict": "refuted", "flag": false})", 1)).as_expected == Truth::yes);
  CHECK(run(registry, answer(R"({"verdict": "refuted", "flag": true})", 1)).as_expected == Truth::no);
  CHECK(run(registry, answer(R"({"verdict": "undecided", "flag": false})", 2)).as_expected == Truth::unknown);
}

TEST_CASE("another claim than the expected one is not as expected") {
  const Registry registry(
      instance("command = 'certify --certificate {out}/a.cert.json'\nexpect = \"proved\"\nclaims = "
               "[\"another claim\"]\n"));
  CHECK(run(registry, answer(R"({"verdict": "proved"})")).as_expected == Truth::no);
}

TEST_CASE("wrong constants are noticed where a check is sharp") {
  const Registry registry(
      instance("command = 'x'\nexpect = \"done\"\nchecks = ['answer.x <= half && 3 * answer.x > half', "
               "'holds(answer.x, strict, half) == answer.flag']\n"));
  const std::vector<Statement> statements = registry.read();
  const auto noticed = [&](const std::string& json) {
    const std::vector<InstanceResult> results{run(registry, answer(json))};
    REQUIRE(results[0].as_expected == Truth::yes);
    std::vector<bool> by;
    for (const Plant& plant : plant_wrong_constants(statements[0], results))
      by.push_back(!plant.noticed_by.empty());
    return by;  // half: a third, three times, the other sign; strict: <= for <
  };
  CHECK(noticed(R"({"x": 0.25, "flag": true})") == std::vector<bool>{true, true, true, false});
  CHECK(noticed(R"({"x": 0.5, "flag": false})") == std::vector<bool>{true, true, true, true});
}

TEST_CASE("`with` makes one instance for each combination, named by its values") {
  const Registry registry(
      instance("with = {seed = [1, 2], f = [\"tanh\", \"sin\"], again = [1]}\nrandom = {kind = \"mlp\", "
               "input_dim = 2, "
               "layers = 1, neurons = 2, activation = \"{f}\", seed = \"{seed}\"}\ncommand = 'info {network} "
               "{seed}'\nexpect = \"done\"\nchecks = ['seed >= 1']\n"));
  const std::vector<Statement> statements = registry.read();
  REQUIRE(statements[0].instances.size() == 4);
  CHECK(statements[0].instances[0].name == "one-1-tanh-1");
  CHECK(statements[0].instances[3].commands[0] == "info {network} 2");
  CHECK(statements[0].instances[3].random->activation == "sin");
  CHECK(run(registry, answer("{}")).as_expected == Truth::yes);
}

TEST_CASE("random networks depend on the seed alone") {
  RandomNetwork random;
  random.kind = "resnet";
  const std::string first = random_network_document(random);
  CHECK(first == random_network_document(random));
  random.seed = 1;
  CHECK(first != random_network_document(random));
}

TEST_CASE("a run adds instances up to verdicts") {
  const Registry registry(instance("quick = true\ncommand = 'a'\nexpect = \"proved\"\n") +
                          instance("command = 'b'\nexpect = \"proved\"\n").replace(20, 5, "\"two\""));
  const std::vector<Statement> statements = registry.read();
  const auto verdict_of = [&](int first, int second, bool quick) {
    const Executive executive{"/",
                              [&](const std::vector<std::string>& words, double) {
                                return answer(R"({"verdict": "proved"})", words[0] == "a" ? first : second);
                              },
                              {}};
    return run_theorems(statements, {registry.scratch(), quick, 2, {}}, executive, StopToken())[0].verdict();
  };
  CHECK(verdict_of(0, 0, false) == Verdict::proved);
  CHECK(verdict_of(0, 1, false) == Verdict::refuted);
  CHECK(verdict_of(2, 0, false) == Verdict::undecided);
  CHECK(verdict_of(2, 1, false) == Verdict::refuted);
  CHECK(verdict_of(0, 1, true) == Verdict::proved);
  const Executive silent{"/", [](const std::vector<std::string>&, double) { return answer("{}", 0); }, {}};  // no verdict proves nothing
  CHECK(run_theorems(statements, {registry.scratch(), true, 1, {}}, silent, StopToken())[0].verdict() == Verdict::refuted);
  CHECK(run_theorems(statements, {registry.scratch(), false, 1, {}}, {"/", {}, {}}, StopToken(0.0))[0]
            .verdict() == Verdict::undecided);
}

TEST_CASE("bad theorem files are refused with file and line") {
  const std::string good = instance("command = 'x'\nexpect = \"proved\"\n");
  const auto refused = [](const std::string& instances, const std::string& head,
                          const std::string& complaint) {
    INFO(complaint);
    CHECK_THROWS_WITH(Registry(instances, head).read(),
                      Catch::Contains("proofs/tunnel/T1.toml: line ") && Catch::Contains(complaint));
  };
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  CHECK_NOTHROW(Registry(good).read());
  refused(good + "surprise = 1\n", kHead, "unknown key surprise");
  refused(good, std::string("colour = 1\n") + kHead, "unknown key colour");
  refused(good, replaced(kHead, "tunnel/T1", "tunnel/T2"), "the id is 'tunnel/T2'");
  refused(good, replaced(kHead, "\"1/2\"", "0.5"), "a text is needed");
  refused(good, replaced(kHead, "\"paper\"", "\"coq\""), "status and coq do not fit");
  refused(good, replaced(kHead, "\"paper\"", "\"sure\""), "status is 'sure'");
  refused("", kHead, "instance");
  refused(good + good, kHead, "two instances one");
  refused(replaced(good, "\"proved\"", "\"perhaps\""), kHead, "expect is 'perhaps'");
  refused(replaced(good, "positive", "neutral"), kHead, "kind is 'neutral'");
  refused(replaced(good, "positive", "negative"), kHead, "`drops`");
  refused(good + "checks = ['1 +']\n", kHead, "column 4");
  refused(good + "exits = [0, 1]\n", kHead, "one exit code for each command");
  refused(good + "commands = ['a']\n", kHead, "not both");
  refused(good + "x = [\n", kHead, "");
  CHECK_THROWS_AS(read_registry("/nonexistent"), InputError);
}

TEST_CASE("command lines are split and quoted like a shell does") {
  CHECK(split_words("certify {network} --domain \"[-1, 1]^2\" --a='b c' ''") ==
        std::vector<std::string>{"certify", "{network}", "--domain", "[-1, 1]^2", "--a=b c", ""});
  const std::vector<std::string> words{"a b", "it's", "", "plain-1.json", "[0,1]^2"};
  CHECK(join_words({"plain-1.json", "[0,1]^2"}) == "plain-1.json '[0,1]^2'");
  CHECK(split_words(join_words({"a b", "", "[0,1]^2", "x|y"})) ==
        std::vector<std::string>{"a b", "", "[0,1]^2", "x|y"});
}
