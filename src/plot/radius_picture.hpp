// Certified radii of images as bars, with the images themselves where they have rows and columns.
#pragma once

#include <string>
#include <vector>

namespace narrows {

struct RadiusBar {
  std::string name;            ///< below the bar: the image's index
  std::string label;           ///< the certified class
  double radius = 0;           ///< >= 0
  std::size_t rule = 0;        ///< index in RadiusPicture::rules
  std::vector<double> pixels;  ///< row by row from the top, in [0, 1]; empty: no picture
};

struct RadiusPicture {
  std::string title, statement, note;
  std::vector<std::string> rules;     ///< at most two: how radii are proved
  std::vector<RadiusBar> bars;        ///< in the order in which they are drawn
  std::size_t rows = 0, columns = 0;  ///< of the images
};

/// Rows of at most 24 bars, all on one scale.
/// Errors  InputError for an ending of `path` other than .svg and .png, or if the file cannot be written.
void draw_radius_picture(const RadiusPicture& picture, const std::string& path);

}  // namespace narrows
