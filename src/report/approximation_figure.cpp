// Constructed approximations: the grid of the claim beside the network, read block by block from the certificate.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "plot/approximation_picture.hpp"
#include "plot/rounded_text.hpp"
#include "plot/scene_picture.hpp"
#include "report/certificate_figures.hpp"
#include "report/certificate_json.hpp"
#include "report/drawn_svg.hpp"

namespace narrows::certified {
namespace {

using namespace plot;

constexpr std::size_t kSide = 241, kLineSamples = 1601;
constexpr double kMargin = 0.15;  // round the cube

double middle(const Rational& x) {
  return midpoint(enclose(x));
}

/// x + v·relu(u·x + b), in doubles.
struct FastBlock {
  std::vector<double> u, v;
  double b = 0;
};

/// The blocks of the digit form, applied to many points at once.
class FastNetwork {
 public:
  explicit FastNetwork(const Network& network) : dim_(network.input_dim) {
    for (const Layer& layer : network.layers) {
      const auto* block = std::get_if<ResidualLayer>(&layer.value);
      if (block == nullptr) continue;
      const auto &in = std::get<AffineLayer>(block->branch.front().value),
                 &out = std::get<AffineLayer>(block->branch.back().value);
      FastBlock fast;
      for (const Rational& weight : in.weight) fast.u.push_back(middle(weight));
      for (const Rational& weight : out.weight) fast.v.push_back(middle(weight));
      fast.b = middle(in.bias[0]);
      blocks_.push_back(std::move(fast));
    }
  }

  /// The first coordinate after all blocks; `points[i]` holds coordinate i of all points.
  [[nodiscard]] std::vector<double> values(std::vector<std::vector<double>> points) const {
    for (const FastBlock& block : blocks_)
      for (std::size_t k = 0; k < points[0].size(); ++k) {
        double z = block.b;
        for (std::size_t i = 0; i < dim_; ++i) z += block.u[i] * points[i][k];
        if (!(z > 0)) continue;
        for (std::size_t i = 0; i < dim_; ++i) points[i][k] += block.v[i] * z;
      }
    return std::move(points[0]);
  }

  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

 private:
  std::size_t dim_;
  std::vector<FastBlock> blocks_;
};

/// The grid function of the claim.
struct GridFunction {
  std::size_t n = 1, dim = 1;
  std::vector<double> values;

  explicit GridFunction(const Json& grid, std::size_t inputs)
      : n(grid.at("n").get<std::size_t>()), dim(inputs), values(near_point(grid.at("values"))) {}

