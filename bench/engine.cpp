// The engine against its oracle and against other solvers: how long `certify` takes on the shipped networks, in one thread.
//
//   bench_engine DATA_FOLDER [--simple-seconds S] [--only random|trained|high|forms|growth]
//
// Columns: boxes and time of the batched engine (fastest of several runs, the whole of certify() without reading the file), and
// for random_tanh the recorded times of kv and IBEX (baseline.json, another machine: compare orders of magnitude) with their
// ratios; then the search alone, with the time of the simple engine (one run, at most S seconds, default 60) and the ratio.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "critical/box_test.hpp"
#include "critical/certify.hpp"
#include "io/load.hpp"

using namespace narrows;

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Settings {
  fs::path data;
  double simple_seconds = 60;
  std::string only;
};

struct Run {
  double seconds = 0;
  CertifyResult result;
};

Chain chain_of(const fs::path& file) { return make_chain(load_network(file.string()).network, {}, file.string()); }

Domain cube(std::size_t dim, double half) {
  Domain domain;
  domain.dim = dim;
  domain.type = Domain::Type::box;
  domain.box.lower.assign(dim, -half);
  domain.box.upper.assign(dim, half);
  return domain;
}

Domain ball(std::size_t dim, double radius) {
  Domain domain;
  domain.dim = dim;
  domain.type = Domain::Type::ball;
  domain.radius = radius;
  return domain;
}

// Fastest of up to five runs, but no more than about two seconds of them.
Run fastest(const Chain& chain, const Domain& domain, Engine engine, std::optional<double> limit, int runs, SearchForm form = SearchForm::automatic) {
  Run best;
  best.seconds = HUGE_VAL;
  double total = 0;
  for (int run = 0; run < runs && total < 2; ++run) {
    CertifyOptions options;
    options.engine = engine;
    options.search.form = form;
    options.search.max_boxes = 400'000'000;
    options.search.stop = StopToken(limit);
    const auto start = Clock::now();
    CertifyResult result = certify(chain, domain, options, "network");
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    total += seconds;
    if (seconds < best.seconds) best = {seconds, std::move(result)};
  }
  return best;
}

struct Search {
  double seconds = HUGE_VAL;
  std::size_t boxes = 0;
  bool stopped = false;
};

// The search alone on [-2,2]^d, no layer known to be regular in advance.
Search search_only(const Chain& chain, Engine engine, double limit) {
  const Problem problem(chain, {}, engine);
  const IntervalBox root(chain.input_dim, Interval(-2.0, 2.0));
  Search best;
  for (int run = 0; run < (engine == Engine::batched ? 5 : 1); ++run) {
    SearchOptions options;
    options.stop = StopToken(limit);
    const auto start = Clock::now();
    const SearchResult result = search_critical_points(problem, root, {}, options);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (seconds < best.seconds) best = {seconds, result.boxes, result.stopped};
  }
  return best;
}

std::string zeros_text(const CertifyResult& result) {
  return std::to_string(result.critical_points.size()) + (result.complete ? "" : "+?");
}

class GeometricMean {
 public:
  void add(double x) {
    logarithms_ += std::log(x);
    ++count_;
  }
  [[nodiscard]] std::string text() const { return count_ == 0 ? "-" : fmt::format("{:.0f} over {}", std::exp(logarithms_ / count_), count_); }

 private:
  double logarithms_ = 0;
  int count_ = 0;
};

// "2913.7ms" of the baseline, in seconds; nothing if that solver did not finish.
std::optional<double> recorded_seconds(const nlohmann::json& entry) {
  std::string text = entry.get<std::string>();
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) text = text.substr(slash + 1);
  if (text.find("ms") == std::string::npos || entry.get<std::string>()[0] == '>') return std::nullopt;
  return std::stod(text) / 1000;
}

std::string ratio_text(std::optional<double> other, double own) { return other ? fmt::format("{:.0f}", *other / own) : "-"; }

