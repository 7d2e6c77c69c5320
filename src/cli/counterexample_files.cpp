#include "cli/counterexample_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/atomic_file.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "certify/clarke_certificate.hpp"
#include "certify/level_curve_certificate.hpp"
#include "certify/levelset_certificate.hpp"
#include "certify/threshold_certificate.hpp"
#include "certify/tunnel_certificate.hpp"
#include "checker/check.hpp"
#include "cli/output_files.hpp"
#include "counterexample/statement.hpp"
#include "io/network_json.hpp"
#include "io/onnx_write.hpp"
#include "plot/critical_picture.hpp"
#include "plot/level_picture.hpp"
#include "plot/partition_picture.hpp"

namespace narrows::cli {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// "out/a.cert.json" and "below" give "out/a.below.cert.json".
std::string tagged(const std::string& path, const std::string& tag) {
  const std::size_t folder = path.rfind('/') + 1, dot = path.find('.', folder);
  return dot == std::string::npos ? path + "." + tag : path.substr(0, dot) + "." + tag + path.substr(dot);
}

bool is_piecewise_linear_claim(ClaimId claim) {
  return claim == ClaimId::clarke || claim == ClaimId::width_d;
}

/// A certificate beside the first one: its tag and text. The first has no tag.
struct TaggedCertificate {
  std::string tag, text;
  bool says_less = false;  ///< than the result that it was made from
};

TaggedCertificate ratios_of(const Counterexample& found, const CertificateSource& source) {
  ThresholdCertificate ratios = threshold_certificate(*found.thresholds, found.network, false, source);
  return {"ratios", std::move(ratios.text), ratios.says_less};
}

std::vector<TaggedCertificate> certificates_of(const Counterexample& found, const CertificateSource& source,
                                               const CertificateSource& below) {
  const OutputSelection output;
  switch (found.claim) {
    case ClaimId::lipschitz_ratio:
    case ClaimId::ode_regime:
      return {{"", critical_certificate(*found.critical, found.network, output, source)},
              ratios_of(found, source)};
    case ClaimId::critical_ratio:
      return {{"", critical_certificate(*found.critical, found.network, output, source)},
              {"below", critical_certificate(*found.below_critical, *found.below, output, below)},
              ratios_of(found, source)};
    case ClaimId::value_error:
      return {{"", critical_certificate(*found.critical, found.network, output, source)},
              {"error", sup_error_certificate(*found.error, found.network, output, source)}};
    case ClaimId::clarke:
      return {{"", clarke_certificate(*found.clarke, found.regular, found.network, output, source)},
              {"layers",
               threshold_certificate(find_thresholds(found.network), found.network, false, source).text}};
    case ClaimId::width_d:
      return {{"", levelset_certificate(*found.levels, found.network, output, source)}};
    case ClaimId::unbounded_levels:
      break;
  }
  std::vector<TaggedCertificate> list{{"", tunnel_certificate(*found.tunnel, found.network, output, source)}};
  if (found.curve && found.curve->verdict == Verdict::proved) {
    std::string text;
    write_level_curve_certificate(*found.curve, {}, found.network, output, source,
                                  [&text](std::string_view piece) { text += piece; });
    list.push_back({"curve", text});
  }
  return list;
}

void draw(const Counterexample& found, const std::string& path) {
  const Chain chain = make_chain(found.network, {}, path);
  const std::string title = refutable_claim(found.claim).name;
  if (found.levels) return draw_partition_picture(chain, *found.levels, title, path);
  if (found.clarke) return draw_partition_picture(chain, analyse_level_sets(chain, {}, path), title, path);
  if (!found.curve) return draw_critical_picture(chain, *found.critical, title, path);
  LevelPicture picture;
  picture.curve = found.curve.get();
  picture.polygons = polygons_of(*found.curve, *level_function(chain, path));
  picture.tunnel = &*found.tunnel;
  picture.critical = &*found.critical;
  draw_level_picture(chain, picture, title, path);
}

}  // namespace

void CounterexampleFiles::add(CLI::App* command) {
  command
      ->add_option("-o,--out", networks,
                   "write the network to FILE, .json (narrows-network/1) or .onnx; may be repeated")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  command->add_option("--certificate", certificate, "write the proof to FILE (checked by narrows-check)")
      ->type_name("FILE");
  command->add_option("--picture", pictures, "draw it (at most two inputs): .svg or .png; may be repeated")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  command->add_option("--statement", statements, "write it as one paragraph, .md or .tex; may be repeated")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
}

