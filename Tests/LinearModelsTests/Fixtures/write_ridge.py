"""Writes ridge.json: a small mixed table and what scikit-learn's Ridge makes of it.

scikit-learn 1.9.1, numpy 2.4.6. The columns are imputed by their weighted mean, get an indicator
where values are missing, categories are one-hot (missing and unlisted ones included), everything
is standardised with the weights, then Ridge(alpha) with the weights.
"""
import json
import pathlib

import numpy
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

random = numpy.random.default_rng(20261124)
COUNT = 120
CATEGORIES = ["red", "blue", "green"]


def table():
    height = numpy.round(random.normal(1e6, 3, COUNT), 3)  # an offset far beyond its spread
    ratio = random.normal(0, 1e-6, COUNT)
    height[random.uniform(size=COUNT) < 0.1] = numpy.nan
    colour = random.choice(CATEGORIES + ["rare", None], COUNT, p=[0.4, 0.3, 0.1, 0.1, 0.1])
    target = (
        numpy.nan_to_num(height - 1e6, nan=7) * 2 + ratio * 1e6
        + numpy.array([{"red": 1, "blue": 5}.get(c, -3) for c in colour])
        + random.normal(0, 0.3, COUNT) + 5e4)
    weights = numpy.round(random.uniform(0, 2, COUNT), 2)
    return height, ratio, colour, target, weights


def fit(height, ratio, colour, target, weights, alpha):
    missing = numpy.isnan(height)
    mean = numpy.average(height[~missing], weights=weights[~missing])
    design = [numpy.where(missing, mean, height), missing.astype(float), ratio]
    for category in CATEGORIES:
        design.append((colour == category).astype(float))
    design.append(numpy.array([c is None for c in colour]).astype(float))
    design.append((colour == "rare").astype(float))
    design = numpy.column_stack(design)
    scaler = StandardScaler().fit(design, sample_weight=weights)
    model = Ridge(alpha=alpha, solver="cholesky" if alpha > 0 else "svd")
    model.fit(scaler.transform(design), target, sample_weight=weights)
    return {
        "alpha": alpha, "coefficients": (model.coef_ / scaler.scale_).tolist(),
        "scales": scaler.scale_.tolist(), "intercept": float(model.intercept_),
        "predictions": model.predict(scaler.transform(design)).tolist()}


def plain(value):
    return None if value is None or value != value else value


height, ratio, colour, target, weights = table()
ones = numpy.ones(COUNT)
document = {
    "height": [plain(float(v)) for v in height], "ratio": ratio.tolist(),
    "colour": [plain(c) for c in colour], "target": target.tolist(),
    "weights": weights.tolist(),
    "weighted": [fit(height, ratio, colour, target, weights, a) for a in (0.5, 1.0, 100.0)],
    "unweighted": [fit(height, ratio, colour, target, ones, a) for a in (0.5, 1.0, 100.0)],
}
path = pathlib.Path(__file__).with_name("ridge.json")
path.write_text(json.dumps(document, separators=(",", ":")))
