// Robust labels: the certified radius of each image as a bar.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "plot/radius_picture.hpp"
#include "plot/rounded_text.hpp"
#include "plot/verdict_line.hpp"
#include "report/certificate_figures.hpp"
#include "report/certificate_json.hpp"
#include "report/drawn_svg.hpp"

namespace narrows::certified {
namespace {

constexpr std::size_t kMostBars = 60;

/// Rows and columns of the images: of the map of the first convolution if it has one channel, else a square, else none.
std::pair<std::size_t, std::size_t> sides_of(const Json& model, std::size_t pixels) {
  for (const Json& layer : model.at("layers")) {
    if (layer.at("type") != "conv") continue;
    const auto shape = layer.at("input_shape").get<std::vector<std::size_t>>();
    if (shape.size() == 3 && shape[0] == 1 && shape[1] * shape[2] == pixels) return {shape[1], shape[2]};
    break;
  }
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(pixels))));
  return side * side == pixels && side > 1 ? std::pair{side, side}
                                           : std::pair<std::size_t, std::size_t>{0, 0};
}

}  // namespace

void add_robust(HtmlPage* page, const Document& document) {
  const Json &images = document.json.at("claim").at("images"), &rules = document.json.at("proof").at("rules");
  const double scale = near(document.json.at("claim").at("scale"));
  std::vector<std::vector<HtmlPage::Cell>> rows = {
      {"image", "certified class", "radius", "rule", "in the certificate"}};
  RadiusPicture picture;
  picture.title = document.title;
  picture.rules = {"by interval bounds of the margin", "by margin and gradient"};
  std::tie(picture.rows, picture.columns) =
      sides_of(document.json.at("network").at("model"), images.at(0).at("pixels").size());
  double least = kInfinity;
  for (std::size_t k = 0; k < images.size(); ++k) {
    const Json& image = images.at(k);
    const double radius = near(image.at("radius"));
    least = std::min(least, radius);
    if (k < kMostRows)
      rows.push_back({image.at("index").dump(), image.at("label").dump(), fmt::format("{}", radius),
                      rules.at(k).get<std::string>(), fmt::format("claim.images[{0}], proof.rules[{0}]", k)});
    if (k >= kMostBars) continue;
    RadiusBar bar{image.at("index").dump(),
                  image.at("label").dump(),
                  radius,
                  rules.at(k) == "interval-margin" ? 0U : 1U,
                  {}};
    for (const Json& pixel : image.at("pixels")) bar.pixels.push_back(scale * pixel.get<double>());
    picture.bars.push_back(std::move(bar));
  }
  picture.statement = fmt::format("proved: {} keep their class in a ball of radius at least {}",
                                  counted(images.size(), "image"), text_below(least));
  picture.note =
      "Every pixel may move by the radius, each on its own; the class is certified on all of the ball.";
  if (images.size() > kMostBars) picture.note += fmt::format(" The first {} images are drawn.", kMostBars);
  page->table(rows);
  say_more(page, images.size());
  page->figure(drawn_svg([&](const std::string& path) { draw_radius_picture(picture, path); }),
               "The certified radii (claim.images[k].radius) and the images (claim.images[k].pixels, times "
               "claim.scale).");
}

}  // namespace narrows::certified
