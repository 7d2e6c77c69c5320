// Rule `tiling`: convex cells that tile R^d (chart by chart: orthants with their part at infinity) or a box, on each of which
// the network is linear. FORMAT.md has the proof; in short:
//
// - all vertices of a cell are compatible: the network is linear on it; the neurons that are positive at some vertex are
//   positive in its interior, and all others are nowhere positive on it: its pattern;
// - two cells of one chart have different patterns: disjoint interiors;
// - each facet inside the region belongs to exactly two cells, which then lie on different sides of it: the union of the cells
//   has no boundary inside the chart, up to a set of codimension 2 that separates nothing. So it is the chart.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "checker/rules/level_sets.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_digits = 20000, max_cell_references = 4096, max_signs = std::size_t{1} << 30;

using Side = IntegerPoint;  ///< a linear form that is >= 0 on the chart

Integer value_at(const Side& side, const IntegerPoint& p) {
  Integer sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    mpz_addmul(sum.get_mpz_t(), side[i].get_mpz_t(), p[i].get_mpz_t());
  return sum;
}

/// The minor of the last rows, from `row` on, and of as many columns.
Integer minor(const std::vector<const IntegerPoint*>& points, std::size_t row,
              const std::vector<std::size_t>& columns) {
  const IntegerPoint& p = *points[row];
  if (columns.size() == 1) return p[columns[0]];
  Integer sum = 0;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (p[columns[k]] == 0) continue;
    std::vector<std::size_t> others = columns;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(k));
    const Integer rest = minor(points, row + 1, others);
    (k % 2 == 0 ? mpz_addmul : mpz_submul)(sum.get_mpz_t(), p[columns[k]].get_mpz_t(), rest.get_mpz_t());
  }
  return sum;
}

/// The linear form p -> det(points, p) of d points: it vanishes exactly on their span if they are independent.
Side normal_of(const std::vector<const IntegerPoint*>& points) {
  const std::size_t d = points.size();
  Side normal;
  for (std::size_t k = 0; k <= d; ++k) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i <= d; ++i) {
      if (i != k) columns.push_back(i);
    }
    const Integer m = minor(points, 0, columns);
    normal.push_back((d + k) % 2 == 0 ? m : Integer(-m));
  }
  return normal;
}

/// The sides of each chart, and those behind which the region ends: facets on them have no second cell.
struct Region {
  std::vector<std::vector<Side>> charts;
  std::vector<Side> borders;
};

/// R^d: orthant k has x_i <= 0 exactly where bit i of k is set; the border is x0 = 0.
Region space_region(std::size_t d) {
  Region region;
  for (std::size_t k = 0; k < std::size_t{1} << d; ++k) {
    std::vector<Side>& sides = region.charts.emplace_back(d + 1, Side(d + 1));
    for (std::size_t i = 0; i <= d; ++i) sides[i][i] = i > 0 && (k >> (i - 1) & 1) != 0 ? -1 : 1;
  }
  region.borders = {region.charts[0][0]};
  return region;
}

/// x_i - lo·x0 >= 0 and hi·x0 - x_i >= 0, times denominators.
Region box_region(const Box& box, std::size_t d) {
  Region region;
  for (std::size_t i = 0; i < d; ++i) {
    for (const bool lower : {true, false}) {
      const Rational end(lower ? box.lo[i] : box.hi[i]);
      Side& side = region.borders.emplace_back(d + 1);
      side[0] = lower ? Integer(-end.get_num()) : Integer(end.get_num());
      side[i + 1] = lower ? Integer(end.get_den()) : Integer(-end.get_den());
    }
  }
  region.charts = {region.borders};
  return region;
}

