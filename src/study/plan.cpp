#include "study/plan.hpp"

#include <stdexcept>

namespace narrows {

std::string_view to_string(Architecture architecture) {
  return architecture == Architecture::resnet ? "resnet" : "mlp";
}

std::string_view to_string(WeightLaw law) {
  return law == WeightLaw::uniform ? "uniform" : law == WeightLaw::normal ? "normal" : "bits";
}

std::string_view to_string(AnalysisType type) {
  switch (type) {
    case AnalysisType::certify:
      return "certify";
    case AnalysisType::threshold:
      return "threshold";
    case AnalysisType::levelset:
      return "levelset";
    case AnalysisType::bounds:
      return "bounds";
    case AnalysisType::regimes:
      break;
  }
  return "regimes";
}

std::size_t StudyFamily::size() const {
  return input_dims.size() * widths.size() * depths.size() * activations.size() * skips.size() *
         channels.size() * static_cast<std::size_t>(seeds);
}

std::size_t StudyPlan::networks() const {
  std::size_t count = files.size();
  for (const StudyFamily& family : families) count += family.size();
  return count;
}

namespace {

/// The next digit of `index` in a mixed radix, as an element of `values`.
template <class T>
const T& digit(const std::vector<T>& values, std::size_t* index) {
  const T& value = values[*index % values.size()];
  *index /= values.size();
  return value;
}

NetworkParameters member(const StudyFamily& family, std::size_t index) {
  NetworkParameters p;
  p.architecture = family.architecture;
  p.seed = family.first_seed + index % family.seeds;
  index /= static_cast<std::size_t>(family.seeds);
  const Rational& channel = digit(family.channels, &index);
  p.skip = digit(family.skips, &index);
  p.residual = family.by_ratio ? Rational(channel * p.skip) : channel;
  p.activation = digit(family.activations, &index);
  p.depth = digit(family.depths, &index);
  p.width = digit(family.widths, &index);
  p.input_dim = digit(family.input_dims, &index);
  return p;
}

}  // namespace

NetworkParameters StudyPlan::parameters(std::size_t number) const {
  std::size_t index = number;
  for (std::size_t f = 0; f < families.size(); ++f) {
    const std::size_t size = families[f].size();
    if (index < size) {
      NetworkParameters p = member(families[f], index);
      p.number = number;
      p.family = f;
      if (p.width == 0) p.width = p.input_dim;
      return p;
    }
    index -= size;
  }
  if (index >= files.size()) throw std::logic_error("a study has no network of this number");
  NetworkParameters p;
  p.number = number;
  p.file = files[index];
  return p;
}

}  // namespace narrows