void CounterexampleFiles::add_stem(const std::string& stem, const CounterexampleRequest& request) {
  networks.push_back(stem + ".json");
  networks.push_back(stem + ".onnx");
  best_effort.push_back(stem + ".onnx");
  if (certificate.empty()) certificate = stem + ".cert.json";
  const std::size_t d = request.dimension.value_or(2);
  if (d == 2 || (d == 1 && !is_piecewise_linear_claim(request.claim))) pictures.push_back(stem + ".svg");
  statements.push_back(stem + ".md");
  statements.push_back(stem + ".tex");
}

void CounterexampleFiles::require_writable(const CounterexampleRequest& request) const {
  const auto require = [](const std::vector<std::string>& files, const std::string& option,
                          const std::string& a, const std::string& b) {
    for (const std::string& file : files)
      if (!ends_with(file, a) && !ends_with(file, b))
        throw InputError(option, "'" + file + "' has no known ending", "use " + a + " or " + b,
                         ExitCode::usage);
  };
  require(networks, "--out", ".json", ".onnx");
  require(pictures, "--picture", ".svg", ".png");
  require(statements, "--statement", ".md", ".tex");
  for (const auto& files : {networks, {certificate}, pictures, statements}) cli::require_writable(files);
  const std::size_t d = request.dimension.value_or(2);
  if (!pictures.empty() && (d > 2 || (d < 2 && is_piecewise_linear_claim(request.claim))))
    throw InputError("--picture", "pictures are drawn of networks with at most two inputs", "leave it out",
                     ExitCode::usage);
}

WrittenFiles CounterexampleFiles::write(const Counterexample& found) const {
  WrittenFiles written;
  std::vector<std::pair<std::string, std::string>> texts;  // all of them before the first is written
  const auto put = [&texts](const std::string& file, std::string text) {
    texts.emplace_back(file, std::move(text));
  };
  const auto put_network = [&](const std::string& file, const Network& network) {
    if (ends_with(file, ".json")) return put(file, network_to_json(network, false));
    try {
      put(file, network_to_onnx(network, file));
    } catch (const InputError& error) {
      if (std::find(best_effort.begin(), best_effort.end(), file) == best_effort.end()) throw;
      written.notes.push_back(std::string("no ONNX file: ") + error.what());
    }
  };
  const auto json = std::find_if(networks.begin(), networks.end(),
                                 [](const std::string& file) { return ends_with(file, ".json"); });
  written.network = json != networks.end() ? name_of(*json) : found.network.name + ".json";
  written.sha256 = sha256_hex(network_to_json(found.network, false));
  CertificateSource source{written.network, written.sha256}, below;
  for (const std::string& file : networks) {
    put_network(file, found.network);
    if (found.below) put_network(tagged(file, "below"), *found.below);
  }
  if (found.below)
    below = {tagged(written.network, "below"), sha256_hex(network_to_json(*found.below, false))};
  for (const TaggedCertificate& one : certificates_of(found, source, below)) {
    const std::string file = one.tag.empty() ? certificate : tagged(certificate, one.tag);
    if (const checker::Outcome outcome = checker::check(one.text); !outcome.accepted())
      written.rejected.push_back(fmt::format("the checker does not accept the certificate{}: {} {}",
                                             one.tag.empty() ? "" : " of " + one.tag, outcome.rejected->rule,
                                             outcome.rejected->got));
    if (one.says_less && blocks_above_critical_ratio(found) > 0)
      written.rejected.push_back("the certificate of " + one.tag + " says less than was found");
    if (certificate.empty()) continue;
    written.certificates.push_back(file);
    put(file, one.text);
  }
  std::vector<std::string> names;
  for (const std::string& file : written.certificates) names.push_back(name_of(file));
  for (const std::string& file : statements)
    if (written.rejected.empty())
      put(file,
          counterexample_statement(found, ends_with(file, ".tex") ? Markup::latex : Markup::markdown, names));
  for (const auto& [file, text] : texts) {
    write_file_atomically(file, text);
    written.all.push_back(file);
  }
  for (const std::string& picture : pictures) {
    draw(found, picture);
    written.all.push_back(picture);
  }
  return written;
}

}  // namespace narrows::cli
