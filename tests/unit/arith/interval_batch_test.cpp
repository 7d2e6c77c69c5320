// Batched interval operations: corner cases from a table, inclusion of the truth, independence of instruction set, rounding
// mode and length.
#include "arith/interval_batch.hpp"

#include <catch2/catch.hpp>
#include <cfenv>
#include <cstring>
#include <fstream>
#include <sstream>

#include "arith/interval.hpp"
#include "kernel_reference.hpp"

using namespace narrows;
using test::RandomCases;

namespace {

const std::pair<const char*, UnaryOperation> kUnary[] = {
    {"neg", UnaryOperation::neg},
    {"square", UnaryOperation::square},
    {"exp", UnaryOperation::exp},
    {"tanh", UnaryOperation::tanh},
    {"tanh_slope", UnaryOperation::tanh_slope},
    {"tanh_curvature", UnaryOperation::tanh_curvature},
    {"sigmoid", UnaryOperation::sigmoid},
    {"sigmoid_slope", UnaryOperation::sigmoid_slope},
    {"sigmoid_curvature", UnaryOperation::sigmoid_curvature},
    {"softplus", UnaryOperation::softplus}};
const std::pair<const char*, BinaryOperation> kBinary[] = {
    {"add", BinaryOperation::add}, {"sub", BinaryOperation::sub},   {"mul", BinaryOperation::mul},
    {"div", BinaryOperation::div}, {"hull", BinaryOperation::hull}, {"meet", BinaryOperation::meet}};

struct Ends {
  double lo, hi;
};

IntervalArray array_of(Ends x) {
  IntervalArray a(1);
  a.lo[0] = x.lo;
  a.hi[0] = x.hi;
  return a;
}

template <class T, std::size_t n>
const T* find(const std::pair<const char*, T> (&table)[n], const std::string& name) {
  for (const auto& [key, value] : table)
    if (name == key) return &value;
  return nullptr;
}

// "empty", "entire", "[lo, hi]"
Ends read_interval(std::istream& in) {
  std::string word;
  in >> word;
  if (word == "empty") return {kInfinity, -kInfinity};
  if (word == "entire") return {-kInfinity, kInfinity};
  std::string rest;
  std::getline(in, rest, ']');
  word += rest;
  const std::size_t comma = word.find(',');
  REQUIRE((word[0] == '[' && comma != std::string::npos));
  return {std::strtod(word.c_str() + 1, nullptr), std::strtod(word.c_str() + comma + 1, nullptr)};
}

Ends apply_named(const std::string& name, std::istream& operands, Isa isa) {
  IntervalArray out;
  if (const UnaryOperation* f = find(kUnary, name)) {
    apply(*f, array_of(read_interval(operands)), &out, isa);
  } else {
    const BinaryOperation* g = find(kBinary, name);
    REQUIRE(g != nullptr);
    const IntervalArray a = array_of(read_interval(operands)), b = array_of(read_interval(operands));
    apply(*g, a, b, &out, isa);
  }
  return {out.lo[0], out.hi[0]};
}

bool is_close_below(double result, double tight, bool loose) {
  if (loose) return tight - result <= std::fabs(tight) * 0x1p-47 + 1e-299 || result == tight;
  return result <= tight && result >= next_down(next_down(tight));
}

IntervalArray random_intervals(RandomCases& random, std::size_t size) {
  IntervalArray a(size);
  for (std::size_t i = 0; i < size; ++i) {
    const double x = random.any_double(), y = random.integer(0, 2) == 0 ? x : random.any_double();
    a.lo[i] = std::fmin(x, y);
    a.hi[i] = std::fmax(x, y);
    if (random.integer(0, 40) == 0) a.lo[i] = -kInfinity;
    if (random.integer(0, 40) == 0) a.hi[i] = kInfinity;
    if (random.integer(0, 60) == 0) std::swap(a.lo[i], a.hi[i]);
    if (random.integer(0, 200) == 0) a.lo[i] = NAN;
  }
  return a;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}
bool same_bits(const IntervalArray& a, const IntervalArray& b) { return same_bits(a.lo, b.lo) && same_bits(a.hi, b.hi); }

constexpr Isa kAll[] = {Isa::portable, Isa::avx2, Isa::avx512};
constexpr int kModes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};

}  // namespace

