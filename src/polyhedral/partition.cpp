#include "polyhedral/partition.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace narrows {
namespace {

std::size_t bits(const Integer& x) { return x == 0 ? 0 : mpz_sizeinbase(x.backend().data(), 2); }

}  // namespace

/// The neurons of one stage, one after the other. Signs are kept for all neurons of the stage at all vertices.
class Partition::StageCut : public CutObserver {
 public:
  StageCut(Partition& partition, std::size_t rows) : p_(partition), rows_(rows) {
    const std::size_t points = p_.values_.points();
    signs_.resize(points * rows_);
    for (std::size_t v = 0; v < points; ++v)
      for (std::size_t j = 0; j < rows_; ++j) signs_[v * rows_ + j] = sign_of(p_.values_.at(v, j));
  }

  /// Cuts along row j and tells which signs the cells have, by the masks of the faces before the cut.
  const FaceMasks& run(std::size_t j) {
    row_ = j;
    const std::size_t points = p_.values_.points();
    column_.resize(points);
    for (std::size_t v = 0; v < points; ++v) {
      std::int8_t& sign = signs_[v * rows_ + j];
      if (sign == kUnknownSign) decide(v, &sign);
      column_[v] = sign;
    }
    new_cells_.clear();
    cut(&p_.lattice_, column_, this, &masks_);
    return masks_;
  }

  [[nodiscard]] const std::vector<std::pair<Id, Id>>& new_cells() const { return new_cells_; }
  [[nodiscard]] const std::vector<std::int8_t>& signs() const { return signs_; }

  Id cut_edge(Id edge) override {
    const Face& face = p_.lattice_.faces[1][static_cast<std::size_t>(edge)];
    const auto a = static_cast<std::size_t>(face.boundary[0]), b = static_cast<std::size_t>(face.boundary[1]);
    Vertex vertex;
    std::copy_n(face.planes.begin(), p_.dim() - 1, vertex.planes.begin());
    vertex.planes[p_.dim() - 1] = plane_on(face.piece);
    vertex.piece = face.piece;
    vertex.chart = face.chart;
    vertex.ideal = p_.lattice_.vertices[a].ideal && p_.lattice_.vertices[b].ideal;
    p_.lattice_.vertices.push_back(vertex);
    p_.values_.append_zero(a, b, row_);
    append_signs(a, b, p_.values_.points() - 1);
    return static_cast<Id>(p_.lattice_.vertices.size() - 1);
  }

  Id plane_on(Id piece) override {
    p_.lattice_.planes.push_back({piece, static_cast<Id>(row_)});
    return static_cast<Id>(p_.lattice_.planes.size() - 1);
  }

  void cell_was_cut(Id plus, Id minus) override { new_cells_.emplace_back(plus, minus); }

 private:
  void decide(std::size_t v, std::int8_t* sign) {
    *sign = static_cast<std::int8_t>(p_.exact_sign(static_cast<Id>(v), row_));
    if (*sign == 0) p_.values_.set(v, row_, {0, 0});
  }

  // Between two points of a cell an affine function has the sign that both ends, or the one where it is not zero, have.
  void append_signs(std::size_t a, std::size_t b, std::size_t v) {
    signs_.resize((v + 1) * rows_);
    for (std::size_t i = 0; i < rows_; ++i) {
      const std::int8_t x = signs_[a * rows_ + i], y = signs_[b * rows_ + i];
      std::int8_t& sign = signs_[v * rows_ + i];
      if (i == row_)
        sign = 0;
      else if (x != kUnknownSign && y != kUnknownSign && x * y >= 0)
        sign = x != 0 ? x : y;
      else
        sign = sign_of(p_.values_.at(v, i));
      if (sign == 0) p_.values_.set(v, i, {0, 0});
    }
  }

  Partition& p_;
  std::size_t rows_, row_ = 0;
  std::vector<std::int8_t> signs_, column_;
  FaceMasks masks_;
  std::vector<std::pair<Id, Id>> new_cells_;
};

