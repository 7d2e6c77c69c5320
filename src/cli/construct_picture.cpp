// The picture of `narrows construct one-neuron --picture`: samples in floating point of the target and of the network.
#include <fmt/format.h>

#include <algorithm>

#include "base/counted.hpp"
#include "base/errors.hpp"
#include "cli/construct.hpp"
#include "cli/construct_picture.hpp"
#include "plot/approximation_picture.hpp"
#include "plot/canvas.hpp"

namespace narrows::cli {
namespace {

constexpr std::size_t kSamples = 361;

/// Blocks with doubles.
struct FastBlock {
  double u[2], v[2], b;
};

class FastNetwork {
 public:
  explicit FastNetwork(const OneNeuronNetwork& net) {
    for (const OneNeuronBlock& block : net.blocks) blocks_.push_back({{near(block.u[0]), near(block.u[1])}, {near(block.v[0]), near(block.v[1])}, near(block.b)});
    for (std::size_t i = 0; i < 2; ++i) output_[i] = near(net.output[i]);
  }
  /// Values at the points (x_k, y_k), block by block, so that blocks are read once for many points.
  [[nodiscard]] std::vector<double> values(std::vector<double> x, std::vector<double> y) const {
    const std::size_t count = x.size();
    for (const FastBlock& block : blocks_)
      for (std::size_t k = 0; k < count; ++k) {
        const double z = block.u[0] * x[k] + block.u[1] * y[k] + block.b, t = z > 0 ? z : 0;
        x[k] += block.v[0] * t;
        y[k] += block.v[1] * t;
      }
    for (std::size_t k = 0; k < count; ++k) x[k] = output_[0] * x[k] + output_[1] * y[k];
    return x;
  }

 private:
  static double near(const Rational& x) { return midpoint(enclose(x)); }
  std::vector<FastBlock> blocks_;
  double output_[2] = {};
};

double target_at(const TargetFunction& target, const GridFunction& h, double x, double y) {
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return 0;
  if (target.grid() == nullptr) return midpoint(target.range(std::vector<Interval>{Interval(x), Interval(y)}));
  const auto cell = [&](double t) { return std::min(h.n - 1, static_cast<std::size_t>(t * static_cast<double>(h.n))); };
  return midpoint(enclose(h.values[h.number({cell(x), cell(y)})]));
}

}  // namespace

void require_approximation_drawable(std::size_t dim, const std::string& path) {
  (void)plot::picture_format(path);
  if (dim != 2) throw InputError(path, "pictures exist for two dimensions, this target has " + std::to_string(dim), "leave out --picture", ExitCode::usage);
}

void draw_approximation(const TargetFunction& target, const Approximation& a, const std::string& name, const std::string& path) {
  plot::Grid window{{-0.15, 1.15}, {-0.15, 1.15}, kSamples, kSamples, std::vector<double>(kSamples * kSamples)};
  plot::ApproximationPicture picture{window, window, 0, {}, {}, {}, {}};
  const FastNetwork net(a.net);
  std::vector<double> x(kSamples);
  for (std::size_t column = 0; column < kSamples; ++column) x[column] = window.x_at(static_cast<double>(column));
  for (std::size_t row = 0; row < kSamples; ++row) {
    const double y = window.y_at(static_cast<double>(row));
    const auto first = static_cast<std::ptrdiff_t>(row * kSamples);
    std::ranges::copy(net.values(x, std::vector<double>(kSamples, y)), picture.approximant.values.begin() + first);
    std::ranges::transform(x, picture.target.values.begin() + first, [&](double t) { return target_at(target, a.h, t, y); });
  }
  const auto [low, high] = std::minmax_element(a.h.values.begin(), a.h.values.end());
  picture.level = midpoint(enclose((std::min(Rational(0), *low) + std::max(Rational(0), *high)) / 2));
  const std::string shown = name.find('/') == std::string::npos ? name : name.substr(name.rfind('/') + 1);
  picture.title = fmt::format("{}: a one-neuron ResNet with {}", shown, counted(a.net.blocks.size(), "block"));
  picture.target_name = "target";
  picture.approximant_name = fmt::format("network, n = {}, θ = {}", a.h.n, to_text(a.theta));
  picture.statement = std::string(to_string(a.verdict));
  if (a.to_grid) picture.statement += fmt::format(": L1 distance of the network to the grid function {} (exact)", digits(*a.to_grid));
  if (a.to_grid && !a.to_target_exact) picture.statement += ", to the target in " + range_text(a.to_target);
  draw_approximation_picture(picture, path);
}

}  // namespace narrows::cli
