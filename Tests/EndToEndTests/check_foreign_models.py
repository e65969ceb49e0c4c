"""Scores models of old and new LightGBM and XGBoost, large ones included, as the library does.

    make foreign-models

Each version is installed into a virtual environment of its own, trains, saves and predicts there;
Martlet predicts with the same file. LightGBM's sums are doubles and must agree to 1e-12. XGBoost
adds floats: there each tree may cost the rounding of one float. Every version here installs on
Python 3.11; older ones of XGBoost write no JSON, older ones of LightGBM no `tree_sizes`.
"""

import pathlib
import subprocess
import sys
import time

VERSIONS = {
    "lightgbm": {"2.3.1": ["numpy==1.26.4"], "3.3.5": ["numpy==1.26.4"], "4.7.0": []},
    "xgboost": {"1.3.3": ["numpy==1.26.4"], "2.1.4": ["numpy==1.26.4"], "3.2.0": []},
}
# name: features, classes, trees of each class, most leaves, depth
CASES = {
    "plain": (22, 1, 200, 63, 8), "trees": (10, 1, 10_000, 8, 3), "deep": (8, 1, 10, 900, 30),
    "wide": (1_000, 1, 20, 31, 6), "classes": (10, 100, 3, 15, 4),
}
ROWS = 1_000


def table(features, classes, random):
    """(rows, features) with missing values, and the target."""
    import numpy

    x = random.normal(size=(ROWS, features)).astype(numpy.float32).astype(float)
    x[:, 1] = numpy.round(x[:, 1] * 3)
    score = x[:, 0] * 3 + x[:, 1] + numpy.sin(5 * x[:, 2]) + random.normal(size=ROWS) * 0.1
    x[random.random(x.shape) < 0.05] = numpy.nan
    if classes == 1:
        return x, score
    return x, numpy.argsort(numpy.argsort(score)) * classes // ROWS


def write(library, folder):
    """In the library's own environment: models, rows and predictions."""
    import numpy

    module = __import__(library)
    for name, (features, classes, trees, leaves, depth) in CASES.items():
        x, y = table(features, classes, numpy.random.default_rng(len(name)))
        if library == "lightgbm":
            objective = {"objective": "regression"} if classes == 1 else {
                "objective": "multiclass", "num_class": classes}
            parameters = {"num_leaves": leaves, "max_depth": depth, "verbose": -1, "seed": 1,
                          "min_data_in_leaf": 1, "num_threads": 1, **objective}
            model = module.train(parameters, module.Dataset(x, label=y), trees)
            model.save_model(str(folder / f"{name}.model"))
            model = module.Booster(model_file=str(folder / f"{name}.model"))
            found = model.predict(x)
        else:
            objective = {"objective": "reg:squarederror"} if classes == 1 else {
                "objective": "multi:softprob", "num_class": classes}
            parameters = {"max_depth": depth, "nthread": 1, "seed": 1, "tree_method": "hist",
                          "min_child_weight": 0, **objective}
            model = module.train(parameters, module.DMatrix(x, label=y), trees)
            path = str(folder / f"{name}.json")
            model.save_model(path)
            (folder / f"{name}.json").rename(folder / f"{name}.model")
            found = model.predict(module.DMatrix(x))
        numpy.save(folder / f"{name}.rows.npy", x)
        numpy.save(folder / f"{name}.npy", numpy.asarray(found, dtype=float).reshape(ROWS, -1))


def compare(martlet, library, folder):
    """Lines of what differs too much; empty when all is well."""
    import numpy
    import pyarrow
    import pyarrow.parquet

    wrong = []
    for name, (features, classes, trees, _, _) in CASES.items():
        x, theirs = numpy.load(folder / f"{name}.rows.npy"), numpy.load(folder / f"{name}.npy")
        prefix = "Column_" if library == "lightgbm" else "f"
        data = folder / f"{name}.parquet"
        pyarrow.parquet.write_table(
            pyarrow.table({f"{prefix}{i}": x[:, i] for i in range(features)}), data)
        start = time.perf_counter()
        done = subprocess.run(
            [martlet, "predict", "--model", folder / f"{name}.model", "--data", data, "--output",
             folder / f"{name}-scored"], capture_output=True, text=True)
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            wrong.append(f"{folder.name} {name}: {done.stderr.strip()}")
            continue
        scored = pyarrow.parquet.read_table(folder / f"{name}-scored")
        columns = ["prediction"] if classes == 1 else [f"probability_{k}" for k in range(classes)]
        ours = numpy.column_stack([scored[column].to_numpy() for column in columns])
        error = numpy.abs(ours - theirs) / numpy.maximum(numpy.abs(theirs), 1)
        limit = 1e-12 if library == "lightgbm" else 6e-8 * (trees + 10)
        print(f"  {name:8} largest difference {error.max():.1e} of {limit:.1e}, "
              f"{seconds:6.2f} s", flush=True)
        if not error.max() <= limit:
            wrong.append(f"{folder.name} {name}: {error.max()} is more than {limit}")
    return wrong


def main(martlet, root):
    wrong = []
    for library, versions in VERSIONS.items():
        for version, pins in versions.items():
            folder = root / f"{library}-{version}"
            python = folder / "venv/bin/python"
            print(f"{library} {version}", flush=True)
            if not (folder / "classes.npy").exists():
                folder.mkdir(parents=True, exist_ok=True)
                subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
                subprocess.run(
                    [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                     f"{library}=={version}", *pins], check=True)
                subprocess.run([python, __file__, "write", library, folder], check=True)
            wrong += compare(martlet, library, folder)
    print("\n".join(wrong) or "all agree")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2], pathlib.Path(sys.argv[3]))
    else:
        sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
