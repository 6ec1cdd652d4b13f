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

# Whether to check a file: without a commit, always; else if it includes something that changed and
# that no file before it does. Checking the same headers with every lump would find the same faults.
is_needed() {
    local includes left
    if [ -z "$since" ]; then return 0; fi
    if [ -z "$changed" ]; then return 1; fi
    includes=$(clang++ "${options[@]}" "${python[@]}" -MM "$1" | tr -s ' \\' '\n' | sed "s|^$PWD/||")
    left=$(grep -vxFf <(echo "$includes") <<<"$changed" || true)
    [ "$left" != "$changed" ] || return 1
    changed=$left
}

needed=()
for file in $(find build/lint -name 'unity_*.cxx' | sort) cpp/python/kernel.cpp; do
    if is_needed "$file"; then needed+=("$file"); fi
done

check() {
    case $1 in
        build/lint/*) clang-tidy --quiet --checks=-bugprone-suspicious-include -p build/lint "$1" ;;
        *) clang-tidy --quiet "$1" -- "${options[@]}" "${python[@]}" ;;
    esac
}
running=()
for file in ${needed[@]+"${needed[@]}"}; do
    check "$file" &
    running+=($!)
done
for each in ${running[@]+"${running[@]}"}; do wait "$each"; done
