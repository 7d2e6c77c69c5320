// Every intermediate form of the batched passes at sampled points: states, slopes, row vectors, and their derivatives lie in the
// ranges and in centre + Σ k_i e_i ± radius at the point's own e. And the constants that the linearisations rest on.
#include <catch2/catch.hpp>
#include <memory>

#include "lane_chains.hpp"
#include "lane_form_probe.hpp"
#include "network/lane_program.hpp"

using namespace narrows;
using test::RandomCases;

namespace {

/// All forms of one pass over one box, and the buffers behind them.
class Probe {
 public:
  Probe(FormPass pass, const LaneChain& chain, const IntervalBox& box) : pass_(pass), chain_(chain), dim_(box.size()) {
    const std::size_t blocks = 1 + dim_, vectors = blocks * (chain.depth + 1) * chain.widest;
    states_.resize(vectors);
    rows_.resize(vectors);
    in_basis_.resize(vectors);
    slopes_.resize(blocks * chain.slope_count);
    std::vector<double> lower, upper;
    for (const Interval& side : box) {
      lower.push_back(side.lower());
      upper.push_back(side.upper());
    }
    static const std::unique_ptr<void, void (*)(void*)> workspace(std::aligned_alloc(64, kProbeBytes), std::free);
    const auto run = best_isa() == Isa::avx2 ? avx2::probe_forms : best_isa() == Isa::avx512 ? avx512::probe_forms : portable::probe_forms;
    run(pass, chain, static_cast<int>(dim_), lower.data(), upper.data(), {states_.data(), rows_.data(), slopes_.data(), in_basis_.data()}, workspace.get());
  }

  /// Compares with the point x: its passes in 160 bits.
  void judge(const Problem& problem, const std::vector<BigInterval>& x) {
    find_symbols(x);
    std::vector<Dual<BigInterval>> state = dual_coordinates(x);
    std::size_t slope = 0;
    ForwardPass<Dual<BigInterval>> pass;
    pass.traces.resize(chain_.depth);
    for (std::size_t l = 0; l < chain_.depth; ++l) {
      state = forward(problem.precise.layers[l], state, &pass.traces[l]);
      INFO("state after layer " << l + 1);
      judge_vector(states_, l + 1, state);
      judge_slopes(pass.traces[l], &slope);
    }
    std::vector<Dual<BigInterval>> v{one_like(state[0])};
    for (std::size_t l = chain_.depth; l-- > 0;) {
      v = backward(problem.precise.layers[l], pass.traces[l], v);
      INFO("row vector before layer " << l + 1);
      judge_vector(rows_, l, v);
      if (chain_.layers[l].basis != nullptr && pass_ != FormPass::affine && pass_ != FormPass::dual) judge_in_basis(l, v);
    }
  }

 private:
  void find_symbols(const std::vector<BigInterval>& x) {
    symbols_.clear();
    for (std::size_t i = 0; i < dim_; ++i) {
      const BigInterval half(states_[i].coefficient[i], kPointPrecision);
      const bool flat = states_[i].coefficient[i] == 0;
      symbols_.push_back(flat ? BigInterval(0.0, kPointPrecision) : (x[i] - BigInterval(states_[i].centre, kPointPrecision)) / half);
      REQUIRE(test::may_lie_in(symbols_.back(), -1, 1));
      if (flat) REQUIRE(test::may_lie_in(x[i], states_[i].centre, states_[i].centre));
    }
  }

  void judge_form(const FormValues& form, const BigInterval& exact) const {
    INFO("[" << form.lower << ", " << form.upper << "], centre " << form.centre << " radius " << form.radius << ", exact " << exact.to_double().lower());
    REQUIRE(test::may_lie_in(exact, form.lower, form.upper));
    if (!std::isfinite(form.radius) || !std::isfinite(form.centre)) return;
    for (const double q : form.quadratic)
      if (!std::isfinite(q)) return;
    BigInterval rest = exact - BigInterval(form.centre, kPointPrecision);
    for (std::size_t i = 0; i < dim_; ++i) rest = rest - BigInterval(form.coefficient[i], kPointPrecision) * symbols_[i];
    std::size_t s = 0;
    for (std::size_t i = 0; i < dim_; ++i)
      for (std::size_t j = 0; j <= i; ++j, ++s) {
        const BigInterval product = symbols_[i] * symbols_[j], one(1.0, kPointPrecision);
        rest = rest - BigInterval(form.quadratic[s], kPointPrecision) * (i == j ? product + product - one : product);
      }
    REQUIRE(test::may_lie_in(rest, -form.radius, form.radius));
  }

  void judge_vector(const std::vector<FormValues>& forms, std::size_t l, const std::vector<Dual<BigInterval>>& exact) const {
    for (std::size_t i = 0; i < exact.size(); ++i) {
      judge_form(forms[l * chain_.widest + i], exact[i].value);
      for (std::size_t k = 0; pass_ == FormPass::dual && k < dim_; ++k)
        judge_form(forms[((k + 1) * (chain_.depth + 1) + l) * chain_.widest + i], exact[i].gradient[k]);
    }
  }

  void judge_slopes(const LayerTrace<Dual<BigInterval>>& trace, std::size_t* next) const {
    for (const auto& inner : trace.branch) judge_slopes(inner, next);
    for (const Dual<BigInterval>& slope : trace.slopes) {
      INFO("slope " << *next);
      judge_form(slopes_[*next], slope.value);
      for (std::size_t k = 0; pass_ == FormPass::dual && k < dim_; ++k) judge_form(slopes_[(k + 1) * chain_.slope_count + *next], slope.gradient[k]);
      ++*next;
    }
  }

