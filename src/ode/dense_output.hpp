// Odeint's steppers with dense output over one arc of time: marks and level crossings are read off the interpolation between steps.
#pragma once

#include <boost/numeric/odeint/stepper/bulirsch_stoer_dense_out.hpp>
#include <boost/numeric/odeint/stepper/dense_output_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace narrows::integration {

template <class T>
[[nodiscard]] auto dense_dopri5(const T& tolerance) {
  using State = std::vector<T>;
  return boost::numeric::odeint::make_dense_output(
      tolerance, tolerance, boost::numeric::odeint::runge_kutta_dopri5<State, T, State, T>());
}

template <class T>
[[nodiscard]] auto dense_bulirsch_stoer(const T& tolerance) {
  using State = std::vector<T>;
  return boost::numeric::odeint::bulirsch_stoer_dense_out<State, T, State, T>(tolerance, tolerance, T(1),
                                                                              T(1), true);
}

/// What is wanted of one arc [0, marks.back()].
template <class T>
struct DenseArc {
  std::vector<T> marks;                           ///< in order, > 0
  std::vector<std::pair<std::size_t, T>> levels;  ///< coordinate and level
  T epsilon;                                      ///< crossings are found to this fraction of the arc
};

/// Crossings of `arc.levels` within the last step, in pieces of an eighth of it, by bisection.
template <class T, class Stepper, class AtCrossing>
void find_crossings(const Stepper& stepper, const DenseArc<T>& arc, const AtCrossing& at_crossing) {
  constexpr int kPieces = 8;
  const T from = stepper.previous_time(), step = stepper.current_time() - from;
  std::vector<T> at = stepper.current_state();
  for (std::size_t e = 0; e < arc.levels.size(); ++e) {
    const auto& [coordinate, level] = arc.levels[e];
    const auto below = [&, i = coordinate, c = level](const T& time) {
      stepper.calc_state(time, at);
      return at[i] < c;
    };
    T low = from;
    bool start = stepper.previous_state()[coordinate] < level;
    for (int piece = 1; piece <= kPieces; ++piece) {
      const T end_of_piece = piece == kPieces ? T(stepper.current_time()) : T(from + step * piece / kPieces);
      const bool end = piece == kPieces ? stepper.current_state()[coordinate] < level : below(end_of_piece);
      if (end != start) {
        T high = end_of_piece;
        while (high - low > arc.epsilon * arc.marks.back()) {
          const T middle = (low + high) / 2;
          if (!(middle > low && middle < high)) break;
          (below(middle) == start ? low : high) = middle;
        }
        stepper.calc_state(high, at);
        at_crossing(e, high, at);
      }
      low = end_of_piece;
      start = end;
    }
  }
}

/// Advances `state` over the arc; calls at_mark(m, state) and at_crossing(e, time, state) on the way. The last step ends at the last mark.
template <class T, class Stepper, class System, class AtMark, class AtCrossing>
void follow_dense(Stepper stepper, const System& system, const DenseArc<T>& arc, std::vector<T>* state,
                  const AtMark& at_mark, const AtCrossing& at_crossing) {
  const T end = arc.marks.back();
  stepper.initialize(*state, T(0), T(end / 64));
  std::vector<T> at = *state;
  std::size_t next = 0;
  while (stepper.current_time() < end) {
    if (stepper.current_time() + stepper.current_time_step() > end) {
      const T time = stepper.current_time();
      at = stepper.current_state();
      stepper.initialize(at, time, T(end - time));
    }
    stepper.do_step(std::cref(system));
    find_crossings(stepper, arc, at_crossing);
    for (; next + 1 < arc.marks.size() && arc.marks[next] <= stepper.current_time(); ++next) {
      stepper.calc_state(arc.marks[next], at);
      at_mark(next, at);
    }
  }
  *state = stepper.current_state();
  at_mark(arc.marks.size() - 1, *state);
}

}  // namespace narrows::integration
