#!/bin/sh
# The command line's contract: exit codes, one clear line for bad input, JSON on standard output and nothing else,
# nothing half-written.   usage: run.sh BIN_FOLDER NETWORKS_FOLDER SCRATCH_FOLDER
set -u
narrows=$1/narrows checker=$1/narrows-check nets=$2 work=$3
rm -rf "$work" && mkdir -p "$work" && cd "$work" || exit 1
failures=0

# expect CODE PATTERN COMMAND…: the exit code, and a line of standard output or standard error that holds PATTERN.
expect() {
  want=$1 pattern=$2
  shift 2
  "$@" >stdout 2>stderr </dev/null
  got=$?
  if [ "$got" -ne "$want" ]; then
    echo "FAIL exit $got, expected $want: $*" && sed 's/^/    /' stdout stderr && failures=$((failures + 1))
  elif ! cat stdout stderr | grep -q -- "$pattern"; then
    echo "FAIL no line with '$pattern': $*" && sed 's/^/    /' stdout stderr && failures=$((failures + 1))
  fi
}
one_line() {
  [ "$(wc -l <stderr)" -eq 1 ] && [ ! -s stdout ] || { echo "FAIL not one line on standard error: $1" && sed 's/^/    /' stdout stderr && failures=$((failures + 1)); }
}
absent() {
  [ ! -e "$1" ] || { echo "FAIL $1 was written" && failures=$((failures + 1)); }
}

planar=$nets/circ_res6_m07 line=$nets/x2_L3_s1_r1_m22 relu=$nets/ball2_fc2_D1_m15 regular=$nets/circ_ode20_clip_m04

# Verdicts.
expect 0 'proved: no-critical-points on R^2' "$narrows" certify "$regular.onnx"
expect 1 'refuted: no-critical-points on R^1' "$narrows" certify "$line.json"
expect 2 'budget' "$narrows" certify "$planar.json" --domain '[-2,2]^2' --max-boxes 5
for form in auto affine taylor zonotope polynomial-zonotope; do
  expect 1 'refuted: no-critical-points' "$narrows" certify "$planar.json" --domain '[-2,2]^2' --form $form --certificate "form-$form.json"
  expect 0 '' "$narrows" check "form-$form.json"
done
expect 2 'give a box with --domain' "$narrows" certify "$nets/circ_aug3_m10.json"
expect 1 'Morse index 0' "$narrows" certify "$planar.onnx" --domain '[-2,2]^2' --certificate cert.json --picture p.svg --picture p.png
[ -s p.svg ] && [ -s p.png ] || { echo 'FAIL pictures missing' && failures=$((failures + 1)); }
expect 1 '"verdict":"refuted"' "$narrows" certify "$planar.onnx" --domain '[-2,2]^2' --json --threads 2 --certificate cert2.json
[ "$(wc -l <stdout)" -eq 1 ] || { echo 'FAIL --json printed more than one line' && failures=$((failures + 1)); }
cmp -s cert.json cert2.json || { echo 'FAIL the certificate depends on the number of threads' && failures=$((failures + 1)); }

# The checker, both ways in, plain, compressed and from standard input.
expect 0 '^ACCEPTED' "$checker" cert.json
expect 0 'ACCEPTED' "$narrows" check cert.json --network "$planar.onnx"
gzip -kf cert.json
expect 0 'ACCEPTED' "$narrows" check cert.json.gz
expect 0 'ACCEPTED' sh -c "cat cert.json | $checker -"
expect 1 'REJECTED' "$checker" --network "$line.onnx" cert.json
expect 1 'REJECTED' "$narrows" check cert.json --network "$regular.onnx"
expect 1 'REJECTED' "$checker" --claim 'no-critical-points proved on R^2 output 0: 0 critical points, complete' cert.json
head -c 3000 cert.json >cut.json
expect 1 'REJECTED' "$checker" cut.json
expect 66 'missing.json' "$checker" missing.json
expect 66 'missing.json' "$narrows" check missing.json

# Distances from the limits.
steps=$nets/circ_ode20_sigmoid_m03.json
expect 0 'tunnel/T4 .* ode ' "$narrows" bounds "$steps" --domain '[-1,1]^2' --limit ode --gap 0.1 --certificate distance.json
expect 0 '^ACCEPTED' "$checker" distance.json
grep -q '"kind":"distance"' distance.json || { echo 'FAIL no distance certificate' && failures=$((failures + 1)); }
expect 0 '"sharper":' "$narrows" bounds "$line.json" --domain '[-1,1]' --limit mlp --json
expect 0 'the slope tends to -1.0' "$narrows" bounds "$line.json" --domain '[-1,1]' --limit mlp --sweep --table sweep.csv --picture sweep.png
[ -s sweep.png ] && [ "$(wc -l <sweep.csv)" -eq 12 ] || { echo 'FAIL sweep files' && failures=$((failures + 1)); }
expect 0 'does not apply: relu is only Lipschitz' "$narrows" bounds "$nets/ball2_one_L1_m15.json" --domain '[-1,1]^2'
expect 65 'relu is only Lipschitz, and T4 needs' "$narrows" bounds "$nets/ball2_one_L1_m15.json" --domain '[-1,1]^2' --limit ode
one_line 'T4 with ReLU'
expect 65 'has skip 0' "$narrows" bounds "$nets/circ_mlp6_s0_m00.json" --domain '[-1,1]^2' --limit ode
expect 65 'compact sets' "$narrows" bounds "$steps" --domain 'R^2'
expect 65 'no residual block' "$narrows" bounds "$relu.json" --domain '[-1,1]^2'
expect 64 'one limit' "$narrows" bounds "$steps" --domain '[-1,1]^2' --certificate none.json
absent none.json