void random_networks(const Settings& settings) {
  const fs::path folder = settings.data / "networks/random_tanh";
  std::ifstream file(folder / "baseline.json");
  const nlohmann::json baseline = nlohmann::json::parse(file).at("baseline");
  fmt::print("\nleft: certify(); right: branch and bound alone, without T2 settling layers in advance, against the simple engine\n");
  fmt::print("{:<14} {:>6} {:>8} {:>11} {:>10} {:>9} {:>10} {:>9} | {:>8} {:>9} {:>8} {:>10}  {:>6}\n", "random_tanh", "zeros", "boxes", "seconds", "kv s", "ratio",
             "IBEX s", "ratio", "boxes", "seconds", "simple", "seconds", "ratio");
  GeometricMean simple_mean, kv_mean, ibex_mean;
  for (const auto& [name, entry] : baseline.items()) {
    const Chain chain = chain_of(folder / (name + ".json"));
    const Run fast = fastest(chain, cube(2, 2), Engine::batched, std::nullopt, 5);
    const Search own = search_only(chain, Engine::batched, settings.simple_seconds), slow = search_only(chain, Engine::simple, settings.simple_seconds);
    const auto kv = recorded_seconds(entry.at("kv_allsol")), ibex = recorded_seconds(entry.at("ibex_hc4_acid_newton"));
    simple_mean.add(slow.seconds / own.seconds);
    if (kv) kv_mean.add(*kv / fast.seconds);
    if (ibex) ibex_mean.add(*ibex / fast.seconds);
    fmt::print("{:<14} {:>6} {:>8} {:>11.6f} {:>10} {:>9} {:>10} {:>9} | {:>8} {:>9.5f} {:>8} {:>10.5f}{} {:>6.0f}\n", name, zeros_text(fast.result), fast.result.boxes,
               fast.seconds, kv ? fmt::format("{:.4f}", *kv) : "-", ratio_text(kv, fast.seconds), ibex ? fmt::format("{:.4f}", *ibex) : "-",
               ratio_text(ibex, fast.seconds), own.boxes, own.seconds, slow.boxes, slow.seconds, slow.stopped ? "+" : " ", slow.seconds / own.seconds);
  }
  fmt::print("geometric mean of the ratios: simple engine {}, kv {}, IBEX {}\n", simple_mean.text(), kv_mean.text(), ibex_mean.text());
}

void trained_networks(const Settings& settings) {
  std::vector<double> fast_times;
  double fast_total = 0, slow_total = 0, planar = 0;
  std::size_t complete = 0, boxes = 0, planar_count = 0;
  std::string slowest;
  GeometricMean ratios;
  std::vector<fs::path> files;
  for (const auto& file : fs::directory_iterator(settings.data / "networks/trained"))
    if (file.path().extension() == ".json") files.push_back(file.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    if (file.stem() == "index" || file.stem() == "truth") continue;
    const Chain chain = chain_of(file);
    if (chain.smoothness != Smoothness::smooth) continue;
    const Run fast = fastest(chain, cube(chain.input_dim, 2), Engine::batched, std::nullopt, 3);
    const Run slow = fastest(chain, cube(chain.input_dim, 2), Engine::simple, settings.simple_seconds, 1);
    if (fast_times.empty() || fast.seconds > *std::max_element(fast_times.begin(), fast_times.end())) slowest = file.stem().string();
    fast_times.push_back(fast.seconds);
    fast_total += fast.seconds;
    slow_total += slow.seconds;
    ratios.add(slow.seconds / fast.seconds);
    boxes += fast.result.boxes;
    complete += fast.result.complete;
    if (chain.input_dim == 2) {
      planar += fast.seconds;
      ++planar_count;
    }
  }
  std::sort(fast_times.begin(), fast_times.end());
  fmt::print("\ntrained on [-2,2]^d: {} of {} complete, {} boxes, {:.3f} s in all (simple engine {:.2f} s), {} planar ones {:.3f} s\n", complete, fast_times.size(), boxes,
             fast_total, slow_total, planar_count, planar);
  fmt::print("median {:.5f} s, slowest {:.4f} s ({}); geometric mean of the ratios to the simple engine {}\n", fast_times[fast_times.size() / 2],
             fast_times.back(), slowest, ratios.text());
}

void one_line(const std::string& name, const std::string& where, const Run& run) {
  fmt::print("{:<28} {:<14} {:>6} {:>10} {:>9.4f} {:>12.0f}\n", name, where, zeros_text(run.result), run.result.boxes, run.seconds,
             static_cast<double>(run.result.boxes) / run.seconds);
}

void high_dimensional(const Settings& settings) {
  fmt::print("\n{:<28} {:<14} {:>6} {:>10} {:>9} {:>12}\n", "four and six inputs", "domain", "zeros", "boxes", "seconds", "boxes/s");
  const fs::path folder = settings.data / "networks/high_dimensional";
  for (const int dim : {4, 6})
    for (const int depth : {4, 6, 8})
      for (const int seed : {0, 1})
        for (const std::string family : {"trained", "random"}) {
          const std::string name = fmt::format("{}_d{}_L{}{}_s{}", family, dim, depth, family == "random" ? "_unit" : "", seed);
          const Chain chain = chain_of(folder / (name + ".json"));
          const auto n = static_cast<std::size_t>(dim);
          const bool whole = dim == 4;
          const double half = family == "random" ? (whole ? 1 : depth == 4 ? 0.5 : depth == 6 ? 0.25 : 0.1) : 2;
          const Domain domain = family == "trained" && !whole ? ball(n, 1) : cube(n, half);
          one_line(name, to_string(domain).substr(0, 14), fastest(chain, domain, Engine::batched, 60, 1));
        }
}

