// A convolution as the dense affine layer that it is, exactly.
//
// notation == meaning:  a feature map has C channels at P_1 x … x P_r positions and is flattened channel by
// channel, positions in row-major order. Weights are [out][in / groups][k_1]…[k_r], row-major. Along axis a,
//   y[o, i] = bias[o] + sum over c, k of weight[o, c, k] · x[c, i·stride + k·dilation − pad_begin],  x = 0
//   outside.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "io/limits.hpp"
#include "network/model.hpp"

namespace narrows::io {

/// One axis of positions.
struct ConvolutionAxis {
  std::size_t input = 0;   ///< P_a
  std::size_t kernel = 0;  ///< number of taps
  std::size_t stride = 1;
  std::size_t dilation = 1;
  std::size_t pad_begin = 0;
  std::size_t pad_end = 0;

  /// From the first to the last tap. Precondition: kernel, dilation >= 1.
  [[nodiscard]] std::size_t span() const { return (kernel - 1) * dilation + 1; }
  /// Positions of the result; 0 if the padded input is shorter than the span.
  [[nodiscard]] std::size_t output() const;
};

/// How the ends of an axis are padded.
enum class Padding {
  one_sided,   ///< nothing before, span − 1 zeros after (convresnet.md 1.1): ceil(P / stride) positions
  same_upper,  ///< ceil(P / stride) positions; an odd zero goes after
  same_lower,  ///< the same; an odd zero goes before
  valid        ///< no zeros
};

/// Fills pad_begin and pad_end.
void set_padding(ConvolutionAxis& axis, Padding padding);

struct Convolution {
  std::size_t inputs = 0;   ///< channels read
  std::size_t outputs = 0;  ///< channels written
  std::size_t groups = 1;
  std::vector<ConvolutionAxis> axes;
  std::vector<Rational> weight;
  std::vector<Rational> bias;  ///< one number per output channel
};

/// The affine layer from inputs·P_1⋯P_r to outputs·Q_1⋯Q_r numbers, exactly equal to the convolution.
///
/// Shape   weight.size() == outputs · inputs/groups · k_1⋯k_r, bias.size() == outputs.
/// Errors  InputError naming `where` if a size does not fit, an axis has no output position, or the dense
/// matrix
///         exceeds the limits (counted in `budget`).
[[nodiscard]] AffineLayer lower_convolution(const Convolution& convolution, NumberBudget& budget,
                                            const std::string& where);

/// The first of `convolutions` that `layer` equals, number by number, or nullptr.
/// Precondition: lower_convolution() has accepted each of them.
[[nodiscard]] const Convolution* convolution_of(const AffineLayer& layer, const std::vector<Convolution>& convolutions);

}  // namespace narrows::io
