"""Runs two programs in turn and compares them.

Wall time on a shared machine says little by itself, so each repeat runs both, one right after the
other, in alternating order, and what is reported is the median of the repeats' ratios.
"""

import dataclasses
import os
import statistics
import subprocess
import time


@dataclasses.dataclass
class Run:
    wall: float
    cpu: float  # user and system seconds
    peak: float  # bytes


def run(command):
    """One run from exec to exit; its output is dropped."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"exit {process.returncode}: {' '.join(map(str, command))}")
    return Run(
        time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def compare(ours, theirs, repeats):
    """Runs both commands `repeats` times; prints medians and ratios (ours / theirs)."""
    pairs = []
    for repeat in range(repeats):
        if repeat % 2 == 0:
            mine, peer = run(ours), run(theirs)
        else:
            peer, mine = run(theirs), run(ours)
        pairs.append((mine, peer))
    print(f"{'':8}{'martlet':>12}{'lightgbm':>12}{'ratio':>8}   of {repeats} pairs")
    for name, unit, scale in (("wall", "s", 1), ("cpu", "s", 1), ("peak", "MB", 1e6)):
        values = [(getattr(mine, name) / scale, getattr(peer, name) / scale)
                  for mine, peer in pairs]
        ours_median, theirs_median = (statistics.median(side) for side in zip(*values))
        ratios = [mine / peer for mine, peer in values]
        print(
            f"{name:8}{ours_median:>10.2f} {unit:2}{theirs_median:>9.2f} {unit:2}"
            f"{statistics.median(ratios):>8.2f}   {min(ratios):.2f} to {max(ratios):.2f}")
