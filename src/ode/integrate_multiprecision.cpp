// The same integration with 50 and 100 decimal digits (MPFR through Boost.Multiprecision).
#include <boost/multiprecision/mpfr.hpp>
#include <boost/numeric/odeint/algebra/detail/extract_value_type.hpp>

namespace narrows::integration {
template <unsigned Digits>
using Big = boost::multiprecision::number<
    boost::multiprecision::mpfr_float_backend<Digits, boost::multiprecision::allocate_stack>,
    boost::multiprecision::et_off>;
}  // namespace narrows::integration

// Odeint follows value_type to its end; that of a multiprecision number is not a number to compute with.
namespace boost::numeric::odeint::detail {
template <>
struct extract_value_type<narrows::integration::Big<50>, void> {
  using type = narrows::integration::Big<50>;
};
template <>
struct extract_value_type<narrows::integration::Big<100>, void> {
  using type = narrows::integration::Big<100>;
};
}  // namespace boost::numeric::odeint::detail

#include "ode/integrate_with.hpp"

namespace narrows::integration {

template <unsigned Digits>
struct NumberTraits<Big<Digits>> {
  using T = Big<Digits>;
  static T rounded(const Rational& q) {
    T result;
    mpfr_set_q(result.backend().data(), q.backend().data(), MPFR_RNDN);
    return result;
  }
  static Rational exact(const T& x) {
    Rational result;
    mpfr_get_q(result.backend().data(), x.backend().data());
    return result;
  }
  static std::string text(const T& x) { return x.str(Digits, std::ios_base::scientific); }
  /// Orders 5, 8 and about 17: what each reaches in seconds.
  static T tolerance(StepperKind stepper) {
    switch (stepper) {
      case StepperKind::dopri5:
        return T("1e-18");
      case StepperKind::fehlberg78:
        return T("1e-28");
      case StepperKind::bulirsch_stoer:
        break;
    }
    return T("1e-43");
  }
  static T epsilon() { return std::numeric_limits<T>::epsilon() * 1024; }
};

Integration integrate_50(const FlowNetwork& network, const std::vector<Rational>& x,
                         const IntegrationOptions& options) {
  return integrate<Big<50>>(network, x, options);
}
Integration integrate_100(const FlowNetwork& network, const std::vector<Rational>& x,
                          const IntegrationOptions& options) {
  return integrate<Big<100>>(network, x, options);
}

}  // namespace narrows::integration
