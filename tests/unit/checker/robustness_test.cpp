// Garbage in, rejection out.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "support.hpp"

using namespace narrows::checker;
using namespace narrows::checker::test;

namespace {

/// A certificate with every kind of content but few bytes.
std::string rich_certificate() {
  Parts p;
  p.model = model(1, scalar_block("1", "-1.5", "\"tanh\""));
  p.verdict = "refuted";
  p.points = R"([{"box": [[0.6, 0.7]], "value": [-0.3, -0.2], "morse_index": 0, "in_domain": "inside"}])";
  p.domain = R"({"type": "box", "bounds": [[0.5, 1]]})";
  p.proof = R"({"layers": [{"layer": 2, "test": "rank"}],
    "zeros": [{"prefix": 0, "box": [[0.5, 0.75]], "enclosure": [[0.6584789484, 0.6584789486]]}],
    "tree": [["split", 0], ["unique-zero", 0], ["direction-sign", 0, [1]]]})";
  return certificate(p);
}

/// One small change.
std::string damaged(std::string text, std::mt19937& source) {
  const std::size_t at = source() % text.size();
  switch (source() % 4) {
    case 0: text[at] = static_cast<char>(source()); break;
    case 1: text.erase(at, 1 + source() % 4); break;
    case 2: text.insert(at, 1, "[]{},:\"0-9e."[source() % 12]); break;
    default: text[at] = static_cast<char>('0' + source() % 10);
  }
  return text;
}

std::vector<std::string> corpus(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CHECKER_CORPUS_DIR) + '/' + folder)) {
    if (entry.path().extension() == ".cert") files.push_back(entry.path().string());
  }
  return files;
}

}  // namespace

TEST_CASE("checker: a truncated certificate is rejected at every length") {
  const std::string good = rich_certificate();
  REQUIRE(check(good).accepted());
  for (std::size_t n = 0; n + 2 < good.size(); ++n) {
    INFO(n);
    REQUIRE_FALSE(check(std::string_view(good).substr(0, n)).accepted());
  }
}

TEST_CASE("checker: damaged certificates never crash and never prove another claim") {
  const std::string good = rich_certificate();
  const std::string claim = check(good).claim;
  std::mt19937 source(6);
  int accepted = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const std::string bad = damaged(good, source);
    const Outcome outcome = check(bad);
    if (!outcome.accepted()) continue;
    ++accepted;  // harmless places only: names, hashes of the source, wider intervals, other valid proofs
    INFO(bad);
    const bool same_model = bad.find(R"("residual": -1.5)") != std::string::npos;
    CHECK(same_model);
    CHECK(outcome.claim.starts_with("no-critical-points "));
    // 0.6584… is the only critical point near: a claim of a complete list on [0.5, hi] or [lo, 1] has one point.
    CHECK(outcome.claim.find(": 1 critical points") != std::string::npos);
  }
  CHECK(accepted < 1500);
  CHECK_FALSE(claim.empty());
}

TEST_CASE("checker: damaged level-set certificates prove the same claim or nothing") {
  for (const char* name : {"segment", "diamond", "octahedron", "by-a-ray"}) {
    const auto good = read_text(std::string(CHECKER_CORPUS_DIR) + "/accept/level-set-" + name + ".cert");
    REQUIRE(good.has_value());
    const std::string claim = check(*good).claim;
    REQUIRE_FALSE(claim.empty());
    std::mt19937 source(8);
    int accepted = 0;
    for (int trial = 0; trial < 2000; ++trial) {
      const std::string bad = damaged(*good, source);
      const Outcome outcome = check(bad);
      if (!outcome.accepted()) continue;
      ++accepted;  // names, multiples of points, other rays, leading zeros
      INFO(bad);
      const bool other_level = std::string(name) == "by-a-ray";  // the ray proves other levels, too
      CHECK((outcome.claim == claim || other_level));
    }
    CHECK(accepted < 1000);
  }
}

TEST_CASE("checker: damaged regime maps are survived") {
  for (const char* name : {"of-a-line", "with-a-saddle", "with-a-tree"}) {
    const auto good = read_text(std::string(CHECKER_CORPUS_DIR) + "/accept/regime-map-" + name + ".cert");
    REQUIRE(good.has_value());
    REQUIRE(check(*good).accepted());
    std::mt19937 source(9);
    int accepted = 0;
    for (int trial = 0; trial < 300; ++trial) accepted += check(damaged(*good, source)).accepted() ? 1 : 0;
    CHECK(accepted < 150);
  }
}

