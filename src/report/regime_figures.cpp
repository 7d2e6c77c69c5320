// Families of networks: the map of the parameters' plane, and the tubes of critical points along a path in it.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/counted.hpp"
#include "base/errors.hpp"
#include "bounds/branch_tracking.hpp"
#include "bounds/regime_map.hpp"
#include "io/exact_text.hpp"
#include "network/chain.hpp"
#include "plot/branch_picture.hpp"
#include "plot/regime_picture.hpp"
#include "plot/verdict_line.hpp"
#include "report/certificate_figures.hpp"
#include "report/certificate_json.hpp"
#include "report/drawn_svg.hpp"

namespace narrows::certified {
namespace {

Rational exact_of(const Json& value) {
  if (value.is_number()) return rational_exact(value.get<double>());
  const auto exact = parse_exact(value.get<std::string>());
  if (!exact) throw InputError("certificate", "a number cannot be read", "make it again");
  return *exact;
}

FamilyType family_of(const Json& claim) {
  return claim.at("family").at("type") == "shared" ? FamilyType::shared : FamilyType::scaled;
}

/// The leaves of proof.map, cut as FORMAT.md fixes it.
std::vector<MapCell> cells_of(const Json& operations, const ParameterCell& rectangle) {
  std::vector<MapCell> cells,
      open{MapCell{rectangle, 0, 0, {}}};  // the next cell of the preorder at the back
  for (const Json& operation : operations) {
    if (open.empty()) throw InputError("certificate", "its map goes on after its last cell", "make it again");
    MapCell cell = std::move(open.back());
    open.pop_back();
    const auto word = operation.at(0).get<std::string>();
    if (word == "quarter") {
      const auto parts = quarters(cell.cell);
      if (!parts) throw InputError("certificate", "a cell of its map cannot be cut", "make it again");
      for (std::size_t k = 4; k-- > 0;) open.push_back({(*parts)[k], cell.level + 1, 0, {}});
      continue;
    }
    cell.finding.rule = word == "none"     ? CellRule::none_by_tree
                        : word == "exists" ? CellRule::exists
                                           : CellRule::open;
    cells.push_back(std::move(cell));
  }
  return cells;
}

/// For each layer the largest ratio up to which proof.ratios proves it regular, measured against the family's own factors.
std::vector<std::optional<RatioBound>> ratios_of(const Json& steps, const Chain& chain, FamilyType family) {
  std::vector<std::optional<RatioBound>> ratios(chain.layers.size());
  for (const Json& step : steps) {
    const auto l = step.at("layer").get<std::size_t>() - 1;
    const auto* block =
        l < chain.layers.size() ? std::get_if<ResidualLayer>(&chain.layers[l].value) : nullptr;
    const auto at = step.at("at").get<std::string>();
    if (block == nullptr || at == "present" || (family == FamilyType::scaled && block->skip == 0)) continue;
    if (!ratios[l]) {
      ratios[l].emplace();
      ratios[l]->threshold.ratio = family == FamilyType::shared ? Rational(1) : block->residual / block->skip;
    }
    if (at == "infinity")
      ratios[l]->infinite = true;
    else
      ratios[l]->below = std::max(ratios[l]->below, exact_of(step.at("at")));
  }
  return ratios;
}

/// The tubes that proof.joints join, as the format numbers them: by the slab, then by the number of their first tube.
std::vector<Branch> branches_of(const Json& claim, const Json& joints, const std::vector<Slab>& slabs) {
  std::vector<std::map<std::size_t, std::size_t>> next(slabs.size());
  std::set<std::pair<std::size_t, std::size_t>> continued;
  for (std::size_t k = 0; k < joints.size(); ++k)
    for (const Json& joint : joints.at(k)) {
      const auto to = joint.at("next").get<std::size_t>();
      next.at(k)[joint.at("zero").get<std::size_t>()] = to;
      continued.insert({k + 1, to});
    }
  std::vector<Branch> branches;
  for (std::size_t k = 0; k < slabs.size(); ++k)
    for (std::size_t i = 0; i < slabs[k].zeros.size(); ++i) {
      if (continued.contains({k, i})) continue;
      Branch branch;
      branch.pieces.push_back({k, i});
      for (std::size_t slab = k; next[slab].contains(branch.pieces.back().zero); ++slab)
        branch.pieces.push_back({slab + 1, next[slab].at(branch.pieces.back().zero)});
      branches.push_back(std::move(branch));
    }
  if (branches.size() != claim.at("branches").size())
    throw InputError("certificate", "its tubes and its branches do not agree", "make it again");
  for (std::size_t k = 0; k < branches.size(); ++k) {
    const Json& index = claim.at("branches").at(k).at("morse_index");
    if (index.is_null()) continue;
    branches[k].index.emplace();
    branches[k].index->morse_index = index.get<int>();
  }
  return branches;
}

Slab slab_of(const Json& item) {
  Slab slab;
  slab.from = near(item.at("from"));
  slab.to = near(item.at("to"));
  for (const Json& zero : item.at("zeros"))
    slab.zeros.push_back(
        {zero.at("prefix").get<std::size_t>(), box_of(zero.at("box")), box_of(zero.at("enclosure"))});
  for (const Json& event : item.at("events")) slab.events.push_back({box_of(event.at("box")), std::nullopt});
  return slab;
}

}  // namespace

void add_regime_map(HtmlPage* page, const Document& document) {
  const Json &claim = document.json.at("claim"), &proof = document.json.at("proof"), &area = claim.at("area");
  const Chain chain = make_chain(document.network, output_of(claim), document.title);
  RegimeMap map;
  map.family = family_of(claim);
  map.rectangle = {interval_of(claim.at("family").at("skip")),
                   interval_of(claim.at("family").at("residual"))};
  map.domain = domain_of(claim, chain.input_dim);
  map.depth = claim.at("depth").get<int>();
  map.cells = cells_of(proof.at("map"), map.rectangle);
  map.leaves = map.cells.size();
  if (proof.contains("ratios")) map.ratios = ratios_of(proof.at("ratios"), chain, map.family);
  map.areas = {exact_of(area.at("none")), exact_of(area.at("exists")), exact_of(area.at("undecided"))};
  map.verdict = verdict_of(claim);
  map.reason = "some cells stay undecided above the asked depth";
  page->table({{"share of the parameters", "exactly", "in the certificate"},
               {"no critical point", area.at("none").get<std::string>(), "claim.area.none"},
               {"a critical point exists", area.at("exists").get<std::string>(), "claim.area.exists"},
               {"not decided", area.at("undecided").get<std::string>(), "claim.area.undecided"}});
  page->figure(
      drawn_svg([&](const std::string& path) { draw_regime_picture(map, document.title, path); }),
      fmt::format("The {} of proof.map, each coloured by its certified verdict. Dashed: the ratios δ/ε below "
                  "which proof.ratios certifies a block regular (a lower bound of its critical ratio α*).",
                  counted(map.leaves, "cell")));
}

void add_branches(HtmlPage* page, const Document& document) {
  const Json &claim = document.json.at("claim"), &proof = document.json.at("proof");
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"branch", "from s", "to s", "begins", "ends", "Morse index", "in the certificate"}};
  for (const Json& item : claim.at("branches"))
    if (rows.size() <= kMostRows)
      rows.push_back({std::to_string(rows.size()), fmt::format("{}", near(item.at("from"))),
                      fmt::format("{}", near(item.at("to"))), item.at("begins").get<std::string>(),
                      item.at("ends").get<std::string>(),
                      item.at("morse_index").is_null() ? "not proved" : item.at("morse_index").dump(),
                      fmt::format("claim.branches[{}]", rows.size() - 1)});
  page->table(rows);
  say_more(page, claim.at("branches").size());
  if (claim.at("domain").at("bounds").size() > 4) {
    page->paragraph("No picture: more than four inputs.");
    return;
  }
  std::vector<ParameterPath::Point> corners;
  for (const Json& corner : claim.at("path")) corners.push_back({near(corner.at(0)), near(corner.at(1))});
  Track track{ParameterPath(corners),
              box_of(claim.at("domain").at("bounds")),
              {},
              {},
              {},
              {},
              verdict_of(claim),
              "",
              0};
  for (const Json& item : proof.at("slabs")) track.slabs.push_back(slab_of(item));
  track.branches = branches_of(claim, proof.at("joints"), track.slabs);
  page->figure(drawn_svg([&](const std::string& path) { draw_branch_picture(track, document.title, path); }),
               "The tubes of proof.slabs, joined to the branches of the claim. In each tube there is exactly "
               "one critical point for every parameter; thin tubes are drawn 2 pixels high. s counts the "
               "legs of the path.");
}

}  // namespace narrows::certified
