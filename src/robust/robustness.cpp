#include "robust/robustness.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/errors.hpp"
#include "robust/ball_pass.hpp"

namespace narrows::robust {
namespace {

constexpr double kLowestExponent = -20, kHighestExponent = 2;  ///< of the radii 2^e that are tried
constexpr int kIntervalSteps = 26, kLipschitzSteps = 16;
constexpr double kSlack = 1 - 1e-6;  ///< left for another arithmetic that checks the result

using PerSample = std::array<double, kSamples>;
using Chosen = std::array<bool, kSamples>;

/// Up to eight images of one label; empty places repeat the first one.
class Batch {
 public:
  Batch(const SparseNetwork& net, const ImageList& list, const RobustnessOptions& options, std::size_t label,
        std::vector<std::size_t> members, RobustnessResult* result)
      : net_(net),
        options_(options),
        label_(label),
        members_(std::move(members)),
        result_(*result),
        pass_(net),
        centre_(net.input_dim) {
    for (std::size_t k = 0; k < kSamples; ++k) {
      const LabelledImage& image = list.images[members_[k < members_.size() ? k : 0]];
      for (std::size_t i = 0; i < net.input_dim; ++i) {
        const Rational exact = list.scale * image.pixels[i];
        const Interval pixel = enclose(exact);
        const double middle = midpoint(pixel);
        centre_.centre[kSamples * i + k] = middle;
        centre_.radius[kSamples * i + k] = pixel.lower() == pixel.upper() ? 0 : radius_upper(pixel, middle);
      }
    }
  }

  void run() {
    look_at_images();
    const Chosen right = chosen([&](std::size_t k) { return image(k).status == ImageResult::Status::right; });
    if (std::none_of(right.begin(), right.end(), [](bool b) { return b; })) return;
    measure_gradients(right);
    certify(right);
    for (std::size_t i = options_.radii.size(); i-- > 0;) try_attack(options_.radii[i], right);
    for (std::size_t k = 0; k < members_.size(); ++k)
      if (right[k] && image(k).attacked <= image(k).certified)
        throw std::logic_error("an attack succeeded inside a certified ball");
  }

 private:
  ImageResult& image(std::size_t k) { return result_.images[members_[k]]; }

  template <class Test>
  Chosen chosen(const Test& test) {
    Chosen result{};
    for (std::size_t k = 0; k < members_.size(); ++k) result[k] = test(k);
    return result;
  }

  [[nodiscard]] Balls balls(const PerSample& radius) const {
    Balls input = centre_;
    for (std::size_t i = 0; i < input.radius.size(); ++i) {
      const double r = radius[i % kSamples];
      input.radius[i] = input.radius[i] == 0 ? r : add_upper(input.radius[i], r);
    }
    return input;
  }

  void look_at_images() {
    pass_.forward(centre_);
    at_centre_ = pass_.margins(label_);
    for (std::size_t k = 0; k < members_.size(); ++k) {
      rival_[k] = label_ == 0 ? 1 : 0;
      bool right = true, wrong = false;
      for (std::size_t j = 0; j < net_.classes; ++j) {
        if (j == label_) continue;
        right = right && lower(at_centre_, j, k) > 0;
        wrong = wrong || upper(at_centre_, j, k) < 0;
        if (lower(at_centre_, j, k) < lower(at_centre_, rival_[k], k)) rival_[k] = j;
      }
      image(k).status = right   ? ImageResult::Status::right
                        : wrong ? ImageResult::Status::wrong
                                : ImageResult::Status::unknown;
      if (wrong) image(k).attacked = 0;
    }
  }

  /// Margin and gradient at the image; the Lipschitz bound over the smallest ball asked for.
  void measure_gradients(const Chosen& right) {
    std::vector<Balls> at_point(net_.classes), over_ball(net_.classes);
    for (std::size_t j = 0; j < net_.classes; ++j)
      if (j != label_) at_point[j] = pass_.gradient(label_, j);
    PerSample smallest;
    smallest.fill(options_.radii.front());
    pass_.forward(balls(smallest));
    for (std::size_t j = 0; j < net_.classes; ++j)
      if (j != label_) over_ball[j] = pass_.gradient(label_, j);
    for (std::size_t k = 0; k < members_.size(); ++k) {
      if (!right[k]) continue;
      const std::size_t j = rival_[k];
      image(k).margin = {lower(at_centre_, j, k), upper(at_centre_, j, k)};
      image(k).gradient = {norm_lower(at_point[j], k), norm_upper(at_point[j], k)};
      image(k).lipschitz = norm_upper(over_ball[j], k);
    }
  }

