#!/usr/bin/env python3
"""Ten seeds on each data set: where the test metrics of Martlet lie among LightGBM's.

    MARTLET_SHARED=FOLDER .venv-benchmarks/bin/python Tests/Benchmarks/seeds.py [--cases NAME …]

Both draw rows (0.8 each round) and columns (0.8 a tree) by the seed, so that each seed is another
model; 200 trees, 31 leaves, learning rate 0.1. The data sets, LightGBM's side and the metrics are
those of Tests/EndToEndTests/reference. LightGBM is tried as it comes and with quantised gradients.
A difference of less than two standard errors is none.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from setting import ROOT, parse, texts

REFERENCE = ROOT / "Tests/EndToEndTests/reference"
sys.path.insert(0, str(REFERENCE))
SAMPLED = {"bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.8}
VARIANTS = {"LightGBM": {}, "quantised": {"use_quantized_grad": True}}
HIGHER_IS_BETTER = {"auc", "r2"}


def martlets(setting, shared, case, runs):
    """Metric to values, one a run."""
    found = {metric: [] for metric in case["metrics"]}
    with tempfile.TemporaryDirectory() as folder:
        for run in runs:
            model = pathlib.Path(folder) / f"model-{run}"
            command = [
                setting.martlet, "train", "--data", shared / case["train"], "--target",
                case["target"], "--num-iterations", setting.trees, "--num-leaves", setting.leaves,
                "--max-bin", 256 - run, "--seed", run, "--report", "never", "--threads",
                setting.threads, "--output", model]
            for name, value in case["parameters"].items():
                command += [f"--{name.replace('_', '-')}", value]
            if case["ignore"]:
                command += ["--ignore-features", ",".join(case["ignore"])]
            if "weight" in case:
                command += ["--weight", case["weight"]]
            subprocess.run(texts(command), check=True, stdout=subprocess.DEVNULL)
            done = subprocess.run(
                texts([setting.martlet, "evaluate", "--model", model, "--data",
                       shared / case["test"], "--json"]),
                check=True, stdout=subprocess.PIPE)
            for metric, values in found.items():
                values.append(json.loads(done.stdout)["metrics"][metric])
    return found


def line(name, variant, metric, ours, theirs):
    change = statistics.fmean(ours) / statistics.fmean(theirs) - 1
    worse = -change if metric in HIGHER_IS_BETTER else change
    error = (statistics.variance(ours) / len(ours) + statistics.variance(theirs) / len(theirs))
    distance = (statistics.fmean(ours) - statistics.fmean(theirs)) / error**0.5 if error else 0
    spread = [f"{min(values):.5g}..{max(values):.5g}" for values in (ours, theirs)]
    print(
        f"{name:20} {variant:9} {metric:8} {statistics.fmean(ours):10.6g} "
        f"{statistics.fmean(theirs):10.6g} {worse:+8.3%} {distance:+6.1f}  "
        f"{spread[0]:20} {spread[1]}", flush=True)


def main():
    setting = parse(__doc__, lambda parser: [
        parser.add_argument("--cases", nargs="*", default=[]),
        parser.add_argument("--seeds", type=int, default=10),
        parser.set_defaults(leaves=31)])
    import record_lightgbm  # Needs LightGBM, which --help does not.
    shared = pathlib.Path(os.environ["MARTLET_SHARED"]) / "data"
    runs = range(1, setting.seeds + 1)
    print(f"{'data set':20} {'beside':9} {'metric':8} {'Martlet':>10} {'theirs':>10} {'worse':>8} "
          f"{'errors':>6}  {'Martlet from..to':20} theirs from..to")
    cases = json.loads((REFERENCE / "cases.json").read_text())
    for name, case in cases.items():
        if setting.cases and name not in setting.cases:
            continue
        case["parameters"] = {**SAMPLED, **case["parameters"]}
        ours = martlets(setting, shared, case, runs)
        for variant, more in VARIANTS.items():
            varied = {**case, "parameters": {**case["parameters"], **more}}
            try:
                theirs = record_lightgbm.reached(varied, setting.leaves, shared, runs)
            except record_lightgbm.lightgbm.basic.LightGBMError as error:
                print(f"{name:20} {variant:9} left out: {error}".splitlines()[0], flush=True)
                continue
            for metric in case["metrics"]:
                line(name, variant, metric, ours[metric], theirs[metric])


if __name__ == "__main__":
    main()
