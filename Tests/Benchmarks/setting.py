"""What the comparisons share: options, the program, generated data."""

import argparse
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEER = pathlib.Path(__file__).with_name("peer.py")


def texts(command):
    return [str(part) for part in command]


class Setting(argparse.Namespace):
    def generated(self, name, rows, seed):
        """One Parquet file of the demonstration table; made once."""
        folder = self.folder / f"{name}-{rows}-{seed}"
        if not folder.exists():
            subprocess.run(
                texts([self.martlet, "generate", "--rows", rows, "--seed", seed,
                       "--output", folder]),
                check=True, stdout=subprocess.DEVNULL)
        return folder / "part-00000.parquet"


def parse(text, add=None):
    """The options that all have, and those that `add` adds to the parser."""
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--leaves", type=int, default=63)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--folder", type=pathlib.Path, default=ROOT / ".build/benchmarks",
        help="for data, models and predictions")
    parser.add_argument(
        "--martlet", type=pathlib.Path,
        default=os.environ.get("MARTLET", ROOT / ".build/release/martlet"))
    if add:
        add(parser)
    chosen = parser.parse_args(namespace=Setting())
    chosen.folder.mkdir(parents=True, exist_ok=True)
    return chosen
