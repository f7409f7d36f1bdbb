-- Detention (§6.9, §6.10, §8.7): remand, the rest of the sentence, ISD, substitute custody and committal for debt. Stays of one person never overlap (§10 R8):
-- sentences are served one after another; remand that falls in another stay did not take place as a stay of its own.
WITH step AS (SELECT max(CAST(median AS DOUBLE)) AS m, max(CAST(sigma AS DOUBLE)) AS s FROM {table.duration} WHERE step = 'substitute'),
custodial AS (
  SELECT i.*, s.code, s.sanction_id, s.duration, s.unit, s.modality AS given, c.case_nr, c.final_date AS final_day, c.appealed AS in_appeal
  FROM {truth.sanction} AS s JOIN {truth.criminal_case} AS c ON c.case_id = s.verdict_id JOIN {truth.incident} AS i ON i.incident_id = c.incident_id
  WHERE s.code IN ('GEV', 'JDT', 'ISD') AND c.custody
),
remand AS (
  SELECT sanction_id * 4 AS stay_id, person_id, sanction_id AS detention, case_nr, scm, remand_start AS date_in, remand_end AS date_out, 'VH' AS kind, sanction_id, verdict_date, final_day, CAST(NULL AS BIGINT) AS execution_id
  FROM custodial WHERE pretrial AND remand_end > remand_start
  UNION ALL
  -- and in trials that do not end in custody: suspended, lifted, or up to an acquittal
  SELECT 800000000000000000 + i.incident_id * 4, i.person_id, 800000000000000000 + i.incident_id, c.case_nr, i.scm, i.hearing_date + 1,
         least(i.verdict_date, i.hearing_date + 11 + CAST(floor({parameter.remand_days} * exp(.9 * normal(draw('remand days', i.incident_id)))) AS INTEGER)), 'VH', NULL, i.verdict_date, i.final_date, NULL
  FROM {truth.incident} AS i JOIN {truth.criminal_case} AS c ON c.case_id = i.incident_id * 2
  -- whoever was found guilty before is kept sooner, as for custody itself
  WHERE i.decision = 'DAGV' AND NOT i.custody AND NOT i.by_default AND i.max_years >= 3 AND i.verdict_date > i.hearing_date + 3
    AND draw('remand without custody', i.incident_id) < {parameter.remand_without_custody} * ({parameter.custody_base} + {parameter.custody_step} * least(i.p, 11)) * CASE WHEN i.sex = 'V' THEN {parameter.custody_women} ELSE 1 END * CASE WHEN i.age < 18 THEN 1 WHEN i.age < 25 THEN {parameter.custody_18} WHEN i.age < 45 THEN 1 WHEN i.age < 65 THEN {parameter.custody_45} ELSE {parameter.custody_65} END
),
sentence AS (
  SELECT sanction_id * 4 + 1 AS stay_id, person_id, sanction_id AS detention, case_nr, scm,
         CASE WHEN code = 'ISD' THEN coalesce(CASE WHEN pretrial THEN greatest(remand_end, final_day) END, final_day + handover_days + executor_days + 20) ELSE prison_start END AS planned,
         CASE WHEN code = 'ISD' THEN 730 ELSE prison_days END AS days, CASE WHEN code = 'ISD' THEN 'ISD' WHEN code = 'JDT' THEN 'JDET' ELSE 'VS' END AS kind, sanction_id, verdict_date, final_day, way_in, CAST(NULL AS BIGINT) AS execution_id
  FROM custodial WHERE code = 'ISD' OR (prison_start IS NOT NULL AND prison_days > 0 AND given <> 'V')
),
-- Substitute custody for failed tasks and unpaid fines, and committal for unpaid traffic fines (§6.10: 7,000 a year with the rest).
substitute AS (
  SELECT 5000000000000000000 + e.sanction_id AS stay_id, e.person_id, 5000000000000000000 + e.sanction_id AS detention, e.case_nr, CAST(NULL AS VARCHAR) AS scm,
         e.end_date + 60 + CAST(floor(draw('substitute wait', e.execution_id) * 200) AS INTEGER) AS planned, e.substitute_stay AS days, 'VVHT' AS kind, e.sanction_id, CAST(NULL AS DATE), CAST(NULL AS DATE), 'arrest', e.execution_id
  FROM {truth.execution} AS e WHERE e.kind = 'TS' AND e.result = 'failed' AND e.sanction_id IS NOT NULL
  UNION ALL
  SELECT 6000000000000000000 + o.sanction_id, o.person_id, 6000000000000000000 + o.sanction_id, o.case_nr, NULL,
         b.booking_date - CAST(least(o.substitute_days, 1 + floor(-ln(1 - draw('custody days', o.order_id)) * 9)) AS INTEGER), CAST(least(o.substitute_days, 1 + floor(-ln(1 - draw('custody days', o.order_id)) * 9)) AS INTEGER),
         CASE WHEN o.kind = 'SV' THEN 'VVHS' ELSE 'VVHB' END, o.sanction_id, NULL, NULL, 'arrest', NULL
  FROM {truth.collection} AS o JOIN {truth.booking} AS b ON b.order_id = o.order_id AND b.kind = '13' WHERE o.result = 'custody'
  UNION ALL
  SELECT 7000000000000000000 + i.incident_id, i.person_id, 7000000000000000000 + i.incident_id, NULL, NULL, i.offence_date + 30 + CAST(floor(draw('committal wait', i.incident_id) * 300) AS INTEGER),
         CAST(least(30, greatest(1, round(s.m * exp(s.s * normal(draw('committal days', i.incident_id)))))) AS INTEGER), 'GIJ', NULL, NULL, NULL, 'arrest', NULL
  FROM {truth.incident} AS i, step AS s WHERE draw('committal', i.incident_id) < {parameter.committal} * ({parameter.custody_base} + {parameter.custody_step} * least(i.p, 11)) * CASE WHEN i.sex = 'V' THEN {parameter.custody_women} ELSE 1 END * CASE WHEN i.age < 18 THEN 1 WHEN i.age < 25 THEN {parameter.custody_18} WHEN i.age < 45 THEN 1 WHEN i.age < 65 THEN {parameter.custody_45} ELSE {parameter.custody_65} END
),
served AS (
  SELECT * FROM sentence UNION ALL SELECT * FROM substitute
),
-- One after another: start = days before + the largest (planned start - days before it) so far; whole days, so exact in any order.
summed AS (
  SELECT *, CAST(planned - DATE '1970-01-01' AS BIGINT) - coalesce(CAST(sum(CAST(days AS BIGINT)) OVER (PARTITION BY person_id ORDER BY planned, stay_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS BIGINT), 0) AS slack,
         coalesce(CAST(sum(CAST(days AS BIGINT)) OVER (PARTITION BY person_id ORDER BY planned, stay_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS BIGINT), 0) AS before
  FROM served
),
placed AS (
  SELECT *, DATE '1970-01-01' + CAST(before + max(slack) OVER (PARTITION BY person_id ORDER BY planned, stay_id ROWS UNBOUNDED PRECEDING) AS INTEGER) AS date_in FROM summed
),
free_remand AS (
  SELECT r.*, max(r.date_out) OVER (PARTITION BY r.person_id ORDER BY r.date_in, r.stay_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_out
  FROM remand AS r
  WHERE NOT EXISTS (SELECT 1 FROM placed AS p WHERE p.person_id = r.person_id AND p.date_in < r.date_out AND p.date_in + p.days > r.date_in)
),
together AS (
  SELECT stay_id, person_id, detention, case_nr, scm, date_in, date_out, kind, sanction_id, verdict_date, final_day, 'remand' AS way_in, execution_id FROM free_remand WHERE before_out IS NULL OR before_out <= date_in
  UNION ALL
  SELECT stay_id, person_id, detention, case_nr, scm, date_in, date_in + days, kind, sanction_id, verdict_date, final_day, way_in, execution_id FROM placed
),
-- A sentence that follows its remand without a break is the same detention; otherwise a new one.
linked AS (
  SELECT t.*, lag(date_out) OVER (PARTITION BY person_id, detention ORDER BY date_in, stay_id) = date_in AS follows FROM together AS t
),
prison AS (
  SELECT institution, sex, (sum(CAST(share AS DOUBLE)) OVER (PARTITION BY sex ORDER BY institution) - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER (PARTITION BY sex) AS lo,
         sum(CAST(share AS DOUBLE)) OVER (PARTITION BY sex ORDER BY institution) / sum(CAST(share AS DOUBLE)) OVER (PARTITION BY sex) AS hi
  FROM {table.prison}
),
entered AS (
  SELECT l.*,
         CASE WHEN coalesce(follows, false) THEN min(date_in) OVER (PARTITION BY person_id, detention) ELSE date_in END AS entry_date
  FROM linked AS l
)
SELECT e.stay_id, e.person_id, p.sex, e.case_nr, e.scm, e.kind, e.date_in, e.date_out, e.entry_date, e.date_in = e.entry_date AS is_entry, e.sanction_id, e.execution_id, e.verdict_date, e.final_day AS final_date, e.way_in,
       CAST(dense_rank() OVER (ORDER BY e.entry_date, e.person_id) AS BIGINT) AS detention_nr,
       CAST(row_number() OVER (PARTITION BY e.person_id, e.entry_date ORDER BY e.date_in, e.stay_id) AS BIGINT) AS part_nr,
       coalesce(CASE WHEN e.kind = 'JDET' THEN 'JJI' END, k.institution) AS institution
FROM entered AS e JOIN {truth.person} AS p ON p.person_id = e.person_id
  LEFT JOIN prison AS k ON k.sex = p.sex AND draw('prison', e.stay_id) >= k.lo AND (draw('prison', e.stay_id) < k.hi OR k.hi > .99999)
