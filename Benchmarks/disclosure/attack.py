"""Attacks a table that Keten protected, with another solver: attack.py FOLDER NAME f|p SAMPLE

Reads NAME_out.csv and the hierarchies, and shares nothing with Keten. The attacker knows what is published, all sums, and that nothing is negative. Of a
sample of the sensitive cells he asks HiGHS for the smallest and the largest value; and again when he is the only contributor of another hidden cell.
Prints what he found as JSON: cells that are closer than the rule allows, and cells that an insider can compute. Needs scipy.
"""

import csv
import json
import math
import pathlib
import random
import sys

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

folder, name, rule, sample = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
rows = list(csv.DictReader(open(folder / f"{name}_out.csv", encoding="utf-8", newline="")))
dimensions = [path.stem.split("_", 1)[1] for path in folder.glob(f"{name}_*.csv") if path.stem != f"{name}_out"]
dimensions = [column for column in rows[0] if column in dimensions]
children = {}
for dimension in dimensions:
    children[dimension] = {}
    for row in csv.DictReader(open(folder / f"{name}_{dimension}.csv", encoding="utf-8", newline="")):
        if row["parent"]:
            children[dimension].setdefault(row["parent"], []).append(row["code"])
figure = "n" if rule == "f" else "value"
cells = {tuple(row[dimension] for dimension in dimensions): row for row in rows}
value = {cell: int(row[figure]) for cell, row in cells.items()}
hidden = [cell for cell, row in cells.items() if row["status"] in ("primary", "secondary")]
column = {cell: number for number, cell in enumerate(hidden)}

# One equation a sum that has a hidden cell.
data, places, sums, seen = [], [], [], 0
starts = [0]
for cell in {*cells}:
    for axis, dimension in enumerate(dimensions):
        parts = [cell[:axis] + (code,) + cell[axis + 1:] for code in children[dimension].get(cell[axis], [])]
        if not parts or not any(part in column for part in parts + [cell]):
            continue
        total = 0
        for part, sign in [(part, 1) for part in parts] + [(cell, -1)]:
            if part in column:
                data.append(sign)
                places.append(column[part])
            else:
                total -= sign * value.get(part, 0)
        starts.append(len(data))
        sums.append(total)
matrix = csr_matrix((data, places, starts), shape=(len(sums), len(hidden)))


def interval(cell, known=()):
    bounds = [(0, None)] * len(hidden)
    for other in known:
        bounds[column[other]] = (value[other], value[other])
    ends = []
    for sign in 1, -1:
        goal = np.zeros(len(hidden))
        goal[column[cell]] = sign
        answer = linprog(goal, A_eq=matrix, b_eq=sums, bounds=bounds, method="highs")
        ends.append(math.inf if answer.status == 3 else sign * answer.fun)
    return ends[0], ends[1] if ends[1] != -math.inf else math.inf


def home(cell):
    """The cell without parts in which the only contributor of a cell stands."""
    for axis, dimension in enumerate(dimensions):
        for code in children[dimension].get(cell[axis], []):
            part = cell[:axis] + (code,) + cell[axis + 1:]
            if part in cells and cells[part]["n"] == "1":
                return home(part)
    return cell


chance = random.Random(7)
primary = [cell for cell in hidden if cells[cell]["status"] == "primary"]
close = insider = 0
taken = chance.sample(primary, min(sample, len(primary)))
for cell in taken:
    need = 1
    if rule == "p":
        first, second = int(cells[cell]["top1"]), int(cells[cell]["top2"])
        need = max(1, math.ceil(.15 * first - (value[cell] - first - second)))
    low, high = interval(cell)
    slack = 1e-5 * max(1, value[cell])
    close += low > value[cell] - min(need, value[cell]) + slack or high < value[cell] + need - slack
homes = {}
for cell in hidden:
    if cells[cell]["n"] == "1":
        homes.setdefault(home(cell), []).append(cell)
for cell in taken[:max(1, sample // 2)]:
    near = [one for one in homes if sum(a != b for a, b in zip(one, cell)) <= 2 and cell not in homes[one]]
    for one in chance.sample(near, min(2, len(near))):
        low, high = interval(cell, homes[one])
        insider += high - low < 1e-6 * max(1, value[cell])
print(json.dumps({"attacked": len(taken), "close": close, "insider": insider}))
