#!/usr/bin/env python3
"""Training on tables of one's own, Martlet beside LightGBM, XGBoost, CatBoost and scikit-learn.

    .venv-benchmarks/bin/pip install catboost==1.2.10 xgboost==3.2.0
    .venv-benchmarks/bin/python Tests/Benchmarks/boosting_tables.py --tables FOLDER --threads 1

FOLDER/NAME/train.parquet and test.parquet hold a table each; `--table` says for each NAME its task,
its target and what is no feature. What counts on a machine that is not yours alone is processor
time with one thread. Martlet's share of it for the fit is that of the wall time which its result
states; it includes the metrics of training. Ratios are Martlet / peer: below 1 Martlet is faster,
or smaller.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import paired
import setting

PEER = pathlib.Path(__file__).with_name("boosting_peer.py")
PEERS = ["lightgbm", "lightgbm_rows", "lightgbm_quantised", "xgboost", "xgboost_lossguide",
         "catboost", "sklearn"]
TABLES = ["d1:regression:actual_age:id", "d2:binary:label", "d3:regression:target",
          "d4:binary:label", "d5:multiclass:label"]
METRICS = {"regression": "rmse", "binary": "auc", "multiclass": "logloss"}


def options(parser):
    parser.add_argument("--tables", type=pathlib.Path, required=True, help="the folder")
    parser.add_argument("--table", nargs="+", default=TABLES, help="NAME:TASK:TARGET[:IGNORED,…]")
    parser.add_argument("--peers", nargs="*", default=PEERS)


def ours(chosen, folder, task, target, ignored):
    model = chosen.folder / "model"
    command = [
        chosen.martlet, "train", "--data", folder / "train.parquet", "--target", target,
        "--objective", task, "--num-iterations", chosen.trees, "--num-leaves", chosen.leaves,
        "--learning-rate", 0.1, "--max-bin", 255, "--threads", chosen.threads, "--output", model,
        "--json"]
    if ignored:
        command += ["--ignore-features", *ignored]
    trained, run = measured(command)
    seconds = trained["seconds"]
    # What is read, binned and written before and after the fit is theirs, too, but not in `fit`.
    evaluated = json.loads(subprocess.check_output(setting.texts(
        [chosen.martlet, "evaluate", "--model", model, "--data", folder / "test.parquet",
         "--json"])))
    return {"fit": seconds["fit"], "fit_cpu": run.cpu * seconds["fit"] / seconds["total"],
            "cpu": run.cpu, "wall": run.wall, "peak": run.peak,
            "metric": evaluated["metrics"][METRICS[task]]}


def measured(command):
    """What the program prints last, as JSON, and what it cost."""
    start = time.perf_counter()
    process = subprocess.Popen(setting.texts(command), stdout=subprocess.PIPE, text=True)
    lines = process.stdout.read().strip().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"exit {process.returncode}")
    return json.loads(lines[-1]), paired.Run(
        time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def peer(chosen, library, folder, task, target, ignored):
    command = [
        sys.executable, PEER, library, folder, chosen.folder / library, "--task", task,
        "--target", target, "--trees", chosen.trees, "--leaves", chosen.leaves, "--threads",
        chosen.threads]
    if ignored:
        command += ["--ignore", *ignored]
    return measured(command)[0]


def median(runs):
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def main():
    chosen = setting.parse(__doc__, options)
    print(f"{chosen.trees} trees of {chosen.leaves} leaves, {chosen.threads} threads, medians of "
          f"{chosen.repeats}\n{'':26}{'fit cpu':>9}{'ratio':>7}{'cpu':>9}{'ratio':>7}"
          f"{'peak MB':>9}{'ratio':>7}{'metric':>10}")
    for text in chosen.table:
        name, task, target, *rest = text.split(":")
        ignored = rest[0].split(",") if rest else []
        folder = chosen.tables / name
        mine = median([ours(chosen, folder, task, target, ignored)
                       for _ in range(chosen.repeats)])
        print(f"{name:6}{'martlet':20}{mine['fit_cpu']:9.2f}{'':7}{mine['cpu']:9.2f}{'':7}"
              f"{mine['peak'] / 1e6:9.0f}{'':7}{mine['metric']:10.5f}", flush=True)
        for library in chosen.peers:
            try:
                theirs = median([peer(chosen, library, folder, task, target, ignored)
                                 for _ in range(chosen.repeats)])
            except RuntimeError as error:
                print(f"{'':6}{library:20} left out: {error}", flush=True)
                continue
            ratios = {key: mine[key] / theirs[key] for key in ("fit_cpu", "cpu", "peak")}
            print(f"{'':6}{library:20}{theirs['fit_cpu']:9.2f}{ratios['fit_cpu']:7.2f}"
                  f"{theirs['cpu']:9.2f}{ratios['cpu']:7.2f}{theirs['peak'] / 1e6:9.0f}"
                  f"{ratios['peak']:7.2f}{theirs['metric']:10.5f}", flush=True)


if __name__ == "__main__":
    main()
