#include "robust/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

namespace narrows::robust {
namespace {

/// Mean number of certified images at radius i.
double mean_certified(const std::vector<const NetworkRow*>& rows, std::size_t i) {
  double sum = 0;
  for (const NetworkRow* row : rows) sum += static_cast<double>(row->counts[i].certified);
  return sum / static_cast<double>(rows.size());
}

WidthComparison compare(const std::vector<const NetworkRow*>& narrow,
                        const std::vector<const NetworkRow*>& wide, std::size_t i) {
  WidthComparison comparison{narrow[0]->group, narrow[0]->counts[i].radius, narrow[0]->width, wide[0]->width};
  for (const NetworkRow* a : narrow) {
    for (const NetworkRow* b : wide) {
      if (b->counts[i].certified > a->counts[i].not_attacked)
        ++comparison.proved;
      else if (b->counts[i].not_attacked < a->counts[i].certified)
        ++comparison.refuted;
      else
        ++comparison.undecided;
    }
  }
  comparison.certified_falls = mean_certified(wide, i) < mean_certified(narrow, i);
  return comparison;
}

std::string number(double x) {
  return std::isfinite(x) ? fmt::format("{}", x) : "";
}
std::string ends(const std::optional<Interval>& x) {
  return x ? number(x->lower()) + "," + number(x->upper()) : ",";
}

}  // namespace

NetworkRow make_row(const RobustnessResult& result, const std::vector<double>& radii, const std::string& file,
                    std::size_t width) {
  NetworkRow row;
  row.file = file;
  row.group = group_of(file);
  row.width = width;
  row.images = result.images.size();
  row.right = count(result, ImageResult::Status::right);
  row.wrong = count(result, ImageResult::Status::wrong);
  row.counts = count_by_radius(result, radii);
  row.margin = median(result, [](const ImageResult& image) { return image.margin; });
  row.gradient = median(result, [](const ImageResult& image) { return image.gradient; });
  row.ratio = median(result, [](const ImageResult& image) { return image.gradient / image.margin; });
  row.lipschitz = median(
      result, [](const ImageResult& image) { return Interval(image.gradient.lower(), image.lipschitz); });
  row.by_slopes = static_cast<std::size_t>(std::count_if(
      result.images.begin(), result.images.end(),
      [](const ImageResult& image) { return image.certified > 0 && image.rule == Rule::lipschitz_margin; }));
  return row;
}

std::string group_of(const std::string& file) {
  std::string name = file.substr(file.rfind('/') + 1);
  name = name.substr(0, name.rfind('.'));
  for (std::size_t at = name.find("_w"); at != std::string::npos; at = name.find("_w", at + 1))
    if (at > 0 && at + 2 < name.size() && std::isdigit(static_cast<unsigned char>(name[at + 2])) != 0)
      return name.substr(0, at);
  return name;
}

std::vector<WidthComparison> compare_widths(const std::vector<NetworkRow>& rows) {
  std::map<std::string, std::map<std::size_t, std::vector<const NetworkRow*>>> groups;
  for (const NetworkRow& row : rows) groups[row.group][row.width].push_back(&row);
  std::vector<WidthComparison> comparisons;
  for (const auto& [name, widths] : groups) {
    for (auto wide = widths.begin(); wide != widths.end(); ++wide) {
      if (wide == widths.begin()) continue;
      const auto narrow = std::prev(wide);
      for (std::size_t i = 0; i < narrow->second[0]->counts.size(); ++i)
        comparisons.push_back(compare(narrow->second, wide->second, i));
    }
  }
  return comparisons;
}

std::size_t undecided_images(const std::vector<NetworkRow>& rows) {
  std::size_t sum = 0;
  for (const NetworkRow& row : rows)
    for (const RadiusCount& at : row.counts) sum += at.not_attacked - at.certified;
  return sum;
}

std::string rows_csv(const std::vector<NetworkRow>& rows) {
  std::string text = "file,group,width,images,right,wrong";
  if (!rows.empty())
    for (const RadiusCount& at : rows[0].counts)
      text += fmt::format(",certified@{},not_attacked@{}", at.radius, at.radius);
  text +=
      ",margin_lower,margin_upper,gradient_lower,gradient_upper,ratio_lower,ratio_upper,lipschitz_upper\n";
  for (const NetworkRow& row : rows) {
    text +=
        fmt::format("{},{},{},{},{},{}", row.file, row.group, row.width, row.images, row.right, row.wrong);
    for (const RadiusCount& at : row.counts) text += fmt::format(",{},{}", at.certified, at.not_attacked);
    text += "," + ends(row.margin) + "," + ends(row.gradient) + "," + ends(row.ratio) + "," +
            (row.lipschitz ? number(row.lipschitz->upper()) : "") + "\n";
  }
  return text;
}

std::string images_csv_header() {
  return "file,image,label,status,certified,rule,attacked,margin_lower,margin_upper,gradient_lower,gradient_"
         "upper,lipschitz_upper\n";
}

std::string images_csv(const std::string& file, const ImageList& list, const RobustnessResult& result) {
  std::string text;
  for (std::size_t n = 0; n < result.images.size(); ++n) {
    const ImageResult& image = result.images[n];
    const bool right = image.status == ImageResult::Status::right;
    const char* words[] = {"skipped", "right", "wrong", "unknown"};
    text += fmt::format("{},{},{},{},{},{},{}", file, n, list.images[n].label,
                        words[static_cast<int>(image.status)], right ? number(image.certified) : "",
                        right ? to_string(image.rule) : "", number(image.attacked));
    text += right
                ? "," + ends(image.margin) + "," + ends(image.gradient) + "," + number(image.lipschitz) + "\n"
                : ",,,,,\n";
  }
  return text;
}

}  // namespace narrows::robust
