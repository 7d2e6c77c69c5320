// Rule `tail`: in one dimension, all layers are regular on (-inf, lo] and on [hi, inf).
//
// Extended interval arithmetic: an infinite end is never attained, so 0 times it is 0, and a bound that is
// only the limit of a factor (such as slope 0 of tanh) does not prove that the factor is nonzero.
#include <limits>

#include "checker/rules/rules.hpp"

namespace narrows::checker {

void check_tail(const Setting& setting, double lo, double hi) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const Box& tail : {Box{{-infinity}, {lo}}, Box{{hi}, {infinity}}}) {
    BoxPass pass(setting.leaf_chain, setting.base(), tail, leaf_precision, Carry::values);
    for (std::size_t l = 0; l < setting.chain.size(); ++l) {
      if (!is_regular_on_trace(setting, setting.leaf_chain, l, pass.advance())) {
        reject("core", "tail", Reason::not_proved, "layer " + std::to_string(l + 1) + " may be singular",
               "regular layers on both tails");
      }
    }
  }
}

}  // namespace narrows::checker