IntegerPoint read_point(const Field& at, std::size_t d) {
  IntegerPoint p;
  Integer divisor = 0;
  for (const Field& item : at.items(d + 1)) {
    const std::string& text = item.text();
    if (text.size() > max_digits)
      item.fail(Reason::limit, std::to_string(text.size()) + " digits", "at most 20000");
    const bool decimal = text.find_first_not_of("-0123456789") == std::string::npos;
    const auto value = decimal ? parse_rational(text) : std::nullopt;
    if (!value) item.fail(Reason::wrong_type, text, "a decimal integer");
    p.push_back(value->get_num());
    divisor = gcd(divisor, p.back());
  }
  if (p[0] < 0 || divisor == 0) at.fail(Reason::out_of_range, "not a point", "x0 >= 0, not all 0");
  for (Integer& x : p) x /= divisor;
  return p;
}

/// The vertices, and for each index of the certificate the first one of the same point.
std::pair<std::vector<Vertex>, Vertices> read_vertices(const Field& list, const HomogeneousNetwork& network,
                                                       std::size_t d) {
  const std::vector<Field> items = list.items();
  if (network.neurons() != 0 && items.size() > max_signs / network.neurons())
    list.fail(Reason::limit, std::to_string(items.size()) + " vertices", "at most 2^30 signs");
  std::pair<std::vector<Vertex>, Vertices> result;
  std::map<IntegerPoint, std::size_t> index;
  for (const Field& item : items) {
    IntegerPoint p = read_point(item, d);
    const auto [place, is_new] = index.try_emplace(p, result.first.size());
    result.second.push_back(place->second);
    if (!is_new) continue;
    Evaluation at = network.evaluate(p);
    result.first.push_back({std::move(p), std::move(at)});
  }
  return result;
}

/// The cells of the tiling under construction.
class Builder {
 public:
  Builder(Tiling& tiling, Vertices names, std::size_t d) : tiling_(tiling), names_(std::move(names)), d_(d) {}

  void add_cell(const Field& at, std::size_t chart, const std::vector<Side>& sides) {
    Cell cell = read_cell(at);
    cell.chart = chart;
    const auto require = [&](bool good, const char* got, const char* expected) {
      if (!good) reject(at.place(), "tiling", Reason::not_proved, got, expected);
    };
    for (const std::size_t v : cell.vertices) {
      const auto inside = [&](const Side& side) { return value_at(side, point(v)) >= 0; };
      require(std::all_of(sides.begin(), sides.end(), inside), "a vertex outside the chart",
              "vertices in the chart");
    }
    require(is_proper(cell), "not a convex cell", "a convex cell with all its facets");
    cell.pattern = tiling_.vertices[cell.vertices[0]].at.positive;
    Bits negative = tiling_.vertices[cell.vertices[0]].at.negative;
    for (const std::size_t v : cell.vertices) {
      include(cell.pattern, tiling_.vertices[v].at.positive);
      include(negative, tiling_.vertices[v].at.negative);
    }
    require(disjoint(cell.pattern, negative), "a neuron that changes its sign", "one sign of each neuron");
    require(patterns_.insert({chart, cell.pattern}).second, "a pattern seen before",
            "one cell for each pattern");
    tiling_.cells.push_back(std::move(cell));
  }

  /// All facets off the borders have two cells.
  void match_facets(const Field& at, const std::vector<Side>& borders) {
    std::map<Vertices, Vertices> cells_at;
    for (std::size_t i = 0; i < tiling_.cells.size(); ++i) {
      for (Vertices facet : tiling_.cells[i].facets) {
        std::sort(facet.begin(), facet.end());
        cells_at[std::move(facet)].push_back(i);
      }
    }
    for (const auto& [facet, cells] : cells_at) {
      const auto is_on = [&](const Side& side) {
        return std::all_of(facet.begin(), facet.end(),
                           [&](std::size_t v) { return value_at(side, point(v)) == 0; });
      };
      if (std::any_of(borders.begin(), borders.end(), is_on)) continue;
      if (cells.size() != 2 || cells[0] == cells[1]) {
        reject(at.place(), "tiling", Reason::incomplete,
               "a facet with " + std::to_string(cells.size()) + " cells", "exactly two cells at each facet");
      }
      tiling_.walls.push_back({facet, cells[0], cells[1]});
    }
  }

 private:
  const IntegerPoint& point(std::size_t v) const { return tiling_.vertices[v].point; }

