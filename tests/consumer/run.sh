#!/bin/sh
# Installs BUILD into SCRATCH, builds this folder against the installed package and compares what it prints.
#
# usage: run.sh BUILD SCRATCH NETWORK
set -eu
build=$1 scratch=$2 network=$3
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$scratch"
mkdir -p "$scratch"
cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/install.log"
# The package must not lean on the build tree: move what was installed, and copy the consumer away from the sources.
mv "$scratch/prefix" "$scratch/moved"
mkdir "$scratch/source"
cp "$here/CMakeLists.txt" "$here/main.cpp" "$scratch/source"

cmake -S "$scratch/source" -B "$scratch/build" -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_PREFIX_PATH="$scratch/moved"
cmake --build "$scratch/build"
"$scratch/build/consumer" "$network" >"$scratch/printed"
cat "$scratch/printed"
printf 'verdict proved\nACCEPTED\n' | cmp - "$scratch/printed"

"$scratch/moved/bin/narrows" --version
"$scratch/moved/bin/narrows-check" --version
# The registry of theorems and its networks are found from anywhere.
cd "$scratch"
moved/bin/narrows prove --theorem tunnel/T9 --quick --quiet | grep 'all as expected: 1 theorem, '
