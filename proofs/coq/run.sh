#!/bin/sh
# Builds the Coq proofs in build-proofs/coq and checks them; or proves what a certificate claims.
#
# usage: proofs/coq/run.sh                      build, coqchk, compare what each theorem rests on with assumptions.txt
#        proofs/coq/run.sh --certificate FILE   build the checker, turn FILE into a Coq theorem, compile it, print the theorem
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build-proofs/coq

# Sources are copied with their times, so that only what has changed is compiled again.
prepare() {
  mkdir -p "$build"
  cp -pR "$root/proofs/coq/." "$build"
  cd "$build"
  coq_makefile -f _CoqProject -o Makefile
}

prove_everything() {
  prepare
  make --no-print-directory -j "${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}"
  modules=$(sed -n 's/\.v$//p' _CoqProject | sed 's|/|.|g; s/^/Narrows./')
  # shellcheck disable=SC2086 # a list of modules
  coqchk -silent -Q . Narrows -norec $modules
  echo "coqchk: $(echo $modules | wc -w) modules checked"
  ./print_assumptions . > assumptions.now
  diff -u "$root/proofs/coq/assumptions.txt" assumptions.now
  echo "assumptions: $(wc -l < assumptions.now) theorems rest on what assumptions.txt says"
}

prove_certificate() {
  prepare > "$build.log"
  make --no-print-directory checker/instances.vo >> "$build.log" || { cat "$build.log"; exit 1; }
  ./certificate_to_coq "$1" > certificate.v
  sed -n '/^(\*/,/\*)$/p' certificate.v
  coqc -w none -Q . Narrows certificate.v
  echo "proved"
}

case ${1-} in
  '') prove_everything ;;
  --certificate) prove_certificate "$(realpath -- "$2")" ;;
esac
