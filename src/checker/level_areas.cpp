// The proof of a `level-area` claim: a tree of cells, in each of which {Φ > c} is all, nothing, unknown, or lies between two
// half-planes, and the sums of their areas in the regions (FORMAT.md).
#include <algorithm>
#include <optional>

#include "checker/proof.hpp"
#include "checker/rules/areas.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_depth = 4;  ///< how often cut cells are halved

enum class CellKind { plus, minus, cut, undecided };

struct AreaCell {
  Box box;
  CellKind kind = CellKind::undecided;
};

/// One claimed area: of {sign} in the region (none: everywhere), or outside of it.
struct ClaimedArea {
  int sign = 0;
  std::optional<std::size_t> region;
  bool outside = false;
  Ends area;
};

/// {Φ > c} in the cell contains {least >= 0}, but for its edge, and is contained in {largest >= 0}.
struct Halves {
  HalfPlane least, largest;
};

/// From g = centre + Σ slope_i e_i + r, |r| <= radius, x_i = m_i + h_i e_i: all of it times h_0·h_1.
std::optional<Halves> halves_of(const Setting& setting, const Box& cell) {
  const Form g = BoxPass(setting.leaf_chain, 0, cell, leaf_precision, Carry::state).finish()[0].value;
  Rational m[2], h[2], slope[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const Form x = coordinate_form(cell.lo[i], cell.hi[i], i, 2, leaf_precision);
    if (!g.slope[i].is_finite() || !x.slope[i].is_finite() || x.radius.sign() != 0) return std::nullopt;
    m[i] = exact_value(x.centre);
    h[i] = exact_value(x.slope[i]);
    slope[i] = exact_value(g.slope[i]);
  }
  if (!g.centre.is_finite() || !g.radius.is_finite()) return std::nullopt;
  const Rational a = slope[0] * h[1], b = slope[1] * h[0], scale = h[0] * h[1],
                 radius = exact_value(g.radius) * scale;
  if (a == 0 && b == 0) return std::nullopt;  // no line: its edge, on which g = 0 is possible, would be all of the cell
  const Rational c = exact_value(g.centre) * scale - a * m[0] - b * m[1];
  return Halves{{a, b, c - radius}, {a, b, c + radius}};
}

/// a − b, which is not negative.
Bounds less(const Bounds& a, const Bounds& b) {
  return {std::max(Rational(0), Rational(a.first - b.second)), a.second - b.first};
}

/// What a cell adds to the area of {+} or {−}. `parts`: of the cell; halved: and of its parts {least >= 0} and {largest >= 0}.
Bounds share_of(bool plus, CellKind kind, const std::vector<Bounds>& parts) {
  if (kind == (plus ? CellKind::plus : CellKind::minus)) return parts[0];
  if (kind == (plus ? CellKind::minus : CellKind::plus)) return {0, 0};
  if (parts.size() == 1) return {0, parts[0].second};
  if (plus) return {parts[1].first, parts[2].second};
  return {less(parts[0], parts[2]).first, less(parts[0], parts[1]).second};
}

/// Bounds on the claimed areas, summed over cells.
class AreaSums {
 public:
  AreaSums(const Setting& setting, const std::vector<Region>& regions,
           const std::vector<ClaimedArea>& claimed)
      : setting_(setting),
        regions_(regions),
        claimed_(claimed),
        sums_(claimed.size(), Interval(0, point_precision)) {}

  /// `depth`: how often a cut cell is halved first.
  void add(const Box& cell, CellKind kind, std::size_t depth) {
    if (kind == CellKind::cut && depth > 0) {
      const std::size_t axis = cell.hi[0] - cell.lo[0] >= cell.hi[1] - cell.lo[1] ? 0 : 1;
      Box lower = cell, upper = cell;
      lower.hi[axis] = upper.lo[axis] = midpoint(cell).lo[axis];
      if (lower.lo[axis] < lower.hi[axis] && upper.lo[axis] < upper.hi[axis]) {
        add(lower, kind, depth - 1);
        return add(upper, kind, depth - 1);
      }
    }
    const std::optional<Halves> halves = kind == CellKind::cut ? halves_of(setting_, cell) : std::nullopt;
    const Polygon corners = polygon_of(cell);
    std::vector<CellPart> parts = {{corners, nullptr}};
    if (halves) parts = {parts[0], {corners, &halves->least}, {corners, &halves->largest}};
    std::vector<std::vector<Bounds>> areas(regions_.size() +
                                           1);  // of the parts: in each region, in the plane
    for (const CellPart& part : parts) areas.back().emplace_back(part.area, part.area);
    for (std::size_t r = 0; r < regions_.size(); ++r) {
      const RegionInCell region(regions_[r], cell);
      for (const CellPart& part : parts) areas[r].push_back(region.area(part));
    }
    for (std::size_t k = 0; k < claimed_.size(); ++k) {
      std::vector<Bounds> own = areas[claimed_[k].region.value_or(regions_.size())];
      for (std::size_t i = 0; claimed_[k].outside && i < own.size(); ++i)
        own[i] = less(areas.back()[i], own[i]);
      const Bounds share = share_of(claimed_[k].sign > 0, kind, own);
      if (share.second != 0)
        sums_[k] =
            sums_[k] + hull(enclose(share.first, point_precision), enclose(share.second, point_precision));
    }
  }

