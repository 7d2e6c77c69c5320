#include "plot/study_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plot/frame.hpp"

namespace narrows {
namespace {

using namespace plot;

const Colour kPossible{0.55, 0.55, 0.58, 0.35};

void draw_bin(Page& page, const ShareBin& bin) {
  const Point at = page.to_page(bin.x, bin.share());
  if (bin.open > 0) {
    const double top =
        page.to_page(bin.x, static_cast<double>(bin.proved + bin.open) / static_cast<double>(bin.all())).y;
    page.canvas().fill(Rectangle{at.x - 6, top, 12, at.y - top}, kPossible);
  }
  const Proportion p = bin.interval();
  const double low = page.to_page(bin.x, p.low).y, high = page.to_page(bin.x, p.high).y;
  page.canvas().stroke(Polyline{{{at.x, low}, {at.x, high}}}, {colours::graph, 1.8});
  for (const double y : {low, high})
    page.canvas().stroke(Polyline{{{at.x - 4, y}, {at.x + 4, y}}}, {colours::graph, 1.8});
  page.canvas().stroke_circle(at, 3, {colours::graph, 4});
  page.canvas().annotate(
      at, 9, "share",
      fmt::format("{} of {} proved, {} refuted, {} undecided; share {:.4f} in [{:.4f}, {:.4f}]", bin.proved,
                  bin.all(), bin.refuted, bin.open, bin.share(), p.low, p.high));
}

Range with_margin(double low, double high) {
  const double margin = high > low ? 0.04 * (high - low) : 0.5;
  return {low - margin, high + margin};
}

}  // namespace

std::string claim_of_analysis(const std::string& type) {
  if (type == "certify") return "no critical point";
  if (type == "threshold") return "every layer is regular";
  if (type == "levelset") return "the level set is decided";
  if (type == "bounds") return "the theorem's number is at least the certified distance";
  return "the map is complete";
}

void draw_share_picture(const ShareTable& table, const std::string& claim, const std::string& title,
                        const std::string& path) {
  std::size_t proved = 0, all = 0, open = 0;
  for (const ShareBin& bin : table.bins) {
    proved += bin.proved;
    all += bin.all();
    open += bin.open;
  }
  std::vector<LegendEntry> legend = {
      {"share of networks proved, with its 95 % interval", [](Canvas& canvas, Point at) {
         canvas.stroke(Polyline{{{at.x, at.y - 8}, {at.x, at.y + 8}}}, {colours::graph, 1.8});
         canvas.stroke_circle(at, 3, {colours::graph, 4});
       }}};
  if (open > 0)
    legend.push_back({"undecided", [](Canvas& canvas, Point at) {
                        canvas.fill(Rectangle{at.x - 6, at.y - 8, 12, 16}, kPossible);
                      }});
  const double low = table.bins.empty() ? 0 : table.bins.front().x,
               high = table.bins.empty() ? 1 : table.bins.back().x;
  Page page(path,
            {.title = title,
             .x = with_margin(low, high),
             .y = {-0.03, 1.03},
             .x_label = table.axis,
             .y_label = "share",
             .plot_width = 640,
             .plot_height = 360,
             .legend = legend},
            {.domain = fmt::format("{} networks", all),
             .verdict = fmt::format("{}: proved for {} of {} networks", claim, proved, all),
             .kind = Verdict::proved,
             .note = "Each verdict is a proof about one network; the intervals (Wilson) are statistics about "
                     "the family that the networks were drawn from.",
             .subject = "Wilson intervals at 95 %"});
  page.draw_tick_lines();
  Polyline line;
  for (const ShareBin& bin : table.bins) line.points.push_back(page.to_page(bin.x, bin.share()));
  if (line.points.size() > 1) page.canvas().stroke(line, {colours::level_line, 1.2});
  for (const ShareBin& bin : table.bins) draw_bin(page, bin);
  page.draw_surroundings();
  page.save();
}

void draw_ratio_norm_picture(const StudySummary& summary, const std::string& title, const std::string& path) {
  std::size_t all = summary.ratio_norms_above, highest = 1;
  for (const HistogramBin& bin : summary.ratio_norms) {
    all += bin.count;
    highest = std::max(highest, bin.count);
  }
  const double top = static_cast<double>(highest);
  Page page(
      path,
      {.title = title,
       .x = {-0.1, std::log2(summary.ratio_norms.back().upper) + 0.1},
       .y = {0, 1.06 * top},
       .x_label = "log₂ of α* · s‖V‖‖W‖",
       .y_label = "count",
       .plot_width = 640,
       .plot_height = 360,
       .legend = {},
       .note = "s is the largest slope of the activation; 0 on the axis is the Lipschitz ratio, below which "
               "a norm proves a block regular."},
      {.domain = fmt::format("{} networks with a finite critical ratio", all),
       .verdict = fmt::format(
           "{} beyond the right end; in {} more networks every block's critical ratio is infinite",
           summary.ratio_norms_above, summary.networks_with_infinite),
       .kind = Verdict::proved,
       .note = "For each network the block with the smallest finite critical ratio α*, a bracket 1e-12 wide.",
       .subject = "smallest critical ratios"});
  page.draw_tick_lines();
  for (const HistogramBin& bin : summary.ratio_norms) {
    const Point from = page.to_page(std::log2(bin.lower), static_cast<double>(bin.count)),
                to = page.to_page(std::log2(bin.upper), 0);
    const Rectangle bar{from.x + 0.5, from.y, to.x - from.x - 1, to.y - from.y};
    page.canvas().fill(bar, colours::graph);
    page.canvas().annotate({(from.x + to.x) / 2, from.y}, 8, "bin",
                           fmt::format("{} networks from {:.4g} to {:.4g}", bin.count, bin.lower, bin.upper));
  }
  page.draw_surroundings();
  page.save();
}

}  // namespace narrows
