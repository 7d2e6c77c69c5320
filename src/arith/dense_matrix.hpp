// A plain row-major matrix over any scalar (Rational, Interval, BigInterval), and the operations that need
// only + and ·.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace narrows {

/// Shape  rows x cols entries in row-major order, at(i, j) == entries[i * cols + j]. New entries are zero.
template <class T>
struct DenseMatrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<T> entries;

  DenseMatrix() = default;
  DenseMatrix(std::size_t r, std::size_t c) : rows(r), cols(c), entries(r * c) {}
  DenseMatrix(std::size_t r, std::size_t c, std::vector<T> e) : rows(r), cols(c), entries(std::move(e)) {}

  [[nodiscard]] T& at(std::size_t i, std::size_t j) { return entries[i * cols + j]; }
  [[nodiscard]] const T& at(std::size_t i, std::size_t j) const { return entries[i * cols + j]; }
};

template <class T>
[[nodiscard]] DenseMatrix<T> identity_matrix(std::size_t n) {
  DenseMatrix<T> identity(n, n);
  for (std::size_t i = 0; i < n; ++i) identity.at(i, i) = T(1);
  return identity;
}

/// a·b. Precondition: a.cols == b.rows.
template <class T>
[[nodiscard]] DenseMatrix<T> product(const DenseMatrix<T>& a, const DenseMatrix<T>& b) {
  DenseMatrix<T> ab(a.rows, b.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t k = 0; k < a.cols; ++k) {
      for (std::size_t j = 0; j < b.cols; ++j) ab.at(i, j) += a.at(i, k) * b.at(k, j);
    }
  }
  return ab;
}

template <class T>
[[nodiscard]] DenseMatrix<T> transpose(const DenseMatrix<T>& a) {
  DenseMatrix<T> t(a.cols, a.rows);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) t.at(j, i) = a.at(i, j);
  }
  return t;
}

/// The same matrix over another scalar: entries[k] = convert(a.entries[k]).
template <class To, class From, class Convert>
[[nodiscard]] DenseMatrix<To> map_entries(const DenseMatrix<From>& a, Convert convert) {
  DenseMatrix<To> image;
  image.rows = a.rows;
  image.cols = a.cols;
  image.entries.reserve(a.entries.size());
  for (const From& x : a.entries) image.entries.push_back(convert(x));
  return image;
}

}  // namespace narrows
