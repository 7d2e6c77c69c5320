#include "level_set_parts.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace narrows::checker::test {
namespace {

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& item : list) text += (text.empty() ? "" : ", ") + item;
  return '[' + text + ']';
}

std::vector<Rational> apply(const std::vector<Layer>& layers, std::vector<Rational> h, const Rational& x0,
                            std::vector<Rational>& arguments) {
  for (const Layer& layer : layers) {
    if (layer.kind == LayerKind::affine) {
      std::vector<Rational> y;
      for (std::size_t i = 0; i < layer.outputs; ++i) {
        y.push_back(layer.bias[i] * x0);
        for (std::size_t j = 0; j < h.size(); ++j) y[i] += layer.weight.at(i, j) * h[j];
      }
      h = y;
    } else if (layer.kind == LayerKind::residual) {
      const std::vector<Rational> inner = apply(layer.branch, h, x0, arguments);
      for (std::size_t i = 0; i < h.size(); ++i) h[i] = layer.skip * h[i] + layer.residual * inner[i];
    } else {
      for (Rational& z : h) {
        if (layer.activation.function == Function::identity) continue;
        arguments.push_back(z);
        if (z < 0) z *= layer.activation.function == Function::relu ? Rational(0) : layer.activation.alpha;
      }
    }
  }
  return h;
}

Point crossing(const Point& a, const Rational& fa, const Point& b, const Rational& fb) {
  Point m;
  for (std::size_t i = 0; i < a.size(); ++i) m.push_back(a[i] * (fb / (fb - fa)) - b[i] * (fa / (fb - fa)));
  return m;
}

/// The part of a polygon (or of a segment) where sign·f >= 0.
template <class Value>
std::vector<Point> clipped(const std::vector<Point>& polygon, int sign, const Value& value) {
  std::vector<Point> kept;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    const Rational fa = sign * value(a), fb = sign * value(b);
    if (fa >= 0) kept.push_back(a);
    if (fa * fb < 0 && (polygon.size() > 2 || i == 0)) kept.push_back(crossing(a, fa, b, fb));
  }
  return kept;
}

/// The polygon of the edges that the facets have on the cut.
std::vector<Point> cap(std::vector<std::pair<Point, Point>> edges) {
  std::vector<Point> cycle = {edges[0].first, edges[0].second};
  edges.erase(edges.begin());
  while (edges.size() > 1) {
    const auto next = std::find_if(edges.begin(), edges.end(), [&](const auto& e) {
      return e.first == cycle.back() || e.second == cycle.back();
    });
    cycle.push_back(next->first == cycle.back() ? next->second : next->first);
    edges.erase(next);
  }
  return cycle;
}

Point canonical(const Point& p) {
  Rational l = 0;
  for (const Rational& x : p) l += abs(x);
  Point q;
  for (const Rational& x : p) q.push_back(x / l);
  return q;
}

template <class Value>
Polytope half(const Polytope& cell, int sign, const Value& value) {
  Polytope kept;
  std::vector<std::pair<Point, Point>> edges;
  for (const auto& face : cell) {
    auto part = clipped(face, sign, value);
    const bool inside = std::any_of(part.begin(), part.end(), [&](const Point& p) { return value(p) != 0; });
    if (!inside) continue;
    std::vector<Point> on;
    for (Point& p : part) {
      p = canonical(p);
      if (value(p) == 0) on.push_back(p);
    }
    if (on.size() == 2) edges.emplace_back(on[0], on[1]);
    kept.push_back(std::move(part));
  }
  if (cell.size() > 1) kept.push_back(cap(edges));
  return kept;
}

