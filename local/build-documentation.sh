#!/usr/bin/env bash
# The DocC pages of every target, in FOLDER, from a debug build (`swift build --build-tests`).
# Fails where a page links to what is not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:?usage: local/build-documentation.sh FOLDER}

triple=$(swift -print-target-info | python3 -c \
    'import json, sys; print(json.load(sys.stdin)["target"]["unversionedTriple"])')
build=.build/$triple/debug
graphs=$folder/symbols
rm -rf "$folder"
mkdir -p "$graphs"

# Modules of C: those of packages have their maps among the build's files, system libraries by hand.
maps=()
while IFS= read -r map; do
    maps+=(-Xcc "-fmodule-map-file=$map")
done < <(find "$build" -maxdepth 2 -name module.modulemap
    find Sources .build/checkouts/*/Sources -name module.modulemap)

# Parameters whose names say enough have no comment: that is house style, all else is a mistake.
cat >"$graphs/mistakes.py" <<'PYTHON'
import json
import sys

mistakes = [
    finding for finding in json.load(open(sys.argv[1]))["diagnostics"]
    if "is missing documentation" not in finding["summary"]]
for finding in mistakes:
    print(finding.get("source", "?"), finding["summary"], file=sys.stderr)
sys.exit(bool(mistakes))
PYTHON

failed=0
for catalog in Sources/*/*.docc; do
    target=$(basename "$catalog" .docc)
    mkdir -p "$graphs/$target"
    swift symbolgraph-extract -module-name "$target" -target "$triple" \
        -I "$build/Modules" "${maps[@]}" -minimum-access-level package \
        -output-dir "$graphs/$target"
    docc convert "$catalog" --additional-symbol-graph-dir "$graphs/$target" \
        --fallback-display-name "$target" --fallback-bundle-identifier "martlet.$target" \
        --diagnostics-file "$graphs/$target.json" --output-path "$folder/$target.doccarchive" \
        >/dev/null 2>&1 || failed=1
    python3 "$graphs/mistakes.py" "$graphs/$target.json" || failed=1
done
rm -rf "$graphs"
exit "$failed"