  /// The claimed intervals contain the sums; else the first that does not.
  [[nodiscard]] std::optional<std::size_t> first_outside() const {
    for (std::size_t k = 0; k < claimed_.size(); ++k) {
      if (!inside(sums_[k], claimed_[k].area.lo, claimed_[k].area.hi)) return k;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string text(std::size_t k) const {
    return '[' + shortest(sums_[k].lo.approx()) + ',' + shortest(sums_[k].hi.approx()) + ']';
  }

 private:
  const Setting& setting_;
  const std::vector<Region>& regions_;
  const std::vector<ClaimedArea>& claimed_;
  std::vector<Interval> sums_;
};

std::vector<AreaCell> check_cells(const Field& tree, const LevelClaim& claim) {
  std::vector<AreaCell> cells;
  walk_tree(tree, claim.domain.box, [&](const Field& at, const std::vector<Field>& entries, const Box& box) {
    const auto kind = static_cast<CellKind>(entries[0].one_of({"plus", "minus", "cut", "undecided"}));
    if (entries.size() != 1) at.fail(Reason::mismatch, "a wrong number of parameters", "none");
    cells.push_back({box, kind});
    if (kind == CellKind::cut || kind == CellKind::undecided) return;
    const auto holds = [&](const Box& part) {
      return sign_on(claim.setting, part) == (kind == CellKind::plus ? 1 : -1);
    };
    if (!holds_on_pieces(holds, box, max_bisections))
      reject(at.place(), entries[0].text(), Reason::not_proved, "test failed", "a strict sign on the cell");
  });
  return cells;
}

std::vector<ClaimedArea> read_areas(const Field& list, std::size_t regions) {
  std::vector<ClaimedArea> claimed;
  for (const Field& at : list.items()) {
    const Field fields(at, {"sign", "region", "side", "area"});
    ClaimedArea& area = claimed.emplace_back();
    area.sign = read_sign(fields["sign"]);
    area.outside = fields["side"].one_of({"inside", "outside"}) == 1;
    area.area = read_interval(fields["area"]);
    if (fields["region"].is_null()) {
      if (area.outside) fields["side"].fail(Reason::inapplicable, "outside of everything", "inside");
      continue;
    }
    if (regions == 0) fields["region"].fail(Reason::out_of_range, "a region", "null");
    area.region = fields["region"].integer(0, regions - 1);
  }
  return claimed;
}

/// The labels, which must be the strict signs at their points.
std::string check_labels(const Field& list, const LevelClaim& claim) {
  std::string text;
  for (const Field& at : list.items()) {
    const Field fields(at, {"point", "sign"});
    const ExactPoint point = read_point(fields["point"], claim.dim);
    const int sign = read_sign(fields["sign"]);
    if (sign_at(claim.setting, point) != sign)
      reject(at.place(), "strict-sign", Reason::not_proved, "a sign that is not proved", "the strict sign");
    text += std::string(" ") + sign_text(sign) + " at " + point_text(point) + ';';
  }
  return text;
}

}  // namespace

std::string check_level_area_claim(const Field& object, const Field& proof_object, const Network& network) {
  const Field fields(object, {"kind", "verdict", "domain", "output", "level", "regions", "areas", "labels"});
  const Field proof(proof_object, {"tree"});
  const LevelClaim claim(fields, network);
  if (!claim.on_box() || claim.dim != 2)
    fields["domain"].fail(Reason::inapplicable, "another domain", "a box, d = 2");
  fields["verdict"].require_text("proved");
  std::vector<Region> regions;
  std::string line = claim.head;
  for (const Field& at : fields["regions"].items()) {
    regions.push_back(read_region(at));
    line += ' ' + regions.back().text + ';';
  }
  const std::vector<ClaimedArea> claimed = read_areas(fields["areas"], regions.size());
  const std::vector<AreaCell> cells = check_cells(proof["tree"], claim);
  for (std::size_t depth = 0;; depth += 2) {
    AreaSums sums(claim.setting, regions, claimed);
    for (const AreaCell& cell : cells) sums.add(cell.box, cell.kind, depth);
    const auto outside = sums.first_outside();
    if (!outside) break;
    if (depth == max_depth)
      reject("claim.areas[" + std::to_string(*outside) + ']', "region-area", Reason::not_proved,
             sums.text(*outside), "bounds inside the claimed ones");
  }
  for (const ClaimedArea& area : claimed) {
    line += std::string(" ") + sign_text(area.sign);
    if (area.region)
      line += (area.outside ? " outside " : " inside ") + std::to_string(*area.region);
    line += " area [" + shortest(area.area.lo) + ',' + shortest(area.area.hi) + "];";
  }
  return line + check_labels(fields["labels"], claim);
}

}  // namespace narrows::checker
