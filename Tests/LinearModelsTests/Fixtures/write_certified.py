"""Writes certified.json: least squares and ridge of ill-conditioned tables, solved exactly.

strd.txt holds the observations of NIST's Statistical Reference Datasets (public domain), linear
regression: the response, then the predictors, as printed there. This script solves each set in
rational numbers, from the printed decimals, and stops unless that agrees with every certified
coefficient and residual deviation. Then it rounds the columns to doubles, as a Parquet file would
hold them, and solves these again: what a perfect program makes of the file. Python alone.
"""
import fractions
import json
import pathlib
import random

HERE = pathlib.Path(__file__).parent
F = fractions.Fraction
WAMPLER = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048]
WAMPLER += WAMPLER[9::-1]

# NIST's certified values: intercept, coefficients; residual standard deviation.
CERTIFIED = {
    "norris": ("-0.262323073774029 1.00211681802045", "0.884796396144373"),
    "pontius": (
        "0.673565789473684E-03 0.732059160401003E-06 -0.316081871345029E-14",
        "0.205177424076185E-03"),
    "noint1": ("0 2.07438016528926", "3.56753034006338"),
    "noint2": ("0 0.727272727272727", "0.369274472937998"),
    "filip": (
        "-1467.48961422980 -2772.17959193342 -2316.37108160893 -1127.97394098372 "
        "-354.478233703349 -75.1242017393757 -10.8753180355343 -1.06221498588947 "
        "-0.670191154593408E-01 -0.246781078275479E-02 -0.402962525080404E-04",
        "0.334801051324544E-02"),
    "longley": (
        "-3482258.63459582 15.0618722713733 -0.0358191792925910 -2.02022980381683 "
        "-1.03322686717359 -0.0511041056535807 1829.15146461355", "304.854073561965"),
    "wampler1": ("1 1 1 1 1 1", "0"),
    "wampler2": ("1 0.1 0.01 0.001 0.0001 0.00001", "0"),
    "wampler3": ("1 1 1 1 1 1", "2360.14502379268"),
    "wampler4": ("1 1 1 1 1 1", "236014.502379268"),
    "wampler5": ("1 1 1 1 1 1", "23601450.2379268"),
}
DEGREES = {"pontius": 2, "filip": 10}


def observations():
    sets = {}
    for line in (HERE / "strd.txt").read_text().splitlines():
        if line.startswith("#"):
            rows = sets[line[2:]] = []
        else:
            rows.append([F(value) for value in line.split()])
    for name in ("noint1", "noint2"):
        # Without an intercept: with each row's mirror image the intercept is 0.
        sets[name] += [[-value for value in row] for row in sets[name]]
    result = {
        name: ([row[0] for row in rows], powers(rows, DEGREES.get(name, 1)))
        for name, rows in sets.items()}
    for number, base, factor in (
            (1, F(1), 0), (2, F(1, 10), 0), (3, F(1), 1), (4, F(1), 100), (5, F(1), 10_000)):
        columns = powers([[0, F(x)] for x in range(21)], 5)
        target = [
            1 + factor * WAMPLER[x] + sum(base**(k + 1) * F(x)**(k + 1) for k in range(5))
            for x in range(21)]
        result[f"wampler{number}"] = (target, columns)
    return result


def powers(rows, degree):
    if degree == 1:
        return [list(column) for column in zip(*(row[1:] for row in rows))]
    return [[row[1]**power for row in rows] for power in range(1, degree + 1)]


def eliminate(system):
    """Gauss-Jordan in place; returns the columns with pivots."""
    pivots, top = [], 0
    for column in range(len(system[0]) - 1):
        found = next((row for row in range(top, len(system)) if system[row][column]), None)
        if found is None:
            continue
        system[top], system[found] = system[found], system[top]
        pivot = system[top][column]
        system[top] = [value / pivot for value in system[top]]
        for row in range(len(system)):
            if row != top and system[row][column]:
                factor = system[row][column]
                system[row] = [a - factor * b for a, b in zip(system[row], system[top])]
        pivots.append(column)
        top += 1
    return pivots


