// Deterministic fuzzing without libFuzzer: seeded mutations of a corpus for a number of seconds.
//
// usage: fuzz_NAME [--seconds N] [--seed S] [FILE…]   (with FILEs: run each once, unchanged)
// The default of N is NARROWS_FUZZ_SECONDS of the environment, else 5.
// A crash, an exception or more than 2 GB of memory ends the program with a failure; the input that was
// running is then in the file named at the start.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <set>
#include <utility>

#include "fuzz_target.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_seed = 1 << 16;  // larger files would only slow the mutations down
constexpr rlim_t memory_limit = rlim_t{2} << 30;

struct Options {
  double seconds = 5;
  unsigned long seed = 1;
  std::vector<std::string> files;
};

Options parse_options(int argc, char** argv) {
  Options options;
  if (const char* seconds = std::getenv("NARROWS_FUZZ_SECONDS")) options.seconds = std::stod(seconds);
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--seconds" && i + 1 < argc) {
      options.seconds = std::stod(argv[++i]);
    } else if (argument == "--seed" && i + 1 < argc) {
      options.seed = std::stoul(argv[++i]);
    } else {
      options.files.push_back(argument);
    }
  }
  return options;
}

std::string read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> corpus() {
  std::vector<std::string> inputs = fuzz_seeds();
  std::set<fs::path> paths;  // sorted: the same order everywhere
  for (const auto& entry : fs::recursive_directory_iterator(FUZZ_CORPUS_DIR)) {
    if (entry.path().extension() == fuzz_extension() && entry.file_size() <= largest_seed)
      paths.insert(entry.path());
  }
  // ONNX files of one size in one folder are one network with other weights: no news to a parser, and the large ones take seconds.
  std::set<std::pair<fs::path, std::uintmax_t>> shapes;
  for (const fs::path& path : paths)
    if (fuzz_extension() != ".onnx" || shapes.emplace(path.parent_path(), fs::file_size(path)).second)
      inputs.push_back(read_bytes(path));
  return inputs;
}

/// Address space, so that an excess shows as std::bad_alloc. AddressSanitizer reserves far more: see its
/// options below.
void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__)
  const rlimit limit{memory_limit, memory_limit};
  setrlimit(RLIMIT_AS, &limit);
#endif
}

class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, unsigned long seed) : corpus_(std::move(corpus)), random_(seed) {}

  std::string next() {
    std::string bytes = corpus_[below(corpus_.size())];
    for (std::size_t n = 1 + below(4); n > 0; --n) mutate(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

  void mutate(std::string& bytes) {
    switch (below(8)) {
      case 0:
        return flip_bit(bytes);
      case 1:
        return overwrite_byte(bytes);
      case 2:
        return bytes.resize(below(bytes.size() + 1));
      case 3:
        return duplicate_chunk(bytes);
      case 4:
        return remove_chunk(bytes);
      case 5:
        return splice(bytes);
      default:
        return edit_number(bytes);
    }
  }

  void flip_bit(std::string& bytes) {
    if (!bytes.empty()) bytes[below(bytes.size())] ^= static_cast<char>(1U << below(8));
  }

  void overwrite_byte(std::string& bytes) {
    static const std::string interesting("\0\1\x7f\x80\xff{}[]\",:-0", 15);
    if (!bytes.empty()) bytes[below(bytes.size())] = interesting[below(interesting.size())];
  }

  void duplicate_chunk(std::string& bytes) {
    const std::size_t begin = below(bytes.size());
    const std::string chunk = bytes.substr(begin, below(200));
    bytes.insert(below(bytes.size() + 1), chunk);
  }

  void remove_chunk(std::string& bytes) { bytes.erase(below(bytes.size()), below(100)); }

  void splice(std::string& bytes) {
    const std::string& other = corpus_[below(corpus_.size())];
    bytes.replace(below(bytes.size()), below(100), other.substr(below(other.size()), below(200)));
  }

  /// Replaces a run of digits by a number that is likely to hurt; in a binary file, eight bytes by a special
  /// double.
  void edit_number(std::string& bytes) {
    static const std::vector<std::string> numbers = {
        "0",      "-1",  "1e308", "1e309",     "5e-324",    "4096",          "4097", "65536",
        "1e-400", "1/3", "1/0",   "0x1p20000", "999999999", "1e99999999999", "null", "\"1/3\""};
    static const std::vector<double> doubles = {0.0, -1.0, 1e308, 5e-324, 1.0 / 0.0, 0.0 / 0.0};
    if (fuzz_extension() == ".onnx") {
      if (bytes.size() >= 8) std::memcpy(&bytes[below(bytes.size() - 7)], &doubles[below(doubles.size())], 8);
      return;
    }
    const std::size_t begin = bytes.find_first_of("0123456789", below(bytes.size()));
    if (begin == std::string::npos) return;
    const std::size_t end = std::min(bytes.find_first_not_of("0123456789.e+-", begin), bytes.size());
    bytes.replace(begin, end - begin, numbers[below(numbers.size())]);
  }

  std::vector<std::string> corpus_;
  std::mt19937_64 random_;
};

/// Keeps the running input in a file, so that a crash leaves it behind.
class Crumb {
 public:
  explicit Crumb(unsigned long seed)
      : path_(fs::temp_directory_path() / ("narrows-fuzz" + fuzz_extension() + "." + std::to_string(seed) +
                                           "." + std::to_string(getpid()))) {}
  ~Crumb() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  Crumb(const Crumb&) = delete;
  Crumb& operator=(const Crumb&) = delete;
  void keep(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

void fuzz(const Options& options) {
  const std::vector<std::string> inputs = corpus();
  const Crumb crumb(options.seed);
  std::cout << inputs.size() << " corpus files, seed " << options.seed << ", running input in "
            << crumb.path().string() << std::endl;
  for (const std::string& bytes : inputs) run(bytes);
  Mutator mutator(inputs, options.seed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
  std::size_t count = 0;
  for (; std::chrono::steady_clock::now() < end; ++count) {
    const std::string bytes = mutator.next();
    crumb.keep(bytes);
    try {
      run(bytes);
    } catch (const std::exception& error) {
      std::cerr << "fuzz: input " << count << " of seed " << options.seed << ": " << error.what()
                << std::endl;
      std::abort();  // without clean-up: the file with the input stays
    }
  }
  std::cout << count << " mutated inputs, no failure" << std::endl;
}

}  // namespace

/// The memory limit where AddressSanitizer is in charge, of resident memory.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "hard_rss_limit_mb=2048";
}

int main(int argc, char** argv) {
  const Options options = parse_options(argc, argv);
  limit_memory();
  for (const std::string& file : options.files) run(read_bytes(file));
  if (options.files.empty()) fuzz(options);
  return 0;
}
