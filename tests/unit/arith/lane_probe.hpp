// The point kernels of lane_elementary.hpp behind plain functions, one set per instruction set, for the tests.
#pragma once

#include <cstddef>

namespace narrows {

enum class Kernel { tanh, sigmoid, softplus, exp };

/// Four orders of derivatives at each point; exp fills order 0 only.
struct ProbeResult {
  double *value, *slope, *curvature, *third;
};

// Precondition: size is a multiple of 8.
namespace portable {
void probe(Kernel kernel, const double* x, ProbeResult out, std::size_t size);
}
namespace avx2 {
void probe(Kernel kernel, const double* x, ProbeResult out, std::size_t size);
}
namespace avx512 {
void probe(Kernel kernel, const double* x, ProbeResult out, std::size_t size);
}

}  // namespace narrows
