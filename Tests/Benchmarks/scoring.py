#!/usr/bin/env python3
"""Scoring, Martlet beside everybody: in memory, Parquet to Parquet, and three models in one pass.

    .venv-benchmarks/bin/pip install --requirement Tests/Benchmarks/requirements-scoring.txt
    .venv-benchmarks/bin/python Tests/Benchmarks/scoring.py --rows 2000000 --threads 1

LightGBM's model of 63 leaves and XGBoost's of depth 6 are trained once; all score with those,
Martlet after `convert`. Where a peer cannot be installed it is left out, with a message. All
times are processor seconds: peers' threads spin, and a shared machine is never quiet.
"""

import json
import pathlib
import statistics
import subprocess
import sys

import pyarrow
import pyarrow.parquet

import paired
import setting

PEER = pathlib.Path(__file__).with_name("scoring_peer.py")
LIGHTGBM = ["lightgbm", "lleaves", "daal4py_lightgbm", "onnx_lightgbm"]
XGBOOST = ["xgboost", "daal4py_xgboost", "treelite", "tl2cgen", "onnx_xgboost"]


def numbers(chosen, name, rows, seed):
    """The generated table with features that are all doubles, as converted models read them."""
    path = chosen.folder / f"numbers-{name}-{rows}-{seed}.parquet"
    if not path.exists():
        table = pyarrow.parquet.read_table(chosen.generated(name, rows, seed))
        fields = [field if field.name == "id" else field.with_type(pyarrow.float64())
                  for field in table.schema]
        pyarrow.parquet.write_table(
            table.cast(pyarrow.schema(fields)), path, compression="snappy",
            row_group_size=131_072)
    return path


def output(command):
    """What a program prints, or None with a message."""
    done = subprocess.run(setting.texts(command), capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout
    lines = done.stderr.strip().splitlines()
    print(f"  left out: {lines[-1] if lines else done.returncode}", flush=True)
    return None


def converted(chosen, library, suffix):
    """Martlet's copy of a library's model, or one of its own like it."""
    model = chosen.folder / f"from-{library}"
    if output([chosen.martlet, "convert", "--from", library, "--model",
               chosen.folder / f"{library}.{suffix}", "--output", model]) is None:
        shape = ["--num-leaves", 63] if library == "lightgbm" else [
            "--num-leaves", 64, "--max-depth", 6]
        output([chosen.martlet, "train", "--data", numbers(chosen, "small", 200_000, 1),
                "--target", "age", "--ignore-features", "id", "--num-iterations", chosen.trees,
                "--output", model, *shape])
        print(f"  {library}: scored with a model of our own of the same size")
    return model


def in_memory(chosen, model, engines, data):
    bench = chosen.martlet.with_name("martlet-bench")
    results = {}
    for name in ["martlet", *engines]:
        # Peers that take minutes are timed on fewer rows: what counts is the time of a row.
        command = [bench, "score", model, data, chosen.repeats, chosen.threads]
        if name != "martlet":
            command = [sys.executable, PEER, "memory", name, data, chosen.folder, "--threads",
                       chosen.threads, "--repeats", chosen.repeats]
        printed = output(command)
        if printed is None:
            continue
        found = json.loads(printed)
        for key in ("cpu", "times"):
            found[key] = statistics.median(found[key]) * 1e9 / (found["shape"][0] * chosen.trees)
        results[name] = found
        print(f"  {name:18}{found['cpu']:8.2f} ns processor, {found['times']:8.2f} ns wall for a "
              f"row and tree{found['cpu'] / results['martlet']['cpu']:8.1f} x", flush=True)


def whole_job(chosen, model, engines, data):
    ours = None
    for name in ["martlet", *engines]:
        command = [chosen.martlet, "predict", "--model", model, "--data", data, "--id", "id",
                   "--threads", chosen.threads, "--output", chosen.folder / "scored"]
        if name != "martlet":
            command = [sys.executable, PEER, "files", name, data, chosen.folder,
                       chosen.folder / "peer.parquet", "--threads", chosen.threads]
        if name != "martlet" and output(command) is None:
            continue
        runs = [paired.run(setting.texts(command)) for _ in range(chosen.repeats)]
        cpu, wall = (statistics.median(getattr(run, key) for run in runs)
                     for key in ("cpu", "wall"))
        peak = max(run.peak for run in runs) / 1e6
        ours = ours or (cpu, wall)
        print(f"  {name:18}{cpu:8.2f} s processor{wall:8.2f} s wall{peak:8.0f} MB"
              f"{cpu / ours[0]:8.1f} x{wall / ours[1]:8.1f} x", flush=True)


def three_models(chosen, model, data, rows):
    bounds = []
    for alpha in (0.1, 0.9):
        bounds.append(chosen.folder / f"bound-{alpha}")
        if not bounds[-1].exists():
            output([chosen.martlet, "train", "--data", numbers(chosen, "small", 200_000, 1),
                    "--target", "age", "--ignore-features", "id", "--objective", "quantile",
                    "--alpha", alpha, "--num-iterations", chosen.trees // 2, "--num-leaves", 63,
                    "--output", bounds[-1]])
    runs = [paired.run(setting.texts([
        chosen.martlet, "predict", "--model", model, "--lower-model", bounds[0],
        "--upper-model", bounds[1], "--data", data, "--id", "id", "--threads", chosen.threads,
        "--output", chosen.folder / "scored-3"])) for _ in range(chosen.repeats)]
    cpu = statistics.median(run.cpu for run in runs)
    print(f"three models, {chosen.trees} + 2 x {chosen.trees // 2} trees, Parquet to Parquet: "
          f"{rows / cpu / 1e6:.2f} M rows for each second of a core, "
          f"{max(run.peak for run in runs) / 1e6:.0f} MB")


def main():
    chosen = setting.parse(__doc__)
    small = numbers(chosen, "small", 200_000, seed=1)
    data = numbers(chosen, "scored", chosen.rows, seed=3)
    if not (chosen.folder / "xgboost-numbered.ubj").exists():
        subprocess.run(setting.texts(
            [sys.executable, PEER, "models", small, chosen.folder, "--trees", chosen.trees,
             "--threads", chosen.threads]), check=True)
    for library, suffix, engines in (
            ("lightgbm", "txt", LIGHTGBM), ("xgboost", "ubj", XGBOOST)):
        model = converted(chosen, library, suffix)
        print(f"{library}'s model, {chosen.trees} trees, {chosen.rows:,} rows in memory, "
              f"{chosen.threads} threads")
        in_memory(chosen, model, engines, data)
        print("Parquet to Parquet, whole process")
        whole_job(chosen, model, engines, data)
        if library == "lightgbm":
            three_models(chosen, model, data, chosen.rows)


if __name__ == "__main__":
    main()
