#include "critical/box_regularity.hpp"

#include "arith/small_matrix.hpp"
#include "network/layer_determinant.hpp"

namespace narrows {
namespace {

using Matrix = std::vector<Interval>;  // dim columns, row-major
constexpr std::size_t kMaxVertexSlopes = 10;

const Interval& range_of(const Interval& x) { return x; }
const Interval& range_of(const AffineForm& x) { return x.range(); }

template <class S>
void collect_slopes(const LayerTrace<S>& trace, std::vector<Interval>* slopes) {
  for (const S& s : trace.slopes) slopes->push_back(range_of(s));
  for (const LayerTrace<S>& inner : trace.branch) collect_slopes(inner, slopes);
}

bool one_sign_at_vertices(const CompiledLayer<Interval>& layer, const std::vector<Interval>& slopes, std::size_t dim) {
  std::vector<Interval> vertex(slopes.size());
  int sign = 0;
  for (std::size_t mask = 0; mask < (std::size_t{1} << slopes.size()); ++mask) {
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      const double end = (mask >> i) & 1 ? slopes[i].upper() : slopes[i].lower();
      vertex[i] = Interval(end);  // an infinite end becomes the entire line: then nothing is proved
    }
    const Interval det = determinant(residual_jacobian(layer, vertex, dim), dim);
    const int here = is_positive(det) ? 1 : is_negative(det) ? -1 : 0;
    if (here == 0 || (sign != 0 && here != sign)) return false;
    sign = here;
  }
  return sign != 0;
}

bool regular_by_preconditioning(const CompiledLayer<Interval>& layer, const std::vector<Interval>& slopes, std::size_t dim) {
  const Matrix j = residual_jacobian(layer, slopes, dim);
  std::vector<double> middle;
  for (const Interval& entry : j) middle.push_back(midpoint(entry));
  const auto c = inverse_approx(middle, dim);
  return c && contracts(*c, j, std::vector<double>(dim, 1.0));
}

template <class S>
bool regular(const CompiledLayer<Interval>& layer, const LayerTrace<S>& trace, std::size_t dim) {
  switch (layer.kind) {
    case LayerKind::affine: return false;
    case LayerKind::diagonal:
      for (const Interval& factor : layer.weight)
        if (!excludes_zero(factor)) return false;
      return true;
    case LayerKind::activation:
      for (const S& slope : trace.slopes)
        if (!excludes_zero(range_of(slope))) return false;
      return true;
    case LayerKind::residual: break;
  }
  std::vector<Interval> slopes;
  collect_slopes(trace, &slopes);
  return slopes.size() <= kMaxVertexSlopes ? one_sign_at_vertices(layer, slopes, dim)
                                           : regular_by_preconditioning(layer, slopes, dim);
}

}  // namespace

bool regular_on_box(const CompiledLayer<Interval>& layer, const LayerTrace<AffineForm>& trace, std::size_t dim) {
  return regular(layer, trace, dim);
}
bool regular_on_box(const CompiledLayer<Interval>& layer, const LayerTrace<Interval>& trace, std::size_t dim) {
  return regular(layer, trace, dim);
}

}  // namespace narrows
