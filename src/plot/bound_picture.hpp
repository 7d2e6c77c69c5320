// A certified interval beside an upper bound that a theorem gives, on a logarithmic scale.
#pragma once

#include <string>

#include "arith/interval.hpp"

namespace narrows {

struct BoundPicture {
  std::string title, subject;  ///< "distance from the ODE limit on [-1,1]^2"
  Interval certified;          ///< 0 <= lower <= upper
  std::string certified_name;  ///< "certified distance"
  double bound = 0;            ///< > 0
  std::string bound_name;      ///< "bound of T4"
  std::string statement;       ///< below the scale
};

/// Guarantee  none beyond those of its numbers. Special  a lower end 0 reaches the left end of the scale.
/// Errors     InputError for an ending of `path` other than .svg and .png, or if the file cannot be written.
void draw_bound_picture(const BoundPicture& picture, const std::string& path);

}  // namespace narrows
