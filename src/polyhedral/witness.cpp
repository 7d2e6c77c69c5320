#include "polyhedral/witness.hpp"

#include <cassert>
#include <functional>
#include <utility>

#include "arith/rational_solve.hpp"
#include "polyhedral/forward_steps.hpp"
#include "polyhedral/pull_back.hpp"

namespace narrows {
namespace {

/// What one step does to a state: it is passed (with the way back), it forgets a direction there, or the theorem ends.
struct Passage {
  RationalPoint state;                              ///< after the step, if it is passed
  std::function<void(LevelRay&)> pull_back;         ///< empty: nothing to do
  std::optional<RationalPoint> forgotten;           ///< a ray from the state before the step
  std::string refusal;                              ///< why the theorem does not apply
};

Passage forgets(RationalPoint direction) { return {{}, {}, std::move(direction), {}}; }
Passage refuses(std::string why) { return {{}, {}, std::nullopt, std::move(why)}; }

Passage pass(const AffineStep& step, const RationalPoint& h) {
  if (auto r = kernel_vector_exact(step.weight)) return forgets(*std::move(r));
  auto inverse = inverse_exact(step.weight);
  if (!inverse) return refuses("is wider than the states that reach it");
  RationalPoint y = product(step.weight, h);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += step.bias[i];
  return {std::move(y), [inverse = *std::move(inverse), &step](LevelRay& ray) { pull_back_affine(inverse, step.bias, ray); }, std::nullopt, {}};
}

Passage pass(const ActivationStep& step, const RationalPoint& h) {
  if (step.slope < 0) return refuses("has a decreasing activation");
  if (step.slope == 0) {
    for (std::size_t i = 0; i < h.size(); ++i) {
      if (h[i] > 0) continue;
      RationalPoint r(h.size());
      r[i] = -1;
      return forgets(std::move(r));
    }
    return {h, pull_back_relu, std::nullopt, {}};
  }
  RationalPoint y = h;
  for (Rational& x : y) {
    if (x < 0) x *= step.slope;
  }
  return {std::move(y), [&step](LevelRay& ray) { pull_back_leaky(step.slope, ray); }, std::nullopt, {}};
}

Passage pass(const OneNeuronStep& step, const RationalPoint& h) {
  const Rational gain = gain_of(step), t = activation_at(step, h);
  const Rational plus = 1 + gain, minus = 1 + step.slope * gain;
  if (plus < 0 || minus < 0) return refuses("folds: its channel ratio times u·v is below -1");
  if (plus == 0 && t >= 0) return forgets(flat_direction(step, true));
  if (minus == 0 && t <= 0) return forgets(flat_direction(step, false));
  const Rational sigma = t >= 0 ? t : Rational(step.slope * t);
  RationalPoint y(h.size());
  for (std::size_t i = 0; i < h.size(); ++i) y[i] = step.skip * (h[i] + step.v[i] * sigma) + step.shift[i];
  return {std::move(y), [&step](LevelRay& ray) { pull_back_block(step, ray); }, std::nullopt, {}};
}

Passage pass(const OtherStep&, const RationalPoint&) { return refuses("is a residual block with several neurons"); }

}  // namespace

RayAnswer constant_ray(const Chain& chain, const RationalPoint& from) {
  assert(from.size() == chain.input_dim);
  const std::vector<ForwardStep> steps = forward_steps(chain);
  std::vector<std::function<void(LevelRay&)>> way_back;
  RationalPoint state = from;
  for (const ForwardStep& step : steps) {
    Passage passage = std::visit([&](const auto& s) { return pass(s, state); }, step.value);
    if (!passage.refusal.empty()) return {std::nullopt, "layer " + std::to_string(step.layer) + ' ' + passage.refusal};
    if (passage.forgotten) {
      LevelRay ray{{std::move(state)}, *std::move(passage.forgotten)};
      while (!way_back.empty()) {
        way_back.back()(ray);
        way_back.pop_back();
      }
      ray.direction = primitive_multiple(std::move(ray.direction));
      return {std::move(ray), {}};
    }
    state = std::move(passage.state);
    if (passage.pull_back) way_back.push_back(std::move(passage.pull_back));
  }
  return {std::nullopt, "in one dimension the network is monotone and need not be constant anywhere"};
}

}  // namespace narrows
