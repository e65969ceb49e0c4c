#!/usr/bin/env python3
"""Writes xgboost_reference.json: XGBoost's test losses on the tables of reference_tables.py, all
columns as numbers, with the parameters of each case, which are named as LightGBM's.

    pip install xgboost==3.2.0 numpy
    python write_xgboost_reference.py > xgboost_reference.json

Not compared, because XGBoost's loss is another one: huber (pseudo-Huber), multiclass (other
hessians), rankings (other pairs and scaling).
"""
import json

import numpy as np
import xgboost as xgb

from reference_tables import COLUMNS, ROUNDS, loss, pairs

OBJECTIVES = {
    "regression": "reg:squarederror", "regression_l1": "reg:absoluteerror",
    "quantile": "reg:quantileerror", "poisson": "count:poisson", "gamma": "reg:gamma",
    "tweedie": "reg:tweedie", "binary": "binary:logistic"}
NAMES = {
    "lambda_l1": "alpha", "lambda_l2": "lambda", "min_sum_hessian_in_leaf": "min_child_weight",
    "min_gain_to_split": "gamma", "tweedie_variance_power": "tweedie_variance_power",
    "alpha": "quantile_alpha"}
LEAFWISE = dict(grow_policy="lossguide", num_leaves=31, max_depth=-1)
DEPTHWISE = dict(grow_policy="depthwise", num_leaves=64, max_depth=6)
COMMON = dict(lambda_l2=1.0, min_data_in_leaf=0, min_sum_hessian_in_leaf=1.0)

CASES = [
    COMMON | growth | case for growth in (LEAFWISE, DEPTHWISE) for case in [
        dict(objective="regression"),
        dict(objective="regression", lambda_l1=2.0, lambda_l2=5.0),
        dict(objective="regression_l1"),
        dict(objective="quantile", alpha=0.9),
        dict(objective="poisson"),
        dict(objective="gamma"),
        dict(objective="tweedie", tweedie_variance_power=1.3),
        dict(objective="binary"),
        dict(objective="binary", scale_pos_weight=2.5),
        dict(objective="regression", weighted=True),
        dict(objective="binary", weighted=True),
        dict(objective="regression", starts=True),
        dict(objective="regression", monotone_constraints=[0, 0, 0, 0, 1, -1]),
        dict(objective="binary", monotone_constraints=[0, -1, 0, 0, 1, 0]),
        dict(objective="regression", interaction_constraints=[[0, 1], [2], [3, 4]]),
        dict(objective="regression", max_delta_step=0.5),
        dict(objective="binary", min_sum_hessian_in_leaf=50.0),
    ]]


def trained(case, train):
    parameters = {
        "objective": OBJECTIVES[case["objective"]], "tree_method": "hist", "max_bin": 256,
        "eta": 0.1, "nthread": 1, "grow_policy": case["grow_policy"],
        "max_depth": max(case["max_depth"], 0),
        "max_leaves": case["num_leaves"] if case["grow_policy"] == "lossguide" else 0}
    for name, value in case.items():
        if name in NAMES:
            parameters[NAMES[name]] = value
        elif name in ("scale_pos_weight", "max_delta_step"):
            parameters[name] = value
        elif name == "monotone_constraints":
            parameters[name] = f"({','.join(map(str, value))})"
        elif name == "interaction_constraints":
            parameters[name] = json.dumps(value)
    return xgb.train(parameters, matrix(train), ROUNDS)


def matrix(table):
    return xgb.DMatrix(
        table.x, table.y, weight=table.weights, base_margin=table.start, nthread=1)


results = []
for case in CASES:
    assert len(case.get("monotone_constraints", [0] * COLUMNS)) == COLUMNS
    metrics = [
        loss(case, trained(case, train).predict(matrix(test)).astype(np.float64), test)
        for train, test in pairs(case)]
    results.append(dict(case, metrics=metrics))
print(json.dumps(dict(library="xgboost", version=xgb.__version__, cases=results), indent=1))
