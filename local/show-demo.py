#!/usr/bin/env python3
"""Prints what a demonstration reached, from the JSON results that it kept.

    show-demo.py FOLDER
"""

import json
import pathlib
import sys

METRICS = ["rmse", "mae", "r2", "within_3", "within_5", "within_10", "pinball", "coverage"]


def table(titles, rows):
    """Text in aligned columns, the first to the left, numbers to the right."""
    cells = [titles, *rows]
    widths = [max(len(row[index]) for row in cells) for index in range(len(titles))]
    for row in cells:
        first, *others = (
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths)))
        print("  " + "  ".join([first, *others]).rstrip())


def rounded(value):
    return "" if value is None else f"{value:.4g}" if value < 1 else f"{value:.2f}"


def main():
    folder = pathlib.Path(sys.argv[1])
    order = sorted((folder / "results").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    results = {path.stem: json.loads(path.read_text()) for path in order}

    evaluated = {
        title.removeprefix("evaluate-"): result["metrics"]
        for title, result in results.items() if title.startswith("evaluate-")}
    used = [name for name in METRICS if any(name in metrics for metrics in evaluated.values())]
    print("\nOn people that no model has seen, age in years:\n")
    table(["model", *used], [
        [model, *(rounded(metrics.get(name)) for name in used)]
        for model, metrics in evaluated.items()])

    rows = []
    for title, result in results.items():
        count = result.get("rows") or result.get("rows_in") or 0
        seconds = result["seconds"]["total"]
        rows.append([
            title, f"{count:,}", f"{seconds:.2f}", f"{count / max(seconds, 1e-9):,.0f}",
            f"{result['peak_rss_bytes'] / 1e6:,.0f}",
            str(result.get("best_iteration", "") if result.get("algorithm") == "gbdt" else "")])
    print("\nWhat it took:\n")
    table(["step", "rows", "seconds", "rows/s", "peak MB", "best iteration"], rows)

    total = sum(result["seconds"]["total"] for result in results.values())
    print(f"""
{total:.1f} seconds in all. The files:

  {folder}/shards       what Athena would have written: 22 features, id, age
  {folder}/models       try: martlet inspect {folder}/models/trees
  {folder}/predictions  id, age, prediction, prediction_lower, prediction_upper
  {folder}/results      the JSON of each step
""")


if __name__ == "__main__":
    main()