# Studies and reports.
cat >study.toml <<'TOML'
format = "narrows-study/1"
name = "two by two"
[[family]]
depth = [1, 3]
ratio = [0.3, 1.4]
seeds = 3
[[analysis]]
type = "certify"
domain = "[-2,2]^d"
[[analysis]]
type = "threshold"
TOML
expect 2 'stopped: the same command continues' "$narrows" study study.toml --timeout 0
expect 0 'two by two: 24 of 24 rows' "$narrows" study study.toml --threads 2 --export csv --pictures plots
expect 0 '(0 computed now' "$narrows" study study.toml
[ "$(wc -l <study.csv)" -eq 25 ] && [ -s plots/0-certify-depth.svg ] && [ -s plots/critical-ratios.svg ] || { echo 'FAIL study files' && failures=$((failures + 1)); }
expect 0 '"done":24' "$narrows" study study.toml --json --quiet
expect 0 'one/network-5.json' "$narrows" study study.toml --extract 5 -o one
for a in 0 1; do
  expect 0 '^ACCEPTED' "$checker" --network one/network-5.json one/5-$a.cert.json
  grep -q "$(sha256sum <one/5-$a.cert.json | cut -c 1-64)" study.csv || { echo 'FAIL the certificate has not the hash of its row' && failures=$((failures + 1)); }
done
sed 's/1.4/1.5/' study.toml >other.toml
expect 65 'another study' "$narrows" study other.toml --database study.db
one_line 'a database of another study'
expect 65 'line 3: .*unknown key' sh -c "sed 's/depth/dept/' study.toml >bad.toml; sed -i 2d bad.toml; $narrows study bad.toml"
expect 66 'missing.toml' "$narrows" study missing.toml
expect 64 'networks 0 to 11' "$narrows" study study.toml --extract 12
expect 64 'overwrite .*rows.csv' "$narrows" study study.toml --database rows.csv --export csv
absent rows.csv
expect 64 'overwrite .*study.db' "$narrows" report study.db -o ./study.db
expect 65 'line 9: .*is not a domain' sh -c "sed 's/2]^d/2/' study.toml >bad.toml; $narrows study bad.toml"
one_line 'a domain that cannot be read'
# A row that was copied: its certificate comes again with the hash of the row.
sed -e 's/^depth.*/outer = true/' -e 's/^ratio.*/weights = { law = "bits", bits = 2 }/' -e 's/seeds = 3/seeds = 400/' -e 's/^domain/max_boxes = 50\n&/' study.toml >twice.toml
expect 0 'rows copied' "$narrows" study twice.toml --export csv
copy=$(awk -F, '$NF == "0" { print $1; exit }' twice.csv)
expect 0 "one/network-$copy.json" "$narrows" study twice.toml --extract "$copy" -o one
grep "^$copy," twice.csv | grep -q "$(sha256sum <"one/$copy-0.cert.json" | cut -c 1-64)" || { echo 'FAIL the certificate of a copy has not the hash of its row' && failures=$((failures + 1)); }
cat >parts.toml <<'TOML'
format = "narrows-study/1"
certificates = "parts"
[[family]]
depth = 2
ratio = 0.5
weights = { law = "uniform" }
[[analysis]]
type = "bounds"
domain = "[-1,1]^d"
gap = 0.1
[[analysis]]
type = "regimes"
domain = "[-2,2]^d"
skip = "0.5:1.5"
residual = "0:1"
depth = 2
split = 2
TOML
expect 0 'regimes .* 4 parts' "$narrows" study parts.toml
for a in 0 1 2 3 4; do expect 0 '^ACCEPTED' "$checker" parts/0-$a.cert.json; done
if [ -e "$1/narrows-mpi.so" ] && command -v mpirun >/dev/null; then
  mpi() { mpirun --allow-run-as-root --oversubscribe --mca btl_base_warn_component_unused 0 -n "$@"; }
  timings='s/,[^,]*$//'
  for ranks in 1 2 4; do
    mpi $ranks "$narrows" study study.toml --mpi --quiet --database ranks$ranks.db --export csv >stdout 2>stderr || { echo "FAIL $ranks ranks" && cat stderr && failures=$((failures + 1)); }
    sed "$timings" ranks$ranks.csv >ranks.rows && sed "$timings" study.csv | cmp -s - ranks.rows || { echo "FAIL $ranks ranks give other rows" && failures=$((failures + 1)); }
  done
  grep -q '^ranks busy [0-9.]* %, ' stdout || { echo 'FAIL how busy the ranks were' && failures=$((failures + 1)); }
  # mpirun ends all ranks when one is killed, whichever. What was finished stays, and the same command ends with the table of an undisturbed run.
  sed -e 's/^depth.*/depth = [8, 12]/' -e 's/seeds = 3/seeds = 30/' -e 's/^domain/max_boxes = 200\n&/' study.toml >long.toml
  expect 0 '240 of 240 rows' "$narrows" study long.toml --threads 2 --database whole.db --export csv
  for victim in 0 1; do
    rm -f victim.* killed.db*
    mpi 2 sh -c 'echo $$ >"victim.$OMPI_COMM_WORLD_RANK" && exec "$@"' rank "$narrows" study long.toml --mpi --quiet --database killed.db >stdout 2>stderr &
    tries=0
    until [ "$(stat -c %s killed.db-wal 2>/dev/null || echo 0)" -gt 80000 ] || [ $((tries += 1)) -gt 400 ]; do sleep 0.02; done
    kill -9 "$(cat victim.$victim)" 2>/dev/null || continue  # it was faster
    wait $! && echo "FAIL mpirun did not tell that rank $victim was killed" && failures=$((failures + 1))
    expect 0 '240 of 240 rows' mpi 2 "$narrows" study long.toml --mpi --quiet --database killed.db --export csv
    now=$(sed -n 's/.*(\([0-9]*\) computed now.*/\1/p' stdout)
    [ "${now:-240}" -lt 240 ] || { echo "FAIL rank $victim was killed: $now of 240 rows computed again" && failures=$((failures + 1)); }
    sed "$timings" killed.csv >ranks.rows && sed "$timings" whole.csv | cmp -s - ranks.rows || { echo "FAIL other rows after rank $victim was killed" && failures=$((failures + 1)); }
  done
  # One map, its cells shared: the certificate is the same, whoever attacked which.
  map="$line.json --skip 0:2 --residual 0:2 --domain [-2,2] --depth 5"
  "$narrows" regimes $map --certificate alone.cert >stdout 2>stderr
  for ranks in 1 2; do
    expect 0 'ranks busy' mpi $ranks "$narrows" regimes $map --mpi --certificate ranks$ranks.cert
    cmp -s alone.cert ranks$ranks.cert || { echo "FAIL a map made by $ranks ranks is another one" && failures=$((failures + 1)); }
  done