TEST_CASE("checker: damaged certificates about smooth levels are survived and prove nothing else") {
  const std::pair<const char*, const char*> kinds[] = {
      {"tunnel-to-the-boundary", " boundary"},
      {"tunnel-to-infinity", " infinity"},
      {"tunnel-closed-by-a-polygon", " closed"},
      {"tunnel-closed-by-a-box", " closed"},
      {"level-curve-of-two-arcs", "0 closed, 2 arcs; + reaches-boundary holes 0 area"},
      {"level-curve-with-t-junctions", "0 closed, 1 arcs; + reaches-boundary holes 0 area"},
      {"level-curve-of-a-disc", "1 closed, 0 arcs; + reaches-boundary holes 1 area"},
      {"level-curve-on-a-line", "0 closed, 2 arcs; + reaches-boundary holes 0 area"},
      {"level-area-of-a-half-plane", "level-area proved"},
      {"sup-error-of-the-identity", "[2,2"},
      {"sup-error-on-a-ball", "sup-error proved"},
  };
  for (const auto& [name, always] : kinds) {
    INFO(name);
    const auto good = read_text(std::string(CHECKER_CORPUS_DIR) + "/accept/" + name + ".cert");
    REQUIRE(good.has_value());
    REQUIRE(check(*good).claim.find(always) != std::string::npos);
    std::mt19937 source(10);
    int accepted = 0;
    for (int trial = 0; trial < 300; ++trial) {
      const std::string bad = damaged(*good, source);
      const Outcome outcome = check(bad);
      if (!outcome.accepted()) continue;
      ++accepted;  // names, other points and directions, wider intervals, nearby levels and boxes
      INFO(bad);
      const bool bound_lowered = std::string(name) == "sup-error-of-the-identity" && outcome.claim.find("polynomial") != std::string::npos;
      CHECK((bound_lowered || outcome.claim.find(always) != std::string::npos));
    }
    CHECK(accepted < 150);
  }
}

namespace {

/// A change of claim or proof; the model and its hash stay.
std::string damaged_beside_model(const std::string& text, std::mt19937& source) {
  const std::size_t begin = text.find("\"network\":"), end = text.find("\"proof\":");
  if (source() % 2 == 0) return damaged(text.substr(0, begin), source) + text.substr(begin);
  return text.substr(0, end) + damaged(text.substr(end), source);
}

/// The numbers of the text, from the place on where `after` ends.
std::vector<double> numbers_in(const std::string& text, const std::string& after) {
  std::vector<double> numbers;
  const char* at = text.c_str() + text.find(after) + after.size();
  while (*at != 0) {
    if (std::string_view("-0123456789").find(*at) == std::string_view::npos) {  // nor the nan of determinant
      ++at;
      continue;
    }
    char* end = nullptr;
    numbers.push_back(std::strtod(at, &end));
    at = end != at ? end : at + 1;
  }
  return numbers;
}

}  // namespace

TEST_CASE("checker: damaged approximations and robust labels prove nothing false") {
  for (const char* name : {"approximation-in-the-plane", "approximation-on-a-line", "approximation-of-a-step-on-the-square", "robust-convolutions"}) {
    INFO(name);
    const auto good = read_text(std::string(CHECKER_CORPUS_DIR) + "/accept/" + name + ".cert");
    REQUIRE(good.has_value());
    const std::string claim = check(*good).claim;
    REQUIRE_FALSE(claim.empty());
    std::mt19937 source(14);
    int accepted = 0;
    for (int trial = 0; trial < 600; ++trial) {
      const std::string bad = damaged_beside_model(*good, source);
      const Outcome outcome = check(bad);
      if (!outcome.accepted()) continue;
      ++accepted;
      INFO(bad);
      // The error and the bound of one network are two numbers; smaller radii, other pixels and larger θ may hold.
      const bool approximation = std::string(name).starts_with("approximation");
      const bool same = outcome.claim == claim, no_error = outcome.claim.find("L1") == std::string::npos, other_theta = outcome.claim.find("theta 1/2,") == std::string::npos;
      const bool less_outside = outcome.claim.find("zero outside") == std::string::npos;
      CHECK((!approximation || same || no_error || other_theta || less_outside));
    }
    CHECK(accepted < 300);
  }
}

