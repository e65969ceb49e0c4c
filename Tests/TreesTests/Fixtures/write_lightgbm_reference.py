#!/usr/bin/env python3
"""Writes lightgbm_reference.json: LightGBM's test losses on the tables of reference_tables.py, with
the parameters of each case.

    pip install lightgbm==4.7.0 numpy
    python write_lightgbm_reference.py > lightgbm_reference.json
"""
import json

import lightgbm as lgb
import numpy as np

from reference_tables import QUERY_ROWS, ROUNDS, ROWS, loss, pairs

CASES = [
    dict(objective="regression"),
    dict(objective="regression", lambda_l1=2.0, lambda_l2=5.0, max_depth=4),
    dict(objective="binary"),
    dict(objective="quantile", alpha=0.1),
    dict(objective="quantile", alpha=0.9),
    dict(objective="regression", monotone_constraints=[0, 0, 0, 0, 1, -1]),
    dict(objective="regression", interaction_constraints=[[0, 1], [2], [3, 4]]),
    dict(objective="regression", path_smooth=20.0),
    dict(objective="binary", path_smooth=50.0, monotone_constraints=[0, 0, 0, 0, 1, 0]),
    dict(objective="regression", max_delta_step=0.5),
    dict(objective="regression", extra_trees=True),
    dict(objective="regression", feature_fraction_bynode=0.5),
    dict(objective="binary", data_sample_strategy="goss"),
    dict(objective="regression_l1"),
    dict(objective="huber", alpha=0.9),
    dict(objective="fair", fair_c=1.5),
    dict(objective="poisson"),
    dict(objective="gamma"),
    dict(objective="tweedie", tweedie_variance_power=1.3),
    dict(objective="binary", scale_pos_weight=2.5),
    dict(objective="binary", is_unbalance=True),
    dict(objective="multiclass", num_class=4),
    dict(objective="lambdarank"),
    dict(objective="regression", weighted=True),
    dict(objective="quantile", alpha=0.9, weighted=True),
    dict(objective="poisson", weighted=True),
    dict(objective="binary", weighted=True),
    dict(objective="regression", starts=True),
    dict(objective="binary", starts=True),
    dict(objective="regression", data_sample_strategy="goss"),
    dict(objective="multiclass", num_class=4, data_sample_strategy="goss"),
    dict(objective="regression", bagging_fraction=0.5, bagging_freq=1),
    dict(objective="regression", feature_fraction=0.5),
    dict(objective="regression", max_bin=15),
    dict(objective="regression", min_data_in_leaf=200),
    dict(objective="binary", min_sum_hessian_in_leaf=50.0),
    dict(objective="regression", min_gain_to_split=50.0),
    dict(objective="poisson", monotone_constraints=[0, 0, 0, 0, 1, -1]),
    dict(objective="quantile", alpha=0.5, interaction_constraints=[[0, 1], [2], [3, 4]]),
    dict(objective="multiclass", num_class=4, interaction_constraints=[[0, 1], [2, 3]]),
    # Against the data, on the column with missing values, which matter.
    dict(objective="regression", monotone_constraints=[0, -1, 0, 0, 0, 0]),
    dict(objective="binary", monotone_constraints=[0, -1, 0, 0, 1, 0]),
]


def trained(case, train):
    parameters = {k: v for k, v in case.items() if k not in ("weighted", "starts")}
    parameters |= dict(num_leaves=31, learning_rate=0.1, num_threads=1, verbose=-1, seed=1)
    sizes = [QUERY_ROWS] * (ROWS // QUERY_ROWS) if case["objective"] == "lambdarank" else None
    data = lgb.Dataset(
        train.x, label=train.y, weight=train.weights, init_score=train.start, group=sizes,
        categorical_feature=[2])
    return lgb.train(parameters, data, ROUNDS)


def predicted(case, model, test):
    if test.start is None:
        return model.predict(test.x)
    scores = model.predict(test.x, raw_score=True) + test.start
    return 1 / (1 + np.exp(-scores)) if case["objective"] == "binary" else scores


results = [
    dict(case, metrics=[loss(case, predicted(case, trained(case, train), test), test)
                        for train, test in pairs(case)]) for case in CASES]
print(json.dumps(dict(library="lightgbm", version=lgb.__version__, cases=results), indent=1))
