// The two halves of a fuzzer: a target with libFuzzer's entry point, and a driver that needs no libFuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

/// Runs the target once; returns 0. Whatever it throws, and every abort, is a failure.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Small valid inputs that the driver mutates besides the files of the corpus.
[[nodiscard]] std::vector<std::string> fuzz_seeds();

/// Extension of the files of the corpus that the driver mutates: ".json", ".onnx" or ".cert".
[[nodiscard]] std::string fuzz_extension();

/// Reports a broken promise and aborts.
inline void fuzz_require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: broken promise: %s\n", promise);
  std::abort();
}