TEST_CASE("batched operations agree with the table of corner cases on every instruction set") {
  std::ifstream table(NARROWS_ARITH_TESTS_DIR "/interval_batch.itl");
  REQUIRE(table);
  int count = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line[0] == '#') continue;
    for (const Isa isa : kAll) {
      if (!is_available(isa)) continue;
      std::istringstream in(line);
      std::string name, equals;
      in >> name;
      const bool loose = name == "loose";
      if (loose) in >> name;
      const Ends result = apply_named(name, in, isa);
      in >> equals;
      REQUIRE(equals == "=");
      const Ends tight = read_interval(in);
      CAPTURE(line, to_string(isa), result.lo, result.hi);
      if (tight.lo > tight.hi) {
        CHECK((result.lo == kInfinity && result.hi == -kInfinity));
        continue;
      }
      CHECK((result.lo <= tight.lo && result.hi >= tight.hi));
      CHECK(is_close_below(result.lo, tight.lo, loose));
      CHECK(is_close_below(-result.hi, -tight.hi, loose));
    }
    ++count;
  }
  CHECK(count > 150);
}

TEST_CASE("batched arithmetic contains every exact pointwise result") {
  RandomCases random(21);
  const std::size_t size = 1000;
  for (int b = 0; b < test::cases(20, 10'000); ++b) {
    IntervalArray x = random_intervals(random, size), y = random_intervals(random, size), out;
    for (const auto& [name, f] : kBinary) {
      if (f == BinaryOperation::hull || f == BinaryOperation::meet) continue;
      apply(f, x, y, &out);
      for (std::size_t i = 0; i < size; ++i) {
        if (!(x.lo[i] <= x.hi[i]) || !(y.lo[i] <= y.hi[i])) continue;
        const double p = random.integer(0, 1) == 0 ? x.lo[i] : x.hi[i], q = random.integer(0, 1) == 0 ? y.lo[i] : y.hi[i];
        if (!std::isfinite(p) || !std::isfinite(q) || (f == BinaryOperation::div && q == 0)) continue;
        const Rational r = rational_exact(p), s = rational_exact(q);
        Rational exact;
        switch (f) {
          case BinaryOperation::add: exact = r + s; break;
          case BinaryOperation::sub: exact = r - s; break;
          case BinaryOperation::mul: exact = r * s; break;
          default: exact = r / s;
        }
        const bool above = out.lo[i] == -kInfinity || rational_exact(out.lo[i]) <= exact;
        const bool below = out.hi[i] == kInfinity || exact <= rational_exact(out.hi[i]);
        if (!above || !below) {
          CAPTURE(name, x.lo[i], x.hi[i], y.lo[i], y.hi[i], p, q, out.lo[i], out.hi[i]);
          FAIL("exact result outside");
        }
      }
    }
  }
}

TEST_CASE("batched elementary functions contain the values of MPFR in all its rounding modes") {
  struct Order {
    UnaryOperation f;
    Kernel kernel;
    std::size_t order;
  };
  const Order orders[] = {{UnaryOperation::tanh, Kernel::tanh, 0},
                          {UnaryOperation::tanh_slope, Kernel::tanh, 1},
                          {UnaryOperation::tanh_curvature, Kernel::tanh, 2},
                          {UnaryOperation::sigmoid, Kernel::sigmoid, 0},
                          {UnaryOperation::sigmoid_slope, Kernel::sigmoid, 1},
                          {UnaryOperation::sigmoid_curvature, Kernel::sigmoid, 2},
                          {UnaryOperation::softplus, Kernel::softplus, 0},
                          {UnaryOperation::exp, Kernel::exp, 0}};
  RandomCases random(22);
  test::KernelReference reference;
  mpfr_t exact;  // 120 bits: the reference is good for 150, and a value within 2^-120 of a double counts as that double
  mpfr_init2(exact, 120);
  const std::size_t size = 500;
  for (const Order& g : orders) {
    for (int b = 0; b < test::cases(8, 20'000); ++b) {
      IntervalArray x(size), out;
      std::vector<double> member(size);
      for (std::size_t i = 0; i < size; ++i) {
        member[i] = test::kernel_point(g.kernel, random);
        const double other = random.integer(0, 2) == 0 ? member[i] : test::kernel_point(g.kernel, random);
        x.lo[i] = std::fmin(member[i], other);
        x.hi[i] = std::fmax(member[i], other);
        if (std::isfinite(x.lo[i]) && std::isfinite(x.hi[i]) && random.integer(0, 1) == 0)
          member[i] = std::fmax(x.lo[i], std::fmin(x.hi[i], x.lo[i] + (x.hi[i] - x.lo[i]) * random.uniform(0, 1)));
      }
      apply(g.f, x, &out);
      for (std::size_t i = 0; i < size; ++i) {
        mpfr_set(exact, reference.jet(g.kernel, member[i])[g.order], MPFR_RNDN);
        for (const mpfr_rnd_t mode : {MPFR_RNDD, MPFR_RNDN, MPFR_RNDU, MPFR_RNDZ}) {
          const double rounded = mpfr_get_d(exact, mode);
          if (!(out.lo[i] <= rounded && rounded <= out.hi[i])) {
            CAPTURE(static_cast<int>(g.f), x.lo[i], x.hi[i], member[i], rounded, out.lo[i], out.hi[i]);
            FAIL("MPFR's value outside");
          }
        }
      }
    }
  }
  mpfr_clear(exact);
}

TEST_CASE("batched results depend on neither the instruction set, the ambient rounding mode nor the length") {
  RandomCases random(23);
  const int mode_before = std::fegetround();
  const auto check = [&](auto run, std::size_t size) {
    IntervalArray expected, out, prefix;
    run(Isa::portable, size, &expected);
    for (const Isa isa : kAll) {
      if (!is_available(isa)) continue;
      for (const int mode : kModes) {
        std::fesetround(mode);
        run(isa, size, &out);
        const int mode_after = std::fegetround();
        std::fesetround(mode_before);
        REQUIRE(mode_after == mode);
        REQUIRE(same_bits(out, expected));
      }
      const std::size_t part = size - size / 3;
      run(isa, part, &prefix);
      out.lo.resize(part);
      out.hi.resize(part);
      REQUIRE(same_bits(prefix, out));
    }
  };
  const auto cut = [](IntervalArray a, std::size_t size) {
    a.lo.resize(size);
    a.hi.resize(size);
    return a;
  };
  for (const std::size_t size : {0, 1, 2, 3, 7, 8, 9, 17, 1000}) {
    const IntervalArray x = random_intervals(random, size), y = random_intervals(random, size);
    for (const auto& [name, f] : kUnary)
      check([&, f = f](Isa isa, std::size_t n, IntervalArray* out) { apply(f, cut(x, n), out, isa); }, size);
    for (const auto& [name, f] : kBinary)
      check([&, f = f](Isa isa, std::size_t n, IntervalArray* out) { apply(f, cut(x, n), cut(y, n), out, isa); }, size);
  }
}

TEST_CASE("batched operations may write over an operand and refuse operands of different sizes") {
  RandomCases random(24);
  IntervalArray x = random_intervals(random, 100), y = random_intervals(random, 100), out;
  apply(BinaryOperation::mul, x, y, &out);
  apply(BinaryOperation::mul, x, y, &y);
  CHECK(same_bits(out, y));
  apply(UnaryOperation::tanh, x, &out);
  apply(UnaryOperation::tanh, x, &x);
  CHECK(same_bits(out, x));
  CHECK_THROWS_AS(apply(BinaryOperation::add, IntervalArray(3), IntervalArray(4), &out), std::invalid_argument);
  IntervalArray ragged(3);
  ragged.hi.resize(2);
  CHECK_THROWS_AS(apply(UnaryOperation::neg, ragged, &out), std::invalid_argument);
}