fi
expect 0 'report.html: 3 files, .* 0 rejected' "$narrows" report cert.json.gz distance.json study.db -o report.html
grep -q 'claim.critical_points\[2\]' report.html || { echo 'FAIL the report lacks a critical point' && failures=$((failures + 1)); }
expect 0 '1 rejected' "$narrows" report cut.json -o rejected.html
grep -q 'it proves nothing' rejected.html || { echo 'FAIL a rejected certificate in a report' && failures=$((failures + 1)); }
expect 66 'missing.json' "$narrows" report missing.json -o none.html
absent none.html

# info, eval, convert.
expect 0 'non-augmented' "$narrows" info "$planar.onnx"
expect 0 '"class":"augmented"' "$narrows" info "$nets/circ_aug3_m10.json" --json
expect 0 'd/dx2' "$narrows" eval "$planar.json" --at 0.5,-1
expect 0 '"gradient"' "$narrows" eval "$planar.json" --at=-0.5,1 --json
expect 0 'wrote' "$narrows" convert "$planar.onnx" -o round.json
expect 0 'wrote' "$narrows" convert round.json -o round.onnx
expect 0 'value' sh -c "cat round.onnx | $narrows eval - --at 0,0"
expect 64 'use .json or .onnx' "$narrows" convert "$planar.onnx" -o net.txt

# threshold: verdicts, JSON, certificate, picture.
expect 0 'proved: all 23 layers are regular' "$narrows" threshold "$regular.onnx"
expect 1 'proved from both sides' "$narrows" threshold "$planar.json" --max-ratios --picture bars.svg --picture bars.png
[ -s bars.svg ] && [ -s bars.png ] || { echo 'FAIL bar pictures missing' && failures=$((failures + 1)); }
expect 1 '"critical_ratio_status":"bracket"' "$narrows" threshold "$planar.onnx" --max-ratios --json --certificate ratios.json
[ "$(wc -l <stdout)" -eq 1 ] || { echo 'FAIL threshold --json printed more than one line' && failures=$((failures + 1)); }
grep -q '"max_uniform_factor":\[' stdout || { echo 'FAIL no max_uniform_factor' && failures=$((failures + 1)); }
expect 0 'channel-ratios refuted on R^2' "$checker" --print-claim ratios.json
expect 0 'ACCEPTED' "$narrows" check ratios.json --network "$planar.onnx"
expect 1 'REJECTED' "$narrows" check ratios.json --network "$line.onnx"
sed 's/not-regular critical/regular critical/' ratios.json >wrong.json
expect 1 'REJECTED' "$checker" wrong.json
expect 0 'states reached from' "$narrows" threshold "$line.json" --restrict-domain '[-0.1,0.1]' --certificate reached.json
expect 0 'ACCEPTED' "$checker" --network "$line.json" reached.json
expect 2 'undecided' "$narrows" threshold "$planar.json" --restrict-domain '[-2,2]^2'
expect 1 'not-applicable' "$narrows" threshold "$relu.onnx" --json
expect 65 'not a box' "$narrows" threshold "$planar.json" --restrict-domain 'ball(1)' && one_line threshold-ball
expect 65 'dimension 3' "$narrows" threshold "$planar.json" --restrict-domain '[-2,2]^3' && one_line threshold-dimension
expect 64 '' "$narrows" threshold "$planar.json" --restrict-domain '[-2,2]^2' --max-ratios
expect 66 'check the path' "$narrows" threshold nothere.json && one_line threshold-missing
expect 65 '.svg' "$narrows" threshold "$planar.json" --picture picture.gif && one_line threshold-picture
expect 65 'no residual layer' "$narrows" threshold "$nets/circ_mlp6_s0_m00.json" --picture none.svg && one_line threshold-nothing-to-draw
absent none.svg
expect 65 'folder' "$narrows" threshold "$planar.json" --certificate no/such/folder/c.json
absent no

# ode: tubes from points and boxes, trajectories, the limit of a residual network; other commands refuse ode layers.
cat >flow.json <<'END'
{"format":"narrows-network/1","input_dim":2,"layers":[
  {"type":"ode","branch":[{"type":"affine","weight":[[1.2,-0.7],[0.9,0.4]],"bias":[0.1,-0.3]},{"type":"activation","function":"tanh"}],"time":[0,2]},
  {"type":"affine","weight":[[1,2]],"bias":[0]}]}
