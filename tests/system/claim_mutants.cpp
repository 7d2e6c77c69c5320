// Mutants of the text, of the keys, and of what is claimed.
#include "proof_mutants.hpp"

namespace narrows::test {
namespace {

void text_mutants(MutantList* all) {
  const Document& original = all->original();
  const std::string text = sealed(original);
  all->add_text("empty", "");
  all->add_text("byte order mark", "\xef\xbb\xbf" + text);
  all->add_text("garbage at the end", text + "x");
  all->add_text("two documents", text + text);
  all->add_text("comma at the end", text.substr(0, text.size() - 1) + ",}");
  all->add_text("null byte at the end", text + std::string(1, '\0'));
  for (const std::string key : {"format", "tool", "claim", "network", "proof"})
    all->add_text("duplicate key " + key, "{\"" + key + "\":" + original.at(key).dump() + "," + text.substr(1));
  for (const std::string key : {"kind", "verdict", "domain", "complete", "critical_points"})
    all->replace("duplicate key " + key, "\"claim\":{", "\"claim\":{\"" + key + "\":" + original.at("claim").at(key).dump() + ",");
  for (const std::string key : {"layers", "tree", "zeros"})
    if (original.at("proof").contains(key))
      all->replace("duplicate key " + key, "\"proof\":{", "\"proof\":{\"" + key + "\":" + original.at("proof").at(key).dump() + ",");
  for (const std::string number : {"NaN", "nan", "Infinity", "-Infinity", "1e999", "-1e999", "0x1p0", "+1", ".5", "1.", "01", "\"1e3\"", "\"1/0\"", "null", "true"}) {
    all->replace_number("bias " + number, "\"bias\":[", number);
    all->replace_number("direction " + number, "[\"direction-sign\",", number);
    all->replace_number("bound " + number, "\"bounds\":[[", number);
  }
  all->replace("old format", "narrows-certificate/1", "narrows-certificate/0");
  all->replace("network format", "narrows-network/1", "narrows-network/2");
}

void key_mutants(MutantList* all) {
  const Document& original = all->original();
  for (const auto& [key, value] : original.items())
    if (key != "tool" && key != "note") all->add("no " + key, [key = key](Document& d) { d.erase(key); });
  for (const std::string part : {"claim", "network"})
    for (const auto& [key, value] : original.at(part).items())
      all->add("no " + part + "." + key, [&, key = key](Document& d) { d[part].erase(key); });
  const Edit unknown[] = {[](Document& d) { d["extra"] = 1; },
                          [](Document& d) { d["claim"]["extra"] = 1; },
                          [](Document& d) { d["claim"]["domain"]["extra"] = 1; },
                          [](Document& d) { d["claim"]["output"]["extra"] = 1; },
                          [](Document& d) { d["network"]["extra"] = 1; },
                          [](Document& d) { d["network"]["source"]["extra"] = 1; },
                          [](Document& d) { d["network"]["model"]["extra"] = 1; },
                          [](Document& d) { d["network"]["model"]["layers"][0]["extra"] = 1; },
                          [](Document& d) { d["proof"]["extra"] = 1; },
                          [](Document& d) { d["proof"]["note"] = 1; }};
  for (const Edit& edit : unknown) all->add("unknown key", edit);
  for (const std::string& digest : {std::string(), std::string("0"), std::string(64, '0'), std::string(64, 'g')}) {
    Document d = original;
    d["network"]["model_sha256"] = digest;
    all->add_text("digest " + digest, d.dump());
  }
  all->add("source digest too short", [](Document& d) { d["network"]["source"]["sha256"] = "0123"; });
}

void claim_mutants(MutantList* all) {
  const Document& claim = all->claim();
  const std::string verdict = claim.at("verdict");
  const bool refuted = verdict == "refuted";
  all->add("opposite verdict", [=](Document& d) { d["claim"]["verdict"] = refuted ? "proved" : "refuted"; });
  all->add("unknown verdict", [](Document& d) { d["claim"]["verdict"] = "true"; });
  all->add("unknown kind", [](Document& d) { d["claim"]["kind"] = "no-clarke-critical-points"; });
  if (claim.at("kind") == "no-local-extremum" && !claim.at("critical_points").empty())
    all->add("no critical points although there are saddles", [](Document& d) { d["claim"]["kind"] = "no-critical-points"; });
  if (!refuted && claim.at("kind") == "no-critical-points")
    all->add("proved but not complete", [](Document& d) { d["claim"]["complete"] = false; });
  for (const Document& wrong : {Document("true"), Document(1), Document(nullptr)})
    all->add("complete is no boolean", [&](Document& d) { d["claim"]["complete"] = wrong; });
  all->add("output out of range", [](Document& d) { d["claim"]["output"] = {{"type", "component"}, {"index", 7}}; });
  all->add("margin out of range", [](Document& d) { d["claim"]["output"] = {{"type", "margin"}, {"indices", {0, 7}}}; });
  all->add("margin of one output with itself", [](Document& d) { d["claim"]["output"] = {{"type", "margin"}, {"indices", {0, 0}}}; });
  all->add("negative output", [](Document& d) { d["claim"]["output"] = {{"type", "component"}, {"index", -1}}; });
}

void domain_mutants(MutantList* all) {
  const std::size_t d = all->dim();
  const auto box_of = [](const std::vector<std::pair<double, double>>& sides) {
    Document bounds = Document::array();
    for (const auto& [lo, hi] : sides) bounds.push_back({lo, hi});
    return Document{{"type", "box"}, {"bounds", bounds}};
  };
  const auto add = [&](const std::string& what, const Document& domain) {
    all->add(what, [=](Document& m) { m["claim"]["domain"] = domain; });
  };
  add("domain of another dimension", box_of(std::vector<std::pair<double, double>>(d + 1, {-2, 2})));
  add("domain of dimension 0", box_of({}));
  add("empty domain", box_of(std::vector<std::pair<double, double>>(d, {1, -1})));
  add("flat domain", box_of(std::vector<std::pair<double, double>>(d, {1, 1})));
  add("radius 0", {{"type", "ball"}, {"radius", 0}});
  add("negative radius", {{"type", "ball"}, {"radius", -2}});
  add("unknown domain", {{"type", "torus"}});
  if (!all->has_tree()) return;
  const std::string type = all->claim().at("domain").at("type");
  if (type != "space") add("a proof on a bounded domain offered for the space", {{"type", "space"}});
  if (!all->claim().at("critical_points").empty()) {
    add("a domain without the critical points", box_of(std::vector<std::pair<double, double>>(d, {1000, 1001})));
    if (d == 2) add("a small ball without the critical points", {{"type", "ball"}, {"radius", 1e-6}});
  }
}

void point_mutants(MutantList* all) {
  const std::size_t count = all->claim().at("critical_points").size(), d = all->dim();
  const Document point = {{"box", Document::array()}, {"value", {-1, 1}}, {"morse_index", nullptr}, {"in_domain", "inside"}};
  all->add("a critical point without proof", [&](Document& m) {
    Document extra = point;
    for (std::size_t i = 0; i < d; ++i) extra["box"].push_back({-1e-9, 1e-9});
    m["claim"]["critical_points"].push_back(extra);
  });
  for (std::size_t k = 0; k < count; ++k) {
    const auto add = [&](const std::string& what, const std::function<void(Document&)>& edit) {
      all->add("point " + std::to_string(k) + ": " + what, [&](Document& m) { edit(m["claim"]["critical_points"][k]); });
    };
    all->add("drop point " + std::to_string(k), [k](Document& m) { m["claim"]["critical_points"].erase(k); });
    all->add("repeat point " + std::to_string(k), [k](Document& m) {
      Document& points = m["claim"]["critical_points"];
      points.push_back(Document(points[k]));
    });
    add("unknown key", [](Document& p) { p["extra"] = 1; });
    for (const std::string key : {"box", "value", "morse_index", "in_domain"})
      add("no " + key, [&](Document& p) { p.erase(key); });
    add("box moved away", [](Document& p) {
      const double lo = p["box"][0][0], hi = p["box"][0][1];
      p["box"][0] = {hi + 1e-3, hi + 1e-3 + (hi - lo)};
    });
    add("box of another dimension", [](Document& p) { p["box"].push_back({-1, 1}); });
    add("value moved away", [](Document& p) {
      const double lo = p["value"][0], hi = p["value"][1];
      p["value"] = {hi + 1e-6, hi + 1 + (hi - lo)};
    });
    add("value narrowed to its lower end", [](Document& p) { p["value"][1] = Document(p["value"][0]); });
    add("value turned round", [](Document& p) { std::swap(p["value"][0], p["value"][1]); });
    add("not inside", [](Document& p) { p["in_domain"] = "boundary"; });
    add("unknown place", [](Document& p) { p["in_domain"] = "outside"; });
    for (const int step : {-1, 1, 2, 100}) add("another index", [step](Document& p) { p["morse_index"] = p["morse_index"].get<int>() + step; });
  }
  if (count > 1)
    all->add("points in another order", [](Document& m) {
      Document& points = m["claim"]["critical_points"];
      std::swap(points.front(), points.back());
    });
  if (count > 0) all->add("no points", [](Document& m) { m["claim"]["critical_points"] = Document::array(); });
}

}  // namespace

void add_text_mutants(MutantList* all) {
  text_mutants(all);
  key_mutants(all);
}

void add_claim_mutants(MutantList* all) {
  claim_mutants(all);
  domain_mutants(all);
  point_mutants(all);
}

}  // namespace narrows::test
