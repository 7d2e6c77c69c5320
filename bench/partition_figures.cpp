// How long the exact linear regions of a piecewise linear network take, on a box [-r, r]^d or on the whole space (r = 0).
//
//   partition_figures RADIUS NET.json …
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <set>
#include <sys/resource.h>

#include "io/load.hpp"
#include "network/chain.hpp"
#include "polyhedral/partition.hpp"

namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

narrows::Partition partition_of(const std::shared_ptr<const narrows::Stages>& net, double radius) {
  if (radius == 0) return narrows::Partition(net);
  narrows::Box box{std::vector<double>(net->input_dim, -radius), std::vector<double>(net->input_dim, radius)};
  return narrows::Partition(net, box);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 64;
  const double radius = std::atof(arguments[1]);
  for (int i = 2; i < count; ++i) {
    const narrows::Chain chain = narrows::make_chain(narrows::load_network(arguments[i]).network, {}, arguments[i]);
    const double start = cpu_seconds();
    const auto net = std::make_shared<const narrows::Stages>(narrows::make_stages(narrows::make_piecewise_linear(chain, arguments[i])));
    const double read = cpu_seconds();
    const narrows::Partition partition = partition_of(net, radius);
    const double end = cpu_seconds();
    std::set<std::vector<std::uint64_t>> patterns;
    const narrows::PieceTree& tree = partition.tree();
    const std::size_t cells = partition.lattice().cells().size();
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const auto first = tree.patterns.begin() + static_cast<std::ptrdiff_t>(cell * tree.words);
      patterns.emplace(first, first + static_cast<std::ptrdiff_t>(tree.words));
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("{:<60} regions {:>7} cells {:>7} vertices {:>7} stages {:.4f} s, partition {:.4f} s CPU, {:.2f} us per region, exact {}, longest coordinate {} bits, {} MB\n", arguments[i],
               patterns.size(), cells, partition.lattice().vertices.size(), read - start, end - read, (end - start) / static_cast<double>(patterns.size()) * 1e6,
               partition.exact_decisions(), partition.longest_bits(), usage.ru_maxrss / 1024);
  }
}