std::vector<Polytope> space_charts(std::size_t d) {
  std::vector<Polytope> charts;
  for (std::size_t k = 0; k < std::size_t{1} << d; ++k) {
    std::vector<Point> corners = {Point(d + 1)};
    corners[0][0] = 1;
    for (std::size_t i = 0; i < d; ++i) {
      corners.emplace_back(d + 1);
      corners.back()[i + 1] = (k >> i & 1) != 0 ? -1 : 1;
    }
    if (d < 3) {
      charts.push_back({corners});
      continue;
    }
    charts.emplace_back();
    for (std::size_t i = 0; i < 4; ++i) {
      charts.back().push_back(corners);
      charts.back().back().erase(charts.back().back().begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return charts;
}

Polytope box_chart(const Box& box) {
  const std::size_t d = box.dim();
  const auto corner = [&](std::size_t bits) {
    Point p = {1};
    for (std::size_t i = 0; i < d; ++i) p.emplace_back((bits >> i & 1) != 0 ? box.hi[i] : box.lo[i]);
    return canonical(p);
  };
  if (d == 1) return {{corner(0), corner(1)}};
  if (d == 2) return {{corner(0), corner(1), corner(3), corner(2)}};
  return {{corner(0), corner(1), corner(3), corner(2)}, {corner(4), corner(5), corner(7), corner(6)},
          {corner(0), corner(1), corner(5), corner(4)}, {corner(2), corner(3), corner(7), corner(6)},
          {corner(0), corner(2), corner(6), corner(4)}, {corner(1), corner(3), corner(7), corner(5)}};
}

}  // namespace

Rational homogeneous_value(const std::vector<Layer>& layers, const Point& p,
                           std::vector<Rational>& arguments) {
  arguments.clear();
  return apply(layers, {p.begin() + 1, p.end()}, p[0], arguments)[0];
}

BruteTiling tile_by_brute_force(const std::string& model, const Box* box) {
  const Json json = parse_json(model, "model");
  const Network network = read_network(Field(json, "model"));
  std::vector<Rational> arguments;
  Point origin(network.input_dim + 1);
  (void)homogeneous_value(network.layers, origin, arguments);
  const std::size_t neurons = arguments.size();
  const auto starts =
      box != nullptr ? std::vector<Polytope>{box_chart(*box)} : space_charts(network.input_dim);
  BruteTiling tiling;
  std::set<std::vector<bool>> patterns;
  for (const Polytope& start : starts) {
    std::vector<Polytope> cells = {start};
    for (std::size_t j = 0; j < neurons; ++j) {
      const auto value = [&](const Point& p) {
        (void)homogeneous_value(network.layers, p, arguments);
        return arguments[j];
      };
      std::vector<Polytope> next;
      for (const Polytope& cell : cells) {
        bool above = false, below = false;
        for (const auto& face : cell) {
          for (const Point& p : face) above = above || value(p) > 0, below = below || value(p) < 0;
        }
        if (above && below) next.push_back(half(cell, 1, value));
        next.push_back(above && below ? half(cell, -1, value) : cell);
      }
      cells = next;
    }
    for (const Polytope& cell : cells) {
      std::vector<bool> pattern(neurons);
      for (const auto& face : cell) {
        for (const Point& p : face) {
          (void)homogeneous_value(network.layers, p, arguments);
          for (std::size_t j = 0; j < neurons; ++j) pattern[j] = pattern[j] || arguments[j] > 0;
        }
      }
      patterns.insert(pattern);
    }
    tiling.charts.push_back(cells);
  }
  tiling.patterns = patterns.size();
  return tiling;
}

std::string tiling_text(const BruteTiling& tiling, std::size_t d, bool space) {
  std::map<Point, std::size_t> index;
  std::vector<std::string> vertices;
  const auto name = [&](const Point& p) {
    const auto [place, is_new] = index.try_emplace(canonical(p), vertices.size());
    if (!is_new) return std::to_string(place->second);
    mpz_class scale = 1;
    for (const Rational& x : place->first) scale = lcm(scale, x.get_den());
    std::vector<std::string> numbers;
    for (const Rational& x : place->first)
      numbers.push_back('"' + Rational(x * scale).get_num().get_str() + '"');
    vertices.push_back(joined(numbers));
    return std::to_string(place->second);
  };
  std::vector<std::string> charts;
  for (const auto& cells : tiling.charts) {
    std::vector<std::string> texts;
    for (const Polytope& cell : cells) {
      std::vector<std::string> faces;
      for (const auto& face : cell) {
        std::vector<std::string> names;
        for (const Point& p : face) names.push_back(name(p));
        faces.push_back(joined(names));
      }
      texts.push_back(d == 3 ? joined(faces) : faces[0]);
    }
    charts.push_back(joined(texts));
  }
  return "{\"vertices\": " + joined(vertices) +
         (space ? ", \"charts\": " + joined(charts) : ", \"cells\": " + charts[0]) + "}";
}

std::string set_text(const std::string& status, const std::string& measure, const std::string& box,
                     const std::string& components) {
  return R"({"status": ")" + status + R"(", "measure": )" +
         (measure == "null" ? measure : '"' + measure + '"') + R"(, "bounding_box": )" + box +
         R"(, "components": )" + components + "}";
}

std::string box_of(const std::vector<std::string>& sides) {
  std::vector<std::string> texts;
  for (const std::string& side : sides) {
    const std::size_t comma = side.find(',');
    texts.push_back("[\"" + side.substr(0, comma) + "\", \"" + side.substr(comma + 1) + "\"]");
  }
  return joined(texts);
}

std::string components_of(const std::vector<std::string>& measures, int unbounded) {
  std::vector<std::string> list;
  for (const std::string& m : measures)
    list.push_back(R"({"status": "bounded", "measure": )" + (m == "null" ? m : '"' + m + '"') + "}");
  for (int i = 0; i < unbounded; ++i) list.emplace_back(R"({"status": "unbounded", "measure": null})");
  return joined(list);
}

std::string certificate(const LevelSetParts& p) {
  return certificate(R"({"kind": "level-set", "verdict": ")" + p.verdict + R"(", "domain": )" + p.domain +
                         R"(, "output": {"type": "component", "index": 0}, "level": )" + p.level +
                         R"(, "sets": {"superlevel": )" + p.superlevel + R"(, "closed_superlevel": )" +
                         p.closed_superlevel + R"(, "sublevel": )" + p.sublevel + R"(, "closed_sublevel": )" +
                         p.closed_sublevel + R"(}, "linear_regions": )" + p.regions +
                         R"(, "affine_pieces": )" + p.pieces + R"(, "linear_regions_in_domain": )" +
                         p.in_domain + "}",
                     p.model, p.proof);
}

Outcome check_parts(const LevelSetParts& parts) {
  return check(certificate(parts));
}
std::string verdict_of(const LevelSetParts& parts) {
  return short_verdict(check_parts(parts));
}

std::string affine_layer(const std::string& weight, const std::string& bias) {
  return R"({"type": "affine", "weight": )" + weight + R"(, "bias": )" + bias + "}";
}
std::string relu_layer() {
  return R"({"type": "activation", "function": "relu"})";
}
std::string relu_block(const std::string& weight, const std::string& bias, const std::string& back,
                       const std::string& zeros) {
  return R"({"type": "residual", "skip": 1, "residual": 1, "branch": [)" + affine_layer(weight, bias) + ", " +
         relu_layer() + ", " + affine_layer(back, zeros) + "]}";
}

LevelSetParts tent(std::size_t d) {
  std::vector<std::string> rows, zeros, minus_ones;
  for (std::size_t i = 0; i < d; ++i) {
    for (const char* entry : {"1", "-1"}) {
      std::vector<std::string> row(d, "0");
      row[i] = entry;
      rows.push_back(joined(row));
      zeros.emplace_back("0");
      minus_ones.emplace_back("-1");
    }
  }
  LevelSetParts p;
  p.model = model(d, affine_layer(joined(rows), joined(zeros)) + ", " + relu_layer() + ", " +
                         affine_layer(joined({joined(minus_ones)}), "[1]"));
  p.proof = "{\"space\": " +
            tiling_text({[&] {
                           std::vector<std::vector<Polytope>> charts;
                           for (const Polytope& chart : space_charts(d)) charts.push_back({chart});
                           return charts;
                         }(),
                         0},
                        d, true) +
            "}";
  const char* measure[] = {"", "2", "2", "4/3"};
  const std::string box = box_of(std::vector<std::string>(d, "-1,1"));
  p.superlevel = p.closed_superlevel = set_text("bounded", measure[d], box, components_of({measure[d]}));
  p.sublevel = p.closed_sublevel = set_text("unbounded", "null", "null", components_of({}, d == 1 ? 2 : 1));
  p.regions = p.pieces = std::to_string(1 << d);
  return p;
}

}  // namespace narrows::checker::test
