// The chain: the network with its output selection folded in, so that it computes one scalar function Φ.
//
// notation == meaning:  layers 1…L of the page are layers[0] … layers[L-1] here;  widths[l] == n_l.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "network/domain.hpp"
#include "network/model.hpp"

namespace narrows {

/// Lipschitz: some activation has a kink (ReLU, leaky ReLU, ELU with alpha ≠ 1). C1: ELU(1), where second derivatives jump.
enum class Smoothness { smooth, c1, lipschitz };

struct Chain {
  std::size_t input_dim = 0;
  std::vector<Layer> layers;
  std::vector<std::size_t> widths;  ///< layers.size() + 1 entries, the last is 1
  Smoothness smoothness = Smoothness::smooth;
  bool dropped_sigmoid = false;  ///< a final sigmoid was dropped: it is increasing and changes no critical point
};

/// Drops a final top-level sigmoid, then folds the selection into a final affine layer, exactly, or appends a row.
/// Errors  InputError if an output index is out of range, a margin uses one output twice, or a margin is asked of a
///         network whose final sigmoid would be dropped (differences of sigmoids are not monotone in the logits).
[[nodiscard]] Chain make_chain(const Network& network, const OutputSelection& output, const std::string& where);

[[nodiscard]] Smoothness smoothness_of(const std::vector<Layer>& layers);

/// The activation whose slope has kinks, for messages ("relu"); empty if the layers are C¹.
[[nodiscard]] std::string first_kinked_activation(const std::vector<Layer>& layers);

}  // namespace narrows