END
expect 0 'ode  *2 ' "$narrows" info flow.json
expect 0 'proved: no-critical-points on R^2' "$narrows" certify flow.json --certificate flow-regular.json
expect 0 'certified nonsingular' "$narrows" ode flow.json --from 0.5,-0.25 --stepper bulirsch_stoer --digits 50 --tolerance 1e-20 --event 1=1 --certificate tube.json
expect 0 '2.2895646893281619750' "$narrows" ode flow.json --from 0.5,-0.25 --stepper bulirsch_stoer --digits 50 --tolerance 1e-20 --no-jacobian
expect 0 'h1 = 1 at time 6.2307' "$narrows" ode flow.json --from 0.5,-0.25 --stepper fehlberg78 --digits 50 --event 1=1
expect 0 '"det":\[' "$narrows" ode flow.json --domain '[0.45,0.55]x[-0.3,-0.2]' --json --csv flow.csv --picture flow.svg --picture flow.png --grid 3
[ "$(wc -l <stdout)" -eq 1 ] || { echo 'FAIL ode --json printed more than one line' && failures=$((failures + 1)); }
[ "$(wc -l <flow.csv)" -eq 226 ] && [ -s flow.svg ] && [ -s flow.png ] || { echo 'FAIL table or pictures of the flow' && failures=$((failures + 1)); }
expect 2 'stopped at its budget at time' "$narrows" ode flow.json --from 0.5,-0.25 --max-steps 2 --certificate open.json && absent open.json
expect 0 '"distance_to_resnet":\[0' "$narrows" ode "$regular.json" --domain '[0,0.01]^2' --json -o limit.json
expect 0 'neural ODE limit\|ode layer' "$narrows" ode limit.json --from 0,0 --no-jacobian
expect 0 'at time 1: 1.339' "$narrows" ode flow.json --from 0.5,-0.25 --times 1/2,1 --dense --event 1=1 --tolerance 1e-10
expect 64 'is not a time of the flow' "$narrows" ode flow.json --from 0,0 --times 3 && one_line ode-times
expect 64 'fehlberg78 has no dense output' "$narrows" ode flow.json --from 0,0 --dense --stepper fehlberg78 && one_line ode-dense
expect 0 'boxes cover the domain' "$narrows" ode flow.json --domain '[-0.5,0.5]^2' --time-degree 8 --degree 3 --no-jacobian --certificate part.json
expect 0 '^ACCEPTED' "$checker" part.json && absent part-1.json
expect 64 'do not fit into one certificate' "$narrows" ode flow.json --domain '[-0.5,0.5]^2' --max-boxes 5000 --certificate many.json && one_line ode-pieces && absent many.json
expect 0 'parameters linear in time' "$narrows" ode "$regular.json" --from 0.3,0.4 --interpolate linear --no-jacobian
cat >turns.json <<'END'
{"format":"narrows-network/1","input_dim":2,"layers":[{"type":"ode","time":[0,2],"branches":[
  [{"type":"affine","weight":[[1.2,-0.7],[0.9,0.4]],"bias":[0.1,-0.3]},{"type":"activation","function":"tanh"}],
  [{"type":"affine","weight":[[0.2,0.5],[-1,0.4]],"bias":[0,0.1]},{"type":"activation","function":"tanh"}]]}]}
END
expect 0 'parameters linear in time' "$narrows" ode turns.json --from 0.3,0.4 --interpolate linear -o moves.json --certificate linear.json
expect 0 '^ACCEPTED' "$checker" linear.json --network moves.json
expect 0 '"interpolation":"linear"' "$narrows" ode moves.json --domain '[0.3,0.4]^2' --json --certificate moves.cert.json
expect 0 'ACCEPTED ode-flow' "$narrows" check moves.cert.json --network moves.json
expect 64 'has no other limit' "$narrows" ode moves.json --from 0,0 -o again.json && one_line ode-no-limit && absent again.json
expect 0 'value  *' "$narrows" eval moves.json --at 0.3,0.4 --output 1
# Beside a point that stays, grid trajectories overflow: the picture leaves them out, and everything is written.
cat >grows.json <<'END'
{"format":"narrows-network/1","input_dim":2,"layers":[{"type":"ode","branch":[{"type":"affine","weight":[[1000,0],[0,1000]],"bias":[0,0]},{"type":"activation","function":"softplus"}],"time":[0,2]}]}
END
expect 0 '5 of the grid.s 9 trajectories overflowed' "$narrows" ode grows.json --from=-0.4,-0.4 --grid 3 --picture grows.svg --csv grows.csv --certificate grows.cert.json
[ -s grows.svg ] && [ -s grows.csv ] || { echo 'FAIL a grid that overflows left no picture or table' && failures=$((failures + 1)); }
expect 65 'nothing to interpolate' "$narrows" ode flow.json --from 0,0 --interpolate linear && one_line ode-one-branch
expect 0 'value  *4.41404' "$narrows" eval flow.json --at 0.5,-0.25
expect 0 '0 closed curves and 1 arc' "$narrows" levelset flow.json --domain '[-0.5,0.5]^2' --level 0.5 --from 0.3,0.3 --certificate arcs.json
expect 0 '^ACCEPTED' "$checker" arcs.json
printf '{"regions":[{"type":"disc","centre":[0,0],"radius":0.4,"sign":"+"}]}' >disc.json && printf '0.3,0.3\n-0.4,-0.4\n' >spots.csv
expect 0 'certified labels of 2 points: 1 above, 1 below' "$narrows" levelset flow.json --domain '[-0.5,0.5]^2' --level 0.5 --classes disc.json --points spots.csv --gap 0.2 --area-certificate areas.json
expect 0 '^ACCEPTED' "$checker" areas.json
expect 65 'does not go through a flow' "$narrows" levelset flow.json --domain '[-0.5,0.5]^2' --from 0,0 --tunnel-certificate tunnel.json && one_line ode-tunnel && absent tunnel.json
# A layer beside the flow that is not regular everywhere: boxes.
cat >lifted.json <<'END'
{"format":"narrows-network/1","input_dim":1,"layers":[{"type":"affine","weight":[[1],[0]],"bias":[0,0]},
  {"type":"ode","branch":[{"type":"affine","weight":[[1,0],[-1,0]],"bias":[0,0]},{"type":"activation","function":"softplus"},{"type":"affine","weight":[[0,0],[1,1]],"bias":[0,0]}],"time":[0,2]},
  {"type":"affine","weight":[[0,1]],"bias":[0]}]}