// The same searches with each form for the boxes that affine forms leave open.
void forms(const Settings& settings) {
  struct Case {
    std::string file;
    std::size_t dim;
    double half;
  };
  const std::vector<Case> cases = {{"random_tanh/L4_d10_s1", 2, 2},           {"random_tanh/L16_d10_s1", 2, 2},
                                   {"high_dimensional/random_d2_L32_unit_s0", 2, 2}, {"high_dimensional/trained_d4_L8_s0", 4, 2},
                                   {"high_dimensional/random_d6_L4_unit_s0", 6, 0.25}, {"high_dimensional/random_d6_L8_unit_s0", 6, 0.1},
                                   {"high_dimensional/random_d6_L8_unit_s1", 6, 0.1}};
  const std::vector<std::pair<std::string, SearchForm>> kinds = {{"affine", SearchForm::affine}, {"taylor", SearchForm::taylor}, {"zonotope", SearchForm::zonotope},
                                                                 {"polynomial-zonotope", SearchForm::polynomial_zonotope}, {"auto", SearchForm::automatic}};
  fmt::print("\nforms for boxes that affine forms leave open: boxes, seconds (limit 30 s)\n{:<24} {:<14}", "", "domain");
  for (const auto& [name, form] : kinds) fmt::print(" {:>22}", name);
  fmt::print("\n");
  for (const Case& one : cases) {
    const Chain chain = chain_of(settings.data / "networks" / (one.file + ".json"));
    fmt::print("{:<24} {:<14}", fs::path(one.file).stem().string(), fmt::format("[-{0},{0}]^{1}", one.half, one.dim));
    for (const auto& [name, form] : kinds) {
      const Run run = fastest(chain, cube(one.dim, one.half), Engine::batched, 30, 3, form);
      fmt::print(" {:>12} {:>8.4f}{}", run.result.boxes, run.seconds, run.result.complete ? " " : "?");
    }
    fmt::print("\n");
  }
}

void growth(const Settings& settings) {
  const fs::path folder = settings.data / "networks/high_dimensional";
  fmt::print("\n{:<28} {:<14} {:>6} {:>10} {:>9} {:>12}\n", "growth", "domain", "zeros", "boxes", "seconds", "boxes/s");
  for (const std::string scale : {"unit", "oversqrtL"})
    for (const int depth : {2, 4, 8, 16, 32, 64}) {
      const std::string name = fmt::format("random_d2_L{}_{}_s0", depth, scale);
      one_line(name, "[-2,2]^2", fastest(chain_of(folder / (name + ".json")), cube(2, 2), Engine::batched, 60, 2));
    }
  for (const int dim : {1, 2, 3, 4, 5, 6}) {
    const std::string name = fmt::format("random_d{}_L4_unit_s1", dim);
    one_line(name, fmt::format("[-1,1]^{}", dim), fastest(chain_of(folder / (name + ".json")), cube(static_cast<std::size_t>(dim), 1), Engine::batched, 60, 2));
  }
}

// Nanoseconds per box of the leaf test alone (forward, regularity, backward, directions), boxes of width 0.06 in [-2,2]^2.
void per_box(const Settings& settings) {
  fmt::print("\nleaf test alone, ns per box (8192 boxes of width 0.06 at random): ");
  for (const int depth : {8, 16}) {
    const Chain chain = chain_of(settings.data / fmt::format("networks/random_tanh/L{}_d10_s1.json", depth));
    const Problem problem(chain, {});
    constexpr std::size_t count = 8192;
    std::vector<double> lower, upper;
    std::uint64_t state = 1;
    for (std::size_t i = 0; i < 2 * count; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const double centre = static_cast<double>(state >> 11) * 0x1p-51 - 2;
      lower.push_back(centre - 0.03);
      upper.push_back(centre + 0.03);
    }
    std::vector<BoxTest> findings(count);
    double best = HUGE_VAL;
    for (int run = 0; run < 9; ++run) {
      const auto start = Clock::now();
      test_box_batch(problem, lower.data(), upper.data(), count, findings.data());
      best = std::fmin(best, std::chrono::duration<double>(Clock::now() - start).count());
    }
    fmt::print("L = {}: {:.0f} ({:.1f} million boxes/s)  ", depth, best / count * 1e9, count / best * 1e-6);
  }
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (argc < 2) {
    fmt::print(stderr, "usage: bench_engine DATA_FOLDER [--simple-seconds S] [--only random|trained|high|forms|growth]\n");
    return 64;
  }
  settings.data = argv[1];
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--simple-seconds") settings.simple_seconds = std::stod(argv[i + 1]);
    if (option == "--only") settings.only = argv[i + 1];
  }
  const auto wanted = [&](const std::string& part) { return settings.only.empty() || settings.only == part; };
  if (wanted("random")) per_box(settings);
  if (wanted("random")) random_networks(settings);
  if (wanted("trained")) trained_networks(settings);
  if (wanted("high")) high_dimensional(settings);
  if (wanted("forms")) forms(settings);
  if (wanted("growth")) growth(settings);
}
