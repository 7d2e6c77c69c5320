// A picture as the text of its SVG.
#pragma once

#include <functional>
#include <string>

namespace narrows {

/// Calls `draw` with the path of a file in a folder of its own, and returns what it wrote.
/// Errors  whatever `draw` throws; InputError if there is no place for temporary files. The folder is removed in any case.
[[nodiscard]] std::string drawn_svg(const std::function<void(const std::string& path)>& draw);

}  // namespace narrows
