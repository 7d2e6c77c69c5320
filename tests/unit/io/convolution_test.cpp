// The dense layer of a convolution against the defining sum.
#include "io/convolution.hpp"

#include "support.hpp"

using namespace narrows;
using namespace narrows::io;
using narrows::test::error_of;
using narrows::test::require_parts;

namespace {

/// y[o, i, j] by the defining sum for two axes; x outside is 0.
Rational defining_sum(const Convolution& c, const std::vector<Rational>& x, std::size_t o, std::size_t i,
                      std::size_t j) {
  const ConvolutionAxis &v = c.axes[0], &h = c.axes[1];
  const std::size_t per_group = c.inputs / c.groups, group = o / (c.outputs / c.groups);
  Rational y = c.bias[o];
  for (std::size_t q = 0; q < per_group; ++q) {
    for (std::size_t a = 0; a < v.kernel; ++a) {
      for (std::size_t b = 0; b < h.kernel; ++b) {
        const long r = static_cast<long>(i * v.stride + a * v.dilation) - static_cast<long>(v.pad_begin);
        const long s = static_cast<long>(j * h.stride + b * h.dilation) - static_cast<long>(h.pad_begin);
        if (r < 0 || s < 0 || r >= static_cast<long>(v.input) || s >= static_cast<long>(h.input)) continue;
        const std::size_t channel = group * per_group + q;
        y += c.weight[((o * per_group + q) * v.kernel + a) * h.kernel + b] *
             x[(channel * v.input + static_cast<std::size_t>(r)) * h.input + static_cast<std::size_t>(s)];
      }
    }
  }
  return y;
}

std::vector<Rational> integers(std::size_t n, std::mt19937& random) {
  std::vector<Rational> result(n);
  for (Rational& r : result) r = static_cast<long>(random() % 19) - 9;
  return result;
}

}  // namespace

TEST_CASE("the dense layer of a random 2-D convolution equals the defining sum") {
  std::mt19937 random(11);
  const auto pick = [&](std::size_t lo, std::size_t hi) { return lo + random() % (hi - lo + 1); };
  for (int repetition = 0; repetition < 60; ++repetition) {
    Convolution c;
    c.groups = pick(1, 2);
    c.inputs = c.groups * pick(1, 2);
    c.outputs = c.groups * pick(1, 2);
    std::size_t taps = c.outputs * (c.inputs / c.groups);
    for (int a = 0; a < 2; ++a) {
      ConvolutionAxis axis{pick(3, 6), pick(1, 2), pick(1, 3), pick(1, 2)};
      set_padding(axis, static_cast<Padding>(pick(0, 3)));
      c.axes.push_back(axis);
      taps *= axis.kernel;
    }
    c.weight = integers(taps, random);
    c.bias = integers(c.outputs, random);
    NumberBudget budget;
    const AffineLayer layer = lower_convolution(c, budget, "conv");
    const std::vector<Rational> x = integers(layer.cols, random);
    std::size_t row = 0;
    for (std::size_t o = 0; o < c.outputs; ++o) {
      for (std::size_t i = 0; i < c.axes[0].output(); ++i) {
        for (std::size_t j = 0; j < c.axes[1].output(); ++j, ++row) {
          Rational y = layer.bias[row];
          for (std::size_t k = 0; k < layer.cols; ++k) y += layer.weight[row * layer.cols + k] * x[k];
          REQUIRE(y == defining_sum(c, x, o, i, j));
        }
      }
    }
    REQUIRE(row == layer.rows);
  }
}

TEST_CASE("padding keeps ceil(P / stride) positions unless it is valid") {
  for (std::size_t input = 1; input < 9; ++input) {
    for (std::size_t kernel = 1; kernel < 5; ++kernel) {
      for (std::size_t stride = 1; stride < 4; ++stride) {
        for (const Padding padding : {Padding::one_sided, Padding::same_upper, Padding::same_lower}) {
          ConvolutionAxis axis{input, kernel, stride};
          set_padding(axis, padding);
          CHECK(axis.output() == (input + stride - 1) / stride);
          if (padding == Padding::one_sided) CHECK(axis.pad_begin == 0);
        }
        ConvolutionAxis axis{input, kernel, stride};
        set_padding(axis, Padding::valid);
        CHECK(axis.output() == (kernel > input ? 0 : (input - kernel) / stride + 1));
      }
    }
  }
}

TEST_CASE("convolutions whose sizes do not fit are refused") {
  const Convolution good{1, 1, 1, {{3, 2}}, {1, 2}, {0}};
  NumberBudget budget;
  CHECK_NOTHROW(lower_convolution(good, budget, "conv"));
  const auto refused = [&](auto change) {
    Convolution bad = good;
    change(bad);
    require_parts(error_of([&] { (void)lower_convolution(bad, budget, "conv"); }), {"conv: "});
  };
  refused([](Convolution& c) { c.groups = 2; });
  refused([](Convolution& c) { c.groups = 0; });
  refused([](Convolution& c) { c.inputs = 0; });
  refused([](Convolution& c) { c.weight.pop_back(); });
  refused([](Convolution& c) { c.bias.push_back(1); });
  refused([](Convolution& c) { c.axes[0].kernel = 4; });
  refused([](Convolution& c) { c.axes[0].stride = 0; });
  refused([](Convolution& c) { c.axes[0].dilation = std::size_t{1} << 63; });
  refused([](Convolution& c) { c.axes[0].pad_end = std::size_t{1} << 63; });
  refused([](Convolution& c) { c.axes[0].input = 5000; });
}
