#!/bin/sh
# Certifies five shipped networks, draws each one, has narrows-check check each certificate, and prints a table. Then a sheet of level
# sets, a regime map and a track of critical points, each with its certificates checked.
#
# usage: scripts/demo.sh [FOLDER]    (default: out)
set -eu
cd "$(dirname "$0")/.."
bin=build/bin
networks=data/networks/trained
out=${1:-out}
mkdir -p "$out"
rows=$out/table.txt
trouble=0

row='%-20s %-28s %-9s %-9s %7s %8s %8s  %s\n'
# shellcheck disable=SC2059
printf "$row" network regime domain verdict points seconds 'cert KB' narrows-check >"$rows"

# field KEY FILE: the value of a key of a one-object JSON file whose value is a number, a word, true or false.
field() {
  tr -d '\n' <"$2" | sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p"
}

# try NETWORK REGIME [DOMAIN]
try() {
  name=$1 regime=$2 domain=${3-}
  cert=$out/$name.cert.json answer=$out/$name.json
  set -- --certificate "$cert" --picture "$out/$name.svg" --picture "$out/$name.png"
  echo "\$ $bin/narrows certify $networks/$name.onnx${domain:+ --domain \"$domain\"} $*"
  status=0
  "$bin/narrows" certify "$networks/$name.onnx" ${domain:+--domain "$domain"} "$@" --json >"$answer" || status=$?
  case $status in
    0 | 1 | 2) ;; # proved, refuted, undecided
    *)
      echo "narrows certify failed with exit code $status" >&2
      trouble=1
      return
      ;;
  esac
  tr -d '\n' <"$answer" | sed -n 's/.*"reason": *"\([^"]*\)".*/\1\n/p'

  echo "\$ $bin/narrows-check --print-claim --network $networks/$name.onnx $cert"
  checked=$("$bin/narrows-check" --network "$networks/$name.onnx" --print-claim "$cert") || trouble=1
  printf '%s\n\n' "$checked"

  points=$(grep -o '"in_domain"' "$answer" | wc -l)
  [ "$(field complete "$answer")" = true ] || points="$points+?"
  # shellcheck disable=SC2059
  printf "$row" "$name" "$regime" "${domain:-R^$(field input_dim "$answer")}" "$(field verdict "$answer")" "$points" \
    "$(field seconds "$answer" | LC_ALL=C awk '{ printf "%.3f", $1 }')" \
    "$(wc -c <"$cert" | LC_ALL=C awk '{ printf "%.1f", $1 / 1024 }')" \
    "$(printf '%s\n' "$checked" | sed -n '1s/ .*//;1p')" >>"$rows"
}

try circ_ode20_clip_m04 'neural ODE, step*norm < 1'
try circ_ode20_bn_m09 'ODE in name, step*norm > 1' '[-2,2]^2'
try circ_mlp6_s0_m00 'MLP, no skip connections'
try circ_res6_m07 'ResNet, skip 1, residual 1' '[-2,2]^2'
try x2_L3_s1_r1_m22 'ResNet for x^2 on the line'

# show COMMAND…: prints the command, runs it.
show() {
  echo "\$ $*"
  "$@" || trouble=1
  echo
}

# refute COMMAND…: like show; the command must end with exit code 1.
refute() {
  echo "\$ $*"
  status=0
  "$@" || status=$?
  [ "$status" -eq 1 ] || trouble=1
  echo
}

ball() { for name; do printf '%s/ball2_%s.onnx ' "$networks" "$name"; done; }
# shellcheck disable=SC2046 # file names without blanks
show "$bin/narrows" sheet $(ball fc2_D1_m15 fc2_D2_m63 fc2_D3_m47 fc2_D5_m18) / $(ball one_L1_m15 one_L2_m11 one_L3_m08 one_L5_m06) \
  / $(ball one_L10_m29 one_L20_m13) --title 'The unit ball: width 2 above, one-neuron ResNets below' -o "$out/sheet.png" --certificates "$out/sheet"
for cert in "$out"/sheet/*.gz; do
  checked=$("$bin/narrows" check "$cert") || trouble=1
  printf '%s %s\n' "${cert##*/}" "${checked#*: }" | cut -c 1-110
done
echo
# One class lies inside the other, but the network joins it to the boundary of the box by a tunnel; a one-neuron ResNet need not.
show "$bin/narrows" levelset "$networks/circ_ode20_clip_m04.onnx" --domain '[-2,2]^2' --from 0,0 --classes data/classes/circ.json \
  --picture "$out/tunnel.png" --tunnel-certificate "$out/tunnel.cert.json" --certificate "$out/curve.cert.json"
show "$bin/narrows-check" --print-claim "$out/tunnel.cert.json"
show "$bin/narrows-check" --print-claim "$out/curve.cert.json"
show "$bin/narrows" construct one-neuron --target disc --radius 2/5 --dim 2 --n 16 --theta 1/16 -o "$out/disc.json" --picture "$out/disc.png"
# A network without a critical point at 127/128 of its channel ratio, and with some at 129/128: the critical ratio is sharp.
refute "$bin/narrows" counterexample critical-ratio --stem "$out/ratio"
show "$bin/narrows-check" --print-claim --network "$out/ratio.json" "$out/ratio.cert.json"
show "$bin/narrows-check" --print-claim --network "$out/ratio.below.json" "$out/ratio.below.cert.json"
show "$bin/narrows" regimes "$networks/x2_L2_s1_r1_m12.onnx" --skip 0:2 --residual 0:2 --domain '[-2,2]' --depth 8 --picture "$out/regimes.png" \
  --certificate "$out/regimes.cert.json"
show "$bin/narrows-check" --print-claim "$out/regimes.cert.json"
show "$bin/narrows" regimes "$networks/x2_L2_s1_r1_m12.onnx" --track '1,2 -> 1,0' --domain '[-2,2]' --picture "$out/branches.png" \
  --certificate "$out/branches.cert.json"
show "$bin/narrows-check" --print-claim "$out/branches.cert.json"
# A family of 192 drawn networks, and a page with all of this to print or to pass on.
rm -f "$out/planar.db"
show "$bin/narrows" study data/studies/planar.toml --database "$out/planar.db" --export csv --quiet
show "$bin/narrows" report "$out"/*.cert.json "$out/planar.db" -o "$out/report.html" --title 'Narrows: the demo'

cat "$rows"
echo
echo "proved: no critical point exists. refuted: at least one does; points counts those enclosed (+?: there may be more)."
echo "Pictures, certificates and JSON answers: $out/"
[ "$trouble" -eq 0 ] || echo "Something above went wrong." >&2
exit "$trouble"
