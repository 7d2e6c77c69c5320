#include "certify/robust_certificate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "certify/certificate_frame.hpp"
#include "certify/certificate_parts.hpp"
#include "io/exact_text.hpp"

namespace narrows {
namespace {

using robust::ImageResult;

bool is_claimed(const ImageResult& image) {
  return image.status == ImageResult::Status::right;
}

std::string claim_text(const robust::RobustnessResult& result, const robust::ImageList& list) {
  std::string text = fmt::format(
      "{{\"kind\":\"robust\",\"verdict\":\"proved\",\"norm\":\"linf\",\"scale\":\"{}\",\"images\":[",
      to_text(list.scale));
  bool first = true;
  for (std::size_t n = 0; n < result.images.size(); ++n) {
    if (!is_claimed(result.images[n])) continue;
    text += fmt::format("{}{{\"index\":{},\"label\":{},\"radius\":{},\"pixels\":[{}]}}", first ? "\n" : ",\n",
                        n, list.images[n].label, shortest_decimal(result.images[n].certified),
                        fmt::join(list.images[n].pixels, ","));
    first = false;
  }
  return text + "]}";
}

}  // namespace

bool has_robust_certificate(const robust::RobustnessResult& result) {
  return std::any_of(result.images.begin(), result.images.end(), is_claimed);
}

void write_robust_certificate(const robust::RobustnessResult& result, const robust::ImageList& list,
                              const ConvolutionalNetwork& network, const CertificateSource& source,
                              const TextSink& sink) {
  sink(certificate_start(claim_text(result, list),
                         network_to_json(network.loaded.network, true, network.convolutions), source));
  std::string text = "{\"rules\":[";
  bool first = true;
  for (const ImageResult& image : result.images) {
    if (!is_claimed(image)) continue;
    text += fmt::format("{}\"{}\"", first ? "" : ",", to_string(image.rule));
    first = false;
  }
  sink(text + "]}");
  sink(kCertificateEnd);
}

}  // namespace narrows
