-- Applications: the first ones, and second ones of some persons: a repeated asylum application after a refusal, or another purpose after a grant.
WITH outcome AS (
  SELECT kind, outcome, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / 100 AS lo, CASE WHEN outcome_nr = max(outcome_nr) OVER (PARTITION BY kind) THEN 1 ELSE sum(CAST(share AS DOUBLE)) OVER w / 100 END AS hi
  FROM {table.application_outcome} WINDOW w AS (PARTITION BY kind ORDER BY outcome_nr)
),
again AS (
  SELECT application_id + 1 AS application_id, application_id AS person_id, CASE kind WHEN 'ASIEL' THEN 'ASIEL' WHEN 'STUDIE' THEN 'ARBEID' ELSE 'GEZIN' END AS kind, kind = 'ASIEL' AS repeated,
         decision_date + 60 + CAST(floor(draw('second application', application_id) * 500) AS INTEGER) AS application_date
  FROM {truth.first_application}
  WHERE CASE WHEN kind = 'ASIEL' THEN outcome IN ('AFW', 'BB') AND draw('applies again', application_id) < {parameter.repeated_asylum}
             ELSE kind <> 'EU' AND outcome = 'INW' AND draw('applies again', application_id) < {parameter.other_purpose} END
),
decided AS (
  SELECT a.application_id, a.person_id, a.kind, a.repeated, a.application_date, o.outcome, CAST(k.appeal AS DOUBLE) AS appeal,
         a.application_date + CAST(greatest(1, round(CASE WHEN a.repeated THEN .6 WHEN o.outcome IN ('BB', 'INTR') THEN .5 ELSE 1 END * CAST(k.median AS DOUBLE) * exp(CAST(k.sigma AS DOUBLE) * normal(draw('decision days', a.application_id))))) AS INTEGER) AS decision_date
  FROM again AS a
    JOIN {table.application_kind} AS k ON k.kind = a.kind
    JOIN outcome AS o ON o.kind = CASE WHEN a.repeated THEN 'HASA' ELSE a.kind END AND draw('outcome', a.application_id) >= o.lo AND draw('outcome', a.application_id) < o.hi
  UNION ALL
  SELECT application_id, application_id, kind, false, application_date, outcome, appeal, decision_date FROM {truth.first_application}
)
SELECT application_id, person_id, concat(application_id // 10000000, '-', lpad(CAST(application_id % 10000000 AS VARCHAR), 7, '0')) AS application_nr,
       kind, repeated, application_date, decision_date, outcome,
       CASE WHEN outcome IN ('AFW', 'BB') AND draw('appeal', application_id) < appeal THEN decision_date + 1 + CAST(floor(draw('appeal days', application_id) * 28) AS INTEGER) END AS appeal_date
FROM decided
