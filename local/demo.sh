#!/usr/bin/env bash
# The whole job on a laptop: generate shards, train, evaluate on people never seen, predict with an
# interval, and show what came of it.
#
#     local/demo.sh PROGRAM FOLDER
#
# DEMO_ROWS (1000000) sets the size. FOLDER is emptied first.
set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: local/demo.sh PROGRAM FOLDER" >&2
    exit 64
fi
martlet=$(realpath "$1")
folder=$2
rows=${DEMO_ROWS:-1000000}

# Only what an earlier demonstration made is removed.
if [ -e "$folder" ] && [ ! -e "$folder/.martlet-demo" ]; then
    echo "demo: $folder exists and is not a demonstration's; remove it or name another" >&2
    exit 73
fi
rm -rf "$folder"
mkdir -p "$folder/results"
touch "$folder/.martlet-demo"

# step TITLE COMMAND ARGUMENTS...: runs the program, keeps its JSON result under the title.
step() {
    local title=$1
    shift
    echo "-- $title" >&2
    "$martlet" "$@" --json >"$folder/results/$title.json"
}

learn=(--data "$folder/shards/train" --target age --ignore-features id)
trees=(--num-iterations 500 --num-leaves 63 --learning-rate 0.1
    --valid-fraction 0.1 --early-stopping-round 20)
unseen=(--data "$folder/shards/unseen")

step generate-train generate --rows "$rows" --shards 8 --seed 1 --output "$folder/shards/train"
step generate-unseen generate --rows "$((rows / 4))" --shards 4 --seed 2 \
    --output "$folder/shards/unseen"

step train-trees train "${learn[@]}" "${trees[@]}" --output "$folder/models/trees"
step train-lower train "${learn[@]}" "${trees[@]}" --objective quantile --alpha 0.1 \
    --output "$folder/models/lower"
step train-upper train "${learn[@]}" "${trees[@]}" --objective quantile --alpha 0.9 \
    --output "$folder/models/upper"
step train-ridge train "${learn[@]}" --algorithm linear --objective ridge \
    --output "$folder/models/ridge"

for model in trees ridge lower upper; do
    step "evaluate-$model" evaluate --model "$folder/models/$model" "${unseen[@]}"
done
step evaluate-interval evaluate --model "$folder/models/trees" \
    --lower-model "$folder/models/lower" --upper-model "$folder/models/upper" "${unseen[@]}"
step predict-unseen predict --model "$folder/models/trees" \
    --lower-model "$folder/models/lower" --upper-model "$folder/models/upper" "${unseen[@]}" \
    --id id --keep age --output "$folder/predictions"

python3 "$(dirname "${BASH_SOURCE[0]}")/show-demo.py" "$folder"