  Vertices read_indices(const Field& at, std::size_t least, std::size_t most) const {
    const std::vector<Field> items = at.items();
    if (items.size() < least || items.size() > most)
      at.fail(Reason::out_of_range, std::to_string(items.size()) + " vertices",
              "at least " + std::to_string(least) + ", at most " + std::to_string(most));
    Vertices list;
    for (const Field& item : items) list.push_back(names_[item.integer(0, names_.size() - 1)]);
    return list;
  }

  Cell read_cell(const Field& at) const {
    Cell cell;
    if (d_ < 3) {
      cell.vertices = read_indices(at, d_ + 1, d_ == 1 ? 2 : max_cell_references);
      const std::size_t n = cell.vertices.size();
      for (std::size_t i = 0; i < n; ++i)
        cell.facets.push_back(d_ == 1 ? Vertices{cell.vertices[i]}
                                      : Vertices{cell.vertices[i], cell.vertices[(i + 1) % n]});
      return cell;
    }
    for (const Field& facet : at.items()) {
      cell.facets.push_back(read_indices(facet, 3, max_cell_references));
      cell.vertices.insert(cell.vertices.end(), cell.facets.back().begin(), cell.facets.back().end());
      if (cell.vertices.size() > max_cell_references)
        at.fail(Reason::limit, "too many vertices", "at most 4096 in a cell");
    }
    if (cell.facets.size() < 4) at.fail(Reason::out_of_range, "too few facets", "at least 4");
    std::sort(cell.vertices.begin(), cell.vertices.end());
    cell.vertices.erase(std::unique(cell.vertices.begin(), cell.vertices.end()), cell.vertices.end());
    return cell;
  }

  bool is_proper(const Cell& cell) const {
    if (d_ == 1) return determinant_of({&point(cell.vertices[0]), &point(cell.vertices[1])}) != 0;
    if (d_ == 2) return is_fan(cell.vertices, nullptr);
    return has_distinct_facets(cell) && has_closed_surface(cell) &&
           std::all_of(cell.facets.begin(), cell.facets.end(),
                       [&](const Vertices& facet) { return is_facet(facet, cell); });
  }

  /// No two facets have the same vertices. A facet's vertices are those of the cell on its plane, so each plane has one polygon.
  static bool has_distinct_facets(const Cell& cell) {
    std::set<Vertices> seen;
    for (Vertices facet : cell.facets) {
      std::sort(facet.begin(), facet.end());
      if (!seen.insert(std::move(facet)).second) return false;
    }
    return true;
  }

  /// Seen from the first vertex the others follow each other in one sense of rotation and span less than a half turn. So the
  /// triangles of neighbours have disjoint interiors, and the polygon does not meet itself. `apex`: a point off its plane (d = 3).
  bool is_fan(const Vertices& polygon, const IntegerPoint* apex) const {
    const auto turn = [&](std::size_t i, std::size_t j) {
      std::vector<const IntegerPoint*> points = {&point(polygon[0]), &point(polygon[i]), &point(polygon[j])};
      if (apex != nullptr) points.push_back(apex);
      return sgn(determinant_of(std::move(points)));
    };
    const int sense = turn(1, 2);
    for (std::size_t i = 2; i < polygon.size(); ++i) {
      if (turn(i - 1, i) != sense || turn(1, i) != sense) return false;
    }
    return sense != 0;
  }

  /// All vertices of the cell lie on one side of the facet's plane; those on it are the facet's.
  bool is_facet(const Vertices& facet, const Cell& cell) const {
    const Side plane = normal_of({&point(facet[0]), &point(facet[1]), &point(facet[2])});
    int side = 0;
    std::size_t on_plane = 0;
    const IntegerPoint* apex = nullptr;
    for (const std::size_t v : cell.vertices) {
      const int sign = sgn(value_at(plane, point(v)));
      if (sign * side < 0) return false;
      if (sign == 0 && std::find(facet.begin(), facet.end(), v) == facet.end()) return false;
      if (sign == 0) ++on_plane;
      if (sign != 0) apex = &point(v);
      side = sign != 0 ? sign : side;
    }
    return apex != nullptr && on_plane == facet.size() && is_fan(facet, apex);
  }

