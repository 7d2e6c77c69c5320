// The steps of a check, in order.
#include "checker/check.hpp"

#include <cfenv>
#include <exception>
#include <new>
#include <utility>

#include "checker/proof.hpp"
#include "checker/sha256.hpp"

namespace narrows::checker {
namespace {

/// Round to nearest and MPFR's full exponent range while a check runs.
class ArithmeticGuard {
 public:
  ArithmeticGuard() : rounding_(std::fegetround()), emin_(mpfr_get_emin()), emax_(mpfr_get_emax()) {
    std::fesetround(FE_TONEAREST);
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
  ~ArithmeticGuard() {
    std::fesetround(rounding_);
    mpfr_set_emin(emin_);
    mpfr_set_emax(emax_);
  }
  ArithmeticGuard(const ArithmeticGuard&) = delete;
  ArithmeticGuard& operator=(const ArithmeticGuard&) = delete;

 private:
  int rounding_;
  mpfr_exp_t emin_, emax_;
};

bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The embedded network; its hash must be right.
Network check_network(const Fields& fields, const Fields& source) {
  (void)source["file"].text();
  for (const Field& hash : {source["sha256"], fields["model_sha256"]}) {
    if (!is_hash(hash.text())) hash.fail(Reason::wrong_type, hash.text(), "64 lower-case hex digits");
  }
  const Field model = fields["model"];
  const std::string actual = sha256_hex(model.json().bytes);
  if (actual != fields["model_sha256"].text()) {
    reject("network.model", "hash", Reason::mismatch, actual, fields["model_sha256"].text());
  }
  return read_network(model);
}

void compare_network_file(const Options& options, const Network& network, const Fields& source) {
  if (!options.network) return;
  if (options.network_is_json) {
    const Json document = parse_json(*options.network, "network-file");
    if (read_network(Field(document, "network-file")) == network) return;
    reject("network-file", "network", Reason::mismatch, "another network", "the embedded model");
  }
  const std::string actual = sha256_hex(*options.network);
  if (actual != source["sha256"].text()) {
    reject("network-file", "hash", Reason::mismatch, actual, source["sha256"].text());
  }
}

/// The claim line of a certificate that holds; otherwise a Rejection is thrown.
std::string checked_claim(std::string_view certificate, const Options& options) {
  const Json document = parse_json(certificate, "document");
  const Fields fields(Field(document, "document"), {"format", "tool", "note", "claim", "network", "proof"});
  if (fields["format"].text() != "narrows-certificate/1") {
    fields["format"].fail(Reason::mismatch, fields["format"].text(), "narrows-certificate/1");
  }
  (void)fields["tool"].text();
  const Fields network_fields(fields["network"], {"source", "model_sha256", "model"});
  const Fields source(network_fields["source"], {"file", "sha256"});
  const Network network = check_network(network_fields, source);
  compare_network_file(options, network, source);

  const Claim claim = read_claim(fields["claim"], network.input_dim);
  const Established established =
      check_proof(fields["proof"], claim, fold_output(network, claim.output), network.input_dim);
  check_conclusion(claim, established);

  std::string line = claim_line(claim, network.input_dim);
  if (options.claim && *options.claim != line) {
    reject("claim", "claim-text", Reason::mismatch, line, std::string(*options.claim));
  }
  return line;
}

Outcome rejected(const char* step, Reason reason, const char* got, const char* expected) {
  Outcome outcome;
  outcome.rejected.emplace();
  outcome.rejected->step = step;
  outcome.rejected->rule = "checker";
  outcome.rejected->reason = reason;
  outcome.rejected->got = got;
  outcome.rejected->expected = expected;
  return outcome;
}

}  // namespace

Outcome check(std::string_view certificate, const Options& options) noexcept {
  const ArithmeticGuard guard;
  try {
    return {std::nullopt, checked_claim(certificate, options)};
  } catch (Rejection& rejection) {
    return {std::move(rejection.rejected), {}};  // moving does not allocate
  } catch (const std::bad_alloc&) {
    return rejected("memory", Reason::limit, "no", "more");  // short strings: no allocation
  } catch (const std::exception&) {
    return rejected("internal", Reason::limit, "exception", "none");
  }
}

}  // namespace narrows::checker
