// `certify` for chains with an ode layer: no critical point in a box, by branch and bound over tubes.
//
// Idea: where every layer is regular on all of R^d nothing need be searched (T1, T10). Else boxes are halved until on each a
// direction u has u·∇Φ > 0; if all layers up to the flow are regular everywhere, the derivative of Φ by the state behind the flow will
// do (T1), and no Jacobian is integrated. Critical points are not enclosed: a box that holds one stays undecided.
#pragma once

#include <string>

#include "critical/certify.hpp"

namespace narrows {

/// What certify() says of a chain with one ode layer; where that leaves a box undecided, the search.
///
/// Guarantee  as of certify(); the verdict is `proved` or `undecided`.
/// Errors     as of certify(), and InputError for chains that FlowFunction does not know.
[[nodiscard]] CertifyResult certify_with_flow(const Chain& chain, const Domain& domain, const CertifyOptions& options,
                                              const std::string& where);

}  // namespace narrows