  /// Each edge has exactly two facets.
  static bool has_closed_surface(const Cell& cell) {
    std::map<std::pair<std::size_t, std::size_t>, int> facets_at;
    for (const Vertices& facet : cell.facets) {
      for (std::size_t i = 0; i < facet.size(); ++i)
        ++facets_at[std::minmax(facet[i], facet[(i + 1) % facet.size()])];
    }
    return std::all_of(facets_at.begin(), facets_at.end(), [](const auto& edge) { return edge.second == 2; });
  }

  Tiling& tiling_;
  Vertices names_;
  std::size_t d_;
  std::set<std::pair<std::size_t, Bits>> patterns_;
};

/// f on the cell's cone as a linear form, up to a positive factor common to all cells: on d + 1 independent vertices v it is Σ f(v)·n_v/n_v(v),
/// n_v the normal of the others.
std::vector<Rational> linear_form_on(const Cell& cell, const Tiling& tiling, std::size_t d) {
  std::vector<Rational> form(d + 1);
  const Vertices corners = simplices_of(cell, d)[0];
  for (const std::size_t v : corners) {
    std::vector<const IntegerPoint*> others;
    for (const std::size_t w : corners) {
      if (w != v) others.push_back(&tiling.vertices[w].point);
    }
    const Side normal = normal_of(others);
    Rational factor(tiling.vertices[v].at.value, value_at(normal, tiling.vertices[v].point));
    factor.canonicalize();
    for (std::size_t i = 0; i <= d; ++i) form[i] += normal[i] * factor;
  }
  return form;
}

}  // namespace

Integer determinant_of(std::vector<const IntegerPoint*> points) {
  const IntegerPoint& last = *points.back();
  points.pop_back();
  return value_at(normal_of(points), last);
}

std::vector<Vertices> simplices_of(const Cell& cell, std::size_t d) {
  if (d == 1) return {cell.vertices};
  std::vector<Vertices> simplices;
  const auto add_fan = [&](const Vertices& polygon, const Vertices& apex) {
    for (std::size_t i = 2; i < polygon.size(); ++i) {
      simplices.push_back({polygon[0], polygon[i - 1], polygon[i]});
      simplices.back().insert(simplices.back().end(), apex.begin(), apex.end());
    }
  };
  if (d == 2) add_fan(cell.vertices, {});
  const std::size_t apex = cell.vertices[0];
  for (const Vertices& facet : cell.facets) {
    if (d == 3 && std::find(facet.begin(), facet.end(), apex) == facet.end()) add_fan(facet, {apex});
  }
  return simplices;
}

std::size_t count_patterns(const Tiling& tiling) {
  std::set<Bits> patterns;
  for (const Cell& cell : tiling.cells) patterns.insert(cell.pattern);
  return patterns.size();
}

std::size_t count_affine_pieces(const Tiling& tiling, std::size_t d) {
  std::set<std::vector<Rational>> forms;
  for (const Cell& cell : tiling.cells) forms.insert(linear_form_on(cell, tiling, d));
  return forms.size();
}

Tiling check_tiling(const Field& vertices, const std::vector<Field>& charts, const Box* box,
                    const HomogeneousNetwork& network, std::size_t d) {
  const Region region = box != nullptr ? box_region(*box, d) : space_region(d);
  Tiling tiling;
  auto [points, names] = read_vertices(vertices, network, d);
  if (points.empty()) vertices.fail(Reason::incomplete, "no vertices", "vertices");
  tiling.vertices = std::move(points);
  Builder builder(tiling, std::move(names), d);
  for (std::size_t k = 0; k < charts.size(); ++k) {
    const std::vector<Field> cells = charts[k].items();
    if (cells.empty()) charts[k].fail(Reason::incomplete, "no cells", "cells that tile the chart");
    for (const Field& cell : cells) builder.add_cell(cell, k, region.charts[k]);
  }
  builder.match_facets(vertices, region.borders);
  return tiling;
}

}  // namespace narrows::checker
