// Networks together with the convolutions that their files name.
//
// The network model holds a convolution as the dense affine layer that it equals. Whoever wants to show or to write it as a convolution asks
// convolution_of() (io/convolution.hpp), which compares every number: a layer that was merged with another one is no convolution.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/convolution.hpp"
#include "io/load.hpp"

namespace narrows {

struct ConvolutionalNetwork {
  LoadedNetwork loaded;
  std::vector<io::Convolution> convolutions;  ///< in the order of the file, those in branches too
};

/// load_network(), and the convolutions of the file.
[[nodiscard]] ConvolutionalNetwork load_convolutional(const std::string& path);

/// As without the last argument; appends every convolution read, if it is not null.
[[nodiscard]] Network parse_onnx(std::string_view bytes, const std::string& where,
                                 std::vector<io::Convolution>* convolutions);
[[nodiscard]] Network parse_network_json(std::string_view bytes, const std::string& where,
                                         std::vector<io::Convolution>* convolutions);

/// As without the last argument, but layers that are one of the convolutions are written as conv layers, where the format can say it
/// (stride 1, one group, no dilation, padding one-sided, same or valid).
[[nodiscard]] std::string network_to_json(const Network& network, bool compact,
                                          const std::vector<io::Convolution>& convolutions);

}  // namespace narrows
