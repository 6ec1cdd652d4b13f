#!/usr/bin/env bash
# Builds the WebAssembly module that is stored for the page: cpp/wasm/build.sh. With --check, fails
# where the sources give other bytes than the stored ones. The same compiler gives the same bytes in
# any folder on any machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$PWD/.venv/bin/python
stored=idea/check/page/kernel/idea.wasm
record=cpp/wasm/module.txt

built=$(mktemp)
trap 'rm -f "$built" "$built.txt"' EXIT
# 128-bit vectors, which all browsers have had since 2023. The kernels are written in vectors and
# unrolled by hand, so loops of other lengths are left as they are: that makes the module a tenth
# smaller, and not slower. So does a lower threshold of inlining than the default one.
"$python" -m ziglang c++ -target wasm32-wasi -mcpu=generic+simd128 -mexec-model=reactor \
    -std=c++17 -O3 -fno-vectorize -mllvm -unroll-runtime=false -mllvm -unroll-allow-partial=false \
    -mllvm -inline-threshold=70 -fexceptions -fno-rtti -Wall -Wextra -Werror \
    -Icpp/include -Wl,--strip-all -Wl,--gc-sections \
    -o "$built" cpp/wasm/exceptions.cpp cpp/wasm/kernel.cpp
{
    echo "compiler ziglang $("$python" -m ziglang version)"
    echo "sha256 $(sha256sum <"$built" | cut -d' ' -f1)"
    echo "bytes $(wc -c <"$built"), $(gzip -9 -n <"$built" | wc -c) compressed"
} >"$built.txt"

if [ "${1:-}" = --check ]; then
    cmp "$built" "$stored"
    diff "$built.txt" "$record"
else
    install -m 644 "$built" "$stored"
    cp "$built.txt" "$record"
fi
cat "$record"
