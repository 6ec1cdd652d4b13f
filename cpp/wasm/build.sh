#!/usr/bin/env bash
# Builds the WebAssembly module: cpp/wasm/build.sh FILE. The same sources give the same bytes with
# the pinned compiler, on any machine and in any folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-.venv/bin/python}
"$python" -m ziglang c++ -target wasm32-wasi -mcpu=generic+simd128 -mexec-model=reactor \
    -std=c++17 -O3 -fexceptions -fno-rtti -Wall -Wextra -Icpp/include \
    -Wl,--strip-all -Wl,--gc-sections -o "$1" cpp/wasm/kernel.cpp cpp/wasm/exceptions.cpp
