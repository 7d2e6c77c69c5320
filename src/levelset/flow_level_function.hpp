// The level function of a network with an ode layer: every question is answered by a tube.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/cancellation.hpp"
#include "levelset/level_function.hpp"

namespace narrows {

/// The function of a chain with one ode layer, and one or two inputs.
///
/// Once `stop` asks for it, boxes are not looked at any more: their enclosures are entire.
/// Errors  InputError for other chains, naming `where`.
[[nodiscard]] std::unique_ptr<LevelFunction> flow_level_function(const Chain& chain, const std::string& where,
                                                                 const StopToken& stop);

}  // namespace narrows
