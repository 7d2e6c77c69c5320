#!/bin/sh
# `narrows prove` notices wrong constants: in a copy of each theorem file one constant is changed, and the run must fail.
# usage: planted.sh NARROWS PROJECT_FOLDER SCRATCH_FOLDER
set -u
narrows=$1 project=$2 work=$3
rm -rf "$work" && mkdir -p "$work" && ln -s "$project/data" "$work/data" || exit 1
failures=0

# planted THEOREM OLD NEW: with OLD replaced by NEW in its file the run must end with exit code 1; OLD must be there.
planted() {
  rm -rf "$work/proofs" && mkdir -p "$work/proofs/tunnel"
  sed "s|^$2|$3|" "$project/proofs/tunnel/$1.toml" >"$work/proofs/tunnel/$1.toml"
  if cmp -s "$project/proofs/tunnel/$1.toml" "$work/proofs/tunnel/$1.toml"; then
    echo "FAIL $1 has no line '$2'" && failures=$((failures + 1))
    return
  fi
  "$narrows" prove --proofs "$work/proofs" --theorem "$1" --quick --quiet --json >"$work/answer.json" 2>"$work/errors"
  got=$?
  if [ "$got" -ne 1 ] || ! grep -q '"status":"refuted"' "$work/answer.json"; then
    echo "FAIL $1 with '$3' for '$2': exit $got, expected 1" && cat "$work/errors" && failures=$((failures + 1))
  fi
}

planted T1 'critical_points = 0' 'critical_points = 1'
planted T2 's_sigmoid = "1/4"' 's_sigmoid = "1/12"'
planted T2 'half_open = ">"' 'half_open = ">="'
planted T3 'direction = -1' 'direction = 1'
planted T4 'half = "1/2"' 'half = "1/6"'
planted T5 'factor = 1' 'factor = "1/3"'
planted T6 'half = "1/2"' 'half = "3/2"'
planted T7 'closed_components = 0' 'closed_components = 1'
planted T8 'sign = -1' 'sign = 1'
planted T9 'closed = ">"' 'closed = ">="'
planted T9 'open = ">="' 'open = ">"'
planted T10 'trace_factor = 1' 'trace_factor = "1/3"'
[ "$failures" -eq 0 ] && echo "every wrong constant is noticed"
exit "$failures"
