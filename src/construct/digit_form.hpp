// A one-neuron ResNet of the kind of Theorems 1 and 5, read off its blocks: N(x) = G(φ(x_d) + s_1(x_1) + … + s_{d−1}(x_{d−1})).
//
// Nothing is taken on trust from the construction: whatever network has this form is analysed exactly.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "construct/block_network.hpp"
#include "construct/line_function.hpp"

namespace narrows {

struct DigitForm {
  LineFunction phi;                 ///< φ, of x_d
  std::vector<LineFunction> stairs;  ///< s_i, of x_i, i < d
  LineFunction code;                ///< G
};

/// Blocks in this order: x_d from x_d; x_d from x_1 … x_{d−1}; x_1 from x_1, until it is constant; x_1 from x_d. Output e_1.
/// Special  nothing if a block does not fit; *why says which. Precondition: dim >= 2.
[[nodiscard]] std::optional<DigitForm> digit_form(const OneNeuronNetwork& net, std::string* why);

/// A network of one variable as a function. Precondition: dim == 1.
[[nodiscard]] LineFunction line_form(const OneNeuronNetwork& net);

/// N = 0 wherever some coordinate is outside (0,1), exactly decided from the suprema of φ and s_i there.
[[nodiscard]] bool vanishes_off_cube(const DigitForm& form);
/// The same for one variable.
[[nodiscard]] bool vanishes_off_cube(const LineFunction& form);

}  // namespace narrows
