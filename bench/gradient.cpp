// What a gradient costs when nothing has to be proved: two ordinary floating-point peers for the kernels of Narrows.
//
// The network is the planar tanh ResNet h <- h + residual*tanh(W h + b), depth L, then row.h, with N(0,1) weights from a
// fixed seed. A gradient is one forward pass, which keeps the slopes 1 - tanh^2, and one reverse pass.
//
//   scalar      one point at a time, std::tanh of the C library
//   vector8     eight points at a time in GCC vectors of eight doubles, own tanh, unproved (absolute error 1e-14)
//   vector32    the same with four such vectors interleaved, which hides latencies
//
// Reads nothing. Prints `key value` lines: nanoseconds per gradient (not per batch), minimum and median over the
// repetitions, and the largest deviations that were seen. Exits with 1 if a peer computes something wrong.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t points = 512;  // per repetition; input and output fit into the first-level cache
constexpr int repetitions = 2000;

struct Block {
  double w00, w01, w10, w11, b0, b1;
};

struct Network {
  std::vector<Block> blocks;
  double residual, row0, row1;
};

// Coordinates by axis: the layout that vectors want.
struct Points {
  alignas(64) std::array<double, points> x;
  alignas(64) std::array<double, points> y;
};

void require(bool condition, const std::string& what) {
  if (condition) return;
  std::fprintf(stderr, "bench_gradient: %s\n", what.c_str());
  std::exit(1);
}

Network random_network(std::size_t depth, double residual, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  Network network{std::vector<Block>(depth), residual, normal(engine), normal(engine)};
  for (Block& block : network.blocks)
    for (double* entry : {&block.w00, &block.w01, &block.w10, &block.w11, &block.b0, &block.b1})
      *entry = normal(engine);
  return network;
}

Points random_points(unsigned seed) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> side(-2, 2);
  Points result;
  for (std::size_t i = 0; i < points; ++i) result.x[i] = side(engine), result.y[i] = side(engine);
  return result;
}

// ---- scalar ----

void scalar_gradient(const Network& network, double x, double y, double& dx, double& dy) {
  std::array<double, max_depth> slope0, slope1;
  const std::size_t depth = network.blocks.size();
  const double residual = network.residual;
  for (std::size_t k = 0; k < depth; ++k) {
    const Block& block = network.blocks[k];
    const double t0 = std::tanh(block.w00 * x + block.w01 * y + block.b0);
    const double t1 = std::tanh(block.w10 * x + block.w11 * y + block.b1);
    slope0[k] = residual * (1 - t0 * t0);
    slope1[k] = residual * (1 - t1 * t1);
    x += residual * t0;
    y += residual * t1;
  }
  double g0 = network.row0, g1 = network.row1;
  for (std::size_t k = depth; k-- > 0;) {
    const Block& block = network.blocks[k];
    const double u0 = slope0[k] * g0, u1 = slope1[k] * g1;
    g0 += block.w00 * u0 + block.w10 * u1;
    g1 += block.w01 * u0 + block.w11 * u1;
  }
  dx = g0;
  dy = g1;
}

void scalar_gradients(const Network& network, const Points& at, Points& gradient) {
  for (std::size_t i = 0; i < points; ++i)
    scalar_gradient(network, at.x[i], at.y[i], gradient.x[i], gradient.y[i]);
}

// ---- vectors ----

using Doubles = double __attribute__((vector_size(64)));
using Integers = long long __attribute__((vector_size(64)));
constexpr std::size_t lanes = 8;