Partition::Partition(std::shared_ptr<const Stages> net, const KeepGoing& keep_going)
    : net_(std::move(net)), lattice_(space_lattice(net_->input_dim)), exact_(*net_), residues_(*net_), values_(net_->input_dim + 1) {
  build(start_coordinates(net_->input_dim), keep_going);
}

Partition::Partition(std::shared_ptr<const Stages> net, const Box& box, const KeepGoing& keep_going)
    : net_(std::move(net)), lattice_(box_lattice(box)), exact_(*net_), residues_(*net_), values_(net_->input_dim + 1) {
  build(start_coordinates(box), keep_going);
}

void Partition::build(const std::vector<std::vector<double>>& start, const KeepGoing& keep_going) {
  for (const auto& point : start) values_.append(point);
  tree_.words = (net_->neurons + 63) / 64;
  tree_.patterns.resize(lattice_.cells().size() * tree_.words);
  for (std::size_t k = 0; k < net_->stages.size(); ++k) {
    const Stage& stage = net_->stages[k];
    const DoubleStage doubles(stage);
    start_stage(k);
    values_ = doubles.before_kink(values_);
    StageCut cuts(*this, stage.neurons);
    for (std::size_t j = 0; j < stage.neurons; ++j) {
      if (keep_going && !keep_going()) {
        stopped_ = true;
        return;
      }
      const FaceMasks& masks = cuts.run(j);
      grow_patterns();
      for (const auto& [plus, minus] : cuts.new_cells())
        std::copy_n(&tree_.patterns[static_cast<std::size_t>(plus) * tree_.words], tree_.words,
                    &tree_.patterns[static_cast<std::size_t>(minus) * tree_.words]);
      const std::vector<std::uint8_t>& cells = masks[dim()];
      for (std::size_t cell = 0; cell < cells.size(); ++cell)
        if (cells[cell] & kPlus) tree_.set_positive(static_cast<Id>(cell), stage.first_neuron + j);
    }
    if (stage.neurons > 0) doubles.apply_kink(cuts.signs(), &values_);
  }
}

void Partition::grow_patterns() { tree_.patterns.resize(lattice_.cells().size() * tree_.words); }

void Partition::start_stage(std::size_t stage) {
  if (stage == 0) tree_.pieces.push_back({kNone, kNone, 0});
  std::vector<Face>& cells = lattice_.faces[dim()];
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    if (stage > 0) tree_.pieces.push_back({cells[cell].piece, static_cast<Id>(cell), static_cast<Id>(stage)});
    cells[cell].piece = static_cast<Id>(tree_.pieces.size() - 1);
  }
  give_pieces_to_faces();
}

void Partition::give_pieces_to_faces() {
  for (std::size_t k = dim(); k >= 1; --k)
    for (const Face& face : lattice_.faces[k])
      for (const Id side : face.boundary)
        (k == 1 ? lattice_.vertices[static_cast<std::size_t>(side)].piece : lattice_.faces[k - 1][static_cast<std::size_t>(side)].piece) = face.piece;
}

void Partition::cut_along(std::size_t row) {
  StageCut cuts(*this, net_->stages.back().rows);
  (void)cuts.run(row);
  grow_patterns();
  for (const auto& [plus, minus] : cuts.new_cells())
    std::copy_n(&tree_.patterns[static_cast<std::size_t>(plus) * tree_.words], tree_.words,
                &tree_.patterns[static_cast<std::size_t>(minus) * tree_.words]);
}

const std::vector<Integer>& Partition::plane_row(Id id) {
  const Plane& plane = lattice_.planes[static_cast<std::size_t>(id)];
  if (plane.piece == kNone) return lattice_.fixed[static_cast<std::size_t>(plane.row)];
  if (plane_rows_.size() < lattice_.planes.size()) plane_rows_.resize(lattice_.planes.size());
  std::vector<Integer>& row = plane_rows_[static_cast<std::size_t>(id)];
  if (row.empty()) {
    const auto exact = exact_.row(tree_, plane.piece, static_cast<std::size_t>(plane.row));
    row.assign(exact.begin(), exact.end());
    make_primitive(&row);
  }
  return row;
}

