// A ReLU classifier compiled for wide interval passes: sparse matrices of doubles, in the order of the layers.
//
// Idea: a convolution of w channels to w is a matrix of which one entry in 64/9 is not zero; stored by rows, without its zeros, it is as
// fast as a convolution and needs no code of its own.
//
// Guarantee  Every stored number is the exact one rounded to a double with a relative error of at most 2^-52; sums over it are bounded by
//            kernels that allow for that (ball_bounds.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "network/model.hpp"

namespace narrows::robust {

/// y = W x + b; the non-zero entries of row i are weight[start[i]] … weight[start[i + 1] - 1].
struct SparseMap {
  std::size_t rows = 0, cols = 0;
  std::vector<std::size_t> start;
  std::vector<std::uint32_t> column;
  std::vector<double> weight;
  std::vector<double> bias;
  std::size_t longest_row = 0;
};

/// One step forward. `fork` remembers the state; `join` makes it skip · remembered + residual · current.
struct Step {
  enum class Kind { map, relu, fork, join };
  Kind kind = Kind::relu;
  std::size_t map = 0;            ///< of SparseNetwork::maps
  double skip = 1, residual = 1;  ///< join
};

/// The network up to its last layer as steps; the last layer is affine and gives one number per class.
struct SparseNetwork {
  std::size_t input_dim = 0;
  std::vector<SparseMap> maps, transposed;  ///< transposed[k]: the matrix of maps[k] by columns, bias zero
  std::vector<Step> steps;
  std::size_t features = 0;  ///< numbers that reach the last layer
  std::size_t classes = 0;
  SparseMap last;  ///< features -> classes
  std::vector<SparseMap>
      differences;  ///< differences[y]: row j is row y minus row j of the last layer, rounded once; row y is empty
};

/// Errors  InputError naming `where` if a layer is neither affine, relu, identity nor a residual block of such layers, if the last layer
///         is not affine with at least two rows, or if a number that is not zero is below 1e-280 and not a double.
[[nodiscard]] SparseNetwork make_sparse_network(const Network& network, const std::string& where);

}  // namespace narrows::robust
