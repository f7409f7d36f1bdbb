"""The release that a program under test serves, as its own CSV files tell it."""
import csv
import glob
import os
import sys
import time

import requests

host, folder = sys.argv[1:3]
base = f"http://{host}"
tables = sorted(os.path.basename(path)[:-4] for path in glob.glob(os.path.join(folder, "tables", "*.csv")))
assert len(tables) > 10


def wait():
    """Until the server is there, on a busy machine too."""
    for _ in range(6_000):
        try:
            return requests.get(base)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"nobody listens at {base}")


def published(table):
    """The dimensions; and by their codes and the measure a number or None, and the reason why there is none."""
    with open(os.path.join(folder, "tables", f"{table}.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    dimensions = [name for name in rows[0] if name not in ("Measure", "Value", "ValueAttribute")]
    return dimensions, {
        tuple(row[name] for name in dimensions) + (row["Measure"],): (
            float(row["Value"]) if row["Value"] else None, row["ValueAttribute"])
        for row in rows
    }
