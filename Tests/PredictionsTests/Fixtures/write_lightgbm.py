"""Writes lightgbm.json: the trees of a small LightGBM model, rows, and LightGBM's raw scores.

LightGBM 4.7.0, numpy 2.4.6. Numbers with missing values, thresholds that rows meet exactly, and a
categorical column with missing and unseen values.
"""
import json
import pathlib

import lightgbm
import numpy

random = numpy.random.default_rng(20261125)
COUNT, CATEGORIES = 400, 40


def table(category_count):
    rows = numpy.column_stack([
        numpy.round(random.normal(0, 2, COUNT), 1), numpy.round(random.uniform(0, 1, COUNT), 3),
        random.integers(0, category_count, COUNT).astype(float)])
    rows[random.uniform(size=rows.shape) < 0.1] = numpy.nan
    return rows


def flatten(root):
    """Nodes before their children; a leaf is -1 - its number."""
    nodes, leaves = [], []

    def visit(node):
        if "leaf_value" in node:
            leaves.append(node["leaf_value"])
            return -len(leaves)
        index = len(nodes)
        entry = {"feature": node["split_feature"], "defaultLeft": node["default_left"]}
        if node["decision_type"] == "==":
            entry["categories"] = [int(c) for c in node["threshold"].split("||")]
        else:
            assert node["decision_type"] == "<=" and node["missing_type"] == "NaN"
            entry["threshold"] = node["threshold"]
        nodes.append(entry)
        entry["left"] = visit(node["left_child"])
        entry["right"] = visit(node["right_child"])
        return index

    visit(root)
    return {"nodes": nodes, "leaves": leaves}


train = table(CATEGORIES)
label = numpy.nan_to_num(train[:, 0], nan=3) * 2 + numpy.isin(train[:, 2] % 7, [1, 4]) * 3
booster = lightgbm.train(
    {"num_leaves": 15, "min_data_in_leaf": 5, "learning_rate": 0.3, "verbose": -1,
     "min_data_per_group": 5, "cat_smooth": 1, "max_cat_to_onehot": 1, "min_data_in_bin": 1},
    lightgbm.Dataset(train, label + random.normal(0, 0.1, COUNT), categorical_feature=[2]),
    num_boost_round=10)
rows = table(CATEGORIES + 5)  # five codes that training never saw
trees = [flatten(t["tree_structure"]) for t in booster.dump_model()["tree_info"]]
document = {
    "categoryCount": CATEGORIES, "trees": trees,
    "rows": [[None if v != v else v for v in row] for row in rows.tolist()],
    "scores": booster.predict(rows, raw_score=True).tolist()}
path = pathlib.Path(__file__).with_name("lightgbm.json")
path.write_text(json.dumps(document, separators=(",", ":")))
