// One cell of the map: is there a critical point for all its parameters, for none of them, or is that not decided?
//
// Order of attack: regular layers (T3's ratios, T2's vertices) settle the cell whatever the domain; else Newton's method in floating
// point looks for a critical point at the middle of the cell; what it finds is proved from the boundary of a box round it; where it
// finds nothing, branch and bound over (x, ε, δ) tries to prove that there is none.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "bounds/critical_guess.hpp"
#include "bounds/existence_proof.hpp"
#include "bounds/joint_problem.hpp"
#include "critical/proof_tree.hpp"

namespace narrows {

enum class CellRule : std::uint8_t { open, none_by_ratios, none_by_vertices, none_by_tree, exists };

struct CellFinding {
  CellRule rule = CellRule::open;
  ProofTree tree;                            ///< none_by_tree
  ExistenceProof existence;                  ///< exists
  std::vector<std::vector<double>> guesses;  ///< open: where critical points seem to be, for the quarters
  std::size_t boxes = 0;                     ///< joint boxes tested
};

/// What may be spent on one cell.
struct CellEffort {
  std::size_t boxes = 0;   ///< joint boxes of the proof that there is none
  std::size_t pieces = 0;  ///< boundary pieces of one proof that there is one
};

class CellAttack {
 public:
  /// `domain` is all of R^d or a box; both arguments must outlive the object.
  CellAttack(const JointProblem& problem, const Domain& domain);

  /// Guarantee  rules other than `open` are proofs for every member of the cell. The result depends on the arguments only.
  /// @param level      of the cell: above kCoarseLevels, critical points are looked for from more starts
  /// @param inherited  guesses of the cell that this one is a quarter of
  /// @returns  nothing if a stop was requested
  [[nodiscard]] std::optional<CellFinding> run(const ParameterCell& cell, int level, const std::vector<std::vector<double>>& inherited, const CellEffort& effort,
                                               const StopToken& stop) const;

 private:
  struct Candidate {
    Guess guess;
    Box hull;               ///< of where it is at the middle and at the corners of the cell
    bool followed = false;  ///< to all four corners
  };
  [[nodiscard]] std::vector<Candidate> candidates(const ParameterCell& cell, int level, const std::vector<std::vector<double>>& inherited) const;
  /// True if there is a candidate; what is proved, or the guesses for the quarters, go to *finding.
  [[nodiscard]] bool prove_from(const ParameterCell& cell, const std::vector<Candidate>& found, const CellEffort& effort, CellFinding* finding) const;
  [[nodiscard]] bool seen_at_corners(const ParameterCell& cell, const std::vector<std::vector<double>>& inherited) const;
  void measure(const ParameterCell& cell, Candidate* candidate) const;
  [[nodiscard]] bool is_inside(const std::vector<double>& x) const;
  [[nodiscard]] std::optional<Box> box_round(const Candidate& candidate, double factor, double evenness) const;
  [[nodiscard]] bool is_plausible(const ParameterCell& cell, const Box& box, std::size_t prefix, const std::vector<double>& u) const;
  [[nodiscard]] std::optional<ExistenceProof> prove(const ParameterCell& cell, const Candidate& candidate, std::size_t pieces, bool round) const;

  const JointProblem& problem_;
  const Domain& domain_;
  Box region_;  ///< where starts lie: the domain, if it is a box
  CriticalGuess guess_;
  std::vector<std::vector<double>> starts_;
};

}  // namespace narrows