  void judge_in_basis(std::size_t l, const std::vector<Dual<BigInterval>>& v) const {
    INFO("in the basis");
    const std::size_t n = chain_.layers[l].cols;
    for (std::size_t i = 0; i < n; ++i) {
      BigInterval sum(0.0, kPointPrecision);
      for (std::size_t j = 0; j < n; ++j) sum += v[j].value * BigInterval(chain_.layers[l].basis[j * n + i], kPointPrecision);
      judge_form(in_basis_[l * chain_.widest + i], sum);
    }
  }

  FormPass pass_;
  const LaneChain& chain_;
  std::size_t dim_;
  std::vector<FormValues> states_, rows_, slopes_, in_basis_;
  std::vector<BigInterval> symbols_;
};

BigInterval precise(double x) { return {x, kPointPrecision}; }
/// atanh(sqrt(numerator/3)).
BigInterval atanh_root(double numerator) {
  const BigInterval t = sqrt(precise(numerator) / precise(3));
  return precise(0.5) * log1p(precise(2) * t / (precise(1) - t));
}

}  // namespace

TEST_CASE("states, slopes, row vectors and their derivatives at sampled points lie in every form of the batched passes") {
  RandomCases random(62);
  const int chains = test::cases(70, 10'000);
  for (int k = 0; k < chains; ++k) {
    const Chain chain = test::lane_chain(random, kMaxProbeDim);
    const Problem problem(chain, std::vector<RegularityTest>(chain.layers.size(), RegularityTest::none));
    const auto program = make_lane_program(problem.fast, std::vector<bool>(chain.layers.size(), false), 0);
    REQUIRE(program);
    for (int b = 0; b < 3; ++b) {
      const IntervalBox box = test::lane_box(random, problem);
      std::vector<std::vector<BigInterval>> points;
      for (int s = 0; s < 2; ++s) points.push_back(test::precise_point(test::lane_point(random, box)));
      for (const FormPass pass : {FormPass::affine, FormPass::zonotope, FormPass::taylor, FormPass::polynomial_zonotope, FormPass::dual}) {
        INFO("chain " << k << " box " << b << " pass " << static_cast<int>(pass));
        Probe probe(pass, program->chain(), box);
        for (const auto& x : points) probe.judge(problem, x);
      }
    }
  }
}

TEST_CASE("the extrema of the slopes' derivatives that the linearisations use bracket the true ones") {
  const BigInterval bend_at = atanh_root(1), hump_at = atanh_root(2), bend = precise(4) / (precise(3) * sqrt(precise(3)));
  // tanh' and its derivatives; sigmoid(z) = (1 + tanh(z/2))/2: order k scales by 2^-(k+1), places by 2.
  for (const auto& [shape, place, order] : {std::tuple{portable::tanh_shape(), 1.0, 1.0}, std::tuple{portable::sigmoid_shape(), 2.0, 0.5}}) {
    const double scale1 = order == 1.0 ? 1 : 0.25, scale2 = order == 1.0 ? 1 : 0.125, scale3 = order == 1.0 ? 1 : 0.0625;
    CHECK(shape.top == scale1);
    CHECK(shape.dip == 2 * scale3);
    CHECK(is_positive(precise(shape.bend) - bend * precise(scale2)));
    CHECK(is_positive(precise(shape.hump) - precise(2) / precise(3) * precise(scale3)));
    CHECK(is_positive(bend_at * precise(place) - precise(shape.bend_low)));
    CHECK(is_positive(precise(shape.bend_high) - bend_at * precise(place)));
    CHECK(is_positive(hump_at * precise(place) - precise(shape.hump_low)));
    CHECK(is_positive(precise(shape.hump_high) - hump_at * precise(place)));
    // and not by much more
    CHECK(is_negative(precise(shape.bend) - bend * precise(scale2 * (1 + 1e-15))));
    CHECK(shape.hump < 2.0 / 3 * scale3 * (1 + 1e-15));
    CHECK(shape.bend_high - shape.bend_low < 1e-7);
    CHECK(shape.hump_high - shape.hump_low < 1e-7);
  }
}

TEST_CASE("the extrema of the fourth derivatives that the parabolas use bracket the true ones") {
  // tanh'''' = 8t(1 − t²)(2 − 3t²) has its extrema at t² = (15 ∓ √105)/30.
  for (const auto& [shape, place, scale] : {std::tuple{portable::tanh_fourth(), 1.0, 1.0}, std::tuple{portable::sigmoid_fourth(), 2.0, 1.0 / 32}}) {
    for (const double sign : {-1.0, 1.0}) {
      const BigInterval square = (precise(15) + precise(sign) * sqrt(precise(105))) / precise(30), t = sqrt(square);
      const BigInterval at = precise(0.5) * log1p(precise(2) * t / (precise(1) - t)) * precise(place);
      const BigInterval value = precise(-8 * sign * scale) * t * (precise(1) - square) * (precise(2) - precise(3) * square);
      const double claimed = sign < 0 ? shape.crest : shape.trough;
      CHECK(is_positive(precise(claimed) - value));
      CHECK(is_positive(precise(claimed * (1 - 1e-15)) - value) == false);
      CHECK(is_positive(at - precise(sign < 0 ? shape.crest_low : shape.trough_low)));
      CHECK(is_positive(precise(sign < 0 ? shape.crest_high : shape.trough_high) - at));
    }
    CHECK(shape.crest_high - shape.crest_low < 2e-8);
    CHECK(shape.trough_high - shape.trough_low < 2e-8);
  }
}
