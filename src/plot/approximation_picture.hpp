// A function of two variables beside its approximation, in one scale of colours, with the decision boundary of each.
#pragma once

#include <string>

#include "plot/contours.hpp"

namespace narrows::plot {

struct ApproximationPicture {
  Grid target, approximant;  ///< over the same window
  double level = 0;          ///< the decision boundary {· = level}
  std::string title;
  std::string target_name, approximant_name;
  std::string statement;     ///< what is proved, in one sentence
};

/// Samples are for looking at; only the statement is proved.
/// Errors  InputError for a bad ending of `path`, or if the file cannot be written.
void draw_approximation_picture(const ApproximationPicture& picture, const std::string& path);

}  // namespace narrows::plot
