#!/bin/sh
# A report of certificates and of a study, opened in headless Chromium at 1280 and at 390 pixels: no console errors, every figure is there
# and inside the window, nothing sticks out.   usage: run.sh BIN_FOLDER DATA_FOLDER SCRATCH_FOLDER
set -u
narrows=$1/narrows data=$2 work=$3
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  echo "skipped: no chromium here (Debian: apt-get install chromium)"
  exit 77
}
rm -rf "$work" && mkdir -p "$work" && cd "$work" || exit 1
fail() {
  echo "FAIL $1"
  exit 1
}
nets=$data/networks/trained
"$narrows" certify "$nets/circ_res6_m07.json" --domain '[-2,2]^2' --certificate points.cert.json >log 2>&1
"$narrows" certify "$nets/x2_L3_s1_r1_m22.json" --certificate line.cert.json.gz >>log 2>&1
"$narrows" threshold "$nets/circ_res6_m07.json" --max-ratios --certificate ratios.cert.json >>log 2>&1
"$narrows" levelset "$nets/circ_res6_m07.json" --domain '[-2,2]^2' --certificate level.cert.json >>log 2>&1
"$narrows" levelset "$nets/circ_ode20_clip_m04.json" --domain '[-2,2]^2' --from 0,0 --classes "$data/classes/circ.json" --tunnel-certificate tunnel.cert.json --area-certificate area.cert.json >>log 2>&1
"$narrows" levelset "$nets/x2_L3_s1_r1_m22.json" --domain '[-2,2]' --level 1 --target square --error-certificate error.cert.json >>log 2>&1
"$narrows" regimes "$nets/x2_L2_s1_r1_m12.json" --skip 0:2 --residual 0:2 --domain '[-2,2]' --depth 5 --certificate map.cert.json >>log 2>&1
"$narrows" bounds "$nets/x2_L3_s1_r1_m22.json" --domain '[-1,1]' --limit mlp --certificate distance.cert.json >>log 2>&1
"$narrows" ode "$nets/circ_ode20_clip_m04.json" --from 0.3,0.4 --certificate flow.cert.json >>log 2>&1
"$narrows" construct one-neuron --target disc --n 4 --certificate disc.cert.json >>log 2>&1
"$narrows" counterexample lipschitz-ratio --certificate lip.cert.json >>log 2>&1
"$narrows" study "$data/studies/planar.toml" --database study.db --quiet >>log 2>&1 || fail "study: $(tail -n 1 log)"
"$narrows" report ./*.cert.json line.cert.json.gz study.db -o report.html >>log 2>&1 || fail "report: $(tail -n 1 log)"
figures=$(grep -o '<figure>' report.html | wc -l)
[ "$figures" -ge 21 ] || fail "only $figures figures"
grep -q 'src=\|http-equiv\|@import' report.html && fail "the page loads something"

# The page measures itself in frames of both widths and tells the page around them.
cat >probe.js <<'JS'
window.addEventListener("load", () => {
  const wide = document.documentElement.clientWidth;
  const good = [...document.querySelectorAll("figure svg")].filter(svg => {
    const r = svg.getBoundingClientRect();
    const inked = [...svg.querySelectorAll("path, rect, image, use")].some(e => e.getBoundingClientRect().width > 0);
    return r.width >= 200 && r.height >= 60 && r.left >= 0 && r.right <= wide + 1 && inked;
  }).length;
  parent.postMessage(`width ${wide} figures ${good} overflow ${Math.max(0, document.documentElement.scrollWidth - wide)}`, "*");
});
JS
{ sed 's|</body>||; s|</html>||' report.html && echo '<script>' && cat probe.js && echo '</script></body></html>'; } >probed.html
cat >frames.html <<'HTML'
<!DOCTYPE html><body style="margin:0"><pre id="log"></pre>
<script>addEventListener("message", e => { document.getElementById("log").textContent += e.data + "\n"; });</script>
<iframe src="probed.html" style="border:0;width:1280px;height:900px"></iframe><iframe src="probed.html" style="border:0;width:390px;height:900px"></iframe></body>
HTML
run_browser() {
  timeout 100 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --enable-logging=stderr --user-data-dir="$work/profile" --virtual-time-budget=20000 "$@"
}
run_browser --window-size=1800,1000 --dump-dom "file://$work/frames.html" >dom.html 2>browser.log || fail "the browser failed: $(tail -n 1 browser.log)"
grep 'CONSOLE' browser.log && fail "console messages"
for width in 1280 390; do
  grep -q "width $width figures $figures overflow 0" dom.html || fail "at $width pixels, $figures figures expected: $(grep 'width' dom.html | tr '\n' ' ')"
done
echo "$figures figures seen at 1280 and 390 pixels"
