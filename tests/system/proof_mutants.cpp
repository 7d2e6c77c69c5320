// Mutants of the proof: tree, zeros, layers, core and change of variables.
#include "proof_mutants.hpp"

#include <algorithm>
#include <cmath>

namespace narrows::test {
namespace {

using Side = std::pair<double, double>;
using Sides = std::vector<Side>;

Sides sides_of(const Document& box) {
  Sides sides;
  for (const Document& side : box) sides.emplace_back(side.at(0), side.at(1));
  return sides;
}

// The box that the tree divides.
Sides root_of(const Document& certificate, std::size_t dim) {
  const Document& domain = certificate.at("claim").at("domain");
  const Document& proof = certificate.at("proof");
  if (proof.contains("core")) return sides_of(Document::array({proof.at("core")}));
  if (proof.contains("reduction")) {
    const auto drop = proof.at("reduction").at("drop").get<std::size_t>();
    const bool tanh = certificate.at("network").at("model").at("layers").at(drop - 1).at("function") == "tanh";
    return Sides(dim, {tanh ? -1 : 0, 1});
  }
  if (domain.at("type") == "ball") return Sides(dim, {-domain.at("radius").get<double>(), domain.at("radius").get<double>()});
  return sides_of(domain.at("bounds"));
}

// Positions in the tree of the leaves that hold the middle of zero `index`.
std::vector<std::size_t> leaves_with(const Document& certificate, std::size_t dim, std::size_t index) {
  std::vector<double> middle;
  for (const Side& side : sides_of(certificate.at("proof").at("zeros").at(index).at("enclosure"))) middle.push_back(0.5 * side.first + 0.5 * side.second);
  std::vector<std::size_t> leaves;
  std::vector<Sides> open{root_of(certificate, dim)};
  const Document& tree = certificate.at("proof").at("tree");
  for (std::size_t at = 0; at < tree.size(); ++at) {
    const Sides box = open.back();
    open.pop_back();
    if (tree.at(at).at(0) == "split") {
      const auto axis = tree.at(at).at(1).get<std::size_t>();
      Sides lower = box, upper = box;
      lower[axis].second = upper[axis].first = 0.5 * box[axis].first + 0.5 * box[axis].second;
      open.push_back(upper);
      open.push_back(lower);
    } else {
      bool holds = true;
      for (std::size_t i = 0; i < dim; ++i) holds = holds && box[i].first <= middle[i] && middle[i] <= box[i].second;
      if (holds) leaves.push_back(at);
    }
  }
  return leaves;
}

void tree_shape_mutants(MutantList* all) {
  const auto add = [all](const std::string& what, const std::function<void(Document&)>& edit) {
    all->add(what, [&](Document& m) { edit(m["proof"]["tree"]); });
  };
  const std::size_t size = all->proof().at("tree").size();
  all->add("no tree", [](Document& m) { m["proof"].erase("tree"); });
  add("empty tree", [](Document& t) { t = Document::array(); });
  add("tree of one undecided leaf", [](Document& t) { t = Document::array({Document::array({"undecided"})}); });
  for (const std::size_t length : {size / 4, size / 2, size - 1})
    add("tree cut short", [=](Document& t) { t.erase(t.begin() + static_cast<std::ptrdiff_t>(length), t.end()); });
  const std::size_t stride = std::max<std::size_t>(size / 6, 1);
  for (std::size_t at = 0; at < size; at += stride) {
    const std::string place = "tree[" + std::to_string(at) + "] ";
    const bool split = all->proof().at("tree").at(at).at(0) == "split";
    const auto offset = static_cast<std::ptrdiff_t>(at);
    add(place + "dropped", [=](Document& t) { t.erase(t.begin() + offset); });
    add(place + "doubled", [=](Document& t) { t.insert(t.begin() + offset, Document(t[at])); });
    add(place + (split ? "a leaf" : "a split"), [=](Document& t) { t[at] = split ? Document{"layers-regular"} : Document{"split", 0}; });
    const std::vector<Document> wrong = {Document{"undecided", 0}, Document{"no-such-rule"}, Document{"layers-regular", 1}, Document{"split"}, Document{"split", -1},
                                         Document{"split", 99},    Document{"split", 0, 0},  Document{"split", "0"},        Document{"unique-zero", 99},
                                         Document{"unique-zero"},  Document::array(),        Document("layers-regular"),    Document(nullptr),
                                         Document{"direction-sign", 99, {1.0, 1.0}}};
    for (const Document& op : wrong) add(place + op.dump(), [&](Document& t) { t[at] = op; });
    if (!split) add(place + "undecided", [=](Document& t) { t[at] = Document::array({"undecided"}); });
    if (all->proof().at("tree").at(at).at(0) != "direction-sign") continue;
    add(place + "direction too long", [=](Document& t) { t[at][2].push_back(1.0); });
    add(place + "direction too short", [=](Document& t) { t[at][2].erase(0); });
    add(place + "direction zero", [=](Document& t) {
      for (Document& u : t[at][2]) u = 0.0;
    });
    add(place + "prefix negative", [=](Document& t) { t[at][1] = -1; });
  }
}

// A leaf that holds a critical point cannot be excluded.
void zero_leaf_mutants(MutantList* all) {
  const std::size_t zeros = all->proof().at("zeros").size(), dim = all->dim();
  const bool ball = all->claim().at("domain").at("type") == "ball";
  for (std::size_t k = 0; k < zeros; ++k) {
    const auto prefix = all->proof().at("zeros").at(k).at("prefix").get<std::size_t>();
    for (const std::size_t at : leaves_with(all->original(), dim, k)) {
      std::vector<Document> wrong = {Document::array({"layers-regular"}), Document::array({"undecided"})};
      if (!ball) wrong.push_back(Document::array({"outside-domain"}));
      if (zeros > 1) wrong.push_back(Document{"unique-zero", (k + 1) % zeros});
      for (const double angle : {0.0, 0.7, 1.4, 2.1, 2.8}) {
        Document direction = Document::array({std::cos(angle)});
        if (dim > 1) direction.push_back(std::sin(angle));
        wrong.push_back(Document::array({"direction-sign", prefix, direction}));
      }
      for (const Document& op : wrong)
        all->add("leaf with zero " + std::to_string(k) + " " + op.dump(), [&](Document& m) { m["proof"]["tree"][at] = op; });
    }
  }
}

// Moves both ends of a side by `factor` widths.
void move_side(Document* side, double factor) {
  const double lo = (*side)[0], hi = (*side)[1], step = factor * (hi - lo);
  *side = {lo + step, hi + step};
}

void zero_mutants(MutantList* all) {
  const Document& zeros = all->proof().at("zeros");
  const std::size_t points = all->claim().at("critical_points").size();
  if (zeros.empty()) return;
  all->add("no zeros", [](Document& m) { m["proof"]["zeros"] = Document::array(); });
  for (std::size_t k = 0; k < zeros.size(); ++k) {
    const auto add = [&](const std::string& what, const std::function<void(Document&)>& edit) {
      all->add("zero " + std::to_string(k) + ": " + what, [&](Document& m) { edit(m["proof"]["zeros"][k]); });
    };
    all->add("zero dropped", [k](Document& m) { m["proof"]["zeros"].erase(k); });
    for (const double widths : {-10.0, -2.0, 2.0, 10.0, 1e6}) add("enclosure moved", [=](Document& z) { move_side(&z["enclosure"].back(), widths); });
    add("box and enclosure moved", [](Document& z) {
      const double step = 10 * (z["enclosure"][0][1].get<double>() - z["enclosure"][0][0].get<double>());
      for (const std::string key : {"box", "enclosure"}) z[key][0] = {z[key][0][0].get<double>() + step, z[key][0][1].get<double>() + step};
    });
    add("box moved", [](Document& z) { move_side(&z["box"][0], 1.5); });
    add("enclosure a point", [](Document& z) { z["enclosure"][0][1] = Document(z["enclosure"][0][0]); });
    add("enclosure turned round", [](Document& z) { std::swap(z["enclosure"][0][0], z["enclosure"][0][1]); });
    add("enclosure of another dimension", [](Document& z) { z["enclosure"].push_back({-1, 1}); });
    add("box of another dimension", [](Document& z) { z["box"].erase(0); });
    add("unknown key", [](Document& z) { z["extra"] = 1; });
    for (const std::string key : {"prefix", "box", "enclosure"}) add("no " + key, [&](Document& z) { z.erase(key); });
    for (const int prefix : {-1, 99}) add("prefix " + std::to_string(prefix), [=](Document& z) { z["prefix"] = prefix; });
  }
  if (points == zeros.size())
    all->add("the same zero twice", [](Document& m) {
      for (Document* list : {&m["proof"]["zeros"], &m["claim"]["critical_points"]}) list->push_back(Document(list->back()));
    });
  if (zeros.size() < 2) return;
  all->add("one box over two zeros", [](Document& m) {
    Document& zero = m["proof"]["zeros"][0];
    const Document& other = m["proof"]["zeros"][1]["enclosure"];
    for (std::size_t i = 0; i < other.size(); ++i)
      zero["box"][i] = {std::min(zero["box"][i][0].get<double>(), other[i][0].get<double>()), std::max(zero["box"][i][1].get<double>(), other[i][1].get<double>())};
  });
}

void layer_mutants(MutantList* all) {
  const Document& layers = all->proof().at("layers");
  const std::size_t depth = all->original().at("network").at("model").at("layers").size() + 1;  // or one less
  const auto entry = [](std::size_t layer, const std::string& test) { return Document{{"layer", layer}, {"test", test}}; };
  std::vector<bool> listed(depth + 2, false);
  for (std::size_t k = 0; k < layers.size(); ++k) {
    listed[layers.at(k).at("layer").get<std::size_t>()] = true;
    all->add("a layer listed twice", [k](Document& m) { m["proof"]["layers"].push_back(Document(m["proof"]["layers"][k])); });
    all->add("unknown test", [k](Document& m) { m["proof"]["layers"][k]["test"] = "trust-me"; });
    all->add("layer without test", [k](Document& m) { m["proof"]["layers"][k].erase("test"); });
    if (!all->has_tree()) all->add("layer " + std::to_string(k) + " not proved", [k](Document& m) { m["proof"]["layers"].erase(k); });
  }
  for (const std::string test : {"rank", "slope", "chain", "norm", "symmetric-part", "vertices"}) {
    for (std::size_t layer = 0; layer <= depth + 1; ++layer)
      if (!listed[layer] || layer == 0 || layer > depth)
        all->add(test + " for layer " + std::to_string(layer), [&](Document& m) { m["proof"]["layers"].push_back(entry(layer, test)); });
  }
}

void space_mutants(MutantList* all) {
  const Document& proof = all->proof();
  if (!proof.contains("core")) all->add("a core", [](Document& m) { m["proof"]["core"] = {-4, 4}; });
  if (!proof.contains("reduction") && all->has_tree()) all->add("a reduction", [](Document& m) { m["proof"]["reduction"] = {{"drop", 2}}; });
  if (proof.contains("core")) {
    all->add("no core", [](Document& m) { m["proof"].erase("core"); });
    all->add("core turned round", [](Document& m) { std::swap(m["proof"]["core"][0], m["proof"]["core"][1]); });
    for (const Document& zero : proof.at("zeros")) {
      const double lo = zero.at("enclosure").at(0).at(0), hi = zero.at("enclosure").at(0).at(1);
      all->add("core that begins after a zero", [=](Document& m) { m["proof"]["core"][0] = hi; });
      all->add("core that ends before a zero", [=](Document& m) { m["proof"]["core"][1] = lo; });
    }
  }
  if (proof.contains("reduction")) {
    all->add("no reduction", [](Document& m) { m["proof"].erase("reduction"); });
    all->add("unknown key", [](Document& m) { m["proof"]["reduction"]["extra"] = 1; });
    for (const int drop : {-1, 0, 1, 3, 4, 99}) all->add("drop " + std::to_string(drop), [=](Document& m) { m["proof"]["reduction"]["drop"] = drop; });
  }
}

}  // namespace

std::vector<Mutant> proof_mutants(const Document& certificate) {
  MutantList all(certificate);
  add_text_mutants(&all);
  add_claim_mutants(&all);
  if (all.has_tree()) {
    tree_shape_mutants(&all);
    zero_leaf_mutants(&all);
    zero_mutants(&all);
  }
  layer_mutants(&all);
  space_mutants(&all);
  return all.take();
}

}  // namespace narrows::test
