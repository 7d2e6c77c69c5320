#include "approximation_parts.hpp"

#include <algorithm>

namespace narrows::checker::test {
namespace {

std::string quoted(const Rational& x) {
  return '"' + x.get_str() + '"';
}

/// The steps between the plateaus of the digits of x_i, i < d - 1, onto x_d.
void add_digits(std::vector<OneNeuron>& blocks, std::size_t d, std::size_t n, const Rational& w,
                bool flanks) {
  Rational cells = 1;
  for (std::size_t i = 0; i + 1 < d; ++i) cells *= n;
  Rational c = 1;
  for (std::size_t i = 0; i + 1 < d; ++i, c *= n) {
    const Rational steep = (cells / c + n) / w, one_minus_w = 1 - w;
    if (flanks) {
      blocks.push_back({i, -1, w, d - 1, -steep * c});
      blocks.push_back({i, 1, -one_minus_w, d - 1, -steep * c});
    }
    for (std::size_t k = 1; k < n; ++k) {
      const Rational place = Rational(k) / n, slope = c / (2 * w);
      blocks.push_back({i, 1, w - place, d - 1, slope});
      blocks.push_back({i, 1, -w - place, d - 1, -slope});
    }
  }
}

/// From x_d to x_1: the broken line through the knots, constant outside.
void add_line(std::vector<OneNeuron>& blocks, std::size_t d,
              const std::vector<std::pair<Rational, Rational>>& knots) {
  Rational slope = 0;
  for (std::size_t k = 0; k < knots.size(); ++k) {
    Rational next = 0;
    if (k + 1 < knots.size())
      next = (knots[k + 1].second - knots[k].second) / (knots[k + 1].first - knots[k].first);
    blocks.push_back({d - 1, 1, -knots[k].first, 0, next - slope});
    slope = next;
  }
}

void erase_first(std::vector<OneNeuron>& blocks) {
  blocks.push_back({0, 1, 0, 0, -1});
  blocks.push_back({0, -1, 0, 0, 1});
}

/// Theorem 2.
std::vector<OneNeuron> line_blocks(std::size_t n, const std::vector<Rational>& h, const Rational& w) {
  const Rational least = std::min(Rational(0), *std::min_element(h.begin(), h.end())),
                 largest = std::max(Rational(0), *std::max_element(h.begin(), h.end())), o = -least,
                 width = largest - least, unit = std::max(Rational(1), width), top = width + unit,
                 steep = 2 * top / w;
  std::vector<OneNeuron> blocks;
  const auto add = [&](const Rational& u, const Rational& v, const Rational& b) {
    blocks.push_back({0, u, b, 0, v});
  };
  const auto valley = [&](std::size_t k) -> Rational {
    return k == 0 ? Rational(o / steep) : k == n ? Rational(1 - w / 2) : Rational(Rational(k) / n);
  };
  add(-1, 1, 0);
  add(1, -steep - 1, 0);
  blocks.push_back({1, 0, 1, 0, o});  // u = 0
  add(-1, 2, 0);
  for (std::size_t k = 0; k < n; ++k) {
    add(1, -2, -steep * (valley(k + 1) - valley(k)) / 2);
    add(1, -1, -top);
    add(1, (h[k] - least - top) / unit, -width);
    add(-1, 2, 0);
  }
  add(1, -1, -top);
  add(1, (o - top) / unit, -width);
  blocks.push_back({1, 0, 1, 0, -o});
  return blocks;
}

std::string vector_text(std::size_t d, std::size_t index, const Rational& entry, bool column) {
  std::string text;
  for (std::size_t i = 0; i < d; ++i) {
    const std::string x = i == index ? quoted(entry) : "0";
    text += (i == 0 ? "" : ", ") + (column ? '[' + x + ']' : x);
  }
  return column ? '[' + text + ']' : "[[" + text + "]]";
}

}  // namespace

ApproximationParts on_space(std::size_t d, std::size_t n, std::vector<Rational> values,
                            const Rational& theta) {
  ApproximationParts p{d, n, std::move(values), theta, {}, true, true, "null", "", ""};
  const Rational w = theta / (2 * Rational(n)), one_minus_w = 1 - w;
  if (d == 1) {
    p.blocks = line_blocks(n, p.values, w);
    return p;
  }
  Rational rows = 1;
  for (std::size_t i = 0; i + 1 < d; ++i) rows *= n;
  const Rational steep = (rows + 1) / w + 1;
  p.blocks.push_back({d - 1, 1, -one_minus_w, d - 1, -steep});
  p.blocks.push_back({d - 1, -1, w, d - 1, -steep});
  add_digits(p.blocks, d, n, w, true);
  erase_first(p.blocks);
  std::vector<std::pair<Rational, Rational>> knots = {{0, 0}, {w, p.values[0]}};
  for (std::size_t m = 1; m < p.values.size(); ++m) {
    knots.emplace_back(Rational(m) / n - w, p.values[m - 1]);
    knots.emplace_back(Rational(m) / n + w, p.values[m]);
  }
  add_line(p.blocks, d, knots);
  return p;
}

ApproximationParts on_cube(std::size_t d, std::size_t n, std::vector<Rational> values,
                           const Rational& theta) {
  ApproximationParts p{d, n, std::move(values), theta, {}, false, false, "null", "", ""};
  const Rational w = theta / (2 * Rational(n));
  add_digits(p.blocks, d, n, w, false);
  erase_first(p.blocks);
  p.blocks.push_back({d, 0, 1, 0, p.values[0]});
  std::vector<std::pair<Rational, Rational>> knots;
  for (std::size_t m = 1; m < p.values.size(); ++m) {
    knots.emplace_back(Rational(m) / n - w, p.values[m - 1]);
    knots.emplace_back(Rational(m) / n + w, p.values[m]);
  }
  add_line(p.blocks, d, knots);
  return p;
}

std::string model_of(const ApproximationParts& p) {
  std::string layers;
  for (const OneNeuron& block : p.blocks) {
    std::string zeros;
    for (std::size_t i = 0; i < p.d; ++i) zeros += i == 0 ? "0" : ", 0";
    layers += R"({"type": "residual", "skip": 1, "residual": 1, "branch": [{"type": "affine", "weight": )" +
              vector_text(p.d, block.from, block.u, false) + R"(, "bias": [)" + quoted(block.b) +
              R"(]}, {"type": "activation", "function": "relu"}, {"type": "affine", "weight": )" +
              vector_text(p.d, block.to, block.v, true) + R"(, "bias": [)" + zeros + "]}]}, ";
  }
  return model(
      p.d, layers + R"({"type": "affine", "weight": )" + vector_text(p.d, 0, 1, false) + R"(, "bias": [0]})");
}

std::string certificate(const ApproximationParts& p) {
  std::string values, sides;
  for (const Rational& h : p.values) values += (values.empty() ? "" : ", ") + quoted(h);
  for (std::size_t i = 0; i < p.d; ++i) sides += i == 0 ? "[0, 1]" : ", [0, 1]";
  Rational low = *std::min_element(p.values.begin(), p.values.end()),
           high = *std::max_element(p.values.begin(), p.values.end()), cores = 1;
  if (p.space) low = std::min(low, Rational(0)), high = std::max(high, Rational(0));
  for (std::size_t i = 0; i < p.d; ++i) cores *= 1 - p.theta;
  const std::string domain =
      p.space ? R"({"type": "space"})" : R"({"type": "box", "bounds": [)" + sides + "]}";
  return certificate(R"({"kind": "approximation", "verdict": "proved", "domain": )" +
                         (p.domain.empty() ? domain : p.domain) +
                         R"(, "output": {"type": "component", "index": 0}, "grid": {"n": )" +
                         std::to_string(p.n) + R"(, "values": [)" + values + R"(]}, "theta": )" +
                         quoted(p.theta) + R"(, "equals_on_cores": true, "vanishes_outside": )" +
                         (p.vanishes ? "true" : "false") + R"(, "l1_error": )" + p.error +
                         R"(, "l1_bound": )" +
                         (p.bound.empty() ? quoted((high - low) * (1 - cores)) : p.bound) + "}",
                     model_of(p), R"({"approximation": {}})");
}

std::string verdict_of(const ApproximationParts& parts) {
  return short_verdict(check(certificate(parts)));
}

Network network_of(const ApproximationParts& parts) {
  const std::string text = model_of(parts);
  const Json json = parse_json(text, "model");
  return read_network(Field(json, "model"));
}

}  // namespace narrows::checker::test
