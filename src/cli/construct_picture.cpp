// The picture of `narrows construct one-neuron --picture`: samples in floating point of the target and of the network.
#include <fmt/format.h>

#include <algorithm>

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
  [[nodiscard]] double operator()(double x, double y) const {
    for (const FastBlock& block : blocks_) {
      const double t = block.u[0] * x + block.u[1] * y + block.b;
      if (!(t > 0)) continue;
      x += block.v[0] * t;
      y += block.v[1] * t;
    }
    return output_[0] * x + output_[1] * y;
  }

 private:
  static double near(const Rational& x) { return midpoint(enclose(x)); }
  std::vector<FastBlock> blocks_;
  double output_[2] = {};
};

double target_at(const Target& target, const GridFunction& h, double x, double y) {
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

void draw_approximation(const Target& target, const Approximation& a, const std::string& name, const std::string& path) {
  plot::Grid window{{-0.15, 1.15}, {-0.15, 1.15}, kSamples, kSamples, std::vector<double>(kSamples * kSamples)};
  plot::ApproximationPicture picture{window, window, 0, {}, {}, {}, {}};
  const FastNetwork net(a.net);
  for (std::size_t row = 0; row < kSamples; ++row)
    for (std::size_t column = 0; column < kSamples; ++column) {
      const double x = window.x_at(static_cast<double>(column)), y = window.y_at(static_cast<double>(row));
      picture.target.values[row * kSamples + column] = target_at(target, a.h, x, y);
      picture.approximant.values[row * kSamples + column] = net(x, y);
    }
  const auto [low, high] = std::minmax_element(a.h.values.begin(), a.h.values.end());
  picture.level = midpoint(enclose((std::min(Rational(0), *low) + std::max(Rational(0), *high)) / 2));
  picture.title = fmt::format("{}: a one-neuron ResNet with {} blocks", name, a.net.blocks.size());
  picture.target_name = "target";
  picture.approximant_name = fmt::format("network, n = {}, θ = {}", a.h.n, to_text(a.theta));
  picture.statement = a.to_grid ? fmt::format("{}: L1 distance of the network to the grid function {} (exact), to the target in {}", to_string(a.verdict), digits(*a.to_grid), range_text(a.to_target))
                                : std::string(to_string(a.verdict));
  draw_approximation_picture(picture, path);
}

}  // namespace narrows::cli
