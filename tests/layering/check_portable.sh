#!/bin/bash
# No function that the checker's portable objects define has AVX instructions in the program: the objects that are compiled for such
# processors hold copies of inline functions, of which the linker must not have taken any.
#
#   check_portable.sh narrows-check libnarrows_checker.a
set -euo pipefail
program=$1 library=$2
functions_with_avx() {
  objdump -d --no-show-raw-insn "$1" | awk '/^[0-9a-f]+ </ { name = substr($2, 2, length($2) - 3) } /\tv[a-z0-9]+ / { print name }' | sort -u
}
case $(uname -m) in x86_64 | amd64) ;; *) exit 0 ;; esac
avx=$(functions_with_avx "$program")
if ! grep -q Lanes <<< "$avx"; then
  echo "no function with Lanes has AVX instructions: this test sees nothing" >&2
  exit 1
fi
leaked=$(comm -12 <(cat <<< "$avx") <(nm "$library" 2> /dev/null | awk 'NF == 3 && $2 ~ /[TWV]/ { print $3 }' | sort -u) | c++filt)
if [ -n "$leaked" ]; then
  echo "compiled for AVX, though all processors run them:" >&2
  echo "$leaked" >&2
  exit 1
fi
echo "$(wc -l <<< "$avx") functions with AVX instructions, none of them for all processors"