END
expect 2 'give a box' "$narrows" certify lifted.json
expect 0 'excluded every box of the domain' "$narrows" certify lifted.json --domain '[0.1,2]' --certificate lifted.cert.json
expect 0 '^ACCEPTED' "$checker" lifted.cert.json
expect 2 'undecided' "$narrows" certify lifted.json --domain '[-1,1]' --max-boxes 200
expect 64 'keeps no state' "$narrows" certify lifted.json --domain '[0.1,2]' --resume state.json && one_line ode-resume && absent state.json
expect 64 'are proved on a box' "$narrows" levelset flow.json --from 0,0 && one_line ode-levelset-box
expect 65 'folder exists' "$narrows" ode flow.json --from 0,0 --certificate early.json --csv missing/flow.csv && one_line ode-folder && absent early.json
expect 64 'give one of --from' "$narrows" ode flow.json && one_line ode-where
expect 64 'names no crossing' "$narrows" ode flow.json --from 0,0 --event 3=1 && one_line ode-event
expect 65 'neither an ode layer nor a residual block' "$narrows" ode "$relu.json" --from 0,0 && one_line ode-relu
expect 65 'cannot treat an ode layer' "$narrows" threshold flow.json && one_line ode-threshold
expect 65 'ONNX has no ode layers' "$narrows" convert flow.json -o flow.onnx && one_line ode-onnx && absent flow.onnx

# levelset: verdicts, JSON, certificate, pictures, cells; other networks are referred on.
tent=$nets/ball2_one_L3_m08 solid=$nets/ball3_one_L10_m02
expect 0 'bounded  *6.00909856434' "$narrows" levelset "$tent.onnx" --picture regions.svg --picture regions.png --certificate level.json.gz
[ -s regions.svg ] && [ -s regions.png ] || { echo 'FAIL pictures of regions missing' && failures=$((failures + 1)); }
expect 0 'ACCEPTED' "$narrows" check level.json.gz --network "$tent.onnx"
expect 1 'REJECTED' "$narrows" check level.json.gz --network "$relu.onnx"
expect 0 '"linear_regions":8' "$narrows" levelset "$tent.json" --json --level 1/2 --domain '[-2,2]^2' --from 0,0 --cells cells.json
[ "$(wc -l <stdout)" -eq 1 ] || { echo 'FAIL levelset --json printed more than one line' && failures=$((failures + 1)); }
grep -q '"witness":{"path":' stdout || { echo 'FAIL no witness' && failures=$((failures + 1)); }
grep -q '"format":"narrows-cells/1"' cells.json || { echo 'FAIL no cells' && failures=$((failures + 1)); }
expect 0 'surface' "$narrows" levelset "$solid.json" --domain '[-2,2]^3' --off surface.off
[ "$(head -n 1 surface.off)" = OFF ] || { echo 'FAIL no OFF file' && failures=$((failures + 1)); }
expect 65 'ball' "$narrows" levelset "$tent.json" --domain 'ball(1)' && one_line levelset-ball
expect 65 'three inputs' "$narrows" levelset "$tent.json" --off flat.off && one_line levelset-off
expect 65 'two inputs' "$narrows" levelset "$solid.json" --picture solid.svg && one_line levelset-picture
expect 64 'not a number' "$narrows" levelset "$tent.json" --level x && one_line levelset-level
absent flat.off
absent solid.svg

expect 0 'the same value at' "$narrows" levelset "$nets/ball2_fc2_D3_m47.json" --from 0,0 --domain '[-3,3]^2' --support 2
expect 64 'give --from' "$narrows" levelset "$tent.json" --support 2 && one_line levelset-support

# levelset of smooth networks: curves, tunnels, areas, labels, errors; what belongs to the other kind is refused.
cat >classes.json <<'END'
{"regions": [{"type": "disc", "centre": [0, 0], "radius": 0.95, "name": "inner", "sign": "-"}, {"type": "box", "bounds": [[1, 2], [1, 2]]}]}
END
printf 'x1,x2,label\n0,0,in\n1.9,1.9,out\n' >points.csv
expect 0 '1 closed curve and 0 arcs' "$narrows" levelset "$planar.json" --domain '[-2,2]^2' --from 0,0 --certificate curve.json --picture curve.svg --picture curve.png --tunnel-certificate barrier.json.gz
[ -s curve.svg ] && [ -s curve.png ] || { echo 'FAIL level pictures missing' && failures=$((failures + 1)); }
for proof in curve.json barrier.json.gz; do expect 0 'ACCEPTED' "$narrows" check "$proof" --network "$planar.json"; done
expect 0 '"contains_from":true' "$narrows" levelset "$planar.json" --domain '[-2,2]^2' --from 0,0 --json --classes classes.json --points points.csv --area-certificate areas.json.gz
[ "$(wc -l <stdout)" -eq 1 ] || { echo 'FAIL levelset --json printed more than one line' && failures=$((failures + 1)); }
grep -q '"status":"closed"' stdout && grep -q '"misclassified":\[' stdout && grep -q '"sign":"+","label":"out"' stdout || { echo 'FAIL levelset --json keys' && failures=$((failures + 1)); }
expect 0 'ACCEPTED' "$narrows" check areas.json.gz --network "$planar.json"
expect 0 'reaches the boundary' "$narrows" levelset "$regular.json" --domain '[-2,2]^2' --from 0,0
expect 2 'budget' "$narrows" levelset "$planar.json" --domain '[-2,2]^2' --max-boxes 20 --certificate open.json
expect 0 'ACCEPTED' "$checker" open.json
expect 0 'one root' "$narrows" levelset "$line.json" --domain '[-2,2]' --level 0.5
expect 64 'give a box' "$narrows" levelset "$planar.json" && one_line levelset-smooth
expect 64 'piecewise linear' "$narrows" levelset "$planar.json" --domain '[-2,2]^2' --cells cells.json && one_line levelset-cells
expect 64 'smooth networks' "$narrows" levelset "$tent.json" --classes classes.json && one_line levelset-classes
printf '{"regions": [{"type": "disc", "centre": [0, 0], "radius": -1}]}' >negative.json
expect 65 'radius' "$narrows" levelset "$planar.json" --domain '[-2,2]^2' --classes negative.json && one_line levelset-radius
printf 'x1,x2\n0,zero\n' >bad.csv
expect 65 'line 2' "$narrows" levelset "$planar.json" --domain '[-2,2]^2' --points bad.csv && one_line levelset-points
expect 0 'area 6.00909' "$narrows" sheet "$nets/ball2_fc2_D3_m47.json" / "$tent.json" -o sheet.png --certificates sheet
expect 0 'ACCEPTED' "$narrows" check "sheet/${tent##*/}.cert.json.gz"
[ -s sheet.png ] || { echo 'FAIL no sheet' && failures=$((failures + 1)); }
expect 65 'two inputs' "$narrows" sheet "$solid.json" -o solid.png && one_line sheet-dimension
absent solid.png

