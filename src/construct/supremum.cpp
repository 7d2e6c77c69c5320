#include "construct/supremum.hpp"

#include <queue>

namespace narrows {
namespace {

struct Candidate {
  double upper = 0;
  std::vector<Interval> box;
  bool operator<(const Candidate& other) const { return upper < other.upper; }
};

}  // namespace

Interval supremum_on_cube(std::size_t dim, const std::function<Interval(const std::vector<Interval>&)>& quantity, double tolerance, std::size_t budget) {
  SupremumSearch search(tolerance);
  std::priority_queue<Candidate> open;
  const auto push = [&](std::vector<Interval> box) {
    std::vector<Interval> middle;
    for (const Interval& side : box) middle.emplace_back(midpoint(side));
    search.occurs(quantity(middle));
    const double upper = quantity(box).upper();
    open.push({upper, std::move(box)});
  };
  push(std::vector<Interval>(dim, Interval(0.0, 1.0)));
  for (std::size_t done = 0; done < budget && !search.settles(Interval(open.top().upper)); ++done) {
    const Candidate top = open.top();
    std::size_t axis = 0;
    for (std::size_t i = 1; i < dim; ++i)
      if (top.box[i].upper() - top.box[i].lower() > top.box[axis].upper() - top.box[axis].lower()) axis = i;
    const double middle = midpoint(top.box[axis]);
    if (!(middle > top.box[axis].lower() && middle < top.box[axis].upper())) break;
    open.pop();
    auto lower = top.box, upper = top.box;
    lower[axis] = Interval(top.box[axis].lower(), middle);
    upper[axis] = Interval(middle, top.box[axis].upper());
    push(std::move(lower));
    push(std::move(upper));
  }
  search.take(Interval(open.top().upper));
  return search.result();
}

}  // namespace narrows
