"""Writes metrics.json: predictions, labels and what scikit-learn and LightGBM say about them.

scikit-learn 1.9.1, LightGBM 4.7.0, numpy 2.4.6. Predictions are rounded so that ties occur.
"""
import json
import pathlib

import lightgbm
import numpy
from sklearn import metrics

random = numpy.random.default_rng(20261123)
COUNT = 201  # not a multiple of the lanes or blocks


def lightgbm_metric(name, labels, scores, weights, group=None, **parameters):
    """LightGBM's own value for given raw scores: one round that learns nothing."""
    data = lightgbm.Dataset(
        numpy.zeros((len(labels), 1)), labels, weight=weights, group=group,
        init_score=scores.T.ravel() if scores.ndim == 2 else scores,
        params={"min_data_in_bin": 1, "verbose": -1, "feature_pre_filter": False})
    recorded = {}
    lightgbm.train(
        {"metric": name.split("@")[0], "verbose": -1, "boost_from_average": False, "learning_rate": 1e-300,
         **parameters},
        data, num_boost_round=1, valid_sets=[data], valid_names=["v"],
        callbacks=[lightgbm.record_evaluation(recorded)])
    return recorded["v"][name][0]


def regression(weighted):
    labels = numpy.round(random.normal(40, 15, COUNT), 2)
    predictions = numpy.round(labels + random.normal(0, 5, COUNT), 2)
    weights = numpy.round(random.uniform(0, 3, COUNT), 2) if weighted else None
    lower, upper = predictions - 6, predictions + 5
    error = numpy.abs(predictions - labels)
    share = lambda inside: float(numpy.average(inside, weights=weights))
    expected = {
        "rmse": metrics.root_mean_squared_error(labels, predictions, sample_weight=weights),
        "mae": metrics.mean_absolute_error(labels, predictions, sample_weight=weights),
        "r2": metrics.r2_score(labels, predictions, sample_weight=weights),
        "within_3": share(error <= 3), "within_5": share(error <= 5),
        "within_10": share(error <= 10),
        "pinball": metrics.mean_pinball_loss(
            labels, predictions, sample_weight=weights, alpha=0.1),
        "coverage": share((lower <= labels) & (labels <= upper)),
    }
    return {
        "classCount": 1, "alpha": 0.1, "labels": labels.tolist(),
        "predictions": predictions.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "lower": lower.tolist(), "upper": upper.tolist(),
        "expected": {k: float(v) for k, v in expected.items()}}


def binary(weighted):
    labels = (random.uniform(size=COUNT) < 0.3).astype(float)
    predictions = numpy.round(
        numpy.clip(random.beta(2, 4, COUNT) + 0.15 * labels, 0, 1), 2)
    predictions[:2] = [0.0, 1.0]
    labels[:2] = [1.0, 0.0]
    weights = numpy.round(random.uniform(0.1, 3, COUNT), 2) if weighted else None
    # LightGBM clips probabilities, and the first two rows are infinitely wrong.
    clipped = numpy.clip(
        numpy.where(labels > 0, predictions, 1 - predictions), float(numpy.float32(1e-15)), None)
    expected = {
        "auc": metrics.roc_auc_score(labels, predictions, sample_weight=weights),
        "logloss": numpy.average(-numpy.log(clipped), weights=weights),
        "error": 1 - metrics.accuracy_score(labels, predictions > 0.5, sample_weight=weights),
    }
    inner = numpy.clip(predictions, 1e-3, 1 - 1e-3)
    scores = numpy.log(inner / (1 - inner))
    for ours, theirs in [("auc", "auc"), ("error", "binary_error")]:
        value = lightgbm_metric(theirs, labels, scores, weights, objective="binary")
        assert abs(value - expected[ours]) < 1e-6, (ours, value, expected[ours])
    return {
        "classCount": 1, "alpha": None, "labels": labels.tolist(),
        "predictions": predictions.tolist(),
        "weights": None if weights is None else weights.tolist(), "lower": None, "upper": None,
        "expected": {k: float(v) for k, v in expected.items()}}


