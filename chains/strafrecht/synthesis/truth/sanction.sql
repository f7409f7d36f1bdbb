-- Sanctions of a verdict (§6.8). Number 1 is the main sanction.
WITH step AS (SELECT max(CAST(median AS DOUBLE)) AS fine_m, max(CAST(sigma AS DOUBLE)) AS fine_s FROM {table.duration} WHERE step = 'fine'),
hours AS (
  SELECT CAST(hours_from AS INTEGER) AS hours_from, CAST(hours_to AS INTEGER) AS hours_to, sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(hours_from AS INTEGER)) / 100 AS hi,
         (sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(hours_from AS INTEGER)) - CAST(share AS DOUBLE)) / 100 AS lo
  FROM {table.task_hours}
),
guilty AS (
  SELECT v.*, draw('sanction', v.verdict_id) AS u, draw('sanction modality', v.verdict_id) AS u_modality,
         CASE WHEN v.custody AND v.p >= 10 AND draw('isd', v.verdict_id) < {parameter.isd} THEN 'ISD' WHEN v.custody AND v.youth THEN 'JDT' WHEN v.custody THEN 'GEV'
              WHEN v.legal OR draw('task or fine', v.verdict_id) >= {parameter.task_share} THEN 'GBO' ELSE 'WST' END AS main_code
  FROM {truth.verdict} AS v WHERE v.code = 'VMS'
),
main AS (
  SELECT verdict_id, 1 AS nr, main_code AS code, CASE WHEN main_code = 'ISD' THEN 'O' WHEN main_code IN ('GEV', 'JDT') THEN modality WHEN u_modality < .82 THEN 'O' WHEN u_modality < .88 THEN 'D' ELSE 'V' END AS modality FROM guilty
),
extra AS (
  SELECT verdict_id, 2 AS nr, 'WST' AS code, 'O' AS modality FROM guilty WHERE main_code = 'GEV' AND draw('custody and task', verdict_id) < .09
  UNION ALL SELECT verdict_id, 3, 'OBM', CASE WHEN u_modality < .6 THEN 'O' ELSE 'V' END FROM guilty WHERE scm LIKE '5%' AND draw('disqualified', verdict_id) < .45
  UNION ALL SELECT verdict_id, 4, 'SVM', 'O' FROM guilty WHERE with_victim AND draw('compensation', verdict_id) < .14
  UNION ALL SELECT verdict_id, 5, 'OTV', 'O' FROM guilty WHERE draw('withdrawn goods', verdict_id) < .06
  UNION ALL SELECT verdict_id, 6, 'VBV', 'O' FROM guilty WHERE draw('forfeited', verdict_id) < .05
  UNION ALL SELECT verdict_id, 7, 'ONT', 'O' FROM guilty WHERE draw('unlawful gain', verdict_id) < .015
  UNION ALL SELECT verdict_id, 8, CASE WHEN draw('tbs', verdict_id) < .0060 THEN 'TBV' ELSE 'TBW' END, 'O' FROM guilty WHERE main_code = 'GEV' AND max_years >= 4 AND draw('tbs', verdict_id) < .0090
  UNION ALL SELECT verdict_id, 9, 'PIJ', 'O' FROM guilty WHERE main_code = 'JDT' AND draw('pij', verdict_id) < .008
  UNION ALL SELECT verdict_id, 10, 'VBM', 'O' FROM guilty WHERE scm LIKE '32%' AND draw('restricted', verdict_id) < .08
),
together AS (SELECT * FROM main UNION ALL SELECT * FROM extra),
sized AS (
  SELECT t.verdict_id * 16 + t.nr AS sanction_id, t.verdict_id, t.code, t.modality, t.nr, g.person_id, g.case_nr, g.verdict_date, g.final_date, g.appealed, g.pretrial, g.custody_days, g.youth, g.legal, g.incident_id, g.scm,
         h.hours_from + 2 * CAST(floor(draw('hours', t.verdict_id * 16 + t.nr) * ((h.hours_to - h.hours_from + 2) // 2)) AS BIGINT) AS hours,
         CASE t.code WHEN 'GBO' THEN greatest(50, round(s.fine_m * exp(s.fine_s * normal(draw('fine', t.verdict_id))) / 10) * 10)
                     WHEN 'SVM' THEN round(600 * exp(1.2 * normal(draw('compensation amount', t.verdict_id)))) + 20 WHEN 'ONT' THEN round(9000 * exp(1.4 * normal(draw('gain amount', t.verdict_id)))) + 100 END AS amount
  FROM together AS t JOIN guilty AS g USING (verdict_id) CROSS JOIN step AS s
    LEFT JOIN hours AS h ON t.code = 'WST' AND draw('hours class', t.verdict_id) >= h.lo AND (draw('hours class', t.verdict_id) < h.hi OR h.hi > .9999)
),
measured AS (
  SELECT *, CASE WHEN code IN ('GEV', 'JDT') THEN CASE WHEN custody_days >= 90 THEN 'M' ELSE 'D' END WHEN code = 'WST' THEN 'U' WHEN code IN ('OBM', 'VBM') THEN 'M' WHEN code IN ('ISD', 'TBV', 'TBW', 'PIJ') THEN 'J' END AS unit,
         CASE WHEN code IN ('GEV', 'JDT') THEN CASE WHEN custody_days >= 90 THEN (custody_days + 29) // 30 ELSE custody_days END WHEN code = 'WST' THEN hours
              WHEN code = 'OBM' THEN 1 + CAST(floor(draw('months', sanction_id) * 11) AS BIGINT) WHEN code = 'VBM' THEN 12 WHEN code IN ('ISD', 'TBV', 'TBW') THEN 2 WHEN code = 'PIJ' THEN 3 END AS duration
  FROM sized
)
SELECT sanction_id, verdict_id, CAST(row_number() OVER (PARTITION BY verdict_id ORDER BY nr) AS BIGINT) AS sanction_nr, person_id, incident_id, case_nr, verdict_date, final_date, appealed, code, modality, scm, youth, legal,
       -- the length drawn for custody is the unconditional part; half as much again comes on top when the rest is suspended
       CAST(CASE WHEN modality = 'D' AND code IN ('GEV', 'JDT') THEN duration + (duration + 1) // 2 ELSE duration END AS BIGINT) AS duration, unit,
       CASE WHEN duration IS NULL THEN NULL WHEN modality = 'V' THEN 0 WHEN modality = 'D' AND code NOT IN ('GEV', 'JDT') THEN greatest(1, duration * 2 // 3) ELSE duration END AS unconditional,
       CASE WHEN modality <> 'O' THEN CASE WHEN draw('probation', sanction_id) < .75 THEN 24 ELSE 36 END END AS probation_months,
       CAST(amount AS DECIMAL(18, 2)) AS amount,
       -- 1 day for each 2 hours, 1 day for each 50 to 100 euros
       CASE WHEN code = 'WST' THEN CAST(hours // 2 AS BIGINT) WHEN code IN ('GBO', 'SVM') AND NOT legal THEN CAST(least(365, greatest(1, amount // CASE WHEN draw('substitute rate', verdict_id) < .5 THEN 50 ELSE 100 END)) AS BIGINT) END AS substitute_days,
       pretrial, CASE WHEN code IN ('GEV', 'JDT') THEN custody_days END AS custody_days
FROM measured
