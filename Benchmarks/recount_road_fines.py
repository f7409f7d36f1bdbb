"""Counts the three road-fines products again, straight from the five CSVs, without anything of Keten.

    recount_road_fines.py DATA OUT
"""

import csv
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

ACTIVITIES = {
    "Create Fine": "BOETE", "Send Fine": "VERZENDING", "Insert Fine Notification": "BETEKENING", "Add penalty": "VERHOGING",
    "Payment": "BETALING", "Insert Date Appeal to Prefecture": "BEZWAAR", "Send Appeal to Prefecture": "BEZWAAR_DOOR",
    "Receive Result Appeal from Prefecture": "UITSLAG", "Notify Result Appeal to Offender": "UITSLAG_BERICHT",
    "Appeal to Judge": "BEROEP", "Send for Credit Collection": "INCASSO"}
data, out, con = Path(sys.argv[1]), Path(sys.argv[2]), duckdb.connect()
parts = []
for place, source in enumerate(["police", "treasury", "prefecture", "court", "collection"], 1):
    own = "vehicleClass AS class, amount" if source == "police" else "NULL AS class, NULL AS amount"
    parts.append(
        f"SELECT fine, activity, CAST(date AS DATE) AS day, ({place}, row_number() OVER ()) AS turn, {own} "
        f"FROM read_csv('{data}/{source}.csv.gz', all_varchar = true, header = true)")
con.execute(f"CREATE TABLE event AS {' UNION ALL '.join(parts)}")
con.execute(f"CREATE TABLE code AS SELECT unnest({list(ACTIVITIES)}) AS activity, unnest({list(ACTIVITIES.values())}) AS code")
# One row per fine: how it began, when it was sent, and what came last; a later organisation or row counts as later.
con.execute("""
    CREATE TABLE fine AS
    SELECT first.fine, first.class, CAST(first.amount AS DECIMAL(18, 2)) AS amount, sent.day - first.day AS days,
      CASE WHEN sent.day IS NULL THEN 'N' ELSE 'J' END AS sent, code.code AS last,
      CASE WHEN year(first.day) = 2013 THEN '2013X000' ELSE year(first.day) || 'JJ00' END AS period
    FROM (SELECT * FROM event WHERE activity = 'Create Fine' QUALIFY row_number() OVER (PARTITION BY fine ORDER BY day, turn) = 1) first
    JOIN (SELECT * FROM event QUALIFY row_number() OVER (PARTITION BY fine ORDER BY day DESC, turn DESC) = 1) last USING (fine)
    JOIN code ON code.activity = last.activity
    LEFT JOIN (SELECT fine, min(day) AS day FROM event WHERE activity = 'Send Fine' GROUP BY fine) sent USING (fine)""")
# The largest group of a period is its total.
share = "count(*) * 100.0::DOUBLE / max(count(*)) OVER (PARTITION BY period)"
quartiles = {f"p{q}": (f"quantile_cont(days, 0.{q})", 1) for q in (25, 50, 75)}
for product, dimension, measures in [
    ("boetes", "class", {"boetes": ("count(*)", 0), "bedrag": ("sum(amount)", 2)}),
    ("stand", "last", {"boetes": ("count(*)", 0), "aandeel": (share, 1)}),
    ("verzending", "sent", {"boetes": ("count(*)", 0), **quartiles})]:
    columns = ", ".join(sql for sql, _ in measures.values())
    rows = con.execute(f"SELECT {dimension}, period, {columns} FROM fine GROUP BY CUBE ({dimension}, period)").fetchall()
    with (out / f"{product}.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Category", "Perioden", "Measure", "Value"])
        for category, period, *values in rows:
            for (measure, (_, decimals)), value in zip(measures.items(), values):
                text = "" if value is None else Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
                table.writerow([category or "TOT", period or "TOTAAL", measure, text])
