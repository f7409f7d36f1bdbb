-- Cases at the public prosecution service (§6.4): what one person is sent in for by one incident; cases of legal persons; and cases that come back (§6.5).
WITH parket AS (
  SELECT CAST(parket AS INTEGER) AS parket, CAST(unit AS INTEGER) AS unit, sum(CAST(share AS DOUBLE)) OVER (PARTITION BY CAST(unit AS INTEGER) ORDER BY CAST(parket AS INTEGER)) - CAST(share AS DOUBLE) AS lo,
         sum(CAST(share AS DOUBLE)) OVER (PARTITION BY CAST(unit AS INTEGER) ORDER BY CAST(parket AS INTEGER)) AS hi
  FROM {table.parket}
),
step AS (
  SELECT * FROM (SELECT step, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma FROM {table.duration})
    PIVOT (max(median) AS m, max(sigma) AS s FOR step IN ('single_judge', 'dagvaarding', 'strafbeschikking', 'sepot', 'service', 'appeal'))
),
first_intake AS (
  SELECT i.incident_id * 2 AS case_id, i.person_id, i.incident_id, false AS legal, coalesce(o.parket, p.parket) AS parket, i.intake_date, CASE o.service WHEN 'KMAR' THEN 11 WHEN 'BOD' THEN 12 ELSE 10 END AS intake_kind, i.zsm AND o.service IS DISTINCT FROM 'BOD' AS zsm, i.youth, i.age, i.with_victim,
         i.crime_nr, i.scm, i.max_years, i.p, i.decision, i.decision_date, i.opposed, i.chamber, i.express, i.verdict_date, i.verdict, i.by_default, i.appealed, i.appeal_verdict_date, i.final_date,
         i.custody, i.modality, i.custody_days, i.pretrial, CAST(NULL AS BIGINT) AS previous_case_id, i.offence_date
  FROM {truth.incident} AS i JOIN parket AS p ON p.unit = i.unit AND draw('parket', i.incident_id) >= p.lo AND (draw('parket', i.incident_id) < p.hi OR p.hi > .9999)
    LEFT JOIN {truth.other_service} AS o ON o.incident_id = i.incident_id
  WHERE i.to_om
),
-- Legal persons: decisions by shares of their own.
legal AS (
  SELECT l.person_id * 2 AS case_id, l.person_id, l.person_id AS incident_id, l.intake_date, l.theme, draw('legal decision', l.person_id) AS u
  FROM {truth.legal_person} AS l
),
legal_crime AS (
  SELECT t.theme, CAST(k.crime_nr AS INTEGER) AS crime_nr, CAST(k.scm AS VARCHAR) AS scm, CAST(k.max_years AS DOUBLE) AS max_years FROM {table.bod_theme} AS t JOIN {table.crime} AS k USING (mk)
),
legal_intake AS (
  SELECT l.case_id, l.person_id, l.incident_id, true AS legal, 81 AS parket, l.intake_date, CASE WHEN draw('legal source', l.person_id) < .85 THEN 12 ELSE 13 END AS intake_kind, false AS zsm, false AS youth, CAST(NULL AS DOUBLE) AS age, false AS with_victim,
         c.crime_nr, c.scm, c.max_years, 0 AS p, CASE WHEN l.u < .20 THEN 'SEPT' WHEN l.u < .35 THEN 'SEPB' WHEN l.u < .40 THEN 'SEPV' WHEN l.u < .70 THEN 'STRB' WHEN l.u < .75 THEN 'TRAN' ELSE 'DAGV' END AS decision,
         l.intake_date + CAST(least(1500, ceil(s.sepot_m * 2 * exp(s.sepot_s * normal(draw('decision days', l.person_id))))) AS INTEGER) AS decision_date, false AS opposed, 'EPR' AS chamber, false AS express,
         CASE WHEN draw('verdict', l.person_id) < .86 THEN 'VMS' ELSE 'VRS' END AS verdict, l.intake_date - 200 - CAST(floor(draw('legal offence date', l.person_id) * 500) AS INTEGER) AS offence_date
  FROM legal AS l JOIN legal_crime AS c USING (theme), step AS s
),
legal_tried AS (
  SELECT l.*, draw('appeal', l.person_id) < .15 AS legal_appealed, CAST(least(2000, ceil(s.appeal_m * exp(s.appeal_s * normal(draw('appeal days', l.person_id))))) AS INTEGER) AS appeal_days,
         CASE WHEN l.decision = 'DAGV' THEN l.decision_date + CAST(least(1500, ceil(s.single_judge_m * exp(s.single_judge_s * normal(draw('trial days', l.person_id))))) AS INTEGER) END AS verdict_date FROM legal_intake AS l, step AS s
),
-- What comes back: opposed penal orders (72%), penal orders that cannot be carried out (4%), failed conditional dismissals (3%), dismissals looked at again.
reviewed AS (
  SELECT f.*, draw('return', f.case_id) AS u FROM first_intake AS f
  -- a guilty outcome that came later would keep its person from Halt (§10 R11)
  WHERE NOT EXISTS (SELECT 1 FROM {truth.incident} AS h WHERE h.person_id = f.person_id AND h.police_outcome = 'HALT')
),
back AS (
  SELECT r.*, CASE WHEN r.decision = 'STRB' AND r.opposed AND r.u < .72 THEN 20 WHEN r.decision = 'STRB' AND NOT r.opposed AND r.u < .04 THEN 21
                   WHEN r.decision = 'SEPV' AND r.u < .03 THEN 30 WHEN r.decision IN ('SEPT', 'SEPB') AND r.u < {parameter.reopened} * .25 THEN 31
                   WHEN r.decision IN ('SEPT', 'SEPB') AND r.u < {parameter.reopened} THEN 30 END AS kind
  FROM reviewed AS r
),
back_in AS (
  SELECT b.*, b.decision_date + CAST(CASE b.kind WHEN 20 THEN 20 + floor(draw('return days', b.case_id) * 40) WHEN 21 THEN 200 + floor(draw('return days', b.case_id) * 250) ELSE 40 + floor(draw('return days', b.case_id) * 260) END AS INTEGER) AS back_date
  FROM back AS b WHERE b.kind IS NOT NULL
),
back_decided AS (
  SELECT b.*, b.back_date + CAST(least(900, ceil(s.dagvaarding_m * .6 * exp(s.dagvaarding_s * normal(draw('return decision days', b.case_id))))) AS INTEGER) AS back_decision_date,
         CASE WHEN b.kind = 20 THEN 'OPRV' WHEN b.kind = 21 THEN CASE WHEN draw('return decision', b.case_id) < .3 THEN 'OPRF' WHEN draw('return decision', b.case_id) < .7 THEN 'DAGV' ELSE 'SEPX' END
              WHEN b.decision = 'SEPV' OR draw('return decision', b.case_id) < .6 THEN 'DAGV' ELSE 'SEPT' END AS back_decision
  FROM back_in AS b, step AS s
),
back_tried AS (
  SELECT b.*, CASE WHEN b.back_decision IN ('OPRV', 'OPRF', 'DAGV') THEN b.back_decision_date + CAST(least(1500, ceil(s.single_judge_m * exp(s.single_judge_s * normal(draw('return trial days', b.case_id))))) AS INTEGER) END AS back_verdict_date,
         draw('appeal', b.case_id) < .15 AS back_appealed, CAST(least(2000, ceil(s.appeal_m * exp(s.appeal_s * normal(draw('appeal days', b.case_id))))) AS INTEGER) AS appeal_days,
         CASE WHEN draw('return verdict', b.case_id) < .70 THEN 'VMS' WHEN draw('return verdict', b.case_id) < .76 THEN '9A' ELSE 'VRS' END AS back_verdict
  FROM back_decided AS b, step AS s
),
together AS (
  SELECT case_id, person_id, incident_id, legal, parket, intake_date, intake_kind, zsm, youth, age, with_victim, crime_nr, scm, max_years, p, decision, decision_date, opposed, chamber, express, verdict_date, verdict, by_default, appealed,
         appeal_verdict_date, CASE WHEN verdict_date IS NOT NULL THEN final_date END AS final_date, custody, modality, custody_days, pretrial, previous_case_id, offence_date FROM first_intake
  UNION ALL
  SELECT case_id, person_id, incident_id, legal, parket, intake_date, intake_kind, zsm, youth, age, with_victim, crime_nr, scm, max_years, p, decision, decision_date, opposed, chamber, express, verdict_date, verdict, draw('default', person_id) < .235, legal_appealed,
         CASE WHEN legal_appealed THEN verdict_date + 14 + appeal_days END, verdict_date + 15 + CASE WHEN legal_appealed THEN 14 + appeal_days WHEN draw('default', person_id) < .235 THEN 60 ELSE 0 END, false, 'O', 0, false, NULL, offence_date FROM legal_tried
  UNION ALL
  SELECT case_id + 1, person_id, incident_id, legal, parket, back_date, kind, false, youth, age, with_victim, crime_nr, scm, max_years, p, back_decision, back_decision_date, false,
         CASE WHEN chamber IN ('MK', 'MKJ') THEN CASE WHEN youth THEN 'KR' ELSE 'PR' END ELSE chamber END, false, back_verdict_date, back_verdict,
         draw('return default', case_id) < .235, back_appealed, CASE WHEN back_appealed THEN back_verdict_date + 14 + appeal_days END,
         back_verdict_date + 15 + CASE WHEN back_appealed THEN 14 + appeal_days WHEN draw('return default', case_id) < .235 THEN 60 ELSE 0 END, false, 'O', 0, false, case_id, offence_date FROM back_tried
),
-- Joined at the hearing (2.2%): to the same person's trial just before it, when that verdict falls after this summons (§10 R5).
trial AS (
  SELECT case_id, person_id, decision_date, verdict_date, row_number() OVER w AS nr, lag(case_id) OVER w AS before_id, lag(verdict_date) OVER w AS before_date, lag(decision_date) OVER w AS before_summons
  FROM together WHERE verdict_date IS NOT NULL AND decision = 'DAGV' AND NOT legal
  WINDOW w AS (PARTITION BY person_id ORDER BY verdict_date, case_id)
),
joined AS (
  SELECT case_id, before_id, before_date FROM trial WHERE nr % 2 = 0 AND before_date >= decision_date AND draw('joined', case_id) < {parameter.joined}
)
SELECT t.case_id, t.person_id, t.incident_id, t.legal, t.parket,
       concat(lpad(CAST(t.parket AS VARCHAR), 2, '0'), '/', lpad(CAST(CASE WHEN old_system THEN 700000 ELSE 0 END + row_number() OVER (PARTITION BY t.parket, year(t.intake_date), old_system ORDER BY t.intake_date, t.case_id) AS VARCHAR), 6, '0'),
         '-', lpad(CAST(year(t.intake_date) % 100 AS VARCHAR), 2, '0')) AS case_nr,
       t.old_system, t.intake_date, t.intake_kind,
       CASE WHEN t.intake_kind = 12 OR draw('stream', t.incident_id) < .04 THEN 'OD' WHEN t.max_years >= 6 AND draw('stream', t.incident_id) < .36 THEN 'OZ' WHEN t.max_years <= 2 AND draw('stream', t.incident_id) < .66 THEN 'EM' ELSE 'IV' END AS stream,
       t.zsm, t.youth, t.age, t.with_victim, t.crime_nr, t.scm, t.max_years, t.p, t.offence_date, t.decision, t.decision_date, t.opposed, t.chamber, t.express,
       j.before_id AS joined_case_id, j.before_date AS joined_date,
       CASE WHEN j.before_id IS NULL THEN t.verdict_date END AS verdict_date, CASE WHEN j.before_id IS NULL AND t.verdict_date IS NOT NULL THEN t.verdict END AS verdict,
       t.by_default, t.appealed AND j.before_id IS NULL AS appealed, CASE WHEN j.before_id IS NULL THEN t.appeal_verdict_date END AS appeal_verdict_date, CASE WHEN j.before_id IS NULL THEN t.final_date END AS final_date,
       t.custody AND j.before_id IS NULL AS custody, t.modality, t.custody_days, t.pretrial, t.previous_case_id
FROM (SELECT *, draw('old system', case_id) < greatest(0, least(1, 1 - (year(intake_date) - 2007) * .0613)) AS old_system FROM together) AS t LEFT JOIN joined AS j USING (case_id)