# regimes --track: branches, certificate, picture and table.
expect 0 'fold' "$narrows" regimes "$nets/x2_L2_s1_r1_m12.json" --track '1,2 -> 1,0' --domain '[-2,2]' --certificate track.cert --table track.csv --picture track.svg
expect 0 'branches proved' "$checker" --print-claim track.cert
[ -s track.svg ] && head -1 track.csv | grep -q '^branch,s_from' || { echo 'FAIL branch picture or table missing' && failures=$((failures + 1)); }
expect 0 '"ends":\["start","fold"\]' "$narrows" regimes "$nets/x2_L2_s1_r1_m12.json" --track '1,2 -> 1,0' --domain '[-2,2]' --json
expect 64 'needs a box' "$narrows" regimes "$line.json" --track '1,2 -> 1,0'
expect 65 'two corners' "$narrows" regimes "$line.json" --track '1,2' --domain '[-2,2]'
expect 64 'no parameters' "$narrows" regimes "$line.json"

# regimes: map, picture, table, certificate; interrupted and killed maps end as the uninterrupted one.
expect 0 'regime map on R^1' "$narrows" regimes "$line.json" --skip 0:2 --residual 0:2 --depth 6 --certificate map.cert --table map.csv --picture map.svg --picture map.png
expect 0 'ACCEPTED' "$checker" map.cert
[ -s map.svg ] && [ -s map.png ] && head -1 map.csv | grep -q '^level,skip_lower' || { echo 'FAIL regime pictures or table missing' && failures=$((failures + 1)); }
expect 0 '"area":{"none":' "$narrows" regimes "$line.json" --skip 0:2 --residual 0:2 --depth 4 --json
[ "$(wc -l <stdout)" -eq 1 ] || { echo 'FAIL regimes --json printed more than one line' && failures=$((failures + 1)); }
expect 64 '0:2' "$narrows" regimes "$line.json" --skip 2 --residual 0:2
expect 64 'lower end first' "$narrows" regimes "$line.json" --skip 2:0 --residual 0:2
expect 65 'need a box' "$narrows" regimes "$nets/circ_res6_m07.json" --skip 0:2 --residual 0:2 --domain 'ball(1)'
map="$nets/circ_res6_m07.json --skip 0:2 --residual 0:2 --domain [-2,2]^2 --depth 5 --quiet"
# shellcheck disable=SC2086 # the words of the command are meant to be split
"$narrows" regimes $map --certificate straight.cert >stdout 2>stderr
for pause in 0.1 0.3 0.6; do
  "$narrows" regimes $map --resume map.state --certificate resumed.cert >stdout 2>stderr &
  pid=$! && sleep "$pause" && kill -9 "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
done
"$narrows" regimes $map --resume map.state --certificate resumed.cert >stdout 2>stderr
cmp -s straight.cert resumed.cert || { echo 'FAIL the resumed map differs' && failures=$((failures + 1)); }
absent map.state

# construct: exact errors, networks that the other commands read, pictures, bad input.
expect 0 '0.115' "$narrows" construct one-neuron --target disc --n 4 -o disc.json --picture disc.svg --picture disc.png
[ -s disc.svg ] && [ -s disc.png ] || { echo 'FAIL pictures of a construction missing' && failures=$((failures + 1)); }
expect 0 '"l1_to_grid":"51349/147200"' "$narrows" construct one-neuron --target disc --n 2 --points 20 --json
[ "$(wc -l <stdout)" -eq 1 ] || { echo 'FAIL construct --json printed more than one line' && failures=$((failures + 1)); }
expect 0 'value ' "$narrows" eval disc.json --at 0.5,0.5
expect 0 'weights rounded to doubles' "$narrows" construct one-neuron --target disc --n 4 --theta 1/7 --points 20 --onnx disc.onnx --certificate disc.cert.json
grep -q '"kind":"approximation"' disc.cert.json && grep -q '"l1_error":"' disc.cert.json || { echo 'FAIL no claim of an exact L1 error' && failures=$((failures + 1)); }
expect 0 '^ACCEPTED' "$checker" disc.cert.json
expect 0 'value ' "$narrows" eval disc.onnx --at 0.5,0.5
expect 0 'by its weights' "$narrows" construct convresnet --theorem D --target gauss --dim 2 --n 3 --group 2 --filter 2 --onnx gauss.onnx
expect 0 '"distance_on_cube":' "$narrows" construct convresnet --theorem G --n 4 --product-depth 4 --onnx taylor.onnx --json
expect 2 'stopped' "$narrows" construct convresnet --theorem D --dim 2 --n 20 --timeout 0
if /usr/bin/python3 -c 'import onnx' 2>/dev/null; then
  for file in disc gauss taylor; do expect 0 'fine' /usr/bin/python3 -c "import onnx; onnx.checker.check_model(onnx.load('$file.onnx'), full_check=True); print('fine')"; done
