#include "certify/ode_certificate.hpp"

#include <nlohmann/json.hpp>

#include "certify/certificate_parts.hpp"

namespace narrows {
namespace {

using Json = nlohmann::ordered_json;

Json intervals_json(const std::vector<Interval>& intervals) {
  Json list = Json::array();
  for (const Interval& x : intervals) list.push_back(interval_json(x));
  return list;
}

Json matrix_json(const DenseMatrix<Interval>& matrix) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    rows.push_back(Json::array());
    for (std::size_t j = 0; j < matrix.cols; ++j) rows.back().push_back(interval_json(matrix.at(i, j)));
  }
  return rows;
}

std::string claim_text(const Tube& tube, const Box& box) {
  Json bounds = Json::array();
  for (std::size_t i = 0; i < box.dim(); ++i) bounds.push_back(Json::array({box.lower[i], box.upper[i]}));
  const Json claim = {{"kind", "ode-flow"},
                      {"verdict", "proved"},
                      {"domain", {{"type", "box"}, {"bounds", bounds}}},
                      {"end", intervals_json(tube.end)},
                      {"jacobian", tube.determinant ? matrix_json(tube.jacobian) : Json(nullptr)},
                      {"determinant", tube.determinant && is_finite(tube.box_determinant)
                                          ? interval_json(tube.box_determinant)
                                          : Json(nullptr)}};
  return claim.dump();
}

/// An exact number: a double, or "p/q".
Json exact_json(const Rational& q) {
  double d = 0;
  return is_double(q, &d) ? Json(d) : Json(to_text(q));
}

/// [[c, [power of s, powers of all box coordinates]], …] without zero coefficients.
Json terms_json(const Tube& tube, std::size_t dim, const std::vector<double>& p) {
  const TaylorBasis& basis = *tube.basis;
  Json terms = Json::array();
  for (std::size_t i = 0; i <= basis.time_degree(); ++i) {
    for (std::size_t a = 0; a < basis.size(); ++a) {
      const double c = p[i * basis.size() + a];
      if (c == 0) continue;
      std::vector<std::size_t> powers(dim + 1, 0);
      powers[0] = i;
      for (std::size_t k = 0; k < basis.dim(); ++k) powers[tube.active[k] + 1] = basis.exponents(a)[k];
      terms.push_back(Json::array({c, powers}));
    }
  }
  return terms;
}

std::string step_text(const Tube& tube, std::size_t dim, const TubeStep& step) {
  Json text = {{"duration", exact_json(step.duration)},
               {"degree", {tube.basis->time_degree(), tube.basis->degree()}},
               {"state", Json::array()}};
  for (const auto& p : step.state) text["state"].push_back(terms_json(tube, dim, p));
  if (!step.jacobian.empty()) {
    text["jacobian"] = Json::array();
    for (const auto& row : step.jacobian) {
      text["jacobian"].push_back(Json::array());
      for (const auto& p : row) text["jacobian"].back().push_back(terms_json(tube, dim, p));
    }
  }
  text["radius"] = step.radius;
  if (!step.jacobian.empty()) text["jacobian_radius"] = step.jacobian_radius;
  return text.dump();
}

/// {"steps": [...]}.
void write_steps(const FlowPiece& piece, const TextSink& sink) {
  sink("{\"steps\":[");
  for (std::size_t k = 0; k < piece.tube.steps.size(); ++k)
    sink((k == 0 ? "\n" : ",\n") + step_text(piece.tube, piece.box.dim(), piece.tube.steps[k]));
  sink("]}");
}

/// The nodes in preorder.
void write_pieces(const FlowCover& cover, const TextSink& sink) {
  std::vector<std::size_t> stack{0};
  const char* before = "{\"tree\":[\n";
  while (!stack.empty()) {
    const FlowNode& node = cover.nodes[stack.back()];
    stack.pop_back();
    sink(before);
    before = ",\n";
    if (node.child != 0) {
      sink("[\"split\"," + std::to_string(node.axis) + "]");
      stack.push_back(node.child + 1);
      stack.push_back(node.child);
      continue;
    }
    sink("[\"flow\",");
    write_steps(cover.pieces[node.piece], sink);
    sink("]");
  }
  sink("]}");
}

}  // namespace

void write_ode_certificate(const FlowCover& cover, const Box& box, const Network& network,
                           const CertificateSource& source, const TextSink& sink) {
  sink(certificate_start(claim_text(cover.whole, box), network, source));
  if (cover.pieces.size() == 1)
    write_steps(cover.pieces.front(), sink);
  else
    write_pieces(cover, sink);
  sink(kCertificateEnd);
}

}  // namespace narrows
