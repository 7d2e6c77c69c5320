// The proof of a `regime-map` claim: a quad-tree of parameter cells, on each of which one rule shows for all p = (ε, δ) that
// Φ_p has no critical point, or that it has one (FORMAT.md).
#include <cstdint>
#include <utility>

#include "checker/proof.hpp"
#include "checker/rules/regimes.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_depth = 24, max_cell_bisections = 6;

/// ["quarter"] in the order (ε low, δ low), (ε high, δ low), (ε low, δ high), (ε high, δ high); or nothing if a midpoint is not inside.
std::vector<Box> quarters(const Box& cell) {
  const Box m = midpoint(cell);
  std::vector<Box> four;
  for (std::size_t i = 0; i < 2; ++i) {
    if (!(cell.lo[i] < m.lo[i] && m.lo[i] < cell.hi[i])) return four;
  }
  for (std::size_t k = 0; k < 4; ++k) {
    Box& quarter = four.emplace_back(cell);
    for (std::size_t i = 0; i < 2; ++i) ((k >> i & 1) != 0 ? quarter.lo : quarter.hi)[i] = m.lo[i];
  }
  return four;
}

/// Everything the rules need, and what is proved of each layer for whole ranges of parameters.
class Regimes {
 public:
  Regimes(std::vector<Layer> chain, const Domain& domain, std::size_t d, Family family)
      : setting_(std::move(chain), d, domain), family_(family) {
    others_regular_ = true;
    for (Layer& layer : setting_.chain) {
      layer.family = layer.kind == LayerKind::residual ? family : Family::fixed;
      if (layer.kind == LayerKind::residual) continue;
      const LayerTest test = layer.kind == LayerKind::affine ? test_rank : test_slope;
      others_regular_ = others_regular_ && test(layer, setting_.smoothness) == TestResult::proved;
    }
    prepare_for_boxes(setting_);
  }

  const Setting& setting() const { return setting_; }

  /// proof.ratios speaks of the chain; shared: with the ratio 1 in all residual layers.
  void read_ratios(const Field& steps) {
    Network network{setting_.dim, setting_.chain};
    for (Layer& layer : network.layers) {
      if (family_ == Family::shared && layer.kind == LayerKind::residual) layer.skip = layer.residual = 1;
    }
    ratios_ = proved_ratios(steps, network);
  }

  /// What the rule of the leaf proves: that none exists, that one exists, or nothing. Rejects if its test fails.
  enum class Word { none, exists, undecided };
  Word check_leaf(const Field& at, const Box& cell) {
    const std::vector<Field> entries = at.items();
    const Word word = static_cast<Word>(entries[0].one_of({"none", "exists", "undecided"}));
    if (word == Word::undecided && entries.size() == 1) return word;
    if (entries.size() < 2 || word == Word::undecided)
      at.fail(Reason::mismatch, "a wrong number of parameters", "a rule");
    const std::string& rule = entries[1].text();
    const bool holds = word == Word::none ? holds_nowhere(rule, at, entries, cell)
                                          : holds_somewhere(rule, at, entries, cell);
    if (!holds) reject(at.place(), rule, Reason::not_proved, "test failed", "a proof for the whole cell");
    return word;
  }

 private:
  static void require(bool good, const Field& at, Reason reason, const char* got, const char* expected) {
    if (!good) at.fail(reason, got, expected);
  }
  static void require_size(const Field& at, const std::vector<Field>& entries, std::size_t size) {
    require(entries.size() == size, at, Reason::mismatch, "a wrong number of parameters",
            "those of the rule");
  }

  bool holds_nowhere(const std::string& rule, const Field& at, const std::vector<Field>& entries,
                     const Box& cell) {
    if (rule == "tree") {
      require_size(at, entries, 3);
      require(setting_.domain.type == Domain::Type::box, at, Reason::inapplicable, "a tree over space",
              "a box");
      return check_tree(entries[2], setting_, joined(setting_.domain.box, cell));
    }
    require_size(at, entries, 2);
    if (rule == "ratios") return others_regular_ && are_below_ratios(cell);
    if (rule == "vertices") {
      const auto test = [&](const Box& part) { return others_regular_ && are_regular_by_vertices(part); };
      return holds_on_pieces(test, cell, max_cell_bisections);
    }
    entries[1].fail(Reason::unknown, rule, "ratios, vertices or tree");
  }