fi
expect 0 'width 3, depth 26' "$narrows" construct width-d-plus-1 disc.json --points 200 -o wide.json
expect 0 'value     1' "$narrows" eval wide.json --at 0.375,0.375
expect 0 '"target_inside":\[0.60653' "$narrows" construct contrast --target gauss --n 3 --json
expect 0 'at least 0.5' "$narrows" construct contrast --n 3 --narrow "$nets/ball2_fc2_D1_m15.json"
expect 0 'value error 1/256 exactly' "$narrows" construct convresnet --theorem C --target square --n 8 -o square.json
expect 0 'value' "$narrows" eval square.json --at 0.5
expect 0 'gradient error 99 exactly' "$narrows" construct staircase --plateaus 1000 --ramp 1/100
printf '0 1\n1 0 1\n' >ragged.csv
expect 65 'ragged.csv' "$narrows" construct one-neuron --target grid:ragged.csv && one_line ragged
expect 64 'not known' "$narrows" construct one-neuron --target circle --n 3 && one_line circle
expect 64 'theta' "$narrows" construct one-neuron --target disc --n 3 --theta 2 && one_line theta
expect 65 'folder exists' "$narrows" construct one-neuron --target disc --n 2 -o early.json --onnx missing/disc.onnx && one_line construct-folder && absent early.json
expect 65 'beyond the range of doubles' "$narrows" construct one-neuron --target disc --n 2 --theta "1/1$(printf '%0400d' 0)" -o early.json --onnx early.onnx && one_line construct-doubles && absent early.json && absent early.onnx
expect 65 'beyond the range of doubles' "$narrows" construct staircase --plateaus 4 --ramp "1/1$(printf '%0400d' 0)" --onnx early.onnx && one_line staircase-doubles && absent early.onnx
expect 0 'not separated from the enclosure' "$narrows" construct convresnet --theorem D --target square --dim 2 --n 2
expect 0 '"within_bound":true' "$narrows" construct convresnet --theorem C --target square --n 8 --json
expect 64 'seed' "$narrows" construct one-neuron --target disc --n 2 --seed -1
expect 65 'construct one-neuron' "$narrows" construct width-d-plus-1 "$planar.json" && one_line not-one-neuron
expect 64 '' "$narrows" construct

# robust: brackets of the robust accuracy, a certificate that embeds the convolutions, tables, picture, bad input.
digits=$nets/../digits images=$nets/../../digits_test.csv
head -n 26 "$images" >few.csv
expect 2 '"kind":"robust"' sh -c "$narrows robust $digits/std_w2_s0.onnx --images few.csv --radii 0.02,0.1 --certificate robust.json --image-table images.csv; code=\$?; head -c 200 robust.json; exit \$code"
expect 0 "^ACCEPTED" "$checker" robust.json
grep -q '"type": "conv"' robust.json || { echo 'FAIL the certificate holds no convolution' && failures=$((failures + 1)); }
[ "$(wc -l <images.csv)" -eq 25 ] || { echo 'FAIL not one line per image' && failures=$((failures + 1)); }
expect 0 '"verdict":"proved"' "$narrows" robust "$digits/ibp_w2_s0.onnx" "$digits/ibp_w4_s0.onnx" --images few.csv --radii 0.0001 --table rows.csv --picture robust.svg --json
[ "$(wc -l <stdout)" -eq 1 ] && [ -s robust.svg ] && [ "$(wc -l <rows.csv)" -eq 3 ] || { echo 'FAIL robust: JSON, picture or table' && failures=$((failures + 1)); }
expect 0 'conv' "$narrows" info "$digits/ibp_w2_s0.onnx" --output 0
expect 0 '' "$narrows" convert "$digits/ibp_w2_s0.onnx" -o digits.json
grep -q '"padding": "same"' digits.json || { echo 'FAIL converted without convolutions' && failures=$((failures + 1)); }
printf '0,1,2\n' >short.csv
expect 65 '64 numbers, the images have 2 pixels' "$narrows" robust "$digits/ibp_w2_s0.onnx" --images short.csv && one_line short
printf '0,1,x\n' >letters.csv
expect 65 'letters.csv: line 1' "$narrows" robust "$digits/ibp_w2_s0.onnx" --images letters.csv && one_line letters
expect 64 'one network' "$narrows" robust "$digits/ibp_w2_s0.onnx" "$digits/ibp_w4_s0.onnx" --images few.csv --certificate two.json && one_line two
expect 64 'positive and increasing' "$narrows" robust "$digits/ibp_w2_s0.onnx" --images few.csv --radii 0.1,0.1 && one_line radii
expect 65 'last layer is not affine' "$narrows" robust "$planar.json" --images few.csv
expect 66 'nothere.csv' "$narrows" robust "$digits/ibp_w2_s0.onnx" --images nothere.csv && one_line nothere
# counterexample: found, certified and written; the same seed gives the same network; bad input.
expect 0 'refuted by' "$narrows" counterexample --list
expect 0 '"claims":\[' "$narrows" counterexample --list --json
expect 1 'refuted: every level set' "$narrows" counterexample unbounded-levels --stem cex
expect 0 '^ACCEPTED' "$checker" --network cex.json cex.cert.json
expect 0 '^ACCEPTED' "$checker" --network cex.json cex.curve.cert.json
expect 0 'tanh' "$narrows" info cex.onnx
[ -s cex.onnx ] && [ -s cex.svg ] && grep -q 'Phi' cex.md && grep -q '\\paragraph' cex.tex || { echo 'FAIL files of a counterexample missing' && failures=$((failures + 1)); }
expect 1 '"weight_bits":' "$narrows" counterexample unbounded-levels -o again.json --json
cmp -s cex.json again.json || { echo 'FAIL the same seed gave another network' && failures=$((failures + 1)); }
expect 1 'none in all of R^2' "$narrows" counterexample critical-ratio -o ratio.json --certificate ratio.cert.json
expect 0 '^ACCEPTED' "$checker" --network ratio.below.json ratio.below.cert.json
expect 0 '^ACCEPTED' "$checker" --network ratio.json ratio.ratios.cert.json
expect 1 'above the critical ratio' "$narrows" counterexample lipschitz-ratio --stem lip
expect 0 '^ACCEPTED' "$checker" --network lip.json lip.cert.json
expect 0 'layer 1 not-regular critical' "$checker" --print-claim --network lip.json lip.ratios.cert.json
grep -q 'certified by the channel ratios' lip.md && grep -q 'lip.ratios.cert.json' lip.tex || { echo 'FAIL the premise is not in the statement' && failures=$((failures + 1)); }
expect 1 'refuted: a small error' "$narrows" counterexample value-error --dimension 1 --value-error 1/1000
expect 1 'refuted' "$narrows" counterexample clarke --seed 1 --certificate clarke.json
expect 2 'within the budget' "$narrows" counterexample lipschitz-ratio --timeout 0 -o none.json && absent none.json
expect 64 'unknown' "$narrows" counterexample four-colours && one_line unknown-claim
expect 64 'a range' "$narrows" counterexample lipschitz-ratio --ratio 2 && one_line ratio
expect 64 'smooth' "$narrows" counterexample lipschitz-ratio --activation relu && one_line kinked
expect 65 'folder exists' "$narrows" counterexample unbounded-levels -o early.json --certificate missing/c.json && one_line counterexample-folder && absent early.json
expect 65 'is not a double' "$narrows" counterexample ode-regime --depth 3 -o early.json -o early.onnx && one_line counterexample-onnx && absent early.json
expect 64 'seed' "$narrows" counterexample unbounded-levels --seed -1
expect 64 'ending' "$narrows" counterexample lipschitz-ratio -o net.txt && one_line ending

