// Is a convolutional network the function whose errors are enclosed? Decided from its weights, for all x in [0,1]^D at once.
//
// Idea: the blocks are read as forms (relu_form.hpp) of the input; what the theorem's function is, a sum of hats times products of clipped coordinates, is
// written as a form on its own, from the formulas of the theory page. Equal forms are equal functions. How the network carries values along,
// splits signs, groups subnets or reads the input through short filters leaves no trace in the form; a weight that matters does.
#pragma once

#include <optional>
#include <string>

#include "base/cancellation.hpp"
#include "construct/conv_resnet.hpp"
#include "construct/nodal_table.hpp"
#include "construct/relu_form.hpp"

namespace narrows {

struct NetworkReading {
  std::optional<ReluForm> form;  ///< of the network on [0,1]^D
  std::string reason;            ///< why there is none
};
/// The network as one form. Exact; no form if a block reads what other blocks have added, or changes its input, or when stopped.
[[nodiscard]] NetworkReading read_network(ReluAlgebra& algebra, const ConvResNet& net,
                                          const StopToken& stop = {});

/// Equality with Σ over nodes and monomials of c_{v,α} φ_v ((x − v)/h)^α, the products being prod_m (Theorems D, E, G, H), on [0,1]^D.
/// Hats are relu(h − max(0, y_1 … y_D) − max(0, −y_1 … −y_D)), or with `tents` (D = 1) second differences of hinges.
/// Returns  nothing if proved, else why not. Failure proves nothing.
[[nodiscard]] std::optional<std::string> difference_from_hats(const ConvResNet& net, NodalTable& table,
                                                              const std::vector<MeshNode>& nodes,
                                                              unsigned product_depth, bool tents,
                                                              const StopToken& stop = {});

/// Equality with prod_m on [0,1]² (Theorem F). Returns as above.
[[nodiscard]] std::optional<std::string> difference_from_product(const ConvResNet& net,
                                                                 unsigned product_depth,
                                                                 const StopToken& stop = {});

}  // namespace narrows