  /// Which samples the interval bounds prove on the balls of these radii.
  Chosen interval_margins_hold(const PerSample& radius) {
    pass_.forward(balls(radius));
    const Balls margins = pass_.margins(label_);
    return chosen([&](std::size_t k) {
      for (std::size_t j = 0; j < net_.classes; ++j)
        if (j != label_ && !(lower(margins, j, k) > 0)) return false;
      return true;
    });
  }

  Chosen lipschitz_margins_hold(const PerSample& radius, Chosen holds) {
    pass_.forward(balls(radius));
    for (std::size_t j = 0; j < net_.classes; ++j) {
      if (j == label_) continue;
      const Balls gradient = pass_.gradient(label_, j);
      for (std::size_t k = 0; k < members_.size(); ++k)
        holds[k] = holds[k] && lower(at_centre_, j, k) > mul_upper(radius[k], norm_upper(gradient, k));
    }
    return holds;
  }

  /// The largest exponents e between lo and hi (per sample) such that test(2^e) holds, as far as `steps` halvings tell.
  template <class Test>
  PerSample bisect(PerSample lo, PerSample hi, int steps, const Test& test) {
    for (int step = 0; step < steps; ++step) {
      PerSample middle, radius;
      for (std::size_t k = 0; k < kSamples; ++k) {
        middle[k] = 0.5 * (lo[k] + hi[k]);
        radius[k] = std::exp2(middle[k]);
      }
      const Chosen holds = test(radius);
      for (std::size_t k = 0; k < kSamples; ++k) (holds[k] ? lo : hi)[k] = middle[k];
    }
    return lo;
  }

  static PerSample radii_of(const PerSample& exponents) {
    PerSample radius;
    for (std::size_t k = 0; k < kSamples; ++k)
      radius[k] = exponents[k] > kLowestExponent ? std::exp2(exponents[k]) * kSlack : 0;
    return radius;
  }

  void certify(const Chosen& right) {
    PerSample lo, hi;
    lo.fill(kLowestExponent);
    hi.fill(kHighestExponent);
    const PerSample by_intervals = bisect(
        lo, hi, kIntervalSteps, [&](const PerSample& radius) { return interval_margins_hold(radius); });
    record(radii_of(by_intervals), Rule::interval_margin, right);
    // The Lipschitz bound is worth its price only where it proves more: at the radius just reached it must hold already.
    PerSample reached;
    for (std::size_t k = 0; k < kSamples; ++k) reached[k] = std::exp2(by_intervals[k]);
    const Chosen more = lipschitz_margins_hold(reached, right);
    if (std::none_of(more.begin(), more.end(), [](bool b) { return b; })) return;
    const PerSample by_slopes = bisect(by_intervals, hi, kLipschitzSteps, [&](const PerSample& radius) {
      return lipschitz_margins_hold(radius, more);
    });
    record(radii_of(by_slopes), Rule::lipschitz_margin, more);
  }

  /// Takes the radii that the rule proves as they stand.
  void record(const PerSample& radius, Rule rule, const Chosen& who) {
    const Chosen holds =
        rule == Rule::interval_margin ? interval_margins_hold(radius) : lipschitz_margins_hold(radius, who);
    for (std::size_t k = 0; k < members_.size(); ++k) {
      if (!who[k] || !holds[k] || !(radius[k] > image(k).certified)) continue;
      image(k).certified = radius[k];
      image(k).rule = rule;
    }
  }

  /// Attacks all samples at one radius and takes what an interval evaluation proves.
  void try_attack(double r, const Chosen& right) {
    PerSample radius;
    radius.fill(r);
    Balls point(net_.input_dim);
    point.centre = attack(net_, label_, centre_.centre, radius, options_.attack);
    pass_.forward(point);
    const Balls margins = pass_.margins(label_);
    for (std::size_t k = 0; k < members_.size(); ++k) {
      if (!right[k]) continue;
      bool other_class = false;
      for (std::size_t j = 0; j < net_.classes; ++j)
        other_class = other_class || (j != label_ && upper(margins, j, k) < 0);
      const double distance = distance_upper(point, k);
      if (other_class && distance < image(k).attacked) image(k).attacked = distance;
    }
  }

