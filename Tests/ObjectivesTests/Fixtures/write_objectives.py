"""Writes objectives.json: LightGBM's gradients, hessians and initial scores.

LightGBM does not show gradients. A tree whose leaves hold a row each does: `refit` keeps its splits
and sets each leaf to -g / (h + lambda_l2), so two values of lambda_l2 give g and h.

    pip install lightgbm==4.7.0 numpy==2.4.6
    python write_objectives.py
"""
import json
import pathlib

import lightgbm
import numpy

random = numpy.random.default_rng(4)
COUNT = 40
X = numpy.arange(COUNT, dtype=float)[:, None]
QUIET = {"verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True}


def one_row_a_leaf(outputs):
    """A model of a tree for each output, grown to gradients that differ from row to row."""
    def apart(predictions, data):
        gradients = numpy.arange(COUNT, dtype=float) ** 1.5
        shape = (COUNT, outputs) if outputs > 1 else COUNT
        return (numpy.broadcast_to(gradients[:, None], (COUNT, outputs)).reshape(shape).copy(),
                numpy.ones(shape))

    data = lightgbm.Dataset(X, numpy.zeros(COUNT), params={
        "max_bin": 2 * COUNT, "min_data_in_bin": 1, "feature_pre_filter": False, "verbose": -1})
    model = lightgbm.train(
        {**QUIET, "objective": apart, "num_class": outputs, "num_leaves": COUNT,
         "min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 0, "learning_rate": 1}, data, 1)
    leaves = model.predict(X, pred_leaf=True).reshape(COUNT, outputs)
    assert all(len(set(leaves[:, k])) == COUNT for k in range(outputs))
    return lightgbm.Booster(model_str=model.model_to_string())


def values(objective, labels, weights, scores, group, lambda_l2):
    """(outputs, rows) what the leaves become."""
    outputs = objective.get("num_class", 1)
    model = one_row_a_leaf(outputs)
    model.params = {
        **objective, **QUIET, "lambda_l2": lambda_l2, "boost_from_average": False}
    model = model.refit(
        X, labels, decay_rate=0, weight=weights, group=group, init_score=scores,
        dataset_params={
            "max_bin": 2 * COUNT, "min_data_in_bin": 1, "feature_pre_filter": False})
    return model.predict(X, raw_score=True).reshape(COUNT, outputs).T


def derivatives(objective, labels, weights, scores, group):
    """(outputs) of (rows) pairs."""
    first = values(objective, labels, weights, scores, group, 1.0)
    second = values(objective, labels, weights, scores, group, 3.0)
    result = []
    for a, b in zip(first, second):
        # a (h + 1) = b (h + 3) = -g
        with numpy.errstate(all="ignore"):
            hessians = numpy.where(a == b, 0, (3 * b - a) / (a - b))
        gradients = -a * (hessians + 1)
        result.append([
            [float(f"{g:.8g}"), float(f"{h:.8g}")] for g, h in zip(gradients, hessians)])
    return result


def initial(objective, labels, weights, group):
    """The raw score of a model that cannot split."""
    data = lightgbm.Dataset(
        numpy.arange(len(labels), dtype=float)[:, None], labels, weight=weights, group=group,
        params={"feature_pre_filter": False, "verbose": -1})
    model = lightgbm.train(
        {**objective, **QUIET, "min_data_in_leaf": 10 * len(labels)}, data, 1)
    return model.predict(numpy.zeros((1, 1)), raw_score=True).ravel().tolist()


def case(objective, labels, outputs=1, group=None):
    result = []
    for weighted in (False, True):
        weights = numpy.round(random.uniform(0.2, 3, COUNT), 2) if weighted else None
        scores = numpy.round(random.normal(0, 1, (outputs, COUNT)), 2)
        result.append({
            "objective": objective, "labels": labels.tolist(),
            "weights": None if weights is None else weights.tolist(),
            "scores": scores.ravel().tolist(), "group": group,
            "initial": initial(objective, labels, weights, group),
            "derivatives": derivatives(objective, labels, weights, scores.ravel(), group)})
    return result


numbers = numpy.round(random.normal(1, 2, COUNT), 2)
counts = random.poisson(1.5, COUNT).astype(float)
amounts = numpy.round(random.gamma(2, 1.5, COUNT) + 0.01, 2)
often_zero = numpy.where(random.uniform(size=COUNT) < 0.4, 0, amounts)
flags = (random.uniform(size=COUNT) < 0.25).astype(float)
classes = random.choice(4, COUNT, p=[0.4, 0.3, 0.2, 0.1]).astype(float)
grades = random.choice(5, COUNT, p=[0.4, 0.25, 0.15, 0.15, 0.05]).astype(float)
groups = [16, 1, 11, 12]
cases = []
cases += case({"objective": "huber", "alpha": 0.9}, numbers)
cases += case({"objective": "fair", "fair_c": 1.5}, numbers)
cases += case({"objective": "poisson", "poisson_max_delta_step": 0.7}, counts)
cases += case({"objective": "gamma"}, amounts)
cases += case({"objective": "tweedie", "tweedie_variance_power": 1.3}, often_zero)
cases += case({"objective": "binary"}, flags)
cases += case({"objective": "binary", "scale_pos_weight": 2.5}, flags)
cases += case({"objective": "binary", "is_unbalance": True}, flags)
cases += case({"objective": "multiclass", "num_class": 4}, classes, 4)
cases += case({"objective": "lambdarank", "lambdarank_truncation_level": 8}, grades, 1, groups)
cases += case({"objective": "lambdarank", "lambdarank_norm": False}, grades, 1, groups)
cases += case({"objective": "regression_l1"}, numbers)
cases += case({"objective": "quantile", "alpha": 0.3}, numbers)
cases += case({"objective": "regression"}, numbers)
pathlib.Path(__file__).with_name("objectives.json").write_text(
    json.dumps(cases, separators=(",", ":")))