// tanh x = 1 - 2/(exp(2x) + 1), absolute error about 1e-14; x is cut off at +-20, where tanh is 1 - 8.5e-18.
// exp(z) = 2^n p(z - n log 2); p is the minimax polynomial of degree 9 on [-log(2)/2, log(2)/2], relative error 1.4e-14.
inline Doubles tanh_approx(Doubles x) {
  constexpr double two_over_log2 = 2.8853900817779268, log2 = 0.69314718055994531;
  constexpr double to_integer = 0x1.8p52;  // adding it rounds to an integer, which is then in the low bits
  x = x > 20.0 ? Doubles{} + 20.0 : x;
  x = x < -20.0 ? Doubles{} - 20.0 : x;
  const Doubles shifted = x * two_over_log2 + to_integer;
  const Doubles r = 2.0 * x - (shifted - to_integer) * log2;
  const Doubles r2 = r * r, r4 = r2 * r2;  // Estrin's scheme: shorter chains than Horner's
  const Doubles p01 = 1.0000000000000012 * r + 1.0000000000000135;
  const Doubles p23 = 1.6666666666615648e-1 * r + 0.49999999999438589;
  const Doubles p45 = 8.3333333673116037e-3 * r + 4.1666667040551906e-2;
  const Doubles p67 = 1.9841190647544240e-4 * r + 1.3888801749656543e-3;
  const Doubles p89 = 2.7632640675430236e-6 * r + 2.4884459751751115e-5;
  const Doubles p = (p01 + r2 * p23) + r4 * ((p45 + r2 * p67) + r4 * p89);
  const Doubles exponential =
      reinterpret_cast<Doubles>(reinterpret_cast<Integers>(p) + (reinterpret_cast<Integers>(shifted) << 52));
  return 1.0 - 2.0 / (exponential + 1.0);
}

template <std::size_t vectors>
using Batch = std::array<Doubles, vectors>;

// Replaces the points (x, y) by the gradients there.
template <std::size_t vectors>
inline void vector_gradient(const Network& network, Batch<vectors>& x, Batch<vectors>& y) {
  std::array<Batch<vectors>, max_depth> slope0, slope1;
  const std::size_t depth = network.blocks.size();
  const double residual = network.residual;
  for (std::size_t k = 0; k < depth; ++k) {
    const Block& block = network.blocks[k];
    for (std::size_t v = 0; v < vectors; ++v) {
      const Doubles t0 = tanh_approx(block.w00 * x[v] + block.w01 * y[v] + block.b0);
      const Doubles t1 = tanh_approx(block.w10 * x[v] + block.w11 * y[v] + block.b1);
      slope0[k][v] = residual * (1.0 - t0 * t0);
      slope1[k][v] = residual * (1.0 - t1 * t1);
      x[v] += residual * t0;
      y[v] += residual * t1;
    }
  }
  for (std::size_t v = 0; v < vectors; ++v) x[v] = Doubles{} + network.row0, y[v] = Doubles{} + network.row1;
  for (std::size_t k = depth; k-- > 0;) {
    const Block& block = network.blocks[k];
    for (std::size_t v = 0; v < vectors; ++v) {
      const Doubles u0 = slope0[k][v] * x[v], u1 = slope1[k][v] * y[v];
      x[v] += block.w00 * u0 + block.w10 * u1;
      y[v] += block.w01 * u0 + block.w11 * u1;
    }
  }
}

template <std::size_t vectors>
void vector_gradients(const Network& network, const Points& at, Points& gradient) {
  static_assert(points % (lanes * vectors) == 0);
  for (std::size_t i = 0; i < points; i += lanes * vectors) {
    Batch<vectors> x, y;
    for (std::size_t v = 0; v < vectors; ++v) {
      x[v] = *reinterpret_cast<const Doubles*>(&at.x[i + lanes * v]);  // GCC vectors may alias their elements
      y[v] = *reinterpret_cast<const Doubles*>(&at.y[i + lanes * v]);
    }
    vector_gradient<vectors>(network, x, y);
    for (std::size_t v = 0; v < vectors; ++v) {
      *reinterpret_cast<Doubles*>(&gradient.x[i + lanes * v]) = x[v];
      *reinterpret_cast<Doubles*>(&gradient.y[i + lanes * v]) = y[v];
    }
  }
}

// ---- validation ----

long double value(const Network& network, long double x, long double y) {
  for (const Block& block : network.blocks) {
    const long double t0 = std::tanh(block.w00 * x + block.w01 * y + block.b0);
    const long double t1 = std::tanh(block.w10 * x + block.w11 * y + block.b1);
    x += network.residual * t0;
    y += network.residual * t1;
  }
  return network.row0 * x + network.row1 * y;
}

