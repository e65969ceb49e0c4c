#!/usr/bin/env bash
# What `martlet plan` says about the run of the replaced system: 236.3 M predictions, training on
# 14.17 M rows, 22 features. One generated shard stands for all: a plan reads footers only.
#
#     Tests/Benchmarks/plan_seed_run.sh PROGRAM FOLDER
set -euo pipefail
martlet=$(realpath "$1")
mkdir -p "$2"
cd "$2"
"$martlet" generate --rows 2362965 --seed 1 --output shard/part.parquet >&2

# manifest COUNT FILE: the shard so many times.
manifest() {
    python3 - "$1" >"$2" <<'PYTHON'
import json, sys
entry = {"url": "shard/part.parquet"}
print(json.dumps({"version": 1, "objects": [entry] * int(sys.argv[1])}))
PYTHON
}
manifest 100 score.json
manifest 6 known.json
for iterations in 200 500; do
    for groups in "" "--groups 64"; do
        echo "== $iterations rounds ${groups:-groups by work}"
        # shellcheck disable=SC2086 # two words, or none
        "$martlet" plan --data score.json --training-data known.json \
            --num-iterations "$iterations" $groups --output plan
    done
done
