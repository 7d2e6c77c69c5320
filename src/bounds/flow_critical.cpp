#include "bounds/flow_critical.hpp"

#include <deque>

#include "ode/flow_function.hpp"

namespace narrows {
namespace {

constexpr double kNarrowest = 1e-6;  // of the domain: such boxes are not cut any more

/// Low degrees: boxes are small, and many.
TubeOptions tube_options(const StopToken& stop) {
  TubeOptions options;
  options.time_degree = 8;
  options.degree = 3;
  options.max_steps = 2'000;
  options.stop = stop;
  return options;
}

class FlowSearch {
 public:
  FlowSearch(const Chain& chain, const Box& box, const SearchOptions& options, const std::vector<RegularityTest>& tests, const std::string& where)
      : function_(chain, where), options_(options), tubes_(tube_options(options.stop)), whole_(box) {
    const std::size_t flow = first_ode_layer(chain.layers);
    behind_ = true;
    for (std::size_t l = 0; l < flow; ++l) behind_ = behind_ && tests[l] != RegularityTest::none;
    prefix_ = behind_ ? flow + 1 : 0;
    open_.push_back({box, 0});
  }

  SearchResult run() {
    while (!open_.empty()) {
      const Open next = std::move(open_.front());
      open_.pop_front();
      if (found_.boxes >= options_.max_boxes || options_.stop.stop_requested()) found_.stopped = true;
      if (found_.stopped)
        give_up(next);
      else
        settle(next);
      if (options_.progress && (found_.boxes % 256 == 0 || open_.empty())) options_.progress(found_.boxes, open_.size());
    }
    return std::move(found_);
  }

 private:
  struct Open {
    Box box;
    std::size_t node;
  };

  void settle(const Open& next) {
    ++found_.boxes;
    const std::vector<double> u = function_.direction(next.box, behind_, tubes_);
    if (!u.empty()) return found_.tree.close_with_direction(next.node, prefix_, u);
    std::size_t axis = 0;
    double widest = 0;
    for (std::size_t k = 0; k < whole_.dim(); ++k) {
      const double share = (next.box.upper[k] - next.box.lower[k]) / (whole_.upper[k] - whole_.lower[k]);
      if (share > widest) widest = share, axis = k;
    }
    const double middle = split_point(Interval(next.box.lower[axis], next.box.upper[axis]));
    if (!(widest > kNarrowest) || !(next.box.lower[axis] < middle && middle < next.box.upper[axis])) return give_up(next);
    const std::size_t child = found_.tree.split(next.node, axis);
    Open lower{next.box, child}, upper{next.box, child + 1};
    lower.box.upper[axis] = upper.box.lower[axis] = middle;
    open_.push_back(std::move(lower));
    open_.push_back(std::move(upper));
  }

  void give_up(const Open& next) {
    found_.tree.close(next.node, LeafRule::undecided);
    IntervalBox box;
    for (std::size_t k = 0; k < next.box.dim(); ++k) box.emplace_back(next.box.lower[k], next.box.upper[k]);
    found_.undecided.push_back(std::move(box));
  }

  FlowFunction function_;
  const SearchOptions& options_;
  TubeOptions tubes_;
  const Box& whole_;
  bool behind_ = true;      ///< the layers up to the flow are regular everywhere
  std::size_t prefix_ = 0;  ///< P of the leaves
  std::deque<Open> open_;   ///< the largest first
  SearchResult found_;
};

std::string undecided_text(const SearchResult& found) {
  const std::string count = std::to_string(found.undecided.size()) + (found.undecided.size() == 1 ? " box" : " boxes") + " undecided";
  return found.stopped ? count + " when the search stopped at its budget; raise --max-boxes or --timeout"
                       : count + " (a critical point, which is not enclosed where there is an ode layer, or arithmetic too coarse)";
}

}  // namespace

CertifyResult certify_with_flow(const Chain& chain, const Domain& domain, const CertifyOptions& options, const std::string& where) {
  CertifyResult result = certify(chain, domain, options, where);
  if (result.verdict != Verdict::undecided || domain.type != Domain::Type::box || chain.smoothness == Smoothness::lipschitz) return result;
  SearchResult found = FlowSearch(chain, domain.box, options.search, result.proof.layers, where).run();
  result.method = Method::branch_and_bound;
  result.boxes = found.boxes;
  result.complete = found.undecided.empty();
  result.undecided = found.undecided;
  if (result.complete) result.verdict = Verdict::proved;
  result.reason = result.complete ? "branch and bound over tubes excluded every box of the domain" : undecided_text(found);
  result.proof.tree_used = true;
  result.proof.search = std::move(found);
  return result;
}

}  // namespace narrows
