// Rule `strict-sign`: the sign of g = Φ − c on a box, at a point, on a segment: the enclosure of its values excludes 0.
//
// A segment or a ray is the line of t, sent into R^d by an affine layer that is put before the chain, exactly.
#include "checker/rules/levels.hpp"

namespace narrows::checker {

int sign_on(const Setting& setting, const Box& box) {
  const auto sign_of = [&](const std::vector<NumericLayer>& chain, Precision p, Carry carry) {
    const Interval range = BoxPass(chain, 0, box, p, carry).finish()[0].value.range;
    return static_cast<int>(range.positive()) - static_cast<int>(range.negative());
  };
  if (const int sign = sign_of(setting.leaf_chain, leaf_precision, Carry::state)) return sign;
  if (is_tiny(box)) return sign_of(setting.point_chain, point_precision, Carry::state);
  return sign_of(setting.leaf_chain, leaf_precision, Carry::symbols);
}

bool has_sign_on_pieces(const Setting& setting, const Box& box, int sign) {
  constexpr std::size_t max_depth = 20, max_tests = 65536;
  std::size_t tests = 0;
  const auto holds = [&](const Box& part) { return tests++ < max_tests && sign_on(setting, part) == sign; };
  return holds_on_pieces(holds, box, max_depth);
}

Setting along(const Setting& setting, const ExactPoint& start, const ExactPoint& direction) {
  Layer line;
  line.inputs = 1;
  line.outputs = start.size();
  line.weight = {start.size(), 1};
  line.weight.entries = direction;
  line.bias = start;
  Setting s = setting;
  s.dim = 1;
  s.chain.insert(s.chain.begin(), line);
  s.regular.insert(s.regular.begin(), 0);
  s.leaf_chain.insert(s.leaf_chain.begin(), enclose(line, leaf_precision));
  s.leaf_layers.clear();
  s.corners.clear();
  s.point_chain.insert(s.point_chain.begin(), enclose(line, point_precision));
  return s;
}

int sign_at(const Setting& setting, const ExactPoint& point) {
  return sign_on(along(setting, point, ExactPoint(point.size())), Box{{0}, {0}});
}

bool has_sign_between(const Setting& setting, const ExactPoint& from, const ExactPoint& to, int sign) {
  ExactPoint step = to;
  for (std::size_t i = 0; i < step.size(); ++i) step[i] -= from[i];
  return has_sign_on_pieces(along(setting, from, step), Box{{0}, {1}}, sign);
}

}  // namespace narrows::checker
