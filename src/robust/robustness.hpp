// How far the pixels of an image may move before a classifier can change its mind: certified from below, attacked from above.
//
// Two proofs of "label y on the whole sup-norm ball of radius r": interval bounds of all margins f_y − f_j over the ball; or the margins at the
// centre are above r·L_j, L_j a bound of the l1 norm of their Clarke gradients over the ball. Each is monotone in r: bisection
// finds the largest radius that it can prove. From above: gradient ascent guesses a point of another class, an interval evaluation proves it.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "arith/interval.hpp"
#include "base/cancellation.hpp"
#include "network/model.hpp"
#include "robust/attack.hpp"
#include "robust/image_list.hpp"

namespace narrows::robust {

enum class Rule { interval_margin, lipschitz_margin };
/// "interval-margin" or "lipschitz-margin".
[[nodiscard]] std::string_view to_string(Rule rule);

struct ImageResult {
  enum class Status { skipped, right, wrong, unknown };
  Status status = Status::skipped;    ///< of the image itself, proved; unknown: a margin encloses 0
  double certified = 0;               ///< status right: the label holds on the closed ball of this radius
  Rule rule = Rule::interval_margin;  ///< what proves it
  double attacked = std::numeric_limits<
      double>::infinity();               ///< a point at most so far away is proved to be of another class
  Interval margin = Interval::entire();  ///< right: f_label − f_j at the image, j the strongest rival
  Interval gradient =
      Interval::entire();  ///< right: the l1 norm of its gradient there (the hull of all Clarke gradients)
  double lipschitz = std::numeric_limits<
      double>::infinity();  ///< right: bound of the l1 norm over the ball of the smallest radius asked for
};

struct RobustnessOptions {
  std::vector<double> radii = {0.01, 0.02, 0.05, 0.1};  ///< increasing; attacks are made at these
  AttackOptions attack;
  StopToken stop;
  std::function<void(std::size_t done)> progress = [](std::size_t) {};
};

struct RobustnessResult {
  std::vector<ImageResult> images;  ///< as in the list
  bool complete = false;            ///< false: stopped early, the rest is skipped
};

/// Numbers of images at one radius: certified <= robust <= not attacked, robust the number of images whose label holds on the closed ball.
struct RadiusCount {
  double radius = 0;
  std::size_t certified = 0, not_attacked = 0;
};

/// Errors  InputError naming `where` as make_sparse_network(), if the images do not fit the network's input, or a label is no class.
///         std::invalid_argument if there are no radii or they are not positive and increasing;
///         std::logic_error if an attack succeeds inside a certified ball: a defect.
[[nodiscard]] RobustnessResult analyse_robustness(const Network& network, const ImageList& list,
                                                  const RobustnessOptions& options, const std::string& where);

[[nodiscard]] std::vector<RadiusCount> count_by_radius(const RobustnessResult& result,
                                                       const std::vector<double>& radii);
[[nodiscard]] std::size_t count(const RobustnessResult& result, ImageResult::Status status);

/// Enclosure of the median over the images that are right, of a quantity enclosed for each; nullopt if there is none.
[[nodiscard]] std::optional<Interval> median(const RobustnessResult& result,
                                             const std::function<Interval(const ImageResult&)>& quantity);

}  // namespace narrows::robust
