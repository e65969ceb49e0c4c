#!/usr/bin/env python3
"""Scoring, Martlet beside everybody: in memory, Parquet to Parquet, and three models in one pass.

    .venv-benchmarks/bin/pip install --requirement Tests/Benchmarks/requirements-scoring.txt
    .venv-benchmarks/bin/python Tests/Benchmarks/scoring.py --rows 2000000 --threads 1

LightGBM's model of 63 leaves and XGBoost's of depth 6 are trained once; all score with those,
Martlet after `convert`. A peer that fails is left out, with a message. Ratios are of processor
time: peers' threads spin, and a shared machine is never quiet. `--parts`, `--libraries` and
`--engines` do a part of it; `--train` and `--data` take files of your own instead of the
demonstration table.
"""

import json
import pathlib
import statistics
import subprocess
import sys

import pyarrow.parquet

import paired
import setting

PEER = pathlib.Path(__file__).with_name("scoring_peer.py")
LIGHTGBM = ["lightgbm", "lleaves", "daal4py_lightgbm", "onnx_lightgbm"]
XGBOOST = ["xgboost", "daal4py_xgboost", "treelite", "tl2cgen", "onnx_xgboost"]


PARTS = ["memory", "files", "three"]


def options(parser):
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--libraries", nargs="+", choices=["lightgbm", "xgboost"],
                        default=["lightgbm", "xgboost"], help="whose models are scored")
    parser.add_argument("--engines", nargs="*", help="the peers, all unless given")
    parser.add_argument("--peer-rows", type=int, help="rows that peers score in memory")
    parser.add_argument("--train", type=pathlib.Path, help="Parquet file with the target")
    parser.add_argument("--data", type=pathlib.Path, help="Parquet file to be scored")
    parser.add_argument("--target", default="age")


def output(command):
    """What a program prints, or None with a message."""
    done = subprocess.run(setting.texts(command), capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout
    lines = done.stderr.strip().splitlines()
    print(f"  left out: {lines[-1] if lines else done.returncode}", flush=True)
    return None


def peer(chosen, mode, *rest):
    return [sys.executable, PEER, mode, *rest, "--threads", chosen.threads, "--target",
            chosen.target]


def converted(chosen, library, suffix):
    """Martlet's copy of a library's model."""
    model = chosen.folder / f"from-{library}"
    if not model.exists():
        subprocess.run(setting.texts([
            chosen.martlet, "convert", "--from", library, "--model",
            chosen.folder / f"{library}.{suffix}", "--target", chosen.target, "--output",
            model]), check=True, stdout=subprocess.DEVNULL)
    return model


def in_memory(chosen, model, engines, data):
    """Times of a row and tree: peers that take minutes may be timed on fewer rows."""
    bench = chosen.martlet.with_name("martlet-bench")
    ours = None
    for name in ["martlet", *engines]:
        command = [bench, "score", model, data, chosen.repeats, chosen.threads]
        if name != "martlet":
            command = peer(chosen, "memory", name, data, chosen.folder) + [
                "--repeats", chosen.repeats, "--rows", chosen.peer_rows or chosen.rows]
        printed = output(command)
        if printed is None:
            continue
        # A compiler may have said something before.
        found = json.loads(printed.splitlines()[-1])
        cells = found["shape"][0] * chosen.trees
        cpu, wall = (statistics.median(found[key]) * 1e9 / cells for key in ("cpu", "times"))
        ours = ours or cpu
        print(f"  {name:18}{cpu:8.2f} ns processor, {wall:8.2f} ns wall for a row and tree"
              f"{cpu / ours:8.1f} x", flush=True)


def whole_job(chosen, model, engines, data):
    ours = None
    for name in ["martlet", *engines]:
        command = [chosen.martlet, "predict", "--model", model, "--data", data, "--id", "id",
                   "--threads", chosen.threads, "--output", chosen.folder / "scored"]
        if name != "martlet":
            command = peer(chosen, "files", name, data, chosen.folder,
                           chosen.folder / "peer.parquet")
            # Compiles what is compiled once, and shows whether the peer works at all.
            if output(command + ["--rows", 1000]) is None:
                continue
        runs = [paired.run(setting.texts(command)) for _ in range(chosen.repeats)]
        cpu, wall = (statistics.median(getattr(run, key) for run in runs)
                     for key in ("cpu", "wall"))
        peak = max(run.peak for run in runs) / 1e6
        ours = ours or (cpu, wall)
        print(f"  {name:18}{cpu:8.2f} s processor{wall:8.2f} s wall{peak:8.0f} MB"
              f"{cpu / ours[0]:8.1f} x{wall / ours[1]:8.1f} x", flush=True)


def three_models(chosen, model, train, data, rows):
    bounds = []
    for alpha in (0.1, 0.9):
        bounds.append(chosen.folder / f"bound-{alpha}")
        if not bounds[-1].exists():
            subprocess.run(setting.texts([
                chosen.martlet, "train", "--data", train, "--target", chosen.target,
                "--ignore-features", "id", "--objective", "quantile", "--alpha", alpha,
                "--num-iterations", chosen.trees // 2, "--num-leaves", 63, "--output",
                bounds[-1]]), check=True, stdout=subprocess.DEVNULL)
    runs = [paired.run(setting.texts([
        chosen.martlet, "predict", "--model", model, "--lower-model", bounds[0],
        "--upper-model", bounds[1], "--data", data, "--id", "id", "--threads", chosen.threads,
        "--output", chosen.folder / "scored-3"])) for _ in range(chosen.repeats)]
    cpu = statistics.median(run.cpu for run in runs)
    print(f"three models, {chosen.trees} + 2 x {chosen.trees // 2} trees, Parquet to Parquet: "
          f"{rows / cpu / 1e6:.2f} M rows for each second of a core, "
          f"{max(run.peak for run in runs) / 1e6:.0f} MB")


def main():
    chosen = setting.parse(__doc__, options)
    train = chosen.train or chosen.generated("small", 200_000, seed=1)
    data = chosen.data or chosen.generated("scored", chosen.rows, seed=3)
    rows = pyarrow.parquet.ParquetFile(data).metadata.num_rows
    if not (chosen.folder / "xgboost-numbered.ubj").exists():
        subprocess.run(setting.texts(
            peer(chosen, "models", train, chosen.folder) + ["--trees", chosen.trees]), check=True)
    for library, suffix, engines in (
            ("lightgbm", "txt", LIGHTGBM), ("xgboost", "ubj", XGBOOST)):
        if library not in chosen.libraries:
            continue
        if chosen.engines is not None:
            engines = [name for name in engines if name in chosen.engines]
        model = converted(chosen, library, suffix)
        print(f"{library}'s model, {chosen.trees} trees, {rows:,} rows, {chosen.threads} threads")
        if "memory" in chosen.parts:
            print("in memory")
            in_memory(chosen, model, engines, data)
        if "files" in chosen.parts:
            print("Parquet to Parquet, whole process")
            whole_job(chosen, model, engines, data)
        if "three" in chosen.parts and library == "lightgbm":
            three_models(chosen, model, train, data, rows)


if __name__ == "__main__":
    main()
