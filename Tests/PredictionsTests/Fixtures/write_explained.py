"""Writes explained.json: trees of LightGBM and XGBoost with their row counts, rows, and the
libraries' own explanations of them.

LightGBM 4.7.0 (`pred_contrib`, `pred_leaf`), XGBoost 3.2.0 (`pred_contribs`, `pred_interactions`,
single precision), numpy 2.4.6.
"""
import json
import pathlib

import lightgbm
import numpy
import xgboost

random = numpy.random.default_rng(20261126)
COUNT, CATEGORIES = 600, 12


def table(count):
    rows = numpy.column_stack([
        numpy.round(random.normal(0, 2, count), 1), numpy.round(random.uniform(0, 1, count), 2),
        random.integers(0, 6, count).astype(float), numpy.round(random.normal(0, 1, count), 2),
        random.integers(0, CATEGORIES, count).astype(float)])
    rows[:, :4][random.uniform(size=(count, 4)) < 0.1] = numpy.nan
    return rows


def target(rows):
    x = numpy.nan_to_num(rows, nan=1.5)
    return x[:, 0] * x[:, 1] + numpy.sin(x[:, 3]) * x[:, 2] + (x[:, 4] % 3 == 1) * 2


def lightgbm_tree(root):
    nodes, leaves, counts = [], {}, {}

    def visit(node):
        if "leaf_value" in node:
            leaves[node["leaf_index"]] = node["leaf_value"]
            counts[node["leaf_index"]] = node["leaf_count"]
            return ~node["leaf_index"]
        entry = {"feature": node["split_feature"], "defaultLeft": node["default_left"]}
        if node["decision_type"] == "==":
            entry["categories"] = [int(c) for c in node["threshold"].split("||")]
        else:
            entry["threshold"] = node["threshold"]
        index = len(nodes)
        nodes.append(entry)
        entry["left"] = visit(node["left_child"])
        entry["right"] = visit(node["right_child"])
        return index

    visit(root)
    order = sorted(leaves)
    return {"nodes": nodes, "leaves": [leaves[i] for i in order],
            "counts": [counts[i] for i in order]}


def xgboost_tree(root):
    nodes, leaves, counts = [], [], []

    def visit(node):
        if "leaf" in node:
            leaves.append(node["leaf"])
            counts.append(int(node["cover"]))
            return -len(leaves)
        children = {child["nodeid"]: child for child in node["children"]}
        # `x < t` in single precision is `x <= the float before t`.
        limit = numpy.nextafter(numpy.float32(node["split_condition"]), numpy.float32(-1e30))
        index = len(nodes)
        entry = {"feature": int(node["split"][1:]), "defaultLeft": node["missing"] == node["yes"],
                 "threshold": float(limit)}
        nodes.append(entry)
        entry["left"] = visit(children[node["yes"]])
        entry["right"] = visit(children[node["no"]])
        return index

    visit(root)
    return {"nodes": nodes, "leaves": leaves, "counts": counts}


train, rows = table(COUNT), table(12)
label = target(train)
booster = lightgbm.train(
    {"num_leaves": 20, "min_data_in_leaf": 5, "learning_rate": 0.3, "verbose": -1,
     "min_data_per_group": 5, "cat_smooth": 1, "max_cat_to_onehot": 1, "min_data_in_bin": 1},
    lightgbm.Dataset(train, label, categorical_feature=[4]), num_boost_round=6)
peer = xgboost.train(
    {"max_depth": 5, "eta": 0.3, "min_child_weight": 3}, xgboost.DMatrix(train, label), 4)
matrix = xgboost.DMatrix(rows)
base = json.loads(peer.save_config())["learner"]["learner_model_param"]["base_score"]
document = {
    "categoryCount": CATEGORIES,
    "rows": [[None if v != v else v for v in row] for row in rows.tolist()],
    "lightgbm": {
        "trees": [lightgbm_tree(t["tree_structure"]) for t in booster.dump_model()["tree_info"]],
        "contributions": booster.predict(rows, pred_contrib=True).tolist(),
        "leaves": booster.predict(rows, pred_leaf=True).tolist()},
    "xgboost": {
        "baseScore": float(base.strip("[]")),
        "trees": [xgboost_tree(json.loads(t)) for t in
                  peer.get_dump(dump_format="json", with_stats=True)],
        "contributions": peer.predict(matrix, pred_contribs=True).tolist(),
        "interactions": peer.predict(matrix, pred_interactions=True).tolist()}}
path = pathlib.Path(__file__).with_name("explained.json")
path.write_text(json.dumps(document, separators=(",", ":")))
