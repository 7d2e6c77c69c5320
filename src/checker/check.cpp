// The steps of a check, in order.
#include "checker/check.hpp"

#include <algorithm>
#include <cfenv>
#include <iterator>
#include <new>
#include <utility>

#include "checker/proof.hpp"
#include "checker/rules/robustness.hpp"
#include "checker/sha256.hpp"

namespace narrows::checker {
namespace {

/// Doubles as IEEE 754 has them by default (to nearest, subnormals kept) and MPFR's full exponent range while a check runs.
class ArithmeticGuard {
 public:
  ArithmeticGuard() : emin_(mpfr_get_emin()), emax_(mpfr_get_emax()) {
    std::fegetenv(&doubles_);
    std::fesetenv(FE_DFL_ENV);
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
  ~ArithmeticGuard() {
    std::fesetenv(&doubles_);
    mpfr_set_emin(emin_);
    mpfr_set_emax(emax_);
  }
  ArithmeticGuard(const ArithmeticGuard&) = delete;
  ArithmeticGuard& operator=(const ArithmeticGuard&) = delete;

 private:
  std::fenv_t doubles_{};
  mpfr_exp_t emin_, emax_;
};

bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The embedded model; its hash must be right.
Field check_model(const Field& fields, const Field& source) {
  (void)source["file"].text();
  for (const Field& hash : {source["sha256"], fields["model_sha256"]}) {
    if (!is_hash(hash.text())) hash.fail(Reason::wrong_type, hash.text(), "64 lower-case hex digits");
  }
  const Field model = fields["model"];
  const std::string actual = sha256_hex(model.bytes());
  if (actual != fields["model_sha256"].text()) {
    reject("network.model", "hash", Reason::mismatch, actual, fields["model_sha256"].text());
  }
  return model;
}

/// `read` is the reader of `network`.
template <class AnyNetwork>
void compare_network_file(const Options& options, const AnyNetwork& network, AnyNetwork (*read)(const Field&),
                          const Field& source) {
  if (!options.network) return;
  if (options.network_is_json) {
    const Json document = parse_json(*options.network, "network-file");
    if (read(Field(document, "network-file")) == network) return;
    reject("network-file", "network", Reason::mismatch, "another network", "the embedded model");
  }
  const std::string actual = sha256_hex(*options.network);
  if (actual != source["sha256"].text()) {
    reject("network-file", "hash", Reason::mismatch, actual, source["sha256"].text());
  }
}

std::string checked_robust_claim(const Field& fields, const Field& model, const Field& source,
                                 const Options& options) {
  const SparseNetwork network = read_sparse_network(model);
  compare_network_file(options, network, read_sparse_network, source);
  return check_robust_claim(fields["claim"], fields["proof"], network);
}

/// A claim of any other kind.
std::string checked_claim_of(const Field& fields, const Field& model, const Field& source,
                             const Options& options) {
  const Network network = read_network(model);
  compare_network_file(options, network, read_network, source);
  using ClaimCheck = std::string (*)(const Field& claim, const Field& proof, const Network& network);
  constexpr std::pair<std::string_view, ClaimCheck> kinds[] = {{"level-set", check_level_set_claim},
                                                               {"regime-map", check_regime_claim},
                                                               {"branches", check_branch_claim},
                                                               {"channel-ratios", check_ratio_claim},
                                                               {"tunnel", check_tunnel_claim},
                                                               {"level-curve", check_level_curve_claim},
                                                               {"level-area", check_level_area_claim},
                                                               {"sup-error", check_sup_error_claim},
                                                               {"distance", check_distance_claim},
                                                               {"ode-flow", check_ode_claim},
                                                               {"approximation", check_approximation_claim}, {"clarke-critical-point", check_clarke_claim}};
  const std::string& kind = fields["claim"]["kind"].text();
  const auto* found =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const auto& k) { return k.first == kind; });
  if (found != std::end(kinds)) return found->second(fields["claim"], fields["proof"], network);
  const Claim claim = read_claim(fields["claim"], network.input_dim);
  Setting setting(fold_output(network, claim.output), network.input_dim, claim.domain);
  check_proof(fields["proof"], setting);
  check_conclusion(claim, setting);
  return claim_line(claim, network.input_dim);
}

/// The claim line of a certificate that holds; otherwise a Rejection is thrown.
std::string checked_claim(std::string_view certificate, const Options& options) {
  const Json document = parse_json(certificate, "document");
  const Field fields(Field(document, "document"), {"format", "tool", "note", "claim", "network", "proof"});
  fields["format"].require_text("narrows-certificate/1");
  (void)fields["tool"].text();
  const Field network_fields(fields["network"], {"source", "model_sha256", "model"});
  const Field source(network_fields["source"], {"file", "sha256"});
  const Field model = check_model(network_fields, source);
  const bool robust = fields["claim"]["kind"].text() == "robust";
  const std::string line = robust ? checked_robust_claim(fields, model, source, options)
                                  : checked_claim_of(fields, model, source, options);
  if (options.claim && *options.claim != line) {
    reject("claim", "claim-text", Reason::mismatch, line, std::string(*options.claim));
  }
  return line;
}

/// All strings are short, so that nothing is allocated.
Outcome rejected(const char* step, const char* got, const char* expected) {
  return {Rejected{step, "checker", Reason::limit, got, expected}, {}};
}

}  // namespace

Outcome check(std::string_view certificate, const Options& options) noexcept {
  const ArithmeticGuard guard;
  try {
    return {std::nullopt, checked_claim(certificate, options)};
  } catch (Rejection& rejection) {
    return {std::move(rejection.rejected), {}};  // moving does not allocate
  } catch (const std::bad_alloc&) {
    return rejected("memory", "no", "more");
  } catch (...) {
    return rejected("internal", "exception", "none");
  }
}

}  // namespace narrows::checker
