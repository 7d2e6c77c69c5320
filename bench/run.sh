#!/bin/sh
# Times `narrows certify` on every shipped smooth network: [-2,2]^2 in the plane, the whole line in one dimension.
# Prints one row per network and the totals. Times are wall-clock seconds as narrows reports them, on this machine.
#
# environment: NARROWS_BENCH_TIMEOUT   seconds per network (default 60; then the network counts as undecided)
set -eu
cd "$(dirname "$0")/.."
limit=${NARROWS_BENCH_TIMEOUT:-60}
answer=$(mktemp)
rows=$(mktemp)
trap 'rm -f "$answer" "$rows"' EXIT

# field KEY: the value of a key of the answer that is a number, a word, true or false.
field() {
  tr -d '\n' <"$answer" | sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p"
}

printf '%-30s %-10s %-10s %7s %9s %9s\n' network domain verdict points boxes seconds
for network in data/networks/trained/*.json data/networks/random_tanh/*.json; do
  name=$(basename "$network" .json)
  case $name in
    index | truth | baseline | ball*) continue ;; # tables, and ReLU networks
    x2_*) domain='R^1' ;;
    *) domain='[-2,2]^2' ;;
  esac
  status=0
  build/bin/narrows certify "$network" --domain "$domain" --timeout "$limit" --json --quiet >"$answer" || status=$?
  case $status in
    0 | 1 | 2) ;;
    *)
      echo "bench: narrows certify $network failed with exit code $status" >&2
      exit 1
      ;;
  esac
  points=$(grep -o '"in_domain"' "$answer" | wc -l)
  [ "$(field complete)" = true ] || points="$points+?"
  printf '%-30s %-10s %-10s %7s %9s %9.3f\n' "$name" "$domain" "$(field verdict)" "$points" \
    "$(field boxes)" "$(field seconds)" | tee -a "$rows"
done
LC_ALL=C awk '{ verdicts[$3]++; boxes += $5; seconds += $6 }
  $4 !~ /[?]/ { complete++ }
  END {
    printf "%-30s %-10s %-10s %7s %9d %9.3f\n", "total of " NR, "", "", "", boxes, seconds
    printf "proved %d, refuted %d, undecided %d; complete %d\n", verdicts["proved"], verdicts["refuted"], verdicts["undecided"], complete
  }' "$rows"
