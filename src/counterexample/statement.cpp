#include "counterexample/statement.hpp"
#include "base/counted.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace narrows {
namespace {

std::string matrix_text(std::size_t rows, std::size_t cols, const std::vector<Rational>& entries) {
  if (rows == 1 && cols == 1) return to_text(entries[0]);
  std::string text = "\\left(\\begin{smallmatrix}";
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j)
      text += to_text(entries[i * cols + j]) + (j + 1 < cols ? " & " : i + 1 < rows ? " \\\\ " : "");
  return text + "\\end{smallmatrix}\\right)";
}

std::string function_text(Activation function) {
  return function == Activation::tanh || function == Activation::sin || function == Activation::arctan
             ? "\\" + std::string(to_string(function))
             : fmt::format("\\mathrm{{{}}}",
                           function == Activation::leaky_relu ? "lrelu" : to_string(function));
}

const AffineLayer& affine(const Layer& layer) {
  return std::get<AffineLayer>(layer.value);
}
std::string weight_text(const AffineLayer& layer) {
  return matrix_text(layer.rows, layer.cols, layer.weight);
}
bool has_bias(const AffineLayer& layer) {
  return std::any_of(layer.bias.begin(), layer.bias.end(), [](const Rational& b) { return b != 0; });
}

/// Σ W_l = …, b_l = …, W̃_l = …; a bias of zeros is left out.
std::string block_text(const std::vector<Layer>& branch, const std::string& index) {
  std::string text = fmt::format("$W{}={}$", index, weight_text(affine(branch[0])));
  if (has_bias(affine(branch[0])))
    text += fmt::format(", $b{}={}$", index, matrix_text(affine(branch[0]).rows, 1, affine(branch[0]).bias));
  if (branch.size() > 2) text += fmt::format(", $\\tilde W{}={}$", index, weight_text(affine(branch[2])));
  return text;
}

std::string network_text(const Counterexample& found) {
  const Family& family = found.candidate.family;
  const std::string sigma = function_text(family.activation), delta = to_text(family.ratio);
  const std::vector<Layer>& layers = found.network.layers;
  bool biased = false;
  std::string numbers;
  for (std::size_t block = 0; block < (family.shared ? 1 : family.blocks); ++block) {
    const std::string index = family.shared || family.blocks == 1 ? "" : fmt::format("_{}", block + 1);
    const std::vector<Layer> branch = family.residual
                                          ? std::get<ResidualLayer>(layers[block].value).branch
                                          : std::vector<Layer>{layers[2 * block], layers[2 * block + 1]};
    biased = biased || has_bias(affine(branch[0]));
    numbers += (numbers.empty() ? "" : "; ") + block_text(branch, index);
  }
  if (family.blocks == 1) {
    const std::string image = fmt::format("{}(Wx{})", sigma, biased ? "+b" : "");
    return fmt::format("$\\Phi(x)=w^\\top{}$ with {} and $w^\\top={}$",
                       family.residual ? fmt::format("\\bigl(x+{}\\tilde W{}\\bigr)",
                                                     family.ratio == 1 ? "" : delta + "\\,", image)
                                       : image,
                       numbers, weight_text(affine(layers.back())));
  }
  const std::string index = family.shared ? "" : "_l",
                    argument = fmt::format("W{}h_{{l-1}}{}", index, biased ? "+b" + index : "");
  const std::string step = family.residual
                               ? fmt::format("h_l=h_{{l-1}}+{}\\tilde W{}{}({})",
                                             family.ratio == 1 ? "" : delta + "\\,", index, sigma, argument)
                               : fmt::format("h_l={}({})", sigma, argument);
  return fmt::format(
      "$\\Phi(x)=w^\\top h_{{{}}}$, $h_0=x$, ${}$ for $l=1,\\dots,{}$, with {} and $w^\\top={}$",
      family.blocks, step, family.blocks, numbers, weight_text(affine(layers.back())));
}

std::string point_text(const CriticalPoint& point) {
  std::string text = "(";
  for (std::size_t i = 0; i < point.box.size(); ++i)
    text += fmt::format("{}{:.6g}", i ? ", " : "", midpoint(point.box[i]));
  return text + ")";
}

const CriticalPoint& first_inside(const CertifyResult& result) {
  return *std::find_if(result.critical_points.begin(), result.critical_points.end(),
                       [](const CriticalPoint& point) { return point.inside; });
}

