"""Makes a hierarchical table of made-up amounts by region, offence and sex, and perhaps age: tables.py OUT NAME SEED

Writes NAME.csv (every cell: codes, n, value, the two largest contributions), a hierarchy a dimension, and the specs NAME_f.yaml (fewer than three
contributors) and NAME_p.yaml (p% with p = 15). The same seed gives the same table.
"""

import itertools
import pathlib
import random
import sys

SHAPES = {
    "small": ({"region": [12, 40], "offence": [6, 20], "sex": [2]}, 20),
    "middle": ({"region": [12, 40], "offence": [9, 50], "sex": [2]}, 20),
    "large": ({"region": [12, 120], "offence": [9, 70], "sex": [2]}, 20),
    "wide": ({"region": [12, 342], "offence": [9, 90], "sex": [2]}, 20),
    "huge": ({"region": [12, 342], "offence": [9, 90], "sex": [2], "age": [3, 8]}, 10),
}


def tree(name, levels):
    """Codes with their parents, the total first; and the codes of the lowest level."""
    parents, above = {"Total": ""}, ["Total"]
    for depth, count in enumerate(levels, 1):
        codes = [f"{name[:3].upper()}{depth}_{number:03d}" for number in range(count)]
        for number, code in enumerate(codes):
            parents[code] = above[number * len(above) // count]
        above = codes
    return parents, above


def main(out, name, seed):
    levels, mean = SHAPES[name]
    chance = random.Random(seed)
    trees = {dimension: tree(dimension, counts) for dimension, counts in levels.items()}
    weights = [{code: chance.lognormvariate(0, 1) for code in leaves} for _, leaves in trees.values()]
    cells = {}
    leaves = list(itertools.product(*(leaves for _, leaves in trees.values())))
    rates = []
    for leaf in leaves:
        rate = chance.lognormvariate(0, 1)
        for weight, code in zip(weights, leaf):
            rate *= weight[code]
        rates.append(rate)
    scale = mean * len(rates) / sum(rates)
    paths = []
    for parents, codes in trees.values():
        path = {}
        for code in codes:
            path[code], at = [], code
            while at:
                path[code].append(at)
                at = parents[at]
        paths.append(path)
    for leaf, rate in zip(leaves, rates):
        # About Poisson: a normal with its mean and spread is near enough for large cells.
        rate *= scale
        count = max(0, round(chance.gauss(rate, rate ** .5))) if rate > 30 else 0
        if rate <= 30:
            step, limit = chance.expovariate(1), rate
            while step < limit:
                count += 1
                step += chance.expovariate(1)
        if not count:
            continue
        amounts = sorted((round(chance.lognormvariate(5.5, 1.3)) + 1 for _ in range(count)), reverse=True)
        own = (count, sum(amounts), amounts[0], amounts[1] if count > 1 else 0)
        for cell in itertools.product(*(path[code] for path, code in zip(paths, leaf))):
            n, value, first, second = cells.get(cell, (0, 0, 0, 0))
            top = sorted((first, second, own[2], own[3]), reverse=True)
            cells[cell] = (n + own[0], value + own[1], top[0], top[1])
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with open(out / f"{name}.csv", "w", encoding="utf-8") as file:
        file.write(",".join([*levels, "n", "value", "top1", "top2"]) + "\n")
        for cell, figures in cells.items():
            file.write(",".join([*cell, *map(str, figures)]) + "\n")
    lines = ["dimensions:"]
    for dimension, (parents, _) in trees.items():
        with open(out / f"{name}_{dimension}.csv", "w", encoding="utf-8") as file:
            file.write("code,parent\n")
            file.writelines(f"{code},{parent}\n" for code, parent in parents.items())
        lines.append(f"  - {{name: {dimension}, hierarchy: {name}_{dimension}.csv}}")
    head = "\n".join(lines) + "\nfrequency: n\n"
    (out / f"{name}_f.yaml").write_text(head + "rules: [{minimum_frequency: 3}]\n", encoding="utf-8")
    (out / f"{name}_p.yaml").write_text(
        head + "value: value\nlargest: [top1, top2]\nrules: [{p_percent: 15}]\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
