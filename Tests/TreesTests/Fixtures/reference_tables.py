"""Tables that Swift makes bit by bit the same way (SplitMix64, IEEE arithmetic only, no libm), their
labels by objective, and the losses that a test set is measured by."""
import numpy as np

ROWS, TABLES, COLUMNS, ROUNDS = 4000, 4, 6, 60
QUERY_ROWS, CUTOFF = 20, 5


def numbers(seed, count):
    """SplitMix64 as TestSupport.SeededGenerator, the upper 53 bits in [0, 1)."""
    index = np.arange(1, count + 1, dtype=np.uint64)
    z = np.uint64(seed) + index * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


class Table:
    """Features, labels, and what a case may ask for besides: weights, scores to start from."""

    def __init__(self, seed, case):
        u = numbers(seed, ROWS * 8).reshape(ROWS, 8)
        x = np.empty((ROWS, COLUMNS))
        x[:, 0] = 2 * u[:, 0] - 1
        x[:, 1] = np.where(u[:, 1] < 0.1, np.nan, u[:, 1])
        x[:, 2] = np.floor(u[:, 2] * 12)  # a category of 12 codes
        x[:, 3] = np.floor(u[:, 3] * 5) - 2
        x[:, 4] = u[:, 4] * u[:, 4] * 100
        x[:, 5] = u[:, 5]  # noise
        effect = np.array([0, 1, -1, 2, 0, 0.5, 1, -2, 0.5, 0, 3, -0.5])[x[:, 2].astype(int)]
        y = 2 * x[:, 0] * x[:, 0] + np.where(u[:, 1] < 0.1, 1.5, np.where(u[:, 1] > 0.6, 1.0, -1.0))
        y = y + effect + 0.3 * x[:, 3] * x[:, 0] + 0.01 * x[:, 4] + 2 * (u[:, 6] + u[:, 7] - 1)
        self.x, self.y = x, labels(case["objective"], y.astype(np.float32))
        # Rows whose noise is upwards count little: a model without the weights is biased.
        self.weights = np.where(u[:, 6] > 0.5, 0.125, 1.0) if case.get("weighted") else None
        self.start = 1.5 * x[:, 0] if case.get("starts") else None


def labels(objective, y):
    """32-bit numbers, computed in doubles from 32-bit ones."""
    y = y.astype(np.float64)
    counts = np.floor(y + 0.5)
    return {
        "binary": lambda: y > 1, "poisson": lambda: np.maximum(counts, 0),
        "gamma": lambda: np.abs(y) + 0.125, "tweedie": lambda: np.maximum(y, 0),
        "multiclass": lambda: np.clip(counts, 0, 3), "lambdarank": lambda: np.clip(counts, 0, 4),
    }.get(objective, lambda: y)().astype(np.float32)


def loss(case, predicted, table):
    """Above 0; deviances, so that a share of it means something."""
    y = table.y.astype(np.float64)
    e = y - predicted if predicted.ndim == 1 else None
    objective, alpha = case["objective"], case.get("alpha", 0.5)
    weights = table.weights if case.get("weighted") else None

    def mean(values):
        return float(np.average(values, weights=weights))

    if objective == "regression":
        return float(np.sqrt(mean(e * e)))
    if objective == "regression_l1":
        return mean(np.abs(e))
    if objective == "huber":
        a = np.abs(e)
        return mean(np.where(a <= alpha, 0.5 * e * e, alpha * (a - 0.5 * alpha)))
    if objective == "fair":
        a, c = np.abs(e), case["fair_c"]
        return mean(c * a - c * c * np.log1p(a / c))
    if objective == "quantile":
        return mean(np.maximum(alpha * e, (alpha - 1) * e))
    if objective == "poisson":
        ratio = np.where(y > 0, y / predicted, 1)
        return mean(2 * (y * np.log(ratio) - y + predicted))
    if objective == "gamma":
        return mean(2 * (y / predicted - np.log(y / predicted) - 1))
    if objective == "tweedie":
        p = case["tweedie_variance_power"]
        return mean(2 * (y ** (2 - p) / ((1 - p) * (2 - p)) - y * predicted ** (1 - p) / (1 - p)
                         + predicted ** (2 - p) / (2 - p)))
    if objective == "binary":
        return mean(-np.log(np.where(y > 0, predicted, 1 - predicted)))
    if objective == "multiclass":
        return mean(-np.log(predicted[np.arange(ROWS), y.astype(int)]))
    return 1 - ndcg(y, predicted)


def ndcg(y, predicted):
    """At `CUTOFF`, of queries of `QUERY_ROWS` rows one after the other; ties stay in order."""
    discounts = 1 / np.log2(np.arange(CUTOFF) + 2)
    values = []
    for start in range(0, ROWS, QUERY_ROWS):
        gains = 2.0 ** y[start:start + QUERY_ROWS] - 1
        order = np.argsort(-predicted[start:start + QUERY_ROWS], kind="stable")
        best = np.sum(np.sort(gains)[::-1][:CUTOFF] * discounts)
        values.append(np.sum(gains[order[:CUTOFF]] * discounts) / best if best > 0 else 1)
    return float(np.mean(values))


def pairs(case):
    """Training and test tables."""
    for number in range(TABLES):
        yield Table(10 + 2 * number, case), Table(11 + 2 * number, case)
