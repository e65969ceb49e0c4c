#!/usr/bin/env python3
"""scikit-learn's side of linear.py: read with pyarrow, impute, standardise, fit, save.

    linear_peer.py OBJECTIVE DATA MODEL ALPHA L1_RATIO THREADS TARGET
"""

import os
import pickle
import sys

objective, data, output, alpha, l1_ratio, threads, target_name = sys.argv[1:]
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = threads

import numpy  # noqa: E402: the threads come first
import pyarrow  # noqa: E402
import pyarrow.parquet  # noqa: E402
from sklearn.impute import SimpleImputer  # noqa: E402
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

pyarrow.set_cpu_count(int(threads))
table = pyarrow.parquet.read_table(data)
target = table[target_name].to_numpy()
names = [name for name in table.column_names if name not in (target_name, "id")]
design = numpy.empty((table.num_rows, len(names)), order="F")
missing = False
for index, name in enumerate(names):
    missing = missing or table[name].null_count > 0
    design[:, index] = table[name].to_numpy()
models = {
    "ridge": lambda: Ridge(alpha=1.0),
    "logistic": lambda: LogisticRegression(C=1.0, solver="newton-cholesky"),
    "elasticnet": lambda: ElasticNet(
        alpha=float(alpha), l1_ratio=float(l1_ratio), precompute=True),
}
steps = [SimpleImputer(add_indicator=True)] if missing else []
model = make_pipeline(*steps, StandardScaler(copy=False), models[objective]())
model.fit(design, target)
with open(output, "wb") as file:
    pickle.dump(model, file)
