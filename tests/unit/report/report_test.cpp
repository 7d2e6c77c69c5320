#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "certify/certificate.hpp"
#include "certify/threshold_certificate.hpp"
#include "checker/check.hpp"
#include "io/load.hpp"
#include "report/certificate_json.hpp"
#include "report/certificate_section.hpp"
#include "report/study_section.hpp"
#include "report/theorem_statements.hpp"
#include "study/work_queue.hpp"
#include "theorems/statement.hpp"

using namespace narrows;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

ReportedCertificate checked(const std::string& file, const std::string& bytes) {
  const checker::Outcome outcome = checker::check(bytes);
  return {file, bytes, sha256_hex(bytes), outcome.accepted(), outcome.claim, checker::outcome_line(outcome),
          ""};
}

/// Every id of the page is there once, and every reference inside it points to one.
void check_references(const std::string& html) {
  for (std::size_t at = 0; (at = html.find(" id=\"", at)) != std::string::npos; ++at) {
    const std::string id = html.substr(at + 5, html.find('"', at + 5) - at - 5);
    CHECK(count(html, " id=\"" + id + "\"") == 1);
  }
  for (const std::string start : {"href=\"#", "url(#"})
    for (std::size_t at = 0; (at = html.find(start, at)) != std::string::npos; ++at) {
      const std::size_t begin = at + start.size();
      const std::string id = html.substr(begin, html.find_first_of("\")", begin) - begin);
      CHECK(html.find(" id=\"" + id + "\"") != std::string::npos);
    }
}

}  // namespace

TEST_CASE("text becomes HTML without becoming markup") {
  HtmlPage page("<b>&\"");
  page.paragraph("x < y & \"z\" \xff é");
  page.table({{"a", "b"}, {"1", "<script>"}, {"-2.5e3", "[1, 2]"}});
  const std::string html = page.text();
  CHECK(html.find("<title>&lt;b&gt;&amp;&quot;</title>") != std::string::npos);
  CHECK(html.find("x &lt; y &amp; &quot;z&quot; \xEF\xBF\xBD é") != std::string::npos);
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("<td class=\"number\">-2.5e3</td>") != std::string::npos);
  CHECK(html.find("<td>&lt;script&gt;</td>") != std::string::npos);
  CHECK(html.find("http") == std::string::npos);
}

TEST_CASE("two figures on one page keep their names apart") {
  const std::string svg =
      "<?xml version=\"1.0\"?>\n<svg xmlns=\"x\" width=\"10\" height=\"20\" viewBox=\"0 0 10 20\"><g "
      "id=\"a\"/><use xlink:href=\"#a\"/><g clip-path=\"url(#a)\"/></svg>";
  HtmlPage page("t");
  page.figure(svg, "one");
  page.figure(svg, "two");
  const std::string html = page.text();
  check_references(html);
  CHECK(count(html, "viewBox=\"0 0 10 20\"") == 2);
  CHECK(count(html, "width=\"10\"") == 0);
  CHECK(count(html, "<?xml") == 0);
}

TEST_CASE("a certificate's section repeats its claim, number by number, with its picture") {
  const std::string file = std::string(NARROWS_DATA_DIR) + "/networks/trained/circ_res6_m07.json";
  const LoadedNetwork loaded = load_network(file);
  const Chain chain = make_chain(loaded.network, {}, file);
  Domain domain{Domain::Type::box, 2, {{-2, -2}, {2, 2}}, 0};
  const CertifyResult result = certify(chain, domain, {}, file);
  REQUIRE(result.critical_points.size() == 3);
  HtmlPage page("t");
  const auto certificate =
      checked("res6.cert.json",
              critical_certificate(result, loaded.network, {}, {"circ_res6_m07.json", loaded.sha256}));
  REQUIRE(certificate.accepted);
  const CertificateSummary summary = add_certificate_section(&page, certificate, "s1");
  CHECK(summary.verdict == "refuted");
  CHECK(summary.kind == "no-critical-points");
  const ThresholdResult ratios = find_thresholds(loaded.network);
  const auto second = checked(
      "ratios.cert.json",
      threshold_certificate(ratios, loaded.network, true, {"circ_res6_m07.json", loaded.sha256}).text);
  REQUIRE(second.accepted);
  CHECK(add_certificate_section(&page, second, "s2").verdict == "refuted");
  CHECK(page.figures() == 2);
  const std::string html = page.text();
  check_references(html);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(html.find("claim.critical_points[" + std::to_string(i) + "]") != std::string::npos);
    CHECK(html.find(">" + std::to_string(*result.critical_points[i].morse_index) + "<") != std::string::npos);
  }
  CHECK(html.find(certificate.claim) != std::string::npos);
  CHECK(html.find("3 critical points are enclosed in tiny boxes; there are no others") != std::string::npos);
  CHECK(html.find(certificate.file_sha256) != std::string::npos);
  CHECK(html.find(loaded.sha256) != std::string::npos);
  CHECK(html.find("0.667202840") != std::string::npos);  // the first block's critical ratio
}