std::string critical_text(const CertifyResult& result) {
  const auto inside =
      static_cast<std::size_t>(std::count_if(result.critical_points.begin(), result.critical_points.end(),
                                             [](const CriticalPoint& point) { return point.inside; }));
  const CriticalPoint& first = first_inside(result);
  return fmt::format("it has {}{} in {}, one of them ≈ {}{}", result.complete ? "exactly " : "at least ",
                     counted(inside, "critical point"), to_string(result.domain), point_text(first),
                     first.morse_index ? fmt::format(" of Morse index {}", *first.morse_index) : "");
}

std::string approx_text(const Rational& x) {
  return fmt::format("{:.8g}", mpq_get_d(x.backend().data()));
}

std::string ratio_text(const Counterexample& found) {
  const CriticalRatio& critical = *found.thresholds->layers.front().critical;
  const Rational& below = std::get<ResidualLayer>(found.below->layers.front().value).residual;
  return fmt::format(
      "its critical ratio is α* ≈ {}; at α = {}, at most 1 % above, {}; at α = {}, at most 1 % below, the "
      "same network has none in all of R^{}",
      approx_text(critical.lower), to_text(found.candidate.family.ratio), critical_text(*found.critical),
      to_text(below), found.candidate.family.dim);
}

std::string level_text(const Counterexample& found) {
  std::string text = fmt::format(
      "the component of {{Φ {} {}}} that contains ({}) is bounded: it lies inside a barrier on which Φ is on "
      "the other side of the level",
      found.tunnel->positive ? ">" : "<", to_text(found.tunnel->level), fmt::join(found.tunnel->from, ", "));
  if (found.curve && found.curve->verdict == Verdict::proved)
    text += fmt::format("; in {}{} the level set consists of {} and {}",
                        found.network.input_dim == 2 ? "the box " : "", to_string(found.tunnel->domain),
                        counted(found.curve->closed_curves(), "closed curve"),
                        counted(found.curve->arcs(), "arc"));
  return text;
}

std::string error_text(const Counterexample& found) {
  return fmt::format(
      "on {} it differs from x1 + … + xd by at most {:.6g}, but {}: there the gradients differ by (1, …, 1)",
      to_string(found.error->domain), found.error->error.upper(), critical_text(*found.critical));
}

std::string clarke_text(const ClarkeHull& hull) {
  std::string sum;
  for (std::size_t i = 0; i < hull.weights.size(); ++i) {
    std::string gradient;
    for (const Rational& entry : hull.gradients[i])
      gradient += (gradient.empty() ? "" : ", ") + to_text(entry);
    sum += fmt::format("{}{}·({})", i ? " + " : "", to_text(hull.weights[i]), gradient);
  }
  return fmt::format(
      "every layer is regular for all slopes of its closed Clarke box, and yet 0 = {} is a convex "
      "combination of limits of gradients at 0",
      sum);
}

std::string width_text(const Counterexample& found) {
  const bool above = found.levels->level > 0;
  std::string text = fmt::format(
      "{{Φ {} {}}} is unbounded (this is what the certificate says); it is a union of finitely many "
      "polyhedra "
      "with interior, so an unbounded one of them has infinite measure, and the L1(R^d) distance of this "
      "network to every integrable function is infinite; that it is infinite for every other network of "
      "width d but 0, too, is Theorem 8 (one-neuron/N8) and no part of the certificate",
      above ? ">" : "<", to_text(found.levels->level));
  if (found.growth)
    text += fmt::format(
        "; by that theorem's formula for a tube, which is no part of the certificate either, the distance "
        "over "
        "[-R,R]^d exceeds the norm of the hat function for R = {:.4g}, whatever the function does there, if "
        "its support is in [-1,1]^d",
        mpq_get_d(found.growth->radius_for(2).backend().data()));
  return text;
}

std::string lipschitz_text(const Counterexample& found) {
  const std::size_t certified = blocks_above_critical_ratio(found), blocks = found.candidate.family.blocks;
  const std::string premise =
      certified == blocks
          ? "every channel ratio is above the critical ratio α* of its block, hence above the Lipschitz "
            "ratio "
            "1/(s‖W̃‖‖W‖), which is at most α* (certified by the channel ratios)"
          : fmt::format(
                "every channel ratio is above the Lipschitz ratio, by exact arithmetic; {} of {} even above "
                "the critical ratio α* (certified by the channel ratios)",
                certified, counted(blocks, "block"));
  return premise + ", and " + critical_text(*found.critical);
}

