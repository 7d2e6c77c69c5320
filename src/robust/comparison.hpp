// Robustness across networks: one row per network, and what the rows prove about width.
//
// Certified and attacked accuracy enclose the robust accuracy on the list of images: certified <= robust <= not attacked. So "the wider network is
// more robust here" is proved only if the wider one's certified number exceeds the narrower one's not attacked number. A certified
// number that falls with the width proves nothing: interval bounds loosen.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "robust/robustness.hpp"

namespace narrows::robust {

struct NetworkRow {
  std::string file, group;  ///< networks of one group were trained alike
  std::size_t width = 0;
  std::size_t images = 0, right = 0, wrong = 0;
  std::vector<RadiusCount> counts;
  std::optional<Interval> margin, gradient, ratio,
      lipschitz;              ///< medians over the images that are right; ratio == gradient / margin
  std::size_t by_slopes = 0;  ///< images whose radius the Lipschitz bound proves
  double seconds = 0;
};

[[nodiscard]] NetworkRow make_row(const RobustnessResult& result, const std::vector<double>& radii,
                                  const std::string& file, std::size_t width);

/// "ibp" of "…/ibp_w8_s0.onnx": the name up to "_w" and a digit; the whole name without its ending if there is none.
[[nodiscard]] std::string group_of(const std::string& file);

/// "The wider network is more robust at this radius", over all pairs of the same group with these widths.
struct WidthComparison {
  std::string group;
  double radius = 0;
  std::size_t narrow = 0, wide = 0;                    ///< widths
  std::size_t proved = 0, refuted = 0, undecided = 0;  ///< pairs
  bool certified_falls = false;  ///< on average fewer images of the wider ones are certified
};

/// Neighbouring widths of each group, at every radius.
[[nodiscard]] std::vector<WidthComparison> compare_widths(const std::vector<NetworkRow>& rows);

/// Images of all rows and radii that are neither certified nor attacked.
[[nodiscard]] std::size_t undecided_images(const std::vector<NetworkRow>& rows);

/// Columns: file, group, width, images, right, wrong, then per radius certified@r and not_attacked@r, then medians (lower ends and upper ends).
[[nodiscard]] std::string rows_csv(const std::vector<NetworkRow>& rows);
/// One line per image: file, image, label, status, certified, rule, attacked, margin, gradient, lipschitz.
[[nodiscard]] std::string images_csv_header();
[[nodiscard]] std::string images_csv(const std::string& file, const ImageList& list,
                                     const RobustnessResult& result);

}  // namespace narrows::robust
