#include "ode/taylor_basis.hpp"

#include <map>

namespace narrows {
namespace {

using Exponents = std::vector<std::uint16_t>;

/// All α of degree `left` from coordinate `i` on, (left, 0, …) first.
void append_of_degree(std::size_t i, std::size_t left, Exponents* partial, std::vector<Exponents>* all) {
  if (i + 1 == partial->size()) {
    (*partial)[i] = static_cast<std::uint16_t>(left);
    all->push_back(*partial);
    return;
  }
  for (std::size_t k = left + 1; k-- > 0;) {
    (*partial)[i] = static_cast<std::uint16_t>(k);
    append_of_degree(i + 1, left - k, partial, all);
  }
}

}  // namespace

TaylorBasis::TaylorBasis(std::size_t dim, std::size_t time_degree, std::size_t degree)
    : dim_(dim), time_degree_(time_degree), degree_(dim == 0 ? 0 : degree) {
  Exponents partial(dim);
  if (dim == 0) exponents_.push_back(partial);
  for (std::size_t k = 0; dim > 0 && k <= degree_; ++k) append_of_degree(0, k, &partial, &exponents_);
  std::map<Exponents, std::size_t> place;
  for (std::size_t a = 0; a < exponents_.size(); ++a) {
    place[exponents_[a]] = a;
    std::size_t sum = 0;
    double splittings = 1;
    bool even = true;
    for (const std::uint16_t e : exponents_[a]) {
      sum += e;
      splittings *= e + 1.0;
      even = even && e % 2 == 0;
    }
    degree_of_.push_back(sum);
    splittings_.push_back(splittings);
    even_.push_back(even);
  }
  for (std::size_t a = 0; a < exponents_.size(); ++a) {
    for (std::size_t b = 0; b < exponents_.size() && degree_of_[a] + degree_of_[b] <= degree_; ++b) {
      Exponents sum = exponents_[a];
      for (std::size_t i = 0; i < dim_; ++i) sum[i] = static_cast<std::uint16_t>(sum[i] + exponents_[b][i]);
      products_.push_back({static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b),
                           static_cast<std::uint16_t>(place.at(sum))});
    }
  }
}

}  // namespace narrows
