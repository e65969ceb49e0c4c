"""Writes multinomial.json: what scikit-learn makes of a small table of four classes.

scikit-learn 1.9.1, numpy 2.4.6. Columns are standardised with the weights first; coefficients are
given for the standardised columns.
"""
import json
import pathlib

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

random = numpy.random.default_rng(20261124)
COUNT, WIDTH, CLASSES = 300, 5, 4


def main():
    design = random.normal(0, 1, (COUNT, WIDTH))
    design[:, 3] = design[:, 0] * 0.9 + design[:, 3] * 0.3  # nearly collinear
    design[:, 4] = design[:, 4] * 1e-3 + 1000
    design = numpy.round(design, 6)
    scores = design[:, :4] @ random.normal(0, 1.5, (4, CLASSES)) + [1, 0, -2, 0.5]
    scores += random.gumbel(size=scores.shape)
    target = scores.argmax(axis=1)
    weights = numpy.round(random.uniform(0.1, 2, COUNT), 2)
    fits = []
    for weighted in (False, True):
        used = weights if weighted else None
        scaler = StandardScaler().fit(design, sample_weight=used)
        for l2 in (0.01, 1.0, 50.0):
            model = LogisticRegression(C=1 / l2, solver="newton-cg", tol=1e-11, max_iter=10_000)
            model.fit(scaler.transform(design), target, sample_weight=used)
            fits.append({
                "l2": l2, "weighted": weighted, "coefficients": model.coef_.tolist(),
                "intercepts": model.intercept_.tolist()})
    document = {
        "columns": design.T.tolist(), "weights": weights.tolist(), "target": target.tolist(),
        "fits": fits}
    path = pathlib.Path(__file__).with_name("multinomial.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


main()
