#!/bin/sh
# Runs every proof in this folder, one line per lemma and case; fails if one fails. Needs gappa and sollya (./dev proofs).
set -eu
cd "$(dirname "$0")"
failed=0

# report NAME STATUS OUTPUT EXPECTED: a proof counts only if its program succeeds and says exactly what is expected.
report() {
  if [ "$2" -eq 0 ] && [ "$3" = "$4" ]; then
    echo "proved  $1"
  else
    echo "FAILED  $1: $(printf '%s' "$3" | tail -n 2)"
    failed=1
  fi
}

for script in *.sollya; do
  status=0
  output=$(timeout 300 sollya "$script" </dev/null 2>&1) || status=$?
  report "$script" "$status" "$output" proved
done

# Gappa is silent when every goal holds, and warns of a rewriting rule that it cannot verify: any word is a failure.
for script in *.gappa; do
  if cases=$(grep '^#case ' "$script"); then
    while read -r _ hypothesis; do
      status=0
      output=$(awk -v text="$hypothesis" '/^#/ { next }
        { i = index($0, "CASE"); print i ? substr($0, 1, i - 1) text substr($0, i + 4) : $0 }' "$script" | timeout 300 gappa 2>&1) || status=$?
      report "$script: $hypothesis" "$status" "$output" ''
    done <<CASES
$cases
CASES
  else
    status=0
    output=$(timeout 300 gappa <"$script" 2>&1) || status=$?
    report "$script" "$status" "$output" ''
  fi
done
exit "$failed"
