#!/bin/sh
# `narrows prove --regress` reports what is not as it was stored, and --accept stores what is found.
# usage: stored.sh NARROWS PROJECT_FOLDER SCRATCH_FOLDER
set -u
narrows=$1 project=$2 work=$3
rm -rf "$work" && mkdir -p "$work/proofs/tunnel" && ln -s "$project/data" "$work/data" || exit 1
cp "$project/proofs/tunnel/T5.toml" "$work/proofs/tunnel/"
store=$work/proofs/stored/tunnel
certificate=$store/T5/nearly-attained.distance.cert.json
failures=0

# regress CODE PATTERN: the exit code and a line of the answer.
regress() {
  "$narrows" prove --proofs "$work/proofs" --theorem T5 --quick --quiet --regress >"$work/out" 2>&1
  got=$?
  if [ "$got" -ne "$1" ] || ! grep -q -- "$2" "$work/out"; then
    echo "FAIL exit $got, expected $1 with '$2'" && sed 's/^/    /' "$work/out" && failures=$((failures + 1))
  fi
}
restore() {
  rm -rf "$work/proofs/stored" && mkdir -p "$work/proofs/stored" && cp -r "$work/kept" "$store"
}

regress 1 'nearly-attained: instance'          # nothing is stored yet
"$narrows" prove --proofs "$work/proofs" --theorem T5 --quick --quiet --accept >/dev/null || failures=$((failures + 1))
regress 0 'as expected and as stored'
"$narrows" prove --proofs "$work/proofs" --theorem T5 --quick --quiet --accept >/dev/null || failures=$((failures + 1))
regress 0 'as expected and as stored'
cp -r "$store" "$work/kept"

sed -i 's/"verdict":"proved"/"verdict":"refuted"/' "$certificate" # a tampered certificate: the checker refuses it
regress 1 '^  + REJECTED'
restore
sed -i 's/^"claim"/ "claim"/' "$certificate" # harmless, but not what was stored
regress 1 'bytes with SHA-256'
restore
sed -i 's/"claim": "distance proved/"claim": "distance refuted/' "$store/T5.json" # what an older checker said
regress 1 '^  - distance refuted'
restore
sed -i 's/"verdict": "proved"/"verdict": "undecided"/' "$store/T5.json"
regress 1 'nearly-attained: verdict'
restore
sed -i '/"theorem": \[/,/\]/s|"[0-9/]*"|"1/2"|' "$store/T5.json" # a figure
regress 1 'figure theorem'
restore
sed -i 's/proved on \[-1,1\]/proved on [-0.001,0.001]/' "$store/T5.json" # the domain of a claim
regress 1 '^  - .*-0.001'
restore
cp "$store/T5.json" "$store/T99.json" # a theorem that has left the registry
"$narrows" prove --proofs "$work/proofs" --quick --quiet --regress >"$work/out" 2>&1
grep -q 'T99 : theorem' "$work/out" || { echo 'FAIL a theorem that is gone is not noticed' && failures=$((failures + 1)); }
restore
echo '{' >"$store/T5.json"
regress 1 'the stored file'
rm -rf "$store"
regress 1 'nearly-attained: instance'
"$narrows" prove --proofs "$work/proofs" --theorem T5 --quick --quiet --accept >/dev/null || failures=$((failures + 1))
regress 0 'as expected and as stored'
cmp -s "$certificate" "$work/kept/T5/nearly-attained.distance.cert.json" || { echo 'FAIL another certificate the second time' && failures=$((failures + 1)); }
exit "$failures"