# A report draws a figure for every kind of certificate (two for distances), and says what is sampled.
expect 0 'sup |f - network|' "$narrows" levelset "$line.json" --domain '[-2,2]' --level 1 --target square --certificate roots.json --error-certificate error.json
for cert in curve.json roots.json barrier.json.gz areas.json.gz track.cert map.cert tube.json distance.json error.json disc.cert.json robust.json clarke.json ratio.ratios.cert.json; do
  expect 0 'kind.html: 1 file, [12] figures*, 0 rejected' "$narrows" report "$cert" -o kind.html
  grep -q 'in the certificate\|proof\.\|claim\.' kind.html && ! grep -q 'No picture' kind.html || { echo "FAIL the page of $cert" && failures=$((failures + 1)); }
done
expect 0 '"figures":4' "$narrows" report curve.json barrier.json.gz distance.json -o kinds.html --json
grep -q 'drawn by sampling, not certified' kinds.html && grep -q 'The largest distance of the network' kinds.html || { echo 'FAIL a report without words' && failures=$((failures + 1)); }

# Bad input: one line, what and where and how to mend it.
expect 66 'check the path' "$narrows" certify nothere.onnx && one_line missing
expect 65 'levelset' "$narrows" certify "$relu.onnx" && one_line relu
expect 2 'no-local-extremum' "$narrows" certify "$relu.onnx" --claim no-local-extremum
expect 65 'lower end first' "$narrows" certify "$planar.json" --domain '[2,-2]^2' && one_line empty-box
expect 65 'dimension 3' "$narrows" certify "$planar.json" --domain '[-2,2]^3' && one_line dimension
expect 65 'nan' "$narrows" eval "$planar.json" --at nan,0 && one_line nan-point
head -c 500 "$planar.onnx" >broken.onnx
expect 65 'broken.onnx' "$narrows" info broken.onnx && one_line broken-onnx
printf '{"format":"narrows-network/1","input_dim":1,"layers":[{"type":"affine","weight":[[NaN]],"bias":[0]}]}' >nan.json
expect 65 'nan.json' "$narrows" info nan.json && one_line nan-weight
: >empty.json
expect 65 'empty.json' "$narrows" info empty.json && one_line empty-file
expect 64 '' "$narrows" frobnicate
expect 64 '' "$narrows" certify
expect 64 'not in' "$narrows" certify "$planar.json" --domain '[-2,2]^2' --form cubic
expect 65 'folder' "$narrows" certify "$planar.json" --domain '[-2,2]^2' --certificate no/such/folder/c.json
absent no
expect 65 '.svg' "$narrows" certify "$line.json" --picture picture.gif
absent picture.gif

# The registry of theorems: found beside the build folder from anywhere, one bad file or name is named.
expect 0 'all as expected: 1 theorem, ' "$narrows" prove --theorem T9 --quick --markdown t9.md --html t9.html
grep -q 'trap-equality' t9.md && grep -q 'trap-equality' t9.html || { echo 'FAIL reports without instances' && failures=$((failures + 1)); }
expect 0 '"id":"tunnel/T9"' "$narrows" prove --theorem tunnel/T9 --quick --json --quiet
[ "$(wc -l <stdout)" -eq 1 ] || { echo 'FAIL prove --json printed more than one line' && failures=$((failures + 1)); }
expect 0 'tunnel/T10' "$narrows" prove --list
expect 64 'there is no theorem T99' "$narrows" prove --theorem T99 && one_line unknown-theorem
expect 66 'no theorem files' "$narrows" prove --proofs no/such/folder && one_line no-theorems
mkdir -p registry/proofs/tunnel && printf 'id = "tunnel/T1"\ntitle = 1.5\n' >registry/proofs/tunnel/T1.toml
expect 65 'proofs/tunnel/T1.toml: line 2' "$narrows" prove --proofs registry/proofs && one_line bad-theorem

# Interruption: what was found so far is reported and certified.
"$narrows" certify "$nets/circ_res12_affin_m08.json" --domain '[-2,2]^2' --certificate interrupted.json >stdout 2>stderr &
pid=$! && sleep 0.3 && kill -INT "$pid" 2>/dev/null
wait "$pid"
got=$?
case $got in
  130) expect 0 'ACCEPTED' "$checker" interrupted.json ;;
  1) ;; # it was faster than the signal
  *) echo "FAIL exit $got after an interruption" && failures=$((failures + 1)) ;;
esac

# Help has examples everywhere.
for command in info eval convert certify threshold regimes bounds levelset sheet ode construct robust counterexample study report check prove; do expect 0 'Examples' "$narrows" "$command" --help; done
expect 0 'narrows 0' "$narrows" --version
expect 0 '' "$checker" --help

[ "$failures" -eq 0 ] && echo 'command line: all as promised'
exit "$failures"
