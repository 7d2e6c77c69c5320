#include "cli/tunnel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/counted.hpp"
#include "base/errors.hpp"
#include "certify/tunnel_certificate.hpp"
#include "cli/gzip.hpp"
#include "io/domain_parse.hpp"

namespace narrows::cli {
namespace {

Json box_of(const Box& box) {
  Json sides = Json::array();
  for (std::size_t i = 0; i < box.dim(); ++i) sides.push_back(Json::array({box.lower[i], box.upper[i]}));
  return sides;
}

/// The checker evaluates smooth and C¹ networks only: for kinked ones `levelset` has exact proofs of its own.
void require_checkable(const SelectedNetwork& net, const std::string& option) {
  if (net.chain.smoothness != Smoothness::lipschitz) return;
  throw InputError(option,
                   "no certificate of this kind exists for the kinked activation " +
                       first_kinked_activation(net.chain.layers),
                   "leave the option out", ExitCode::usage);
}

CertificateSource source_of(const SelectedNetwork& net, const NetworkArguments& network) {
  return {network.file_name(), net.loaded.sha256};
}

}  // namespace

void TunnelArguments::add(CLI::App* command) {
  command
      ->add_option(
          "--target", target,
          "the certified error sup |f - network| on the domain (box or ball), beside the lower bound of T6: "
          "a polynomial such as \"x1^2+x2^2\" or \"|x|^2\", \"sigmoid(POLYNOMIAL)\", or square, disc, xor")
      ->type_name("F");
  command->add_option("--error-gap", gap, "with --target: the relative width of the interval asked for")
      ->type_name("GAP")
      ->check(CLI::Range(1e-6, 1.0))
      ->capture_default_str();
  command
      ->add_option("--tunnel-certificate", tunnel_certificate,
                   "with --from: write the proof of the tunnel, or of the closed barrier, to FILE")
      ->type_name("FILE");
  command
      ->add_option("--error-certificate", error_certificate,
                   "with --target: write the proof of the error to FILE")
      ->type_name("FILE");
}

Tunnel tunnel_of(const SelectedNetwork& net, const std::string& from, const Rational& level,
                 const Domain& domain, const StopToken& stop, const std::string& where) {
  TunnelOptions options;
  options.level = level;
  options.domain = domain;
  options.stop = stop;
  return find_tunnel(net.chain, parse_point(from, net.chain.input_dim), options, where);
}

ErrorAnswer error_of(const SelectedNetwork& net, const TunnelArguments& arguments, const Domain& domain,
                     const StopToken& stop, const std::string& where) {
  SupErrorOptions options;
  options.domain = domain;
  options.relative_gap = arguments.gap;
  options.stop = stop;
  const Target target = parse_target(arguments.target, net.chain.input_dim, "--target");
  ErrorAnswer answer{sup_error(net.chain, target, options, where),
                     extremum_bound(target, domain),
                     gradient_bound(target, domain),
                     {}};
  if (answer.gradient.bound > 0 && net.chain.smoothness != Smoothness::lipschitz)
    answer.gradient_error = gradient_error(net.chain, target, domain, 0.05, where);
  return answer;
}

void add_tunnel_json(const Tunnel& tunnel, Json* answer) {
  Json &found = (*answer)["tunnel"], &enclosure = (*answer)["enclosure"];
  found = enclosure = nullptr;
  if (tunnel.verdict == Verdict::proved)
    found = {{"from", tunnel.from},
             {"path", tunnel.path},
             {"reaches", to_string(tunnel.reaches)},
             {"direction", tunnel.direction.empty() ? Json(nullptr) : Json(tunnel.direction)}};
  if (tunnel.verdict == Verdict::refuted) {
    enclosure = {{"from", tunnel.from}};
    if (tunnel.barrier_box)
      enclosure["box"] = box_of(*tunnel.barrier_box);
    else
      enclosure["barrier"] = tunnel.barrier;
  }
  (*answer)["tunnel_verdict"] = to_string(tunnel.verdict);
  (*answer)["tunnel_reason"] = tunnel.reason;
}

void add_error_json(const ErrorAnswer& answer, Json* json) {
  (*json)["error"] = {
      {"target", answer.error.target.text},
      {"interval", interval_json(answer.error.error)},
      {"verdict", to_string(answer.error.verdict)},
      {"point", answer.error.point},
      {"boxes", answer.error.boxes},
      {"lower_bound",
       {{"bound", answer.extremum.bound},
        {"extremum", answer.extremum.extremum},
        {"value", interval_json(answer.extremum.value)},
        {"boundary", interval_json(answer.extremum.boundary)}}},
      {"gradient",
       {{"degree", answer.gradient.degree},
        {"lower_bound", answer.gradient.bound},
        {"interval", answer.gradient_error ? interval_json(*answer.gradient_error) : Json(nullptr)}}}};
}

void print_tunnel(const Tunnel& tunnel) {
  const std::string set = fmt::format("component of {{Φ {} {}}} round ({:.6g})", tunnel.positive ? '>' : '<',
                                      to_text(tunnel.level), fmt::join(tunnel.from, ", "));
  switch (tunnel.reaches) {
    case Reaches::boundary:
      fmt::print("  tunnel: the {} reaches the boundary at ({:.6g}), {}\n", set,
                 fmt::join(tunnel.path.back(), ", "), counted(tunnel.path.size() - 1, "segment"));
      return;
    case Reaches::infinity:
      fmt::print(
          "  tunnel: the {} is unbounded: {}a ray from ({:.6g}) in direction ({:.6g})\n", set,
          tunnel.path.size() > 1 ? counted(tunnel.path.size() - 1, "segment") + ", then " : "", fmt::join(tunnel.path.back(), ", "), fmt::join(tunnel.direction, ", "));
      return;
    case Reaches::closed:
      fmt::print("  no tunnel: the {} is bounded, inside {}\n", set,
                 tunnel.barrier_box        ? std::string("a box")
                 : tunnel.from.size() == 1 ? "an interval"
                                           : fmt::format("a polygon of {} vertices", tunnel.barrier.size()));
      return;
    case Reaches::nothing:
      fmt::print("  tunnel: undecided, {}\n", tunnel.reason);
  }
}

void print_error(const ErrorAnswer& answer) {
  const SupError& e = answer.error;
  fmt::print(
      "  sup |f - network| in [{:.9g}, {:.9g}] for f = {} ({}, {}), at least {:.6g} at ({:.6g})\n",
      e.error.lower(), e.error.upper(), e.target.text, e.reason, counted(e.boxes, "box", "boxes"), e.error.lower(),
      fmt::join(e.point, ", "));
  if (answer.extremum.bound > 0)
    fmt::print("  every function without local extremum inside errs by at least {:.6g} (T6): {}\n",
               answer.extremum.bound,
               e.error.upper() < answer.extremum.bound    ? "this network has an extremum"
               : e.error.lower() >= answer.extremum.bound ? "so does this network"
                                                          : "not told apart");
  if (answer.gradient.bound > 0)
    fmt::print(
        "  every C1 function without critical point inside has a gradient off by at least {:.6g} on the "
        "boundary (T6, degree {})\n",
        answer.gradient.bound, answer.gradient.degree);
  if (answer.gradient_error)
    fmt::print("  this network's is off by [{:.6g}, {:.6g}]\n", answer.gradient_error->lower(),
               answer.gradient_error->upper());
}

void write_tunnel_certificate(const Tunnel& tunnel, const SelectedNetwork& net,
                              const NetworkArguments& network, const std::string& file) {
  require_checkable(net, "--tunnel-certificate");
  if (tunnel.verdict == Verdict::undecided)
    return note(network, "the tunnel is undecided: no certificate is written");
  const std::string text =
      tunnel_certificate(tunnel, net.loaded.network, net.output, source_of(net, network));
  write_possibly_gzipped(file, [&text](const TextSink& sink) { sink(text); });
}

void write_error_certificate(const SupError& error, const SelectedNetwork& net,
                             const NetworkArguments& network, const std::string& file) {
  require_checkable(net, "--error-certificate");
  if (!is_finite(error.error))
    return note(network, "no bound of the error was found: no certificate is written");
  const std::string text =
      sup_error_certificate(error, net.loaded.network, net.output, source_of(net, network));
  write_possibly_gzipped(file, [&text](const TextSink& sink) { sink(text); });
}

}  // namespace narrows::cli