  /// Upper bound of the sup-norm distance between sample k of `point` and the image.
  [[nodiscard]] double distance_upper(const Balls& point, std::size_t k) const {
    double largest = 0;
    for (std::size_t i = k; i < centre_.centre.size(); i += kSamples) {
      const double moved = std::fabs(point.centre[i] - centre_.centre[i]);
      const double bound =
          moved == 0 && centre_.radius[i] == 0 ? 0 : add_upper(next_up(moved), centre_.radius[i]);
      largest = bound <= largest ? largest : bound;
    }
    return largest;
  }

  const SparseNetwork& net_;
  const RobustnessOptions& options_;
  std::size_t label_;
  std::vector<std::size_t> members_;
  RobustnessResult& result_;
  BallPass pass_;
  Balls centre_, at_centre_;
  std::array<std::size_t, kSamples> rival_{};
};

void require_fit(const SparseNetwork& net, const ImageList& list, const std::string& where) {
  if (list.pixels != net.input_dim)
    throw InputError(where,
                     "takes " + std::to_string(net.input_dim) + " numbers, the images have " +
                         std::to_string(list.pixels) + " pixels",
                     "give images that fit the network");
  for (std::size_t n = 0; n < list.images.size(); ++n)
    if (list.images[n].label >= net.classes)
      throw InputError(where,
                       "has " + std::to_string(net.classes) + " classes, image " + std::to_string(n) +
                           " has the label " + std::to_string(list.images[n].label),
                       "count labels from 0 to the number of classes minus one");
}

}  // namespace

std::string_view to_string(Rule rule) {
  return rule == Rule::interval_margin ? "interval-margin" : "lipschitz-margin";
}

RobustnessResult analyse_robustness(const Network& network, const ImageList& list,
                                    const RobustnessOptions& options, const std::string& where) {
  if (options.radii.empty() || !(options.radii.front() > 0) ||
      !std::is_sorted(options.radii.begin(), options.radii.end()))
    throw std::invalid_argument("analyse_robustness: the radii must be positive and increasing");
  const SparseNetwork net = make_sparse_network(network, where);
  require_fit(net, list, where);
  RobustnessResult result;
  result.images.resize(list.images.size());
  std::size_t done = 0;
  for (std::size_t label = 0; label < net.classes; ++label) {
    std::vector<std::size_t> members;
    for (std::size_t n = 0; n <= list.images.size(); ++n) {
      const bool last = n == list.images.size();
      if (!last && list.images[n].label == label) members.push_back(n);
      if (members.empty() || (members.size() < kSamples && !last)) continue;
      if (options.stop.stop_requested()) return result;
      done += members.size();
      Batch(net, list, options, label, std::move(members), &result).run();
      members.clear();
      options.progress(done);
    }
  }
  result.complete = true;
  return result;
}

std::vector<RadiusCount> count_by_radius(const RobustnessResult& result, const std::vector<double>& radii) {
  std::vector<RadiusCount> counts;
  for (const double radius : radii) {
    RadiusCount count{radius};
    for (const ImageResult& image : result.images) {
      count.certified += image.status == ImageResult::Status::right && image.certified >= radius;
      count.not_attacked += !(image.attacked <= radius);
    }
    counts.push_back(count);
  }
  return counts;
}

std::size_t count(const RobustnessResult& result, ImageResult::Status status) {
  return static_cast<std::size_t>(
      std::count_if(result.images.begin(), result.images.end(),
                    [&](const ImageResult& image) { return image.status == status; }));
}

std::optional<Interval> median(const RobustnessResult& result,
                               const std::function<Interval(const ImageResult&)>& quantity) {
  std::vector<double> lower, upper;
  for (const ImageResult& image : result.images) {
    if (image.status != ImageResult::Status::right) continue;
    lower.push_back(quantity(image).lower());
    upper.push_back(quantity(image).upper());
  }
  if (lower.empty()) return std::nullopt;
  const std::size_t middle = lower.size() / 2;  // of an even number the upper one of the two in the middle
  std::nth_element(lower.begin(), lower.begin() + static_cast<std::ptrdiff_t>(middle), lower.end());
  std::nth_element(upper.begin(), upper.begin() + static_cast<std::ptrdiff_t>(middle), upper.end());
  return Interval(lower[middle], upper[middle]);
}

}  // namespace narrows::robust