std::string regime_text(const Counterexample& found) {
  const std::size_t certified = blocks_above_critical_ratio(found), blocks = found.candidate.family.blocks;
  const std::string above =
      certified == 0 ? ""
                     : fmt::format("; the ratio 2/L = {} is above the critical ratio α* of {} of the {} (certified by the channel ratios)",
                                   to_text(found.candidate.family.ratio), certified == blocks ? "each" : std::to_string(certified),
                                   counted(blocks, "block"));
  return fmt::format(
      "it takes L = {} Euler steps of length 2/L of one neural ODE (read off the equal blocks of the network "
      "in the certificate), which has no critical point itself (T10), and {}{}: the regime is nominal only",
      blocks, critical_text(*found.critical), above);
}

}  // namespace

std::size_t blocks_above_critical_ratio(const Counterexample& found) {
  constexpr std::size_t most_neurons = 20;  // of the exact tests that a certificate can hold
  if (!found.thresholds || found.candidate.family.neurons > most_neurons) return 0;
  const auto& layers = found.thresholds->layers;
  return static_cast<std::size_t>(
      std::count_if(layers.begin(), layers.end(), [](const LayerThreshold& layer) {
        return layer.ratio && layer.critical && layer.critical->upper &&
               *layer.critical->upper < abs(*layer.ratio);
      }));
}

std::string counterexample_finding(const Counterexample& found) {
  switch (found.claim) {
    case ClaimId::lipschitz_ratio:
      return lipschitz_text(found);
    case ClaimId::critical_ratio:
      return ratio_text(found);
    case ClaimId::unbounded_levels:
      return level_text(found);
    case ClaimId::clarke:
      return clarke_text(*found.clarke);
    case ClaimId::value_error:
      return error_text(found);
    case ClaimId::width_d:
      return width_text(found);
    case ClaimId::ode_regime:
      break;
  }
  return regime_text(found);
}

std::string counterexample_sampled(const Counterexample& found) {
  if (found.claim != ClaimId::width_d) return "";
  return fmt::format(
      "at sample points of [-1,1]^d the mean error to the hat function is {:.2f} of that of the zero network",
      found.cube_error);
}

namespace {

/// Plain text as LaTeX: what is special there, and the few letters that a plain engine lacks.
std::string latex_text(std::string text) {
  const std::pair<const char*, const char*> replacements[] = {{"%", "\\%"},
                                                              {"{", "\\{"},
                                                              {"}", "\\}"},
                                                              {"^d", "$^d$"},
                                                              {"^2", "$^2$"},
                                                              {"^3", "$^3$"},
                                                              {"‖W̃‖‖W‖", "$\\|\\tilde W\\|\\,\\|W\\|$"},
                                                              {"Φ", "$\\Phi$"},
                                                              {"α*", "$\\alpha^*$"},
                                                              {"α", "$\\alpha$"},
                                                              {"δ", "$\\delta$"},
                                                              {"≈", "$\\approx$"},
                                                              {"…", "\\dots "},
                                                              {"·", "$\\cdot$"},
                                                              {">", "$>$"},
                                                              {"<", "$<$"}};
  for (const auto& [from, to] : replacements)
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + std::string(to).size()))
      text.replace(at, std::string(from).size(), to);
  return text;
}

}  // namespace

std::string counterexample_statement(const Counterexample& found, Markup markup,
                                     const std::vector<std::string>& certificates) {
  const Candidate& candidate = found.candidate;
  const auto plain = [markup](const std::string& text) {
    return markup == Markup::latex ? latex_text(text) : text;
  };
  const std::string claim = refutable_claim(found.claim).statement;
  std::string files;
  for (const std::string& file : certificates)
    files += (!files.empty()             ? ", "
              : certificates.size() == 1 ? " Certificate: "
                                         : " Certificates: ") +
             (markup == Markup::latex ? "\\texttt{\\detokenize{" + file + "}}" : "`" + file + "`");
  if (!files.empty())
    files += plain(certificates.size() == 1 ? ", accepted by narrows-check."
                                            : ", each accepted by narrows-check.");
  const std::string sampled = counterexample_sampled(found);
  return fmt::format(
      "{} {} {} {}{} {} {}{}{}\n",
      markup == Markup::latex ? "\\paragraph{Counterexample.}" : "**Counterexample.**",
      plain("It is not true that " + claim + "."), "Consider", network_text(found),
      plain(fmt::format(" ({} inputs, {}, {} bits per weight).", candidate.family.dim,
                        counted(candidate.family.blocks, candidate.family.residual ? "block" : "layer"),
                        weight_bits(candidate))),
      plain("It is proved that"), plain(counterexample_finding(found) + "."), files,
      sampled.empty() ? "" : plain(" Sampled, not proved: " + sampled + "."));
}

}  // namespace narrows
