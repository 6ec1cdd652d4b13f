#!/usr/bin/env bash
# Runs each fuzzer for a minute, or for so many seconds: cpp/fuzz/run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cmake -S .. -B "$build" -DCMAKE_CXX_COMPILER=clang++ -DIDEA_FUZZ=ON -DIDEA_SANITIZE=ON \
    -DCMAKE_CXX_FLAGS_RELEASE=-O1
cmake --build "$build" --parallel --target fuzz_vf fuzz_weights fuzz_module
# What the fuzzers find of interest goes to a folder of its own, so the seeds stay few.
for name in vf weights module; do
    mkdir "$build/$name"
    "$build/fuzz/fuzz_$name" -max_total_time="${1:-60}" -max_len=10000 -artifact_prefix="$build/" \
        "$build/$name" "corpus/$name"
done