const std::vector<Integer>& Partition::coordinates(Id id) {
  if (coordinates_.size() < lattice_.vertices.size()) coordinates_.resize(lattice_.vertices.size());
  std::vector<Integer>& p = coordinates_[static_cast<std::size_t>(id)];
  if (!p.empty()) return p;
  const Vertex& vertex = lattice_.vertices[static_cast<std::size_t>(id)];
  if (plane_rows_.size() < lattice_.planes.size()) plane_rows_.resize(lattice_.planes.size());
  std::vector<const std::vector<Integer>*> rows;
  for (std::size_t i = 0; i < dim(); ++i) rows.push_back(&plane_row(vertex.planes[i]));
  p = common_zero(rows);
  const Integer side = lattice_.normaliser(vertex.chart, p);
  if (side == 0) throw std::logic_error("polyhedral: the planes of a vertex do not meet in one point of its chart");
  for (Integer& x : p) {
    if (side < 0) x = -x;
    longest_bits_ = std::max(longest_bits_, bits(x));
  }
  return p;
}

std::vector<Rational> Partition::point(Id vertex) {
  const std::vector<Integer>& p = coordinates(vertex);
  std::vector<Rational> x;
  for (std::size_t i = 0; i < dim(); ++i) x.emplace_back(p[i], p[dim()]);
  return x;
}

int Partition::exact_sign(Id vertex, std::size_t row) {
  ++exact_decisions_;
  const std::vector<Integer>& p = coordinates(vertex);
  return dot(exact_.row(tree_, lattice_.vertices[static_cast<std::size_t>(vertex)].piece, row), p).sign();
}

int Partition::sign(Id vertex, std::size_t row) {
  const std::int8_t quick = sign_of(approximate_value(vertex, row));
  return quick != kUnknownSign ? quick : exact_sign(vertex, row);
}

Rational Partition::value(Id vertex, std::size_t row) {
  const std::vector<Integer>& p = coordinates(vertex);
  return Rational(dot(exact_.row(tree_, lattice_.vertices[static_cast<std::size_t>(vertex)].piece, row), p), exact_.scale(net_->stages.size() - 1));
}

AffineFunction Partition::function_on(Id cell) {
  const std::span<const Integer> row = exact_.row(tree_, lattice_.cells()[static_cast<std::size_t>(cell)].piece, 0);
  const Integer& scale = exact_.scale(net_->stages.size() - 1);
  AffineFunction function;
  for (std::size_t i = 0; i < dim(); ++i) function.gradient.emplace_back(row[i], scale);
  function.constant = Rational(row[dim()], scale);
  return function;
}

std::span<const Residue> Partition::fingerprint(Id cell) {
  return residues_.row(tree_, lattice_.cells()[static_cast<std::size_t>(cell)].piece, 0);
}

bool Partition::same_function(Id a, Id b) {
  const Id one = lattice_.cells()[static_cast<std::size_t>(a)].piece, other = lattice_.cells()[static_cast<std::size_t>(b)].piece;
  return std::ranges::equal(residues_.row(tree_, one, 0), residues_.row(tree_, other, 0)) &&
         std::ranges::equal(exact_.row(tree_, one, 0), exact_.row(tree_, other, 0));
}

bool Partition::is_flat(Id cell) {
  const Id piece = lattice_.cells()[static_cast<std::size_t>(cell)].piece;
  const std::span<const Residue> quick = residues_.row(tree_, piece, 0);
  if (std::any_of(quick.begin(), quick.end() - 1, [](const Residue& x) { return x.value != 0; })) return false;
  const std::span<const Integer> row = exact_.row(tree_, piece, 0);
  return std::all_of(row.begin(), row.end() - 1, [](const Integer& x) { return x == 0; });
}

}  // namespace narrows
