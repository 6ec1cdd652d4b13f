#!/usr/bin/env bash
# Runs clang-tidy on all of the C++, or on what includes something that changed since a commit:
# cpp/tidy.sh [COMMIT]
set -euo pipefail
cd "$(dirname "$0")/.."
since=${1:-}

if [ -n "$since" ]; then
    changed=$(git diff --name-only "$since" -- cpp .clang-tidy)
    # What says how to check concerns all.
    if grep -qE '^(\.clang-tidy|cpp/tidy\.sh|.*CMakeLists\.txt)$' <<<"$changed"; then since=; fi
fi

# Most of its time goes into the standard library's headers, so the files are read in few lumps.
cmake -S cpp -B build/lint -DIDEA_TESTS=ON -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=9 >/dev/null

# The extension isn't CMake's: its include folders are named.
options=(-std=c++17 -Icpp/include -Wall -Wextra -Wconversion)
read -ra python < <(.venv/bin/python -m pybind11 --includes | sed 's/-I/-isystem /g')

concerned() {
    local files
    if [ -z "$since" ]; then return 0; fi
    if [ -z "$changed" ]; then return 1; fi
    files=$(clang++ "${options[@]}" "${python[@]}" -MM "$1")
    grep -qFf <(echo "$changed") <<<"$files"
}

for lump in $(find build/lint -name 'unity_*.cxx' | sort); do
    if concerned "$lump"; then echo "$lump"; fi
done | xargs --no-run-if-empty -n 1 -P "$(nproc)" \
    clang-tidy --quiet --checks=-bugprone-suspicious-include -p build/lint
if concerned cpp/python/kernel.cpp; then
    clang-tidy --quiet cpp/python/kernel.cpp -- "${options[@]}" "${python[@]}"
fi