TEST_CASE("the leaves of a proof's tree tile its root, cut where the format says") {
  const auto tree =
      nlohmann::json::parse(R"([["split",0],["plus"],["split",1],["minus"],["monotone",[1,0]]])");
  const auto leaves = certified::leaves_of(tree, {{0, 3}, {-1, 1}});
  REQUIRE(leaves.size() == 3);
  const auto corners = [](const certified::TreeLeaf& leaf) {
    return std::vector{leaf.box[0].lower(), leaf.box[0].upper(), leaf.box[1].lower(), leaf.box[1].upper()};
  };
  CHECK(corners(leaves[0]) == std::vector{0.0, 1.5, -1.0, 1.0});
  CHECK(corners(leaves[1]) == std::vector{1.5, 3.0, -1.0, 0.0});
  CHECK(corners(leaves[2]) == std::vector{1.5, 3.0, 0.0, 1.0});
  CHECK(leaves[2].rule == "monotone");
  CHECK_THROWS_AS(certified::leaves_of(nlohmann::json::parse(R"([["plus"],["plus"]])"), {{0, 1}}),
                  InputError);
}

TEST_CASE("a rejected certificate shows nothing but its rejection") {
  const LoadedNetwork loaded =
      load_network(std::string(NARROWS_DATA_DIR) + "/networks/trained/circ_mlp6_s0_m00.json");
  const Chain chain = make_chain(loaded.network, {}, "t");
  std::string bytes = critical_certificate(certify(chain, {Domain::Type::space, 2, {}, 0}, {}, "t"),
                                           loaded.network, {}, {"t", loaded.sha256});
  bytes.replace(bytes.find("\"proved\""), 8, "\"refuted\"");
  HtmlPage page("t");
  const CertificateSummary summary = add_certificate_section(&page, checked("bad.json", bytes), "s1");
  CHECK(summary.verdict == "–");
  CHECK(page.figures() == 0);
  CHECK(page.text().find("REJECTED") != std::string::npos);
  CHECK(page.text().find("claim.verdict") == std::string::npos);
}

TEST_CASE(
    "a study's section has its tables, its plots and networks whose certificates have the hashes of their "
    "rows") {
  std::string folder = (std::filesystem::temp_directory_path() / "report-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::string text =
      "format = \"narrows-study/1\"\nname = \"<small>\"\n[[family]]\ndepth = [1, 2, 3]\nratio = [0.3, "
      "1.4]\nseeds = 4\n[[analysis]]\ntype = \"certify\"\ndomain = \"[-2,2]^d\"\n[[analysis]]\ntype = "
      "\"threshold\"\n";
  const StudyPlan plan = parse_study(text, "small.toml");
  HtmlPage page("t");
  {
    StudyDatabase db(folder + "/small.db", plan, text);
    WorkQueue queue(plan, &db);
    run_with_threads(plan, &queue, 1, {});
    add_study_section(&page, &db, "small.db", "s1");
    const StudySummary summary = summarise(&db);
    REQUIRE(summary.analyses.at(0).shares.size() == 2);  // ratio and depth; there is one width
    CHECK(summary.analyses[0].proved > 0);
    CHECK(summary.analyses[0].refuted > 0);
    CHECK(page.text().find("<td class=\"number\" data-name=\"proved\">" +
                           std::to_string(summary.analyses[0].proved) + "</td>") != std::string::npos);
  }
  std::filesystem::remove_all(folder);
  CHECK(page.figures() == 2 * 2 + 1 + 2);
  check_references(page.text());
  CHECK(page.text().find("&lt;small&gt;") != std::string::npos);
}

TEST_CASE("every theorem that a kind of certificate names has the statement of the registry") {
  for (const char* kind :
       {"no-critical-points", "no-local-extremum", "channel-ratios", "level-set", "level-curve", "level-area",
        "tunnel", "sup-error", "regime-map", "branches", "distance", "ode-flow", "approximation",
        "clarke-critical-point", "certify", "threshold", "levelset", "bounds", "regimes"}) {
    CHECK(!theorems_of(kind).empty());
    for (const std::string& id : theorems_of(kind)) CHECK(theorem_statement(id).text.size() > 40);
  }
  // Read independently, by the TOML parser of `narrows prove`.
  const auto registry = theorems::read_registry(std::string(NARROWS_DATA_DIR) + "/../proofs");
  CHECK(registered_statements().size() == registry.size());
  const auto stripped = [](std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  };
  for (const theorems::Statement& theorem : registry) {
    INFO(theorem.id);
    const TheoremStatement& reported = theorem_statement(theorem.id);
    CHECK(reported.title == theorem.title);
    CHECK(reported.text == stripped(theorem.statement));
    CHECK(reported.formula == theorem.formula);
    CHECK(reported.source == theorem.source);
  }
}
