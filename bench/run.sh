#!/bin/sh
# Everything that is measured, in one run: kernels, gradients of plain doubles, and the engine. One thread; a busy machine spoils it.
#
# environment: NARROWS_BENCH_SIMPLE_SECONDS   limit per network for the simple engine, the oracle (default 60)
set -eu
cd "$(dirname "$0")/.."
echo "kernels: nanoseconds per interval operation"
build/bin/bench_kernels
echo
echo "peers: nanoseconds per gradient of a planar tanh ResNet in plain doubles, not rigorous"
build/bin/bench_gradient
build/bin/bench_engine data --simple-seconds "${NARROWS_BENCH_SIMPLE_SECONDS:-60}"
echo
echo "linear regions of [-1,1]^2, exactly, one thread (CPU seconds)"
build/bin/bench_partition 1 data/networks/piecewise_linear/*_s?.json data/networks/piecewise_linear/[ds]*_*-1.json
