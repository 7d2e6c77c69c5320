// Nanoseconds per interval operation of the batched kernels, for every instruction set that this processor has, beside the
// C library's tanh at one point. bench_kernels [seconds per figure, default 0.2]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "arith/interval_batch.hpp"

using namespace narrows;

namespace {

constexpr std::size_t kSize = 512;  // in the first-level cache

// Median over several runs of the time of `operation`, which does kSize operations, per operation.
template <class F>
double nanoseconds(F operation, double seconds) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRuns = 9;
  std::vector<double> times;
  for (int run = 0; run < kRuns; ++run) {
    long count = 0;
    const auto start = Clock::now();
    double elapsed = 0;
    do {
      for (int i = 0; i < 20; ++i) operation();
      count += 20;
      elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    } while (elapsed < seconds / kRuns);
    times.push_back(elapsed * 1e9 / static_cast<double>(count) / kSize);
  }
  std::nth_element(times.begin(), times.begin() + kRuns / 2, times.end());
  return times[kRuns / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 0.2;
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> uniform(-4, 4);
  IntervalArray x(kSize), y(kSize), out;
  for (IntervalArray* a : {&x, &y}) {
    for (std::size_t i = 0; i < kSize; ++i) {
      a->lo[i] = uniform(engine);
      a->hi[i] = a->lo[i] + 0.01;
    }
  }
  const std::pair<const char*, UnaryOperation> unary[] = {
      {"tanh", UnaryOperation::tanh},       {"tanh_slope", UnaryOperation::tanh_slope},
      {"sigmoid", UnaryOperation::sigmoid}, {"sigmoid_slope", UnaryOperation::sigmoid_slope},
      {"softplus", UnaryOperation::softplus}, {"exp", UnaryOperation::exp}};
  const std::pair<const char*, BinaryOperation> binary[] = {{"add", BinaryOperation::add}, {"mul", BinaryOperation::mul}};

  std::printf("%-16s", "ns/interval");
  std::vector<Isa> isas;
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512})
    if (is_available(isa)) isas.push_back(isa);
  for (const Isa isa : isas) std::printf(" %9s", std::string(to_string(isa)).c_str());
  std::printf("\n");
  for (const auto& [name, f] : unary) {
    std::printf("%-16s", name);
    for (const Isa isa : isas) std::printf(" %9.2f", nanoseconds([&, f = f] { apply(f, x, &out, isa); }, seconds));
    std::printf("\n");
  }
  for (const auto& [name, f] : binary) {
    std::printf("%-16s", name);
    for (const Isa isa : isas) std::printf(" %9.2f", nanoseconds([&, f = f] { apply(f, x, y, &out, isa); }, seconds));
    std::printf("\n");
  }
  volatile double sink = 0;
  const double libm = nanoseconds(
      [&] {
        double sum = 0;
        for (const double t : x.lo) sum += std::tanh(t);
        sink = sink + sum;
      },
      seconds);
  std::printf("%-16s %9.2f  (one point, no guarantee)\n", "C library tanh", libm);
  return 0;
}
