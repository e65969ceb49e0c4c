#!/usr/bin/env python3
"""How the time and the memory of a training grow with rows and with features.

    .venv-benchmarks/bin/python Tests/Benchmarks/boosting_scale.py --threads 1 \\
        --row-counts 100000 1000000 10000000 --feature-counts 20 100 300 1000

Rows are those of the demonstration table; features are random numbers, every tenth of them
informative, in `--rows` rows. The slope is that of the logarithms from one line to the next: 1 is
linear. Processor time is compared, so that the machine need not be quiet.
"""

import math
import multiprocessing
import shutil

import paired
import setting


def options(parser):
    parser.add_argument("--row-counts", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--memory-limit", help="of each training, such as 4GB")
    parser.add_argument("--feature-counts", type=int, nargs="*", default=[20, 100, 300])


def wide(chosen, feature_count):
    """A file of `--rows` rows; written by a process of its own, because the peak memory of a
    program that is started counts what its parent had."""
    path = chosen.folder / f"wide-{chosen.rows}-{feature_count}.parquet"
    if not path.exists():
        process = multiprocessing.Process(target=write, args=(path, chosen.rows, feature_count))
        process.start()
        process.join()
    return path


def write(path, row_count, feature_count):
    """Row group by row group: no more than one is in memory."""
    import numpy
    import pyarrow
    import pyarrow.parquet

    generator = numpy.random.default_rng(7)
    writer = None
    for start in range(0, row_count, 50_000):
        count = min(50_000, row_count - start)
        values = generator.standard_normal((feature_count, count), numpy.float32)
        target = generator.standard_normal(count, numpy.float32)
        for index in range(0, feature_count, 10):
            target += numpy.sin(values[index]) * (1 + index % 3)
        columns = {f"f{index}": values[index] for index in range(feature_count)}
        table = pyarrow.table({**columns, "target": target})
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def train(chosen, data, target, *rest):
    model = chosen.folder / "scale-model"
    shutil.rmtree(model, ignore_errors=True)
    if chosen.memory_limit:
        rest = [*rest, "--memory-limit", chosen.memory_limit]
    return paired.run(setting.texts([
        chosen.martlet, "train", "--data", data, "--target", target, "--num-iterations",
        chosen.trees, "--num-leaves", chosen.leaves, "--threads", chosen.threads, "--output",
        model, *rest]))


def table(title, sizes, run):
    if not sizes:
        return
    print(f"\n{title:>12}{'wall s':>10}{'cpu s':>10}{'slope':>7}{'peak MB':>10}{'slope':>7}")
    before = None
    for size in sizes:
        now = run(size)
        slopes = ["", ""]
        if before:
            factor = math.log(size / before[0])
            slopes = [f"{math.log(now.cpu / before[1].cpu) / factor:.2f}",
                      f"{math.log(now.peak / before[1].peak) / factor:.2f}"]
        print(f"{size:>12,}{now.wall:>10.1f}{now.cpu:>10.1f}{slopes[0]:>7}"
              f"{now.peak / 1e6:>10.0f}{slopes[1]:>7}", flush=True)
        before = (size, now)


def main():
    chosen = setting.parse(__doc__, options)
    print(f"{chosen.trees} trees of {chosen.leaves} leaves, {chosen.threads} threads")
    table("rows", chosen.row_counts, lambda rows: train(
        chosen, chosen.generated("train", rows, seed=1), "age", "--ignore-features", "id"))
    table("features", chosen.feature_counts, lambda count: train(
        chosen, wide(chosen, count), "target"))


if __name__ == "__main__":
    main()
