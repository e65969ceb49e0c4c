"""What tests do with tables: small data that pyarrow writes, and metrics computed here."""

import math
import pathlib

import pyarrow
import pyarrow.dataset
import pyarrow.parquet


def parts(folder):
    """The visible Parquet files of a folder in the order of their names."""
    return sorted(
        path for path in pathlib.Path(folder).rglob("*.parquet")
        if not path.name.startswith(("_", ".")))


def read(folder):
    """All visible rows, file by file in the order of names."""
    return pyarrow.concat_tables(pyarrow.parquet.read_table(path) for path in parts(folder))


def write(table, path, **options):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(table, path, **{"compression": "snappy", **options})
    return path


def visible_files(folder):
    """What a reader could take for a result."""
    folder = pathlib.Path(folder)
    if folder.is_file():
        return [folder]
    return [
        path for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)]


def small_table(rows=400):
    """A number, a string with nulls, and a target that depends on both."""
    colors = ["red", "green", None, "blue"]
    return pyarrow.table({
        "id": pyarrow.array(range(rows), pyarrow.int64()),
        "size": pyarrow.array([(17 * row) % 101 / 10 for row in range(rows)]),
        "color": pyarrow.array([colors[row % 4] for row in range(rows)]),
        "price": pyarrow.array(
            [(17 * row) % 101 / 10 * 3 + (5 if row % 4 == 1 else 0) for row in range(rows)]),
    })


def regression_metrics(actual, predicted):
    """By the definitions, in one pass of exact sums."""
    errors = [a - p for a, p in zip(actual, predicted, strict=True)]
    mean = math.fsum(actual) / len(actual)
    squares = math.fsum(error * error for error in errors)
    return {
        "rmse": math.sqrt(squares / len(errors)),
        "mae": math.fsum(map(abs, errors)) / len(errors),
        "r2": 1 - squares / math.fsum((a - mean) ** 2 for a in actual),
        **{f"within_{years}": sum(abs(error) <= years for error in errors) / len(errors)
           for years in (3, 5, 10)},
    }
