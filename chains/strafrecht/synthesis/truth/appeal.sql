-- Appeals (§6.7).
WITH outcome AS (
  SELECT code, (sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) - CAST(share AS DOUBLE)) / 100 AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) / 100 AS hi FROM {table.appeal_outcome}
),
base AS (
  SELECT v.verdict_id, v.person_id, v.case_nr, v.hof_code, v.appeal_court, v.appeal_date, v.appeal_verdict_date, v.party, v.final_date, v.code AS verdict_code, o.code AS drawn,
         draw('cassation', v.incident_id) < .1 AS cassation
  FROM {truth.verdict} AS v JOIN outcome AS o ON draw('appeal outcome', v.verdict_id) >= o.lo AND (draw('appeal outcome', v.verdict_id) < o.hi OR o.hi > .9999)
  WHERE v.appealed
)
SELECT verdict_id AS appeal_id, verdict_id, person_id, case_nr, appeal_court,
       concat(lpad(CAST(hof_code AS VARCHAR), 2, '0'), '-', lpad(CAST(row_number() OVER (PARTITION BY hof_code, year(appeal_date) ORDER BY appeal_date, verdict_id) AS VARCHAR), 6, '0'), '-', lpad(CAST(year(appeal_date) % 100 AS VARCHAR), 2, '0')) AS appeal_nr,
       appeal_date, appeal_verdict_date, party,
       -- no acquittal of the acquitted, no conviction of the convicted
       CASE WHEN drawn = 'VRS' AND verdict_code NOT IN ('VMS', '9A') THEN 'BEV' WHEN drawn = 'VER' AND verdict_code IN ('VMS', '9A') THEN 'VBS' WHEN drawn = 'VBS' AND verdict_code NOT IN ('VMS', '9A') THEN 'BEV' ELSE drawn END AS outcome,
       cassation, CASE WHEN cassation THEN final_date END AS supreme_date, CASE WHEN cassation THEN CASE WHEN draw('supreme', verdict_id) < .8 THEN 'VRW' WHEN draw('supreme', verdict_id) < .9 THEN 'NON' ELSE 'VNT' END END AS supreme_outcome
FROM base
