// The claim of the kind `robust`: round each image of a list, a network of convolutions and relu gives one label (FORMAT.md).
#include <cmath>
#include <map>

#include "checker/document.hpp"
#include "checker/rules/robustness.hpp"

namespace narrows::checker {
namespace {

constexpr std::size_t max_images = 10'000, max_differences = std::size_t{1} << 22;
constexpr double max_work = 1e11, max_pixel = 65535;

/// Pixels as ranges; there are few different ones.
class Scale {
 public:
  explicit Scale(const Field& at) : scale_(at.exact()) {
    if (scale_ <= 0) at.fail(Reason::out_of_range, scale_.get_str(), "a positive scale");
  }
  Range of(const Field& at) {
    const double k = at.number();
    if (!(std::fabs(k) <= max_pixel && std::floor(k) == k))
      at.fail(Reason::out_of_range, std::string(at.bytes()), "an integer up to 65535");
    const auto found = known_.find(k);
    if (found != known_.end()) return found->second;
    const Interval x = enclose(Rational(k) * scale_, leaf_precision);
    return known_[k] = {x.lo.as_double(), x.hi.as_double()};
  }
  [[nodiscard]] std::string text() const { return scale_.get_str(); }

 private:
  Rational scale_;
  std::map<double, Range> known_;
};

}  // namespace

std::string check_robust_claim(const Field& object, const Field& proof_object, const SparseNetwork& network) {
  const Field fields(object, {"kind", "verdict", "norm", "scale", "images"}), proof(proof_object, {"rules"});
  fields["verdict"].require_text("proved");
  fields["norm"].require_text("linf");
  Scale scale(fields["scale"]);
  const auto images = fields["images"].items();
  if (images.empty() || images.size() > max_images)
    fields["images"].fail(Reason::limit, std::to_string(images.size()), "1 to 10000 images");
  const auto rules = proof["rules"].items(images.size());
  const std::size_t classes = network.last.outputs();
  if (classes * classes * network.last.inputs() > max_differences)
    fields["images"].fail(Reason::limit, std::to_string(classes) + " classes", "classes^2 times width up to 2^22");
  double passes = 0;  // over the network
  for (const Field& rule : rules)
    passes += rule.one_of({"interval-margin", "lipschitz-margin"}) == 0 ? 1.0 : static_cast<double>(classes + 1);
  if (static_cast<double>(network.taps()) * passes > max_work)
    fields["images"].fail(Reason::limit, std::to_string(images.size()), "less work");
  Margins margins(network);
  double smallest = HUGE_VAL;
  std::size_t next = 0;
  for (std::size_t k = 0; k < images.size(); ++k) {
    const Field at(images[k], {"index", "label", "radius", "pixels"});
    next = at["index"].integer(next, std::size_t{1} << 52) + 1;
    Image image;
    image.label = at["label"].integer(0, network.last.outputs() - 1);
    image.radius = at["radius"].number();
    if (!(image.radius >= 0))
      at["radius"].fail(Reason::out_of_range, std::string(at["radius"].bytes()), "a radius of at least 0");
    for (const Field& pixel : at["pixels"].items(network.input_dim)) image.centre.push_back(scale.of(pixel));
    const bool by_slopes = rules[k].one_of({"interval-margin", "lipschitz-margin"}) == 1;
    if (!(by_slopes ? lipschitz_margin_holds(network, margins, image)
                    : interval_margin_holds(network, margins, image)))
      reject(at.place(), rules[k].text(), Reason::not_proved, "test failed", "one label on the ball");
    smallest = std::fmin(smallest, image.radius);
  }
  return "robust proved in linf: " + std::to_string(images.size()) + " images, scale " + scale.text() +
         ", radius at least " + shortest(smallest);
}

}  // namespace narrows::checker
