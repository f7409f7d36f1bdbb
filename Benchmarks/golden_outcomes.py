"""Compares what the made criminal justice chain comes to with the outcomes that its specification asks for. See README.md.

    golden_outcomes.py [--scale 1] [--truth DIR] [--json FILE]
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The year of which is asked. The truth reaches `lead_years` (of the pack) back before the window and decisions lie
# beyond its end, so that one year is enough: two years after a verdict or a release of COHORT end with YEAR.
YEAR = 2023
COHORT = YEAR - 2

# Tables of _truth, a Parquet file each.
TABLES = [
    "person", "crime", "suspect", "incident", "criminal_case", "om_decision", "verdict", "sanction", "collection",
    "stay", "halt_case"]


@dataclass
class Measure:
    """One figure: `kind` says how its tolerance is made up (see `judge`)."""

    group: str
    name: str
    kind: str
    expected: float
    sql: str
    given: float = None


# Every SELECT gives groups of what is not independent, a person as a rule: for a count `x`, for a share `x` of `n`.
LEADING = f"""(
  SELECT d.*, c.intake_kind FROM om_decision AS d JOIN criminal_case AS c USING (case_id)
  WHERE d.kind <> 'EVENT' AND year(d.decision_date) = {YEAR}
  QUALIFY row_number() OVER (PARTITION BY d.case_id ORDER BY d.decision_nr DESC) = 1)"""
OTHER = "('VADI', 'VTTZ', 'OVDR', 'OVER')"
SUSPECTS = f"(SELECT person_id, count(*) AS r FROM suspect WHERE year(hearing_date) = {YEAR} GROUP BY person_id)"
FIRST = f"(SELECT * FROM criminal_case WHERE year(intake_date) = {YEAR} AND intake_kind < 20)"
VERDICTS = f"(SELECT * FROM verdict WHERE year(verdict_date) = {YEAR})"
MAIN = f"(SELECT * FROM sanction WHERE sanction_nr = 1 AND year(verdict_date) = {YEAR})"
STOCK = f"(SELECT * FROM stay WHERE date_in <= DATE '{YEAR}-09-30' AND date_out > DATE '{YEAR}-09-30')"
# The prototype knew no offence modifiers: what its base probabilities give for the p of the cases.
BASE = f"(SELECT person_id, greatest(.4, 1 - .1 * p) AS s, greatest(.15, 1 - .13 * p) AS b FROM {FIRST} WHERE NOT legal)"
# A new offence that leads to another disposal than a technical dismissal, or to a conviction.
AGAIN = """(
  SELECT c.person_id, c.offence_date FROM criminal_case AS c LEFT JOIN verdict AS v ON v.case_id = coalesce(c.joined_case_id, c.case_id)
  WHERE c.previous_case_id IS NULL AND NOT c.legal AND (c.decision IN ('STRB', 'TRAN', 'SEPB', 'SEPV') OR c.decision = 'DAGV' AND v.code IN ('VMS', '9A')))"""


def share(source, what, by="person_id"):
    return f"SELECT sum(CASE WHEN {what} THEN 1 ELSE 0 END) AS x, count(*) AS n FROM {source} GROUP BY {by}"


def count(source, by="person_id"):
    return f"SELECT count(*) AS x FROM {source} GROUP BY {by}"


def recidivism(starts):
    return f"""
      SELECT max(CASE WHEN a.person_id IS NOT NULL THEN 1 ELSE 0 END) AS x, 1 AS n
      FROM (SELECT person_id, min(date) AS date FROM ({starts}) WHERE year(date) = {COHORT} GROUP BY person_id) AS s
        LEFT JOIN {AGAIN} AS a ON a.person_id = s.person_id AND a.offence_date > s.date AND a.offence_date <= s.date + 730
      GROUP BY s.person_id"""


CONVICTED = "SELECT person_id, verdict_date AS date FROM verdict WHERE code IN ('VMS', '9A') AND NOT legal AND age >= 18"
ORDERED = "SELECT person_id, decision_date FROM criminal_case WHERE decision = 'STRB' AND NOT legal AND age >= 18"


def measures():
    """All figures asked for, in the order of the specification."""
    rows = [
        Measure("14", "registered crimes", "total", 816540, f"SELECT count(*) AS x FROM crime WHERE year(reported_date) = {YEAR}"),
        Measure("14", "cleared after two years, %", "share", 28.1,
                share(f"(SELECT * FROM crime WHERE year(reported_date) = {YEAR})", "cleared_date <= reported_date + 730", "crime_id")),
        Measure("14", "shown at once for the last quarter, pp lower", "drop", 5.5, f"""
            SELECT sum(CASE WHEN cleared_date <= reported_date + 730 THEN 1 ELSE 0 END) - sum(CASE WHEN cleared_date <= DATE '{YEAR}-12-31' + 10 THEN 1 ELSE 0 END) AS x, count(*) AS n
            FROM crime WHERE reported_date BETWEEN DATE '{YEAR}-10-01' AND DATE '{YEAR}-12-31' GROUP BY crime_id""", 1.5),
        Measure("14", "suspect registrations", "count", 259000, f"SELECT r AS x FROM {SUSPECTS}"),
        Measure("14", "unique suspects", "count", 150000, f"SELECT 1 AS x FROM {SUSPECTS}"),
        Measure("14", "registrations per unique suspect", "mean", 1.73, f"SELECT r AS x, 1 AS n FROM {SUSPECTS}"),
        # Known: the first incident of the career is not among those of the year.
        Measure("14", "suspects known before, %", "share", 65.5, f"""
            SELECT CASE WHEN bool_or(s.incident_id = s.person_id * 1000) THEN 0 ELSE 1 END AS x, 1 AS n
            FROM suspect AS s WHERE year(s.hearing_date) = {YEAR} GROUP BY s.person_id""", 1.5),
        Measure("14", "cases of the OM, first instance", "count", 177000, count(FIRST)),
        Measure("14", "before year calibration: SEPO + SEPV, %", "share", 32.7, f"SELECT sum(.2 + .16 * s) AS x, count(*) AS n FROM {BASE} GROUP BY person_id"),
        Measure("14", "before year calibration: STRB, %", "share", 21.6, f"SELECT sum(.3 * b) AS x, count(*) AS n FROM {BASE} GROUP BY person_id"),
        Measure("14", "before year calibration: DAGV, %", "share", 43.8, f"SELECT sum(1 - .22 - .16 * s - .3 * b) AS x, count(*) AS n FROM {BASE} GROUP BY person_id")]
    for name, expected, kinds in [
        ("DAGV", 39.5, "('DAGV')"), ("OPRV", .6, "('OPRV')"), ("STRB", 23.2, "('STRB')"), ("TRAN", .7, "('TRAN')"), ("SEPO", 29.9, "('SEPO')"),
        ("SEPV", 5.4, "('SEPV')"), ("rest", .7, OTHER)]:
        rows.append(Measure("4.5", f"year mix: {name}, %", "share", expected, share(LEADING, f"kind IN {kinds}"), .5))
    rows += [
        Measure("14", "verdicts", "count", 77000, count(VERDICTS)),
        Measure("14", "guilty, %", "share", 87.5, share(VERDICTS, "code IN ('VMS', '9A')")),
        Measure("14", "main sanction custody, %", "share", 36, share(MAIN, "code IN ('GEV', 'JDT', 'ISD')")),
        Measure("14", "main sanction task, %", "share", 35, share(MAIN, "code = 'WST'")),
        Measure("14", "main sanction fine, %", "share", 29, share(MAIN, "code = 'GBO'")),
        Measure("14", "court fines", "count", 19500, count(f"(SELECT * FROM sanction WHERE code = 'GBO' AND year(verdict_date) = {YEAR})")),
        Measure("14", "work penalties with penal orders", "count", 31500, f"""
            SELECT count(*) AS x FROM (
              SELECT person_id FROM sanction WHERE code = 'WST' AND year(verdict_date) = {YEAR}
              UNION ALL SELECT person_id FROM om_decision WHERE code = '041' AND year(decision_date) = {YEAR}) GROUP BY person_id"""),
        Measure("14", "prison entries", "count", 31000, count(f"(SELECT * FROM stay WHERE is_entry AND year(date_in) = {YEAR})")),
        Measure("14", "prison stock, 30 September", "count", 9500, count(STOCK)),
        # Guilty outcomes as p counts them: a penal order establishes guilt too.
        Measure("14", "recidivism, adults guilty, %", "share", 27, recidivism(f"{CONVICTED} UNION ALL {ORDERED}"), 1),
        Measure("14", "recidivism, ex-prisoners, %", "share", 46, recidivism(
            "SELECT s.person_id, s.date_out AS date FROM (SELECT *, lead(date_in) OVER (PARTITION BY person_id ORDER BY date_in, date_out) AS next_in FROM stay) AS s"
            " JOIN person AS p ON p.person_id = s.person_id WHERE s.sanction_id IS NOT NULL AND s.kind IN ('VH', 'VS', 'ISD', 'JDET')"
            " AND coalesce(s.next_in > s.date_out, true) AND s.date_out >= p.birth_date + 6574"), 1),
        Measure("14", "penal orders of all kinds", "count", 284000, f"""
            SELECT count(*) AS x FROM (
              SELECT person_id FROM om_decision WHERE kind = 'STRB' AND year(decision_date) = {YEAR}
              UNION ALL SELECT person_id FROM collection WHERE kind = 'SB' AND case_id IS NULL AND year(received_date) = {YEAR}) GROUP BY person_id"""),
        Measure("14", "Halt cases", "count", 10500, count(f"(SELECT * FROM halt_case WHERE year(entry_date) = {YEAR} AND outcome <> 'Niet in behandeling')")),
        Measure("14", "appeals, %", "share", 17.6, share(VERDICTS, "appealed")),
        Measure("6", "cases with a victim, %", "share", 53, share(f"(SELECT * FROM {FIRST} WHERE NOT legal)", "with_victim")),
        Measure("6", "cases that came back, %", "share", 4.3, share(f"(SELECT * FROM criminal_case WHERE year(intake_date) = {YEAR})", "intake_kind >= 20")),
        Measure("6", "verdicts by default, %", "share", 23.5, share(VERDICTS, "by_default"))]
    # What §6 and §8.7 say beside it, where the two do not agree or nothing has to hold: shown, not judged.
    rows += [
        Measure("6", "incidents sent to the OM, %", "shown", 95, share(f"(SELECT * FROM incident WHERE year(hearing_date) = {YEAR})", "to_om")),
        Measure("6", "recidivism, adults convicted by a court, %", "shown", None, recidivism(CONVICTED)),
        Measure("8.7", "entries: substitute custody and committal", "shown count", 7000, count(
            f"(SELECT * FROM stay WHERE is_entry AND (kind = 'GIJ' OR kind LIKE 'VVH%') AND year(date_in) = {YEAR})"))]
    for name, expected, what in [
        ("remand", 44, "kind = 'VH'"), ("sentence", 39, "kind = 'VS'"), ("ISD", 8, "kind = 'ISD'"), ("substitute and committal", 5, "kind = 'GIJ' OR kind LIKE 'VVH%'"),
        ("men", 95, "sex = 'M'")]:
        rows.append(Measure("8.7", f"stock: {name}, %", "shown", expected, share(STOCK, what)))
    aged = f"(SELECT s.person_id, datediff('day', p.birth_date, DATE '{YEAR}-09-30') / 365.25 AS age FROM {STOCK} AS s JOIN person AS p ON p.person_id = s.person_id)"
    for low, high, expected in [(18, 25, 15), (25, 45, 58), (45, 65, 26)]:
        rows.append(Measure("8.7", f"stock: {low} to {high - 1} years, %", "shown", expected, share(aged, f"age >= {low} AND age < {high}")))
    rows.append(Measure("8.7", "stock: 3 years or more, % of the sentenced", "shown", 40, share(
        f"(SELECT s.person_id, x.custody_days FROM {STOCK} AS s JOIN sanction AS x ON x.sanction_id = s.sanction_id WHERE s.kind IN ('VS', 'JDET'))", "custody_days >= 1095")))
    return rows


@dataclass
class Outcome:
    group: str
    measure: str
    expected: float
    tolerance: float
    found: float
    ok: bool


def judge(connection, measure, scale):
    """One outcome. σ follows from the groups of what is not independent: of a count √Σx², of a share √Σ(x - pn)² / Σn.

    A tolerance is 1% and 3σ; where the specification gives one it holds at scale 1, and below it grows by what 3σ grows.
    """
    x, n, squares, products, weights = connection.execute(f"""
      SELECT coalesce(sum(x), 0), coalesce(sum(n), 0), coalesce(sum(x * x), 0), coalesce(sum(x * n), 0), coalesce(sum(n * n), 0)
      FROM (SELECT CAST(x AS DOUBLE) AS x, CAST({'n' if ' AS n' in measure.sql else '0'} AS DOUBLE) AS n FROM ({measure.sql}))""").fetchone()
    per_cent = 100 if measure.kind in ("share", "shown", "drop") else 1
    if measure.kind in ("total", "count", "shown count"):
        found, expected = x, measure.expected * scale
        sigma = math.sqrt(expected if measure.kind == "total" else squares)
    else:
        found, expected = (per_cent * x / n if n else math.nan), measure.expected
        sigma = per_cent * math.sqrt(max(0, squares - 2 * x / n * products + (x / n) ** 2 * weights)) / n if n else math.nan
    if measure.kind.startswith("shown"):
        return Outcome(measure.group, measure.name, expected, None, found, None)
    if measure.given is None:
        tolerance = .01 * expected + 3 * sigma
    else:
        tolerance = measure.given + 3 * sigma * max(0, 1 - math.sqrt(scale))
    return Outcome(measure.group, measure.name, expected, tolerance, found, abs(found - expected) <= tolerance)


def read_truth(connection, folder):
    """A view for each table of the truth that is asked for."""
    for name in TABLES:
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{Path(folder)}/*.{name}.parquet')")


def outcomes(connection, scale):
    return [judge(connection, measure, scale) for measure in measures()]


def table(rows):
    def number(value, row):
        if value is None:
            return "-"
        return f"{value:,.0f}" if abs(row.found) >= 1000 or float(row.found).is_integer() and "%" not in row.measure and "pp" not in row.measure else f"{value:.2f}"

    lines = [("", "measure", "expected", "tolerance", "found", "ok")]
    for row in rows:
        lines.append((
            f"§{row.group}", row.measure, number(row.expected, row), "-" if row.tolerance is None else f"± {number(row.tolerance, row)}",
            number(row.found, row), {True: "yes", False: "NO", None: "-"}[row.ok]))
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    return "\n".join(" | ".join(
        cell.ljust(width) if i in (0, 1, 5) else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)


def synthesize(keten, scale, out, threads=None):
    """The command that makes the truth; also for run.py, which measures it."""
    command = [
        str(keten), "synthesize", "chains/strafrecht", "--seed", "42", "--scale", str(scale), "--from", str(YEAR), "--to", str(YEAR),
        "--faults", "none", "--out", str(out)]
    return command + (["--threads", str(threads)] if threads else [])


def main():
    parser = argparse.ArgumentParser(description="Compares the made chain with the outcomes that are asked of it.")
    parser.add_argument("--truth", metavar="DIR", help=f"the _truth of deliveries made before, of {YEAR}, without faults")
    parser.add_argument("--scale", type=float, default=1, help="the scale to make, or at which --truth was made (default 1)")
    parser.add_argument("--keten", default=ROOT / ".build" / "release" / "keten", help="another keten than the one just built")
    parser.add_argument("--threads", type=int, help="threads for keten and for the counting")
    parser.add_argument("--json", metavar="FILE", help="write the outcomes here too; - for standard output, without the table")
    options = parser.parse_args()
    import duckdb

    work = None
    try:
        folder = options.truth
        if not folder:
            work = Path(tempfile.mkdtemp(prefix="keten-golden-"))
            print(f"making {YEAR} at scale {options.scale:g}", file=sys.stderr, flush=True)
            subprocess.run(
                synthesize(options.keten, options.scale, work / "made", options.threads), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            folder = work / "made" / "_truth"
        connection = duckdb.connect(config={"threads": options.threads} if options.threads else {})
        read_truth(connection, folder)
        rows = outcomes(connection, options.scale)
    finally:
        if work:
            shutil.rmtree(work, ignore_errors=True)
    text = json.dumps({"year": YEAR, "scale": options.scale, "outcomes": [asdict(row) for row in rows]}, indent=2)
    if options.json == "-":
        print(text)
    else:
        print(table(rows))
    if options.json and options.json != "-":
        Path(options.json).write_text(text + "\n")
    sys.exit(1 if any(row.ok is False for row in rows) else 0)


if __name__ == "__main__":
    main()