  /// sup |α_l| < t_l for all residual layers, where ε > 0 and δ >= 0: J = ε(I + α·…), α of the sign that the steps speak of.
  bool are_below_ratios(const Box& cell) const {
    if (!(cell.lo[0] > 0 && cell.lo[1] >= 0)) return false;
    const Rational largest = Rational(cell.hi[1]) / Rational(cell.lo[0]);
    for (std::size_t l = 0; l < setting_.chain.size(); ++l) {
      const Layer& layer = setting_.chain[l];
      if (layer.kind != LayerKind::residual) continue;
      if (l >= ratios_.size() || (family_ == Family::scaled && layer.skip == 0)) return false;
      const Rational own =
          family_ == Family::shared ? Rational(1) : Rational(abs(layer.residual / layer.skip));
      if (ratios_[l] && !(largest * own < *ratios_[l])) return false;
    }
    return true;
  }

  bool are_regular_by_vertices(const Box& cell) {
    for (std::size_t l = 0; l < setting_.chain.size(); ++l) {
      const Layer& layer = setting_.chain[l];
      if (layer.kind != LayerKind::residual) continue;
      if (polynomials_.size() <= l) polynomials_.resize(setting_.chain.size());
      if (!polynomials_[l].first) polynomials_[l] = {true, vertex_polynomials(layer, setting_.smoothness)};
      if (!polynomials_[l].second) return false;
      Interval skip(cell.lo[0], cell.hi[0], exact_precision),
          residual(cell.lo[1], cell.hi[1], exact_precision);
      if (family_ == Family::scaled) skip = skip * enclose(layer.skip, exact_precision);
      if (family_ == Family::scaled) residual = residual * enclose(layer.residual, exact_precision);
      if (!are_regular(*polynomials_[l].second, skip, residual)) return false;
    }
    return true;
  }

  bool holds_somewhere(const std::string& rule, const Field& at, const std::vector<Field>& entries,
                       const Box& cell) const {
    if (rule == "extremum") {
      require_size(at, entries, 5);
      const Box box = read_inner_box(entries[3]);
      Box point;
      for (const Field& x : entries[4].items(setting_.dim)) point.lo.push_back(x.number());
      point.hi = point.lo;
      require(contained_in_interior(point, box), entries[4], Reason::out_of_range, "a point outside",
              "a point inside the box");
      return has_extremum(setting_, box, point, entries[2].one_of({"min", "max"}) == 1, cell);
    }
    if (rule == "opposite-faces") {
      require_size(at, entries, 5);
      const std::size_t prefix = entries[2].integer(0, setting_.chain.size()), d = setting_.dim;
      require(setting_.width(prefix) == d, at, Reason::inapplicable, "another dimension", "n_P = d");
      RationalMatrix rows(d, 0);
      for (const Field& row : entries[4].items(d))
        for (const Rational& u : row.exact_vector(d)) rows.entries.push_back(u);
      rows.cols = d;
      return has_opposite_faces(setting_, prefix, read_inner_box(entries[3]), rows, cell);
    }
    if (rule != "sign-change" && rule != "winding")
      entries[1].fail(Reason::unknown, rule, "extremum, sign-change, opposite-faces or winding");
    require_size(at, entries, 4);
    const std::size_t prefix = entries[2].integer(0, setting_.chain.size()), d = rule == "winding" ? 2 : 1;
    require(setting_.dim == d && setting_.width(prefix) == d, at, Reason::inapplicable, "another dimension",
            "d = n_P = 2 for winding, 1 for sign-change");
    const Box box = read_inner_box(entries[3]);
    return d == 2 ? has_winding(setting_, prefix, box, cell) : has_sign_change(setting_, prefix, box, cell);
  }

  /// A box with lo < hi inside the interior of the domain.
  Box read_inner_box(const Field& at) const {
    const Box box = read_box(at, setting_.dim);
    for (std::size_t i = 0; i < box.dim(); ++i)
      require(box.lo[i] < box.hi[i], at, Reason::out_of_range, "lo = hi", "lo < hi");
    const bool inside =
        setting_.domain.type != Domain::Type::box || contained_in_interior(box, setting_.domain.box);
    require(inside, at, Reason::out_of_range, "a box that touches the boundary", "a box inside the domain");
    return box;
  }

