#include "levelset/level_function.hpp"

#include <optional>

#include "base/errors.hpp"
#include "critical/lane_workspace.hpp"
#include "critical/problem.hpp"
#include "critical/sign_direction.hpp"
#include "network/lane_program.hpp"

namespace narrows {
namespace {

constexpr std::size_t kWidest =
    512;  ///< longer sums would outgrow the inflation that pays for them (lane_affine.hpp)
constexpr mpfr_prec_t kPrecisions[] = {128, 512};  ///< bits tried in turn at points

LaneCells cells_of(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::lane_cells();
  if (isa == Isa::avx2) return avx2::lane_cells();
#endif
  (void)isa;
  return portable::lane_cells();
}

/// Interval() turns NaN bounds into the entire line.
CellBounds translate(const LaneCell& from, std::size_t dim) {
  CellBounds to;
  to.value = Interval(from.value[0], from.value[1]);
  to.has_gradient = from.has_gradient;
  to.centre = from.centre;
  to.error = from.error;
  for (std::size_t k = 0; k < dim; ++k) {
    to.gradient[k] =
        from.has_gradient ? Interval(from.gradient[2 * k], from.gradient[2 * k + 1]) : Interval::entire();
    to.direction[k] = from.direction[k];
    to.middle[k] = from.middle[k];
    to.half[k] = from.half[k];
    to.slope[k] = from.slope[k];
  }
  return to;
}

class NetworkFunction final : public LevelFunction {
 public:
  NetworkFunction(const Chain& chain, CellEngine engine, Isa isa)
      : dim_(chain.input_dim), fast_(compile(chain)), kernels_(cells_of(isa)) {
    for (const mpfr_prec_t bits : kPrecisions) precise_.push_back(compile_big(chain, bits));
    if (engine == CellEngine::lanes)
      program_ = make_lane_program(fast_, std::vector<bool>(chain.layers.size(), false), 0);
    if (program_ && program_->chain().widest > kWidest) program_.reset();
  }

  [[nodiscard]] std::size_t dim() const override { return dim_; }

  void on_boxes(const double* lower, const double* upper, std::size_t count, const Interval& level,
                bool gradient, CellBounds* results) const override {
    if (program_) return on_lanes(lower, upper, count, level, gradient, results);
    for (std::size_t i = 0; i < count; ++i)
      results[i] = on_box(lower + i * dim_, upper + i * dim_, level, gradient);
  }

  [[nodiscard]] Interval difference_at(const double* x, const Rational& level) const override {
    Interval difference;
    for (std::size_t k = 0; k < precise_.size(); ++k) {
      std::vector<BigInterval> point;
      for (std::size_t i = 0; i < dim_; ++i) point.emplace_back(x[i], kPrecisions[k]);
      difference = (forward_all(precise_[k], point).value - BigInterval(level, kPrecisions[k])).to_double();
      if (excludes_zero(difference)) break;
    }
    return difference;
  }

 private:
  void on_lanes(const double* lower, const double* upper, std::size_t count, const Interval& level,
                bool gradient, CellBounds* results) const {
    const NearestRounding guard;
    const LaneChain& chain = program_->chain();
    constexpr std::size_t piece = 256;
    LaneCell found[piece];
    for (std::size_t at = 0; at < count; at += piece) {
      const std::size_t size = std::min(piece, count - at);
      kernels_.on_boxes[dim_ - 1](chain, {gradient, level.lower(), level.upper()}, lower + at * dim_,
                                  upper + at * dim_, size, found,
                                  lane_workspace(kernels_.workspace_bytes(chain, dim_)));
      for (std::size_t i = 0; i < size; ++i) results[at + i] = translate(found[i], dim_);
    }
  }

  CellBounds on_box(const double* lower, const double* upper, const Interval& level, bool gradient) const {
    IntervalBox box;
    for (std::size_t k = 0; k < dim_; ++k) box.emplace_back(lower[k], upper[k]);
    const std::vector<AffineForm> x = coordinates(box);
    const auto pass = forward_all(fast_, x);
    CellBounds bounds;
    bounds.value = pass.value.range();
    bounds.centre = pass.value.centre();
    bounds.error = pass.value.radius();
    for (std::size_t k = 0; k < dim_; ++k) {
      bounds.middle[k] = x[k].centre();
      bounds.half[k] = x[k].coefficients()[k];
      bounds.slope[k] = pass.value.coefficients()[k];
      bounds.gradient[k] = Interval::entire();
    }
    if (!gradient || disjoint(bounds.value, level)) return bounds;
    const std::vector<AffineForm> slopes = row_vector(fast_, pass, 0);
    bounds.has_gradient = true;
    for (std::size_t k = 0; k < dim_; ++k) bounds.gradient[k] = slopes[k].range();
    double remainder = 0;
    if (const auto direction = find_direction(slopes, dim_, &remainder))
      for (std::size_t k = 0; k < dim_; ++k) bounds.direction[k] = (*direction)[k];
    return bounds;
  }

  std::size_t dim_;
  CompiledChain<Interval> fast_;
  std::vector<CompiledChain<BigInterval>> precise_;
  std::optional<LaneProgram> program_;
  LaneCells kernels_;
};

}  // namespace

std::unique_ptr<LevelFunction> level_function(const Chain& chain, const std::string& where, CellEngine engine,
                                              Isa isa) {
  if (chain.input_dim < 1 || chain.input_dim > kMaxCellDim)
    throw InputError(
        where,
        "level curves exist for one and two inputs, this network has " + std::to_string(chain.input_dim),
        "ask for tunnels with --from");
  if (chain.smoothness == Smoothness::lipschitz)
    throw InputError(where,
                     "the network has kinks (" + first_kinked_activation(chain.layers) +
                         "): it has no gradient everywhere",
                     "use piecewise linear activations alone, for which levelset is exact, or smooth ones");
  return std::make_unique<NetworkFunction>(chain, engine, isa);
}

}  // namespace narrows
