#!/usr/bin/env python3
"""Several draws of rows from tables of one's own: the test metrics of Martlet beside the peers'.

    .venv-benchmarks/bin/python Tests/Benchmarks/table_seeds.py --tables FOLDER --rows 200000

Draw K takes `--rows` rows of FOLDER/NAME/train.parquet (at most nine in ten) by seed K; all train
on the same rows and are measured on the whole of test.parquet, so that their differences are
paired: above 0 Martlet is worse. A mean of less than two of its standard errors is none. Tables are
named as for `boosting_tables.py`. What `--results` holds is not run again, so that a long series
may be cut short and gone on with.
"""

import json
import pathlib
import statistics
import tempfile

import boosting_tables
import setting

PEERS = ["lightgbm", "lightgbm_quantised"]
HIGHER_IS_BETTER = {"auc"}


def options(parser):
    boosting_tables.options(parser)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--results", type=pathlib.Path, help="a file of JSON lines")
    parser.set_defaults(peers=PEERS, threads=1)


class Results:
    """The test metric of each table, draw and library."""

    def __init__(self, chosen):
        self.path = chosen.results
        self.setting = f"{chosen.rows} rows, {chosen.trees} trees of {chosen.leaves} leaves"
        self.values = {}
        if self.path and self.path.exists():
            for text in self.path.read_text().splitlines():
                *key, value = json.loads(text)
                self.values[tuple(key)] = value

    def key(self, name, seed, library):
        return name, seed, library, self.setting

    def add(self, key, value):
        self.values[key] = value
        if self.path:
            with self.path.open("a") as file:
                file.write(json.dumps([*key, value]) + "\n")


def draw(source, count, seed, path):
    import numpy
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(source)
    taken = numpy.zeros(table.num_rows, bool)
    order = numpy.random.default_rng(seed).permutation(table.num_rows)
    taken[order[:min(count, table.num_rows * 9 // 10)]] = True
    pyarrow.parquet.write_table(table.filter(taken), path)


def run(chosen, results, text):
    name, task, target, *rest = text.split(":")
    ignored = rest[0].split(",") if rest else []
    source = chosen.tables / name
    for seed in range(1, chosen.draws + 1):
        missing = [library for library in ["martlet", *chosen.peers]
                   if results.key(name, seed, library) not in results.values]
        if not missing:
            continue
        with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
            folder = pathlib.Path(folder)
            (folder / "test.parquet").symlink_to((source / "test.parquet").resolve())
            draw(source / "train.parquet", chosen.rows, seed, folder / "train.parquet")
            for library in missing:
                reached = (
                    boosting_tables.ours(chosen, folder, task, target, ignored)
                    if library == "martlet" else
                    boosting_tables.peer(chosen, library, folder, task, target, ignored))
                results.add(results.key(name, seed, library), reached["metric"])


def show(chosen, results, text):
    """Each peer's mean, and how much worse Martlet is in percent, with its standard error."""
    name, task = text.split(":")[:2]
    metric = boosting_tables.METRICS[task]
    values = {library: [results.values[results.key(name, seed, library)]
                        for seed in range(1, chosen.draws + 1)]
              for library in ["martlet", *chosen.peers]}
    ours = values.pop("martlet")
    print(f"{name:6}{'martlet':20}{statistics.fmean(ours):10.5f}  {metric}", flush=True)
    sign = -1 if metric in HIGHER_IS_BETTER else 1
    for library, theirs in values.items():
        worse = [sign * (mine / other - 1) * 100 for mine, other in zip(ours, theirs)]
        error = statistics.stdev(worse) / len(worse)**0.5 if len(worse) > 1 else float("nan")
        print(f"{'':6}{library:20}{statistics.fmean(theirs):10.5f}{statistics.fmean(worse):+9.3f}"
              f"{error:8.3f}{min(worse):+9.3f}{max(worse):+9.3f}", flush=True)


def main():
    chosen = setting.parse(__doc__, options)
    results = Results(chosen)
    print(f"{chosen.draws} draws of at most {results.setting}\n"
          f"{'':26}{'mean':>10}{'worse %':>9}{'error':>8}{'least':>9}{'most':>9}", flush=True)
    for text in chosen.table:
        run(chosen, results, text)
        show(chosen, results, text)


if __name__ == "__main__":
    main()
