"""Writes the ONNX models of these fixtures, and what ONNX Runtime predicts with them.

    python write_onnx.py         onnx/*.onnx and onnx/*.expected.json, on the rows of rows.json

With scikit-learn 1.5.2, skl2onnx 1.17.0, onnx 1.16.2, protobuf 4.25, onnxruntime 1.19.2 and numpy
1.26 on Python 3.11. Forests get no missing values: ONNX Runtime does not know where they go there.
"""

import json
import pathlib

import numpy
import onnxruntime
import skl2onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import (
    HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier,
    RandomForestRegressor)

import write_models

FOLDER = pathlib.Path(__file__).parent


def models(labels):
    boosting = {"max_iter": 4, "max_leaf_nodes": 7, "random_state": 1}
    forest = {"n_estimators": 4, "max_depth": 3, "random_state": 1}
    yield "boosting-regression", HistGradientBoostingRegressor(**boosting), labels["number"]
    yield "boosting-binary", HistGradientBoostingClassifier(**boosting), labels["flag"]
    yield "boosting-classes", HistGradientBoostingClassifier(**boosting), labels["class"]
    yield "forest-regression", RandomForestRegressor(**forest), labels["number"]
    yield "forest-binary", RandomForestClassifier(**forest), labels["flag"]
    yield "forest-classes", RandomForestClassifier(**forest), labels["class"].astype(int)


def main():
    x, colour = write_models.columns(2000, 1)
    labels = write_models.targets(x, colour)
    rows, _ = write_models.test_rows()
    for name, model, target in models(labels):
        filled = "forest" in name
        model.fit(numpy.nan_to_num(x) if filled else x, target)
        options = {"zipmap": False} if hasattr(model, "classes_") else None
        graph = skl2onnx.to_onnx(
            model, initial_types=[("X", FloatTensorType([None, x.shape[1]]))], options=options)
        content = graph.SerializeToString()
        (FOLDER / f"onnx/{name}.onnx").write_bytes(content)
        with numpy.errstate(over="ignore"):
            given = rows.astype(numpy.float32)
        found = onnxruntime.InferenceSession(content).run(None, {"X": given})[-1].astype(float)
        if hasattr(model, "classes_") and len(model.classes_) == 2:
            found = found[:, 1]
        known = ~numpy.isnan(rows).any(axis=1) | (not filled)
        found = found.reshape(len(rows), -1)
        (FOLDER / f"onnx/{name}.expected.json").write_text(json.dumps(
            [found[row].tolist() if known[row] else [] for row in range(len(rows))],
            separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
