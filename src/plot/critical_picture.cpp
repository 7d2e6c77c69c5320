#include "plot/critical_picture.hpp"

#include "base/errors.hpp"
#include "plot/canvas.hpp"
#include "plot/line_picture.hpp"
#include "plot/plane_picture.hpp"

namespace narrows {

void require_drawable(const Chain& chain, const std::string& path) {
  (void)plot::picture_format(path);
  if (chain.input_dim < 1 || chain.input_dim > 2)
    throw InputError(path, "pictures exist for one and two inputs, this network has " + std::to_string(chain.input_dim), "ask for no picture");
}

void draw_critical_picture(const Chain& chain, const CertifyResult& result, const std::string& title, const std::string& path) {
  require_drawable(chain, path);
  if (chain.input_dim == 1)
    plot::draw_line_picture(chain, result, title, path);
  else
    plot::draw_plane_picture(chain, result, title, path);
}

}  // namespace narrows
