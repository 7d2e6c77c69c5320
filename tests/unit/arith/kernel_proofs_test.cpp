// The proofs in proofs/kernels are about the kernels as they are: the same coefficients, constants and final bounds. Running
// the proofs is the business of `./dev proofs`; this test only reads them.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "arith/lane_coefficients.hpp"
#include "arith/lane_errors.hpp"

using namespace narrows;

namespace {

std::string script(const std::string& name) {
  std::ifstream file(NARROWS_PROOFS_DIR "/kernels/" + name);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// All matches of `pattern`, whose first group is a name and second a literal (or the reverse), as name -> values.
std::map<std::string, std::set<double>> literals(const std::string& text, const std::string& pattern, bool name_first) {
  std::map<std::string, std::set<double>> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator m(text.begin(), text.end(), expression), end; m != end; ++m)
    found[(*m)[name_first ? 1 : 2]].insert(std::strtod((*m)[name_first ? 2 : 1].str().c_str(), nullptr));
  return found;
}

using Values = std::map<std::string, std::set<double>>;
const std::string kHex = "(0x[0-9a-f.]+p[+-]?[0-9]+)";

Values assignments(const std::string& name) { return literals(script(name), "(\\w+) = " + kHex + ";", true); }

template <std::size_t n>
Values expected(const double (&coefficients)[n]) {
  Values values;
  for (std::size_t i = 0; i < n; ++i) values["c" + std::to_string(i)] = {coefficients[i]};
  return values;
}

const char* const kScripts[] = {"atanh_polynomial.sollya", "constants.sollya",       "expm1_polynomial.sollya",
                                "atanh_rounding.gappa",    "half_expm1.gappa",       "half_tanh.gappa",
                                "polynomial.gappa",        "polynomial_near_0.gappa", "reduction.gappa", "softplus.gappa"};

// Bounds marked "# kName", over all scripts.
Values marked_bounds() {
  Values all;
  for (const char* name : kScripts)
    for (const auto& [key, values] : literals(script(name), "<= " + kHex + "[ }]*# (k\\w+)", false))
      all[key].insert(values.begin(), values.end());
  return all;
}

}  // namespace

TEST_CASE("the coefficients in the proofs are those of the kernels") {
  for (const char* name : {"expm1_polynomial.sollya", "polynomial.gappa", "polynomial_near_0.gappa"})
    CHECK(assignments(name) == expected(kernel::kExpm1));
  for (const char* name : {"atanh_polynomial.sollya", "atanh_rounding.gappa"})
    CHECK(assignments(name) == expected(kernel::kAtanh));
  const Values reduction = {
      {"ln2High", {kernel::kLn2High}}, {"ln2Low", {kernel::kLn2Low}}, {"inverseLn2", {kernel::kInverseLn2}}};
  CHECK(assignments("reduction.gappa") == reduction);
  Values constants = reduction;
  constants["tanhWave"] = {kernel::kTanhWave};
  constants["tanhWaveNext"] = {kernel::kTanhWaveNext};
  constants["tanhPeak"] = {kernel::kTanhPeak};
  CHECK(assignments("constants.sollya") == constants);
}

TEST_CASE("the bounds that the proofs conclude are the published ones, and one lemma assumes what another proves") {
  const Values bounds = marked_bounds();
  for (const auto& [name, values] : bounds) {
    CAPTURE(name);
    CHECK(values.size() == 1);
  }
  const std::pair<const char*, double> published[] = {
      {"kTanhValueError", kTanhValueError},         {"kTanhSlopeError", kTanhSlopeError},
      {"kTanhCurvatureError", kTanhCurvatureError}, {"kTanhThirdError", kTanhThirdError},
      {"kSigmoidValueError", kSigmoidValueError},   {"kSoftplusValueError", kSoftplusValueError},
      {"kExpError", kExpError}};
  for (const auto& [name, value] : published) {
    CAPTURE(name);
    REQUIRE(bounds.count(name) == 1);
    CHECK(bounds.at(name) == std::set<double>{value});
  }
  // The cases k = 0, k = 1, k >= 2 of the error of h; the first is step 3 of README.md.
  for (const char* name : {"half_tanh.gappa", "softplus.gappa"}) {
    const auto thetas = literals(script(name), "#case .*(h -/ H).*?<= " + kHex, true);
    const std::set<double> cases = {0x1.84p-53, *bounds.at("kTheta1").begin(), *bounds.at("kTheta2").begin()};
    REQUIRE(thetas.count("h -/ H") == 1);
    CHECK(thetas.at("h -/ H") == cases);
  }
}

TEST_CASE("derived bounds follow from published ones by exact scaling") {
  CHECK(kSigmoidSlopeError == kTanhSlopeError);
  CHECK(kSigmoidCurvatureError == kTanhCurvatureError);
  CHECK(4 * kSigmoidThirdError == kTanhThirdError);
  CHECK(kSoftplusSlopeError == kSigmoidValueError);
  CHECK(kSoftplusCurvatureError == kSigmoidSlopeError);
  CHECK(kSoftplusThirdError == kSigmoidCurvatureError);
}
