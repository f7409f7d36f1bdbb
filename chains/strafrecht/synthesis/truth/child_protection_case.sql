-- Criminal cases of the child care and protection board (§6.12, §8.9): an inquiry for 70% of the youth cases, the community sentences of young people, and behavioural measures.
WITH span AS (SELECT make_date({from}, 1, 1) AS first_day, make_date({to}, 12, 31) AS last_day),
-- The first registration of an incident: the number on the report of the police.
report AS (
  SELECT incident_id, min(registration_nr) AS registration_nr FROM {truth.suspect} WHERE age < 18 AND police_outcome LIKE 'OM%' GROUP BY incident_id
),
together AS (
  SELECT c.case_id AS origin, 1 AS part, 'SO' AS service, 'strafonderzoek' AS product, c.person_id, c.case_nr, r.registration_nr, c.intake_date AS reported_date, c.intake_date + 3 + CAST(floor(draw('inquiry start', c.case_id) * 12) AS INTEGER) AS start_date,
         c.intake_date + 30 + CAST(floor(draw('inquiry days', c.case_id) * 50) AS INTEGER) AS end_date, CAST(NULL AS BIGINT) AS hours, CASE WHEN draw('inquiry result', c.case_id) < .97 THEN 'geslaagd' ELSE 'ingetrokken' END AS outcome
  FROM {truth.criminal_case} AS c JOIN report AS r USING (incident_id), span
  WHERE c.youth AND NOT c.legal AND c.previous_case_id IS NULL AND draw('inquiry', c.case_id) < .70 AND c.intake_date BETWEEN span.first_day - 80 AND span.last_day
  UNION ALL
  SELECT e.execution_id, 2, 'TSC', CASE WHEN draw('training', e.execution_id) < .2 THEN 'leerstraf' ELSE 'werkstraf' END, e.person_id, e.case_nr, NULL, e.received_date, CASE WHEN e.result <> 'withdrawn' THEN e.start_date END,
         CASE WHEN e.result <> 'withdrawn' THEN e.end_date ELSE e.start_date END, CAST(coalesce(d.hours, s.unconditional) AS BIGINT), CASE e.result WHEN 'done' THEN 'geslaagd' WHEN 'failed' THEN 'mislukt' ELSE 'ingetrokken' END
  FROM {truth.execution} AS e
    LEFT JOIN {truth.sanction} AS s ON s.sanction_id = e.sanction_id
    LEFT JOIN {truth.om_decision} AS d ON d.decision_id = e.execution_id - 4000000000000000000 AND e.sanction_id IS NULL, span
  WHERE e.executor = 'RVDK' AND e.end_date >= span.first_day AND e.received_date <= span.last_day
  UNION ALL
  SELECT v.verdict_id, 3, 'JRA', 'gedragsmaatregel', v.person_id, v.case_nr, NULL, v.final_date + 14, v.final_date + 40, v.final_date + 220 + CAST(floor(draw('measure days', v.verdict_id) * 180) AS INTEGER), NULL,
         CASE WHEN draw('measure result', v.verdict_id) < .8 THEN 'geslaagd' ELSE 'mislukt' END
  FROM {truth.verdict} AS v, span
  WHERE v.youth AND v.code = 'VMS' AND draw('behavioural measure', v.verdict_id) < .06 AND v.final_date BETWEEN span.first_day - 400 AND span.last_day
),
numbered AS (
  SELECT t.*, row_number() OVER (ORDER BY t.reported_date, t.part, t.origin) AS protection_id FROM together AS t, span WHERE t.reported_date <= span.last_day AND t.end_date >= span.first_day
)
SELECT protection_id, concat('K', lpad(CAST(protection_id AS VARCHAR), 8, '0'), lpad(CAST(year(reported_date) % 100 AS VARCHAR), 2, '0')) AS protection_nr, service, product, person_id, case_nr, registration_nr, reported_date, start_date, end_date, hours, outcome
FROM numbered
