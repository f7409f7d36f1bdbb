-- First applications of persons, from some years before the window on, so that the stock of pending applications and of people in reception is there when it
-- opens. Purpose, duration and outcome are drawn per application; the id is year × 10^7 + 2 × number, and odd for the second application of the same person.
WITH kind AS (
  SELECT kind, CAST(kind_nr AS INTEGER) AS kind_nr, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma, CAST(appeal AS DOUBLE) AS appeal, CAST(share AS DOUBLE) AS share
  FROM {table.application_kind}
),
kind_range AS (
  SELECT *, (sum(share) OVER (ORDER BY kind_nr) - share) / sum(share) OVER () AS lo, CASE WHEN kind_nr = max(kind_nr) OVER () THEN 1 ELSE sum(share) OVER (ORDER BY kind_nr) / sum(share) OVER () END AS hi FROM kind
),
outcome AS (
  SELECT kind, outcome, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / 100 AS lo, CASE WHEN outcome_nr = max(outcome_nr) OVER (PARTITION BY kind) THEN 1 ELSE sum(CAST(share AS DOUBLE)) OVER w / 100 END AS hi
  FROM {table.application_outcome} WINDOW w AS (PARTITION BY kind ORDER BY outcome_nr)
),
numbered AS (
  SELECT y.year * 10000000 + 2 * i.i AS application_id, CAST(y.year AS INTEGER) AS year
  FROM range({from} - {parameter.burn_in_years}, {to} + 1) AS y(year), range(CAST(round({parameter.first_applications_per_year} * {scale}) AS BIGINT)) AS i(i)
),
made AS (
  SELECT n.*, k.kind, k.median, k.sigma, k.appeal,
         -- most students apply between May and August
         CASE WHEN k.kind = 'STUDIE' AND draw('study season', n.application_id) < .6 THEN make_date(n.year, 5, 1) + CAST(floor(draw('application day', n.application_id) * 110) AS INTEGER)
              ELSE make_date(n.year, 1, 1) + CAST(floor(draw('application day', n.application_id) * (make_date(n.year + 1, 1, 1) - make_date(n.year, 1, 1))) AS INTEGER) END AS application_date
  FROM numbered AS n JOIN kind_range AS k ON draw('kind', n.application_id) >= k.lo AND draw('kind', n.application_id) < k.hi
)
SELECT m.application_id, m.kind, m.application_date, o.outcome, m.appeal,
       -- what is withdrawn or not considered takes less time
       m.application_date + CAST(greatest(1, round(CASE WHEN o.outcome IN ('BB', 'INTR') THEN .5 ELSE 1 END * m.median * exp(m.sigma * normal(draw('decision days', m.application_id))))) AS INTEGER) AS decision_date
FROM made AS m JOIN outcome AS o ON o.kind = m.kind AND draw('outcome', m.application_id) >= o.lo AND draw('outcome', m.application_id) < o.hi
