#!/usr/bin/env python3
"""Writes forced_bins.json: the bounds of LightGBM's bins with `forcedbins_filename`, on numbers that
Swift makes bit by bit the same way. A model whose leaves hold single bins shows all bounds.

    pip install lightgbm==4.7.0 numpy
    python write_forced_bins.py > forced_bins.json
"""
import json
import tempfile

import lightgbm as lgb
import numpy as np

from reference_tables import numbers

ROWS = 3000


def bounds(values, forced, max_bin):
    """All numbers are above 0: LightGBM then has one bin more, below 1e-35, which stays empty."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([dict(feature=0, bin_upper_bound=forced)], file)
        file.flush()
        parameters = dict(
            objective="regression", max_bin=max_bin, forcedbins_filename=file.name, num_leaves=400,
            min_data_in_leaf=1, min_sum_hessian_in_leaf=0, learning_rate=1.0, num_threads=1,
            verbose=-1)
        order = np.argsort(np.argsort(values))
        label = np.where(order % 2 == 0, values, -values).astype(np.float32) + order
        model = lgb.train(parameters, lgb.Dataset(values.reshape(-1, 1), label=label), 30)
    found = set()

    def walk(node):
        if "threshold" in node:
            found.add(node["threshold"])
            walk(node["left_child"])
            walk(node["right_child"])

    for tree in model.dump_model()["tree_info"]:
        walk(tree["tree_structure"])
    return sorted(found - {1.0000000180025095e-35})


CASES = [
    dict(seed=1, levels=0, forced=[0.25, 0.5], max_bin=5),
    dict(seed=2, levels=0, forced=[0.31, 0.35, 0.4], max_bin=6),
    dict(seed=3, levels=0, forced=[0.9], max_bin=12),
    dict(seed=4, levels=0, forced=[0.1, 0.2, 0.8], max_bin=33),
    dict(seed=5, levels=20, forced=[0.33, 0.77], max_bin=8),
    dict(seed=6, levels=7, forced=[0.55], max_bin=40),
    dict(seed=7, levels=0, forced=[5.0], max_bin=10),
]

results = []
for case in CASES:
    values = numbers(case["seed"], ROWS)
    if case["levels"]:
        values = (np.floor(values * case["levels"]) + 1) / (case["levels"] + 1)
    else:
        values = values + 1 / 1024
    results.append(dict(case, bounds=bounds(values, case["forced"], case["max_bin"])))
print(json.dumps(dict(lightgbm=lgb.__version__, rows=ROWS, cases=results), indent=1))
