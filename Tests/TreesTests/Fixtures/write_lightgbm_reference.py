#!/usr/bin/env python3
"""Writes lightgbm_reference.json: LightGBM's test metrics on tables that Swift makes bit by bit the
same way (SplitMix64, IEEE arithmetic only, no libm), with the parameters of each case.

    pip install lightgbm==4.7.0 numpy
    python write_lightgbm_reference.py > lightgbm_reference.json
"""
import json

import lightgbm as lgb
import numpy as np

ROWS, TABLES, COLUMNS = 4000, 4, 6


def numbers(seed, count):
    """SplitMix64 as TestSupport.SeededGenerator, the upper 53 bits in [0, 1)."""
    index = np.arange(1, count + 1, dtype=np.uint64)
    z = np.uint64(seed) + index * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def table(seed, rows):
    u = numbers(seed, rows * 8).reshape(rows, 8)
    x = np.empty((rows, COLUMNS))
    x[:, 0] = 2 * u[:, 0] - 1
    x[:, 1] = np.where(u[:, 1] < 0.1, np.nan, u[:, 1])
    x[:, 2] = np.floor(u[:, 2] * 12)  # a category of 12 codes
    x[:, 3] = np.floor(u[:, 3] * 5) - 2
    x[:, 4] = u[:, 4] * u[:, 4] * 100
    x[:, 5] = u[:, 5]  # noise
    effect = np.array([0, 1, -1, 2, 0, 0.5, 1, -2, 0.5, 0, 3, -0.5])[x[:, 2].astype(int)]
    y = 2 * x[:, 0] * x[:, 0] + np.where(u[:, 1] < 0.1, 1.5, np.where(u[:, 1] > 0.6, 1.0, -1.0))
    y = y + effect + 0.3 * x[:, 3] * x[:, 0] + 0.01 * x[:, 4] + 2 * (u[:, 6] + u[:, 7] - 1)
    return x, y.astype(np.float32)


def metric(case, prediction, label):
    error = label.astype(np.float64) - prediction
    if case["objective"] == "binary":
        chosen = np.where(label > 0, prediction, 1 - prediction)
        return float(-np.mean(np.log(chosen)))
    if case["objective"] == "quantile":
        alpha = case["alpha"]
        return float(np.mean(np.maximum(alpha * error, (alpha - 1) * error)))
    return float(np.sqrt(np.mean(error * error)))


CASES = [
    dict(objective="regression", alpha=0.5),
    dict(objective="regression", alpha=0.5, lambda_l1=2.0, lambda_l2=5.0, max_depth=4),
    dict(objective="binary", alpha=0.5),
    dict(objective="quantile", alpha=0.1),
    dict(objective="quantile", alpha=0.9),
    dict(objective="regression", alpha=0.5, monotone_constraints=[0, 0, 0, 0, 1, -1]),
    dict(objective="regression", alpha=0.5, interaction_constraints=[[0, 1], [2], [3, 4]]),
    dict(objective="regression", alpha=0.5, path_smooth=20.0),
    dict(objective="binary", alpha=0.5, path_smooth=50.0, monotone_constraints=[0, 0, 0, 0, 1, 0]),
    dict(objective="regression", alpha=0.5, max_delta_step=0.5),
    dict(objective="regression", alpha=0.5, extra_trees=True),
    dict(objective="regression", alpha=0.5, feature_fraction_bynode=0.5),
    dict(objective="binary", alpha=0.5, data_sample_strategy="goss"),
]

results = []
for case in CASES:
    case = dict(lambda_l1=0.0, lambda_l2=0.0, max_depth=-1) | case
    parameters = dict(case, num_leaves=31, learning_rate=0.1, num_threads=1, verbose=-1, seed=1)
    values = []
    for number in range(TABLES):
        (x, y), (test_x, test_y) = table(10 + 2 * number, ROWS), table(11 + 2 * number, ROWS)
        if case["objective"] == "binary":
            y, test_y = (y > 1).astype(np.float32), (test_y > 1).astype(np.float32)
        model = lgb.train(parameters, lgb.Dataset(x, label=y, categorical_feature=[2]), 60)
        values.append(metric(case, model.predict(test_x), test_y))
    results.append(dict(case, metrics=values))
print(json.dumps(dict(lightgbm=lgb.__version__, cases=results), indent=1))
