#!/usr/bin/env python3
"""Trainings under `--memory-limit`, from far too little memory to more than is useful.

    .venv-benchmarks/bin/python Tests/Benchmarks/memory_sweep.py --rows 1000000 --trees 20

What is refused must be refused before the work, with the size that would do; what is not must stay
inside its limit, spilled to the scratch disk or not, and give the model that ample memory gives.
Fails otherwise. `tune` measures trials one after the other, so its trees are few.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

import setting

OUT_OF_MEMORY = 71
UNITS = {"kB": 1e3, "MB": 1e6, "GB": 1e9}
FACTORS = [0.1, 0.5, 0.95, 1.01, 1.1, 1.25, 1.5, 2, 3, 5]
TREES = ["train", "--ignore-features", "id", "--report", "never"]
FOLDS = [*TREES, "--cv", "5"]
CASES = {
    "trees": TREES,
    "validated": [*TREES, "--valid-fraction", "0.2", "--early-stopping-round", "10"],
    "several quantiles": [*TREES, "--objective", "quantile", "--alpha", "0.1,0.5,0.9"],
    "many bins": [*TREES, "--max-bin", "4000"],
    "bagged": [*TREES, "--bagging-fraction", "0.5", "--bagging-freq", "1"],
    "folds": FOLDS,
    "folds together": [*FOLDS, "--early-stopping-round", "5"],
    "tune": ["tune", "--ignore-features", "id", "--report", "never", "--trials", "3"],
    "tune folds": ["tune", "--ignore-features", "id", "--report", "never", "--trials", "3",
                   "--cv", "3", "--early-stopping-round", "5", "--space",
                   '{"num_leaves": [31, 127], "max_bin": [63, 255]}'],
}


def options(parser):
    parser.add_argument("--cases", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--factors", nargs="*", type=float, default=FACTORS,
                        help="limits, in what is needed least")


class Sweep:
    def __init__(self, chosen, words):
        self.chosen = chosen
        self.words = words
        self.output = chosen.folder / "sweep"

    def run(self, limit):
        """Exit code, what was said, the result, seconds."""
        shutil.rmtree(self.output, ignore_errors=True)
        start = time.perf_counter()
        more = ["--memory-limit", int(limit)] if limit else []
        process = subprocess.Popen(
            setting.texts([self.chosen.martlet, *self.words, *more, "--output", self.output,
                           "--json"]),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        text, said = process.communicate()
        seconds = time.perf_counter() - start
        lines = text.strip().splitlines()
        result = json.loads(lines[-1]) if lines and process.returncode == 0 else {}
        return process.returncode, said, result, seconds

    def model(self):
        return hashlib.sha256((self.output / "model.martlet").read_bytes()).hexdigest()[:12]


def least(said):
    number, unit = re.search(r"needs about ([0-9.]+) (kB|MB|GB)", said).groups()
    return float(number) * UNITS[unit]


def sweep(chosen, name, data):
    words = [*CASES[name], "--data", data, "--target", "age", "--num-iterations", chosen.trees,
             "--num-leaves", chosen.leaves, "--threads", chosen.threads]
    if words[0] == "tune":
        position = words.index("--num-leaves")
        del words[position:position + 2]
    runs = Sweep(chosen, words)
    code, said, _, _ = runs.run(1_000_000)
    if code != OUT_OF_MEMORY:
        sys.exit(f"{name}: exit {code} with 1 MB\n{said}")
    needed = least(said)
    code, said, ample, seconds = runs.run(None)
    if code:
        sys.exit(f"{name}: exit {code}\n{said}")
    expected = runs.model()
    print(f"\n{name}: needs {needed / 1e6:.0f} MB; without a limit {seconds:.1f} s, "
          f"{ample['peak_rss_bytes'] / 1e6:.0f} MB, {expected}", flush=True)
    faults = 0
    for factor in chosen.factors:
        limit = needed * factor
        code, said, result, seconds = runs.run(limit)
        if code:
            isRight = code == OUT_OF_MEMORY and least(said) > limit and not os.path.exists(
                runs.output / "model.martlet")
            text = f"refused in {seconds:.1f} s: needs {least(said) / 1e6:.0f} MB"
        else:
            peak = result["peak_rss_bytes"]
            isRight = peak <= limit and runs.model() == expected
            text = (f"{seconds:6.1f} s, peak {peak / 1e6:.0f} MB ({peak / limit:.2f}), scratch "
                    f"{result.get('scratch_bytes', 0) / 1e6:.0f} MB, {runs.model()}")
        faults += not isRight
        print(f"  {limit / 1e6:8.0f} MB  {text}{'' if isRight else '  WRONG'}", flush=True)
    return faults


def main():
    chosen = setting.parse(__doc__, options)
    data = chosen.generated("train", chosen.rows, seed=1)
    print(f"{chosen.rows:,} rows, {chosen.trees} trees of {chosen.leaves} leaves, "
          f"{chosen.threads} threads")
    sys.exit(1 if sum(sweep(chosen, name, data) for name in chosen.cases) else 0)


if __name__ == "__main__":
    main()
