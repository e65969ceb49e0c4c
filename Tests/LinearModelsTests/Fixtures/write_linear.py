"""Writes linear.json: what scikit-learn makes of small tables by lasso, elastic net, logistic and
Poisson regression.

scikit-learn 1.9.1, numpy 2.4.6. Columns are standardised with the weights first; coefficients are
given for the standardised columns. Tolerances are set so that scikit-learn's own answers are good
to 1e-9 or better.
"""
import json
import pathlib

import numpy
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, PoissonRegressor
from sklearn.preprocessing import StandardScaler

random = numpy.random.default_rng(20261123)
COUNT, WIDTH = 200, 8


def table():
    design = random.normal(0, 1, (COUNT, WIDTH))
    design[:, 3] = design[:, 0] * 0.9 + design[:, 3] * 0.3  # nearly collinear
    design[:, 5] = design[:, 5] * 1e-5 + 7
    return numpy.round(design, 6)


def main():
    design = table()
    weights = numpy.round(random.uniform(0.1, 2, COUNT), 2)
    signal = design[:, 0] * 2 - design[:, 1] + design[:, 3] + (design[:, 5] - 7) * 1e5
    target = numpy.round(signal + random.normal(0, 1, COUNT), 6)
    outcome = (random.uniform(size=COUNT) < 1 / (1 + numpy.exp(-signal / 2))).astype(float)
    count = random.poisson(numpy.exp(signal / 4)).astype(float)
    fits = []

    def add(objective, model, labels, l1, l2, weighted):
        used = weights if weighted else None
        scaler = StandardScaler().fit(design, sample_weight=used)
        model.fit(scaler.transform(design), labels, sample_weight=used)
        fits.append({
            "objective": objective, "l1": l1, "l2": l2, "weighted": weighted,
            "coefficients": numpy.ravel(model.coef_).tolist(),
            "intercept": float(numpy.ravel(model.intercept_)[0])})

    for weighted in (False, True):
        total = weights.sum() if weighted else COUNT
        for alpha in (0.02, 0.3):
            add("lasso", Lasso(alpha=alpha, tol=1e-14, max_iter=10**6), target,
                alpha * total, 0, weighted)
            add("elasticnet", ElasticNet(alpha=alpha, l1_ratio=0.4, tol=1e-14, max_iter=10**6),
                target, alpha * 0.4 * total, alpha * 0.6 * total, weighted)
        for l2 in (0.01, 10):
            add("logistic",
                LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-12, max_iter=1000),
                outcome, 0, l2, weighted)
            add("poisson",
                PoissonRegressor(
                    alpha=l2 / total, solver="newton-cholesky", tol=1e-12, max_iter=1000),
                count, 0, l2, weighted)
    result = {
        "columns": design.T.tolist(), "weights": weights.tolist(), "target": target.tolist(),
        "outcome": outcome.tolist(), "count": count.tolist(), "fits": fits}
    path = pathlib.Path(__file__).with_name("linear.json")
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()
