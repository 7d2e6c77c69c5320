#include "io/convolution.hpp"

#include <algorithm>

#include "base/errors.hpp"

namespace narrows::io {
namespace {

/// Kernel sizes, strides, dilations and paddings beyond this are refused; it also keeps the products below
/// small.
constexpr std::size_t max_extent = 65536;

/// Row-major counting through a grid: the next index, or false after the last one.
bool advance(std::vector<std::size_t>& index, const std::vector<std::size_t>& sizes) {
  for (std::size_t a = sizes.size(); a-- > 0;) {
    if (++index[a] < sizes[a]) return true;
    index[a] = 0;
  }
  return false;
}

/// a · b, or max_width + 1 if that is exceeded.
std::size_t saturating_product(std::size_t a, std::size_t b) {
  if (a == 0 || b == 0) return 0;
  return a > max_width / b ? max_width + 1 : a * b;
}

void require_fit(const Convolution& c, const std::string& where) {
  const auto fail = [&](const std::string& what, const std::string& mend) {
    throw InputError(where, what, mend);
  };
  if (c.groups == 0 || c.inputs % c.groups != 0 || c.outputs % c.groups != 0) {
    fail(std::to_string(c.groups) + " groups do not divide the channels",
         "let groups divide both channel numbers");
  }
  std::size_t taps = c.outputs * (c.inputs / c.groups);
  for (const ConvolutionAxis& axis : c.axes) {
    for (const std::size_t n : {axis.input, axis.kernel, axis.stride, axis.dilation}) {
      if (n < 1 || n > max_extent)
        fail("a size of the convolution is 0 or too large", "use sizes from 1 to 65536");
    }
    if (std::max(axis.pad_begin, axis.pad_end) > max_extent * max_extent)
      fail("the padding is too large", "use less");
    if (axis.output() == 0) {
      fail("the filter spans " + std::to_string(axis.span()) + " positions, the padded input has fewer",
           "use a smaller filter or more padding");
    }
    taps *= axis.kernel;
    if (taps > max_numbers) fail("the filter is too large", "use a smaller filter");
  }
  if (c.weight.size() != taps) {
    fail("the filter has " + std::to_string(c.weight.size()) + " numbers where " + std::to_string(taps) +
             " must stand",
         "make it fit the input channels and the kernel size");
  }
  if (c.bias.size() != c.outputs) {
    fail("the bias has " + std::to_string(c.bias.size()) + " numbers for " + std::to_string(c.outputs) +
             " output channels",
         "give one number per output channel");
  }
}

/// Places every tap of the filter in the dense matrix.
class DenseFilter {
 public:
  DenseFilter(const Convolution& c, NumberBudget& budget, const std::string& where) : c_(c) {
    std::size_t rows = c.outputs, cols = c.inputs;
    for (const ConvolutionAxis& axis : c.axes) {
      kernel_.push_back(axis.kernel);
      output_.push_back(axis.output());
      rows = saturating_product(rows, axis.output());
      cols = saturating_product(cols, axis.input);
    }
    require_width(rows, where);
    require_width(cols, where);
    budget.take(rows, cols, where);
    layer_ = {rows, cols, std::vector<Rational>(rows * cols), {}};
    inputs_per_channel_ = cols / c.inputs;
  }

  AffineLayer run() {
    std::size_t row = 0;
    for (std::size_t channel = 0; channel < c_.outputs; ++channel) {
      std::vector<std::size_t> position(output_.size(), 0);
      do {
        layer_.bias.push_back(c_.bias[channel]);
        fill_row(row++, channel, position);
      } while (advance(position, output_));
    }
    return std::move(layer_);
  }

 private:
  void fill_row(std::size_t row, std::size_t channel, const std::vector<std::size_t>& position) {
    const std::size_t per_group = c_.inputs / c_.groups;
    const std::size_t first = channel / (c_.outputs / c_.groups) * per_group;
    std::size_t next = channel * (c_.weight.size() / c_.outputs);
    for (std::size_t c = 0; c < per_group; ++c) {
      std::vector<std::size_t> tap(kernel_.size(), 0);
      do {
        std::size_t index = 0;
        if (source(position, tap, index)) {
          layer_.weight[row * layer_.cols + (first + c) * inputs_per_channel_ + index] = c_.weight[next];
        }
        ++next;
      } while (advance(tap, kernel_));
    }
  }

  /// The input position that `tap` reads at output `position`; false in the padding.
  bool source(const std::vector<std::size_t>& position, const std::vector<std::size_t>& tap,
              std::size_t& index) const {
    for (std::size_t a = 0; a < c_.axes.size(); ++a) {
      const ConvolutionAxis& axis = c_.axes[a];
      const std::size_t padded = position[a] * axis.stride + tap[a] * axis.dilation;
      if (padded < axis.pad_begin || padded - axis.pad_begin >= axis.input) return false;
      index = index * axis.input + (padded - axis.pad_begin);
    }
    return true;
  }

  const Convolution& c_;
  std::vector<std::size_t> kernel_, output_;
  std::size_t inputs_per_channel_ = 0;
  AffineLayer layer_;
};

}  // namespace

std::size_t ConvolutionAxis::output() const {
  const std::size_t padded = input + pad_begin + pad_end;
  return padded < span() ? 0 : (padded - span()) / stride + 1;
}

void set_padding(ConvolutionAxis& axis, Padding padding) {
  axis.pad_begin = axis.pad_end = 0;
  if (padding == Padding::valid || axis.stride == 0 || axis.kernel == 0) return;
  if (padding == Padding::one_sided) {
    axis.pad_end = axis.span() - 1;
    return;
  }
  const std::size_t positions = (axis.input + axis.stride - 1) / axis.stride;
  const std::size_t needed = (positions - 1) * axis.stride + axis.span();
  const std::size_t total = needed > axis.input ? needed - axis.input : 0;
  axis.pad_begin = padding == Padding::same_upper ? total / 2 : total - total / 2;
  axis.pad_end = total - axis.pad_begin;
}

AffineLayer lower_convolution(const Convolution& convolution, NumberBudget& budget,
                              const std::string& where) {
  require_width(convolution.inputs, where);
  require_width(convolution.outputs, where);
  require_fit(convolution, where);
  return DenseFilter(convolution, budget, where).run();
}

const Convolution* convolution_of(const AffineLayer& layer, const std::vector<Convolution>& convolutions) {
  for (const Convolution& c : convolutions) {
    std::size_t rows = c.outputs, cols = c.inputs;
    for (const ConvolutionAxis& axis : c.axes) {
      rows = saturating_product(rows, axis.output());
      cols = saturating_product(cols, axis.input);
    }
    if (layer.rows != rows || layer.cols != cols || layer.bias.front() != c.bias.front()) continue;
    NumberBudget budget;
    const AffineLayer lowered = lower_convolution(c, budget, "convolution");
    if (lowered.bias == layer.bias && lowered.weight == layer.weight) return &c;
  }
  return nullptr;
}

}  // namespace narrows::io