TEST_CASE("checker: damaged claims of flows and distances stay true or are rejected") {
  struct Case {
    const char *name, *domain, *before_numbers;
    int trials;
  };
  for (const auto& [name, domain, before_numbers, trials] : {Case{"ode-flow-of-a-point", " on [0.5,0.5]x[-0.25,-0.25]:", "end", 80}, {"ode-flow-of-two-branches", " on [0.5,0.5]x[-0.25,-0.25]:", "end", 80},
                                                             {"distance-to-the-mlp", " on [-1,1]x[-1,1] output 0", ":", 150}, {"distance-to-the-ode", " on [-1,1]x[-1,1] output 0", ":", 30}}) {
    const auto good = read_text(std::string(CHECKER_CORPUS_DIR) + "/accept/" + name + ".cert");
    REQUIRE(good.has_value());
    const std::string claim = check(*good).claim;
    const std::vector<double> expected = numbers_in(claim, before_numbers);
    REQUIRE(expected.size() >= 2);
    std::mt19937 source(12);
    int accepted = 0;
    for (int trial = 0; trial < trials; ++trial) {
      const std::string bad = damaged_beside_model(*good, source);
      const Outcome outcome = check(bad);
      if (!outcome.accepted()) continue;
      ++accepted;
      INFO(bad);
      if (outcome.claim.find(domain) == std::string::npos) continue;  // about another box
      const std::vector<double> found = numbers_in(outcome.claim, before_numbers);
      const bool distance = std::string(name).starts_with("distance");
      if (found.size() != expected.size()) continue;  // claims less
      for (std::size_t i = 0; i + 1 < found.size(); i += 2) {
        // intervals of the flow hold the true value, near the middle of what was claimed at first; distances lie between
        const double middle = 0.5 * (expected[i] + expected[i + 1]);
        CHECK(found[i] <= (distance ? expected[1] : middle));
        CHECK(found[i + 1] >= (distance ? expected[0] : middle));
      }
    }
    CHECK(accepted < trials / 2);
  }
}

TEST_CASE("checker: hostile documents are rejected in bounded memory") {
  Parts p;
  p.model = model(1, R"({"type": "affine", "weight": [["0x1p20000"]], "bias": ["-0x1p-20000"]})");
  p.proof = layers_proof({"rank"});
  CHECK(verdict_of(p) == "ACCEPTED");
  p.model = model(1, R"({"type": "affine", "weight": [["0x1p999999999"]], "bias": [0]})");
  CHECK(verdict_of(p) == "document wrong-type");
  p.model = R"({"format": "narrows-network/1", "input_dim": 1e15, "layers": []})";
  CHECK(verdict_of(p) == "document out-of-range");
  p.model = R"({"format": "narrows-network/1", "input_dim": 1e300, "layers": []})";
  CHECK(verdict_of(p) == "document out-of-range");
  p.model = R"({"format": "narrows-network/1", "input_dim": 4096, "layers": []})";
  p.domain = R"({"type": "ball", "radius": 1})";
  p.proof = R"({"tree": [["layers-regular"]]})";
  CHECK(verdict_of(p) == "document limit");
  p.model = model(1, R"({"type": "affine", "weight": [[1e308]], "bias": [1e308]},
                         {"type": "activation", "function": "tanh"})");
  p.domain = R"({"type": "box", "bounds": [[-1.7e308, 1.7e308]]})";
  CHECK(verdict_of(p) == "layers-regular not-proved");
  CHECK(check("").rejected->rule == "json");
  CHECK(check(std::string(200000, '[')).rejected->reason == Reason::limit);
  CHECK(check(std::string(200000, '"')).rejected->rule == "json");
}

TEST_CASE("checker: the corpus is accepted, rejected or survived as its folders say") {
  for (const std::string& file : corpus("accept")) {
    INFO(file);
    CHECK(outcome_line(check(*read_text(file))) == "ACCEPTED");
  }
  for (const std::string& file : corpus("reject")) {
    INFO(file);
    const auto expected = read_text(file.substr(0, file.size() - 5) + ".expect");
    REQUIRE(expected.has_value());
    CHECK(outcome_line(check(*read_text(file))) + '\n' == *expected);
  }
  for (const std::string& file : corpus("nocrash")) {
    INFO(file);
    CHECK_FALSE(check(*read_text(file)).accepted());
  }
}