def multiclass(weighted):
    labels = random.integers(0, 4, COUNT).astype(float)
    scores = numpy.round(random.normal(0, 1, (COUNT, 4)), 1)
    scores[numpy.arange(COUNT), labels.astype(int)] += 0.5
    scores = numpy.round(scores, 1)  # equal scores are equal to the last bit
    predictions = numpy.exp(scores) / numpy.exp(scores).sum(axis=1, keepdims=True)
    weights = numpy.round(random.uniform(0.1, 3, COUNT), 2) if weighted else None
    own = predictions[numpy.arange(COUNT), labels.astype(int)]
    wrong = (predictions >= own[:, None]).sum(axis=1) > 1  # a tie is an error
    expected = {
        "logloss": metrics.log_loss(labels, predictions, sample_weight=weights),
        "error": numpy.average(wrong, weights=weights),
    }
    # LightGBM keeps weights in float.
    value = lightgbm_metric(
        "multi_error", labels, scores, weights, objective="multiclass", num_class=4)
    assert abs(value - expected["error"]) < 1e-6, (value, expected["error"])
    return {
        "classCount": 4, "alpha": None, "labels": labels.tolist(),
        "predictions": predictions.ravel().tolist(),
        "weights": None if weights is None else weights.tolist(), "lower": None, "upper": None,
        "expected": {k: float(v) for k, v in expected.items()}}


def exact(values):
    """As LightGBM keeps them: 32 bits, here without a loss."""
    return numpy.round(values * 8) / 8


def positive(weighted):
    """Amounts and their predicted means."""
    predictions = exact(random.gamma(3, 1.5, COUNT)) + 1 / 8
    labels = exact(predictions * random.gamma(4, 0.25, COUNT)) + 1 / 8
    weights = exact(random.uniform(0.1, 3, COUNT)) + 1 / 8 if weighted else None
    logs = numpy.log(predictions)
    expected = {}
    for ours, theirs, objective, scores, parameters in [
            ("l2", "l2", "regression", predictions, {}),
            ("mape", "mape", "regression", predictions, {}),
            ("huber", "huber", "huber", predictions, {"alpha": 0.75}),
            ("fair", "fair", "fair", predictions, {"fair_c": 1.5}),
            ("poisson", "poisson", "poisson", logs, {}),
            ("gamma", "gamma", "gamma", logs, {}),
            ("gamma_deviance", "gamma_deviance", "gamma", logs, {}),
            ("tweedie", "tweedie", "tweedie", logs, {"tweedie_variance_power": 1.25})]:
        expected[ours] = lightgbm_metric(
            theirs, labels, scores, weights, objective=objective, **parameters)
    return {
        "classCount": 1, "alpha": 0.75, "fairC": 1.5, "tweedieVariancePower": 1.25,
        "labels": labels.tolist(), "predictions": predictions.tolist(),
        "weights": None if weights is None else weights.tolist(), "expected": expected}


def precision(weighted):
    labels = (random.uniform(size=COUNT) < 0.3).astype(float)
    predictions = numpy.round(numpy.clip(random.beta(2, 4, COUNT) + 0.15 * labels, 0, 1), 2)
    weights = exact(random.uniform(0.1, 3, COUNT)) + 1 / 8 if weighted else None
    value = metrics.average_precision_score(labels, predictions, sample_weight=weights)
    theirs = lightgbm_metric(
        "average_precision", labels, predictions, weights, objective="binary")
    assert abs(value - theirs) < 1e-9, (value, theirs)
    return {
        "classCount": 1, "labels": labels.tolist(), "predictions": predictions.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "expected": {"average_precision": float(value)}}


def ranking(weighted):
    count = 161
    sizes = [30, 1, 12, 60, 7, 1, 50]
    labels = random.choice(5, count, p=[0.5, 0.2, 0.15, 0.1, 0.05]).astype(float)
    labels[31:43] = 0  # a query without a relevant row
    predictions = numpy.round(random.normal(0, 1, count) + 0.3 * labels, 1)  # with ties
    weights = exact(random.uniform(0.1, 3, count)) + 1 / 8 if weighted else None
    if weighted:
        # LightGBM counts a query without a relevant row as 1 whatever its weight; ours weighs it.
        for start, size in zip(numpy.cumsum([0] + sizes), sizes):
            if not labels[start:start + size].any():
                weights[start:start + size] = 1
    expected = {}
    for name in ("ndcg", "map"):
        for at in (1, 5, 100):
            full = f"{name}@{at}"
            expected[full] = lightgbm_metric(
                full, labels, predictions, weights, sizes, objective="lambdarank", eval_at=[at])
    return {
        "classCount": 1, "labels": labels.tolist(), "predictions": predictions.tolist(),
        "weights": None if weights is None else weights.tolist(), "sizes": sizes,
        "expected": expected}


cases = {}
for weighted in (False, True):
    suffix = " weighted" if weighted else ""
    cases["regression" + suffix] = regression(weighted)
    cases["binary" + suffix] = binary(weighted)
    cases["multiclass" + suffix] = multiclass(weighted)
for weighted in (False, True):
    suffix = " weighted" if weighted else ""
    cases["positive" + suffix] = positive(weighted)
    if weighted:
        cases["precision" + suffix] = precision(weighted)
    cases["ranking" + suffix] = ranking(weighted)
path = pathlib.Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(cases, separators=(",", ":")))
