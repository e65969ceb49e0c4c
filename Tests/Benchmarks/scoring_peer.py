#!/usr/bin/env python3
"""One peer's side of `scoring.py`, a process of its own.

    scoring_peer.py models DATA FOLDER                 trains and saves what all peers score with
    scoring_peer.py memory ENGINE DATA FOLDER          times scoring alone, rows in memory
    scoring_peer.py files ENGINE DATA FOLDER OUTPUT    one whole job: Parquet in, Parquet out

ENGINE: lightgbm lleaves daal4py_lightgbm onnx_lightgbm (63 leaves),
xgboost daal4py_xgboost treelite tl2cgen onnx_xgboost (depth 6). lightgbm_contributions and
xgboost_contributions give a column for each feature and one for the expected value.
"""

import argparse
import json
import os
import pathlib
import time

parser = argparse.ArgumentParser()
parser.add_argument("mode", choices=["models", "memory", "files"])
parser.add_argument("rest", nargs="+")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--trees", type=int, default=200)
parser.add_argument("--repeats", type=int, default=3)
parser.add_argument("--rows", type=int, help="only so many of the first")
parser.add_argument("--target", default="age")
arguments = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = os.environ["NUMBA_NUM_THREADS"] = str(arguments.threads)

import numpy  # noqa: E402: the threads must be set before
import pyarrow
import pyarrow.parquet

pyarrow.set_cpu_count(arguments.threads)


def load(path, kind=numpy.float32):
    """(rows, features) and the other columns."""
    table = pyarrow.parquet.read_table(path, memory_map=True).slice(0, arguments.rows)
    names = [name for name in table.column_names if name not in ("id", arguments.target)]
    features = numpy.empty((table.num_rows, len(names)), kind)
    for index, name in enumerate(names):
        features[:, index] = table.column(name).to_numpy()
    return features, table, names


def train(data, folder):
    import lightgbm
    import xgboost

    features, table, names = load(data, numpy.float64)
    label = table.column(arguments.target).to_numpy()
    booster = lightgbm.train(
        {"objective": "regression", "num_leaves": 63, "learning_rate": 0.1, "verbose": -1,
         "num_threads": arguments.threads, "seed": 1},
        lightgbm.Dataset(features, label, feature_name=names), arguments.trees)
    booster.save_model(folder / "lightgbm.txt")
    booster = xgboost.train(
        {"objective": "reg:squarederror", "max_depth": 6, "eta": 0.1, "max_bin": 256,
         "tree_method": "hist", "nthread": arguments.threads, "seed": 1},
        xgboost.QuantileDMatrix(features, label=label, feature_names=names, max_bin=256),
        arguments.trees)
    booster.save_model(folder / "xgboost.ubj")
    booster.feature_names = None  # some converters want f0, f1, …
    booster.save_model(folder / "xgboost-numbered.ubj")


def contributions(library, text, binary):
    threads = arguments.threads
    if library == "lightgbm":
        import lightgbm
        model = lightgbm.Booster(model_file=text)
        return lambda rows: model.predict(rows, num_threads=threads, pred_contrib=True)
    import xgboost
    model = xgboost.Booster(model_file=binary)
    model.set_param({"nthread": threads})
    return lambda rows: model.predict(xgboost.DMatrix(rows), pred_contribs=True)


def engine(name, folder):
    """A function from the matrix to the predictions."""
    threads = arguments.threads
    text, binary = str(folder / "lightgbm.txt"), str(folder / "xgboost-numbered.ubj")
    if name.endswith("_contributions"):
        return contributions(name.split("_")[0], text, binary)
    if name == "lightgbm":
        import lightgbm
        model = lightgbm.Booster(model_file=text)
        return lambda rows: model.predict(rows, num_threads=threads)
    if name == "lleaves":
        import lleaves
        model = lleaves.Model(model_file=text)
        model.compile(cache=str(folder / "lleaves.o"))
        return lambda rows: model.predict(rows, n_jobs=threads)
    if name == "xgboost":
        import xgboost
        model = xgboost.Booster(model_file=binary)
        model.set_param({"nthread": threads})
        return model.inplace_predict
    if name.startswith("daal4py"):
        import daal4py
        daal4py.daalinit(threads)
        if name.endswith("lightgbm"):
            import lightgbm
            source = lightgbm.Booster(model_file=text)
        else:
            import xgboost
            source = xgboost.Booster(model_file=binary)
        return daal4py.mb.convert_model(source).predict
    if name == "treelite":
        import treelite
        model = treelite.frontend.load_xgboost_model(binary, format_choice="ubjson")
        return lambda rows: treelite.gtil.predict(model, rows, nthread=threads)
    if name == "tl2cgen":
        import tl2cgen
        import treelite
        library = folder / "tl2cgen.so"
        if not library.exists():
            tl2cgen.export_lib(
                treelite.frontend.load_xgboost_model(binary, format_choice="ubjson"),
                toolchain="gcc", libpath=library, params={"parallel_comp": 8}, verbose=False)
        predictor = tl2cgen.Predictor(library, nthread=threads)
        return lambda rows: predictor.predict(tl2cgen.DMatrix(rows))
    return onnx_engine(name, folder, text, binary)


def onnx_engine(name, folder, text, binary):
    import onnxruntime
    path = folder / f"{name}.onnx"
    if not path.exists():
        from onnxmltools.convert import convert_lightgbm, convert_xgboost
        from onnxmltools.convert.common.data_types import FloatTensorType
        if name.endswith("lightgbm"):
            import lightgbm
            source, convert = lightgbm.Booster(model_file=text), convert_lightgbm
        else:
            import xgboost
            source, convert = xgboost.Booster(model_file=binary), convert_xgboost
        width = getattr(source, "num_feature", None) or source.num_features
        shape = [("rows", FloatTensorType([None, width()]))]
        path.write_bytes(convert(
            source, initial_types=shape, target_opset=15).SerializeToString())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    key = session.get_inputs()[0].name
    return lambda rows: session.run(None, {key: rows})[0]


def memory(name, data, folder):
    score = engine(name, folder)
    rows, _, _ = load(data)
    score(rows[:1000])
    times, processor = [], []
    for _ in range(arguments.repeats):
        start, used = time.perf_counter(), time.process_time()
        score(rows)
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    print(json.dumps({"times": times, "cpu": processor, "shape": list(rows.shape)}))


def files(name, data, folder, output):
    score = engine(name, folder)
    rows, table, names = load(data)
    predictions = numpy.asarray(score(rows)).reshape(len(rows), -1)
    columns = ["prediction"] if predictions.shape[1] == 1 else [*names, "expected_value"]
    pyarrow.parquet.write_table(
        pyarrow.table({"id": table.column("id"), **dict(zip(columns, predictions.T))}), output,
        compression="snappy")


if __name__ == "__main__":
    rest = arguments.rest
    if arguments.mode == "models":
        train(rest[0], pathlib.Path(rest[1]))
    elif arguments.mode == "memory":
        memory(rest[0], rest[1], pathlib.Path(rest[2]))
    else:
        files(rest[0], rest[1], pathlib.Path(rest[2]), rest[3])