// Central differences in long double: rounding 1e-19/step, truncation step^2 times a third derivative.
Points difference_quotients(const Network& network, const Points& at) {
  constexpr long double step = 1e-7L;
  Points result;
  for (std::size_t i = 0; i < points; ++i) {
    const long double x = at.x[i], y = at.y[i];
    result.x[i] =
        static_cast<double>((value(network, x + step, y) - value(network, x - step, y)) / (2 * step));
    result.y[i] =
        static_cast<double>((value(network, x, y + step) - value(network, x, y - step)) / (2 * step));
  }
  return result;
}

// Largest |a - b| / (1 + |b|) over all points, in the maximum norm; infinite if anything is not a number.
double largest_deviation(const Points& a, const Points& b) {
  double largest = 0;
  for (std::size_t i = 0; i < points; ++i) {
    const double scale = 1 + std::max(std::abs(b.x[i]), std::abs(b.y[i]));
    const double deviation = std::max(std::abs(a.x[i] - b.x[i]), std::abs(a.y[i] - b.y[i])) / scale;
    if (!(std::isfinite(a.x[i]) && std::isfinite(a.y[i]) && std::isfinite(deviation))) return HUGE_VAL;
    largest = std::max(largest, deviation);
  }
  return largest;
}

double largest_tanh_error() {
  double largest = 0;
  const auto try_at = [&](double x) {
    const Doubles t = tanh_approx(Doubles{} + x);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double error = std::abs(t[lane] - std::tanh(x));
      largest = std::isfinite(error) ? std::max(largest, error) : HUGE_VAL;
    }
  };
  for (int i = -300000; i <= 300000; ++i) try_at(i * 1e-4);
  for (const double x : {0.0, 1e-300, -1e-300, 1e300, -1e300, HUGE_VAL, -HUGE_VAL}) try_at(x);
  return largest;
}

// ---- timing ----

using Peer = void (*)(const Network&, const Points&, Points&);

// Prints nanoseconds per gradient of `peer` and returns its gradients.
Points measure(const std::string& key, Peer peer, const Network& network, const Points& at) {
  Points gradient;
  std::vector<double> nanoseconds;
  for (int repetition = -repetitions / 10; repetition < repetitions;
       ++repetition) {  // the first tenth warms up
    const auto start = std::chrono::steady_clock::now();
    peer(network, at, gradient);
    asm volatile("" : : "r"(&gradient) : "memory");  // the result counts as used
    const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
    if (repetition >= 0) nanoseconds.push_back(elapsed.count() / points);
  }
  std::sort(nanoseconds.begin(), nanoseconds.end());
  std::printf("%s_ns_min %.2f\n%s_ns_median %.2f\n", key.c_str(), nanoseconds.front(), key.c_str(),
              nanoseconds[nanoseconds.size() / 2]);
  return gradient;
}

void run(std::size_t depth) {
  require(depth <= max_depth, "network too deep");
  const Network network = random_network(depth, 0.5, 20240 + static_cast<unsigned>(depth));
  const Points at = random_points(7);
  const std::string suffix = "_L" + std::to_string(depth);

  const Points scalar = measure("scalar" + suffix, scalar_gradients, network, at);
  const Points by_eight = measure("vector8" + suffix, vector_gradients<1>, network, at);
  const Points interleaved = measure("vector32" + suffix, vector_gradients<4>, network, at);

  const double from_differences = largest_deviation(scalar, difference_quotients(network, at));
  const double from_scalar =
      std::max(largest_deviation(by_eight, scalar), largest_deviation(interleaved, scalar));
  std::printf("scalar%s_difference_quotient_deviation %.1e\n", suffix.c_str(), from_differences);
  std::printf("vector%s_scalar_deviation %.1e\n", suffix.c_str(), from_scalar);
  require(from_differences < 1e-8,
          "the scalar gradient and the difference quotients disagree, L = " + std::to_string(depth));
  require(from_scalar < 1e-10, "the vector and the scalar gradients disagree, L = " + std::to_string(depth));
}

}  // namespace

int main() {
  const double tanh_error = largest_tanh_error();
  std::printf("vector_tanh_absolute_error %.1e\n", tanh_error);
  require(tanh_error < 1e-12, "the vector tanh is wrong");
  for (const std::size_t depth : {8, 16}) run(depth);
}