  /// x_d is the fast digit, then x_1, …, x_{d−1}, the last of them the next fastest.
  [[nodiscard]] double at(const std::vector<double>& x) const {
    for (const double entry : x)
      if (!(entry >= 0 && entry <= 1)) return 0;
    const auto digit = [this](double entry) {
      return std::min(n - 1, static_cast<std::size_t>(entry * static_cast<double>(n)));
    };
    std::size_t number = 0;
    for (std::size_t i = dim - 1; i-- > 0;) number = number * n + digit(x[i]);
    return values.at(number * n + digit(x[dim - 1]));
  }
};

std::string statement_of(const Json& claim) {
  std::string text = "proved: equal to the grid function on the core of every cell";
  if (claim.at("vanishes_outside").get<bool>()) text += ", zero outside of the cube";
  if (!claim.at("l1_error").is_null())
    text += fmt::format("; its L1 error against the grid function is exactly ≈ {:.6g}",
                        near(claim.at("l1_error")));
  return text + ", at most " + text_above(number_of(claim.at("l1_bound")).upper()) + ".";
}

void draw_line(HtmlPage* page, const Document& document, const FastNetwork& network,
               const GridFunction& grid) {
  const Json& claim = document.json.at("claim");
  Scene scene;
  scene.content.title = document.title;
  scene.content.x = {-kMargin, 1 + kMargin};
  scene.content.x_label = "x";
  scene.content.y_label = "value";
  scene.content.plot_width = 700;
  scene.content.plot_height = 400;
  scene.tick_lines = true;
  std::vector<double> x(kLineSamples);
  for (std::size_t k = 0; k < kLineSamples; ++k)
    x[k] = -kMargin + (1 + 2 * kMargin) * static_cast<double>(k) / (kLineSamples - 1);
  const std::vector<double> y = network.values({x});
  Polyline graph;
  double low = 0, high = 0;
  for (std::size_t k = 0; k < kLineSamples; ++k) {
    graph.points.push_back({x[k], y[k]});
    low = std::min(low, y[k]);
    high = std::max(high, y[k]);
  }
  scene.lines.push_back({graph, {colours::graph, 2.2}, true, "network, sampled"});
  for (std::size_t cell = 0; cell < grid.n; ++cell) {
    const double left = static_cast<double>(cell) / static_cast<double>(grid.n), value = grid.values[cell],
                 core = 0.5 * near(claim.at("theta")) / static_cast<double>(grid.n);
    low = std::min(low, value);
    high = std::max(high, value);
    scene.lines.push_back({{{{left + core, value}, {left + 1 / static_cast<double>(grid.n) - core, value}}},
                           {colours::tunnel, 3.2},
                           false,
                           "grid value on the core of a cell, certified"});
  }
  const double margin = high > low ? 0.08 * (high - low) : 1;
  scene.content.y = {low - margin, high + margin};
  scene.statement = {"R^1 (window shown)", statement_of(claim), verdict_of(claim),
                     "The values on the cores are certified; the graph is drawn by sampling, not certified.",
                     "N"};
  page->figure(
      drawn_svg([&](const std::string& path) { draw_scene(scene, path); }),
      "The grid's values (claim.grid) and the network. The graph is drawn by sampling, not certified.");
}

}  // namespace

void add_approximation(HtmlPage* page, const Document& document) {
  const Json& claim = document.json.at("claim");
  const std::size_t dim = document.network.input_dim;
  const FastNetwork network(document.network);
  const GridFunction grid(claim.at("grid"), dim);
  if (dim == 1) return draw_line(page, document, network, grid);
  plot::Grid window{{-kMargin, 1 + kMargin}, {-kMargin, 1 + kMargin}, kSide, kSide, {}};
  std::vector<std::vector<double>> points(dim);
  ApproximationPicture picture{window, window, 0, {}, {}, {}, {}};
  // Other coordinates than the first two: in the middle of a cell, so that the slice runs through cores.
  const double fixed = (std::floor(0.5 * static_cast<double>(grid.n)) + 0.5) / static_cast<double>(grid.n);
  for (std::size_t row = 0; row < kSide; ++row)
    for (std::size_t column = 0; column < kSide; ++column) {
      std::vector<double> x(dim, fixed);
      x[0] = window.x_at(static_cast<double>(column));
      x[1] = window.y_at(static_cast<double>(row));
      for (std::size_t i = 0; i < dim; ++i) points[i].push_back(x[i]);
      picture.target.values.push_back(grid.at(x));
    }
  picture.approximant.values = network.values(std::move(points));
  const auto [low, high] = std::minmax_element(grid.values.begin(), grid.values.end());
  picture.level = 0.5 * (std::min(0.0, *low) + std::max(0.0, *high));
  picture.title = fmt::format("{}: {} one-neuron blocks", document.title, network.blocks());
  const std::string slice =
      dim == 2 ? "" : fmt::format(", slice x3{} = {:.4g}", dim > 3 ? " = x4" : "", fixed);
  picture.target_name = fmt::format("grid function, n = {}{}", grid.n, slice);
  picture.approximant_name = "network, sampled" + slice;
  picture.statement = statement_of(claim);
  page->figure(drawn_svg([&](const std::string& path) { draw_approximation_picture(picture, path); }),
               "The grid function (claim.grid) and the network. Both pictures and the boundaries are drawn "
               "by sampling, not certified; the sentence below them is certified.");
}

}  // namespace narrows::certified
