// What `narrows ode` found, as text and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/common.hpp"
#include "ode/flow_cover.hpp"
#include "ode/integrate.hpp"

namespace narrows::cli {

struct OdeArguments : NetworkArguments {
  std::string from, domain, stepper = "dopri5", interpolate, certificate, limit, csv, times;
  std::vector<std::string> pictures, events;
  int digits = 16;
  std::optional<double> tolerance, timeout;
  std::size_t samples = 0, grid = 13, max_steps = TubeOptions{}.max_steps, time_degree = 0, degree = 0,
              max_boxes = 256;
  bool no_jacobian = false, dense = false;
  int threads = 1;
  std::uint64_t seed = 0;
};

/// The network with an ode layer that the answer is about: the one read, or the limit of a residual one.
struct OdeSubject {
  LoadedNetwork loaded;
  Network network;
  FlowNetwork flow;
  Box box;
  bool is_limit = false;
  bool is_changed = false;  ///< it is not the network of the file: the limit, or with other parameters in time
};

struct OdeAnswer {
  FlowCover cover;
  Integration integration;
  std::optional<Interval> distance;
  std::string reason;
  double seconds = 0;
  std::string certificate;  ///< empty: none was written
  std::vector<std::string> written;  ///< files
};

/// The verdict's reason: how the tube closed, or where and why it did not.
[[nodiscard]] std::string reason_of(const FlowCover& cover);
void print_ode_answer(const OdeArguments& arguments, const OdeSubject& subject, const OdeAnswer& answer);
[[nodiscard]] Json ode_answer_json(const OdeArguments& arguments, const OdeSubject& subject,
                                   const OdeAnswer& answer);

}  // namespace narrows::cli