  Setting setting_;
  Family family_;
  bool others_regular_ = false;                  ///< all layers but the residual ones, at all states
  std::vector<std::optional<Rational>> ratios_;  ///< t_l, or nothing for infinity; empty without proof.ratios
  std::vector<std::pair<bool, std::optional<VertexPolynomials>>> polynomials_;  ///< as far as computed
};

/// How many cells of the largest depth each word covers, and whether an undecided cell could have been cut further.
struct Shares {
  std::uint64_t cells[3] = {};
  bool stopped_early = false;
};

Shares check_map(const Field& map, Regimes& regimes, const Box& root, std::size_t depth) {
  Shares shares;
  std::vector<std::pair<Box, std::size_t>> pending = {{root, 0}};  // the next cell last
  for (const Field& at : map.items()) {
    if (pending.empty())
      at.fail(Reason::mismatch, "a further operation", "end of the list: the map is complete");
    const auto [cell, level] = pending.back();
    pending.pop_back();
    const std::vector<Field> entries = at.items();
    if (entries.empty()) at.fail(Reason::wrong_type, "an empty list", "quarter or a leaf");
    if (entries[0].text() != "quarter") {
      const Regimes::Word word = regimes.check_leaf(at, cell);
      shares.cells[static_cast<std::size_t>(word)] += std::uint64_t{1} << 2 * (max_depth - level);
      shares.stopped_early = shares.stopped_early || (word == Regimes::Word::undecided && level < depth);
      continue;
    }
    const std::vector<Box> four = quarters(cell);
    if (entries.size() != 1) at.fail(Reason::mismatch, "a wrong number of parameters", "none");
    if (level == depth || four.empty())
      at.fail(Reason::out_of_range, "a cell that cannot be cut", "a cell above the claimed depth");
    for (std::size_t k = 4; k-- > 0;) pending.emplace_back(four[k], level + 1);
  }
  if (!pending.empty())
    map.fail(Reason::incomplete, std::to_string(pending.size()) + " cells left", "a leaf for every cell");
  return shares;
}

}  // namespace

std::string check_regime_claim(const Field& claim, const Field& proof_object, const Network& network) {
  const Field fields(claim, {"kind", "verdict", "domain", "output", "family", "depth", "area"});
  const Field proof(proof_object, {"ratios", "map"}), family(fields["family"], {"type", "skip", "residual"});
  const std::size_t d = network.input_dim, depth = fields["depth"].integer(0, max_depth);
  const Domain domain = read_domain(fields["domain"], d);
  if (domain.type == Domain::Type::ball) fields["domain"].fail(Reason::inapplicable, "ball", "space or box");
  if (d + 2 > max_box_dimension)
    fields["domain"].fail(Reason::limit, std::to_string(d), "a dimension up to 62");
  const Output output = read_output(fields["output"]);
  const Ends skip = read_interval(family["skip"]), residual = read_interval(family["residual"]);
  const Family kind = family["type"].one_of({"shared", "scaled"}) == 0 ? Family::shared : Family::scaled;

  Regimes regimes(fold_output(network, output), domain, d, kind);
  if (regimes.setting().smoothness == Smoothness::lipschitz)
    fields["kind"].fail(Reason::inapplicable, "a Lipschitz-only network", "a differentiable one");
  if (proof.has("ratios")) regimes.read_ratios(proof["ratios"]);
  const Shares shares =
      check_map(proof["map"], regimes, {{skip.lo, residual.lo}, {skip.hi, residual.hi}}, depth);

  std::string words;
  const Field area(fields["area"], {"none", "exists", "undecided"});
  for (const char* word : {"none", "exists", "undecided"}) {
    const std::size_t i = word[0] == 'n' ? 0 : word[0] == 'e' ? 1 : 2;
    Rational share(mpz_class(std::to_string(shares.cells[i])), mpz_class(1) << 2 * max_depth);
    share.canonicalize();
    area[word].require_text(share.get_str());
    words += ' ' + std::string(word) + ' ' + share.get_str();
  }
  fields["verdict"].require_text(shares.stopped_early ? "undecided" : "proved");
  return "regime-map " + fields["verdict"].text() + " on " + domain_text(domain, d) + " output " +
         output_text(output) + ", " + family["type"].text() + " skip " +
         domain_text({Domain::Type::box, {{skip.lo}, {skip.hi}}, 0}, 1) + " residual " +
         domain_text({Domain::Type::box, {{residual.lo}, {residual.hi}}, 0}, 1) + " depth " +
         std::to_string(depth) + ':' + words;
}

}  // namespace narrows::checker
