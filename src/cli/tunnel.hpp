// What `levelset` says of tunnels and of errors against a target, for smooth networks: options, JSON, text, certificates.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "base/cancellation.hpp"
#include "cli/common.hpp"
#include "levelset/sup_error.hpp"
#include "levelset/tunnel.hpp"

namespace narrows::cli {

/// Options beside those of the level set itself (--level, --domain and --from belong to it).
struct TunnelArguments {
  std::string target;  ///< empty: no error is asked for
  double gap = 0.01;
  std::string tunnel_certificate;  ///< empty: none
  std::string error_certificate;

  void add(CLI::App* command);
};

/// The bounds of T6 beside the certified error.
struct ErrorAnswer {
  SupError error;
  ExtremumBound extremum;
  GradientBound gradient;
  std::optional<Interval>
      gradient_error;  ///< of gradients on the boundary, where a bound for them is known and the network is C1
};

/// Errors  InputError as find_tunnel() and parse_point().
[[nodiscard]] Tunnel tunnel_of(const SelectedNetwork& net, const std::string& from, const Rational& level,
                               const Domain& domain, const StopToken& stop, const std::string& where);
[[nodiscard]] ErrorAnswer error_of(const SelectedNetwork& net, const TunnelArguments& arguments,
                                   const Domain& domain, const StopToken& stop, const std::string& where);

/// Sets "tunnel": {"from", "path", "reaches", "direction"} or null, and "enclosure": null or {"from", "barrier" | "box"}, "tunnel_verdict", "tunnel_reason".
void add_tunnel_json(const Tunnel& tunnel, Json* answer);
/// Sets "error": {"target", "interval", "verdict", "point", "boxes", "lower_bound", "gradient"}.
void add_error_json(const ErrorAnswer& answer, Json* json);
void print_tunnel(const Tunnel& tunnel);
void print_error(const ErrorAnswer& answer);

/// Writes the certificates that were asked for. An undecided tunnel has none: a note says so.
void write_tunnel_certificate(const Tunnel& tunnel, const SelectedNetwork& net,
                              const NetworkArguments& network, const std::string& file);
void write_error_certificate(const SupError& error, const SelectedNetwork& net,
                             const NetworkArguments& network, const std::string& file);

}  // namespace narrows::cli