def solve(target, columns, weights=None, penalty=0):
    """Intercept and coefficients, the penalty on standardised columns; of many solutions the one
    that is smallest in standardised columns."""
    weights = weights or [F(1)] * len(target)
    total = sum(weights)

    def centred(column):
        mean = sum(w * v for w, v in zip(weights, column)) / total
        return mean, [v - mean for v in column]

    def product(u, v):
        return sum(w * a * b for w, a, b in zip(weights, u, v))

    mean, y = centred(target)
    means, xs = zip(*(centred(column) for column in columns))
    squares = [product(x, x) / total for x in xs]
    system = [
        [product(u, v) + (penalty * squares[i] if i == j else 0) for j, v in enumerate(xs)]
        + [product(u, y)] for i, u in enumerate(xs)]
    pivots = eliminate(system)
    free = [j for j in range(len(xs)) if j not in pivots]
    values = [F(0)] * len(xs)
    for row, column in enumerate(pivots):
        values[column] = system[row][-1]
    if free:
        # Minimise the sum of squares * value^2 over the null space.
        null = []
        for j in free:
            vector = [F(0)] * len(xs)
            vector[j] = F(1)
            for row, column in enumerate(pivots):
                vector[column] = -system[row][j]
            null.append(vector)
        inner = [
            [sum(s * a * b for s, a, b in zip(squares, u, v)) for v in null]
            + [-sum(s * a * b for s, a, b in zip(squares, u, values))] for u in null]
        eliminate(inner)
        for row, vector in zip(inner, null):
            values = [a + row[-1] * b for a, b in zip(values, vector)]
    intercept = mean - sum(v * m for v, m in zip(values, means))
    error = sum(
        w * (t - intercept - sum(v * c[row] for v, c in zip(values, columns)))**2
        for row, (w, t) in enumerate(zip(weights, target)))
    return [intercept] + values, error


def agrees(found, printed):
    """Whether a rational rounds to 14 of the printed digits."""
    wanted = F(printed)
    return abs(found - wanted) <= abs(wanted) * F(6, 10**15) + (0 if wanted else F(1, 10**30))


def check(name, target, columns):
    coefficients, deviation = CERTIFIED[name]
    values, error = solve(target, columns)
    for found, printed in zip(values, coefficients.split(), strict=True):
        assert agrees(found, printed), (name, float(found), printed)
    # Mirrored rows count twice, and there is no intercept to take a degree of freedom.
    mirrored = name.startswith("noint")
    rows = len(target) // 2 if mirrored else len(target)
    freedom = rows - len(columns) - (0 if mirrored else 1)
    variance = error / (2 if mirrored else 1) / freedom
    square = F(deviation)**2
    assert abs(variance - square) <= 3 * square * F(1, 10**14), (name, float(variance))


def rounded(column):
    return [float(value) for value in column]


def entry(name, target, columns, weights=None, penalty=0, certified=None):
    target, columns = rounded(target), [rounded(column) for column in columns]
    exact, _ = solve(
        [F(v) for v in target], [[F(v) for v in column] for column in columns],
        [F(w) for w in weights] if weights else None, F(penalty))
    return {
        "name": name, "target": target, "columns": columns, "weights": weights,
        "penalty": penalty, "certified": certified, "exact": rounded(exact)}


def generated():
    """Tables that are ill-conditioned by construction."""
    chance = random.Random(20261124)
    for width in (6, 8, 10):
        columns = [[F(1, row + column + 1) for row in range(25)] for column in range(width)]
        target = [sum(values) + F(chance.gauss(0, 1)) for values in zip(*columns)]
        yield entry(f"hilbert{width}", target, columns)
    weights = [round(chance.uniform(0.1, 3), 3) for _ in range(25)]
    yield entry("hilbert8, weights", target, columns[:8], weights)
    offset = [[10**8 + 1000 * v for v in column] for column in columns[:5]]
    yield entry("hilbert5, offset 10^8", target, offset)
    colours = [chance.randrange(4) for _ in range(40)]
    sizes = [chance.randrange(3) for _ in range(40)]
    blocks = [[F(int(c == code)) for c in colours] for code in range(4)]
    blocks += [[F(int(s == code)) for s in sizes] for code in range(3)]
    blocks.append([F(chance.uniform(0, 10)) for _ in range(40)])
    target = [F(chance.gauss(c + 2 * s, 1)) for c, s in zip(colours, sizes)]
    yield entry("one-hot blocks", target, blocks)
    yield entry("one-hot blocks, ridge", target, blocks, penalty=1e-6)
    yield entry("one-hot blocks, weights", target, blocks, [
        round(chance.uniform(0.1, 3), 3) for _ in range(40)])


def main():
    document = []
    for name, (target, columns) in observations().items():
        check(name, target, columns)
        document.append(entry(
            name, target, columns, certified=[float(v) for v in CERTIFIED[name][0].split()]))
    document += generated()
    text = json.dumps(document, separators=(",", ":"))
    (HERE / "certified.json").write_text(text.replace('{"name', '\n{"name') + "\n")


main()
