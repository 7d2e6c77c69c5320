#!/bin/sh
# Builds the Coq proofs in build-proofs/coq and checks them; or proves what a certificate claims.
#
# usage: proofs/coq/run.sh                      build, try narrows-check-verified, compare what each theorem rests on with
#                                               assumptions.txt, coqchk
#        proofs/coq/run.sh --certificate FILE   build the checker, turn FILE into a Coq theorem, compile it, print the theorem
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build-proofs/coq

# Sources are copied with their times, so that only what has changed is compiled again.
prepare() {
  mkdir -p "$build"
  tar -C "$root/proofs/coq" --exclude='*.vo*' --exclude='*.glob' --exclude='.*.aux' -cf - . | tar -C "$build" -xpf -
  cd "$build"
  coq_makefile -f _CoqProject -o Makefile
}

prove_everything() {
  prepare
  make --no-print-directory -j "${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}"
  build_checker
  check_certificates
  ./print_assumptions . > assumptions.now
  diff -u "$root/proofs/coq/assumptions.txt" assumptions.now
  echo "assumptions: $(wc -l < assumptions.now) theorems rest on what assumptions.txt says"
  # The kernel's second opinion, last because it takes longest: our modules, not the libraries below them.
  modules=$(sed -n 's/\.v$//p' _CoqProject | sed 's|/|.|g; s/^/Narrows./')
  # shellcheck disable=SC2086 # a list of modules
  coqchk -silent -Q . Narrows -norec $modules
  echo "coqchk: $(echo $modules | wc -w) modules checked"
}

# The extracted checker; warnings in extracted code are nobody's.
build_checker() {
  mkdir -p ocaml
  cat checker/ocaml/prelude.ml verified.ml > ocaml/verified.ml
  cp checker/ocaml/json.ml checker/ocaml/sha256.ml checker/ocaml/main.ml ocaml
  (cd ocaml && ocamlfind ocamlopt -w -a -inline 200 -rectypes -thread -linkpkg -package zarith,coq-core.kernel \
    verified.ml json.ml sha256.ml main.ml -o ../narrows-check-verified)
}

# It accepts certificates/accept, and for each of certificates/reject ends with the exit code in its name.
check_certificates() {
  for file in certificates/accept/*.json; do
    ./narrows-check-verified "$file" > answer || { echo "$file: not accepted"; exit 1; }
    for hash in $(grep -o '"[0-9a-f]\{64\}"' "$file" | tr -d '"'); do
      grep -q "$hash" answer || { echo "$file: the answer does not name $hash"; exit 1; }
    done
  done
  for file in certificates/reject/*.json; do
    expected=${file%.json}
    status=0
    ./narrows-check-verified "$file" > answer 2>&1 || status=$?
    [ "$status" -eq "${expected##*-}" ] || { echo "$file: exit code $status"; exit 1; }
  done
  echo "narrows-check-verified: accepts and refuses as it should"
}

prove_certificate() {
  mkdir -p "$build"
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
