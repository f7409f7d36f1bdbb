-- Execution orders (§6.10): unconditional custody, tasks and measures after irrevocability, supervision with a suspended sanction, and tasks of penal orders at once.
WITH step AS (
  SELECT * FROM (SELECT step, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma FROM {table.duration})
    PIVOT (max(median) AS m, max(sigma) AS s FOR step IN ('handover', 'execution', 'task_start', 'task', 'substitute'))
),
ordered AS (
  SELECT sanction_id * 2 AS execution_id, sanction_id, verdict_id AS case_id, person_id, incident_id, case_nr, sanction_nr, final_date, youth,
         CASE code WHEN 'GEV' THEN 'VS' WHEN 'JDT' THEN 'JD' WHEN 'WST' THEN 'TS' WHEN 'ISD' THEN 'IS' ELSE 'TB' END AS kind, substitute_days
  FROM {truth.sanction} WHERE (code IN ('GEV', 'JDT', 'WST') AND modality <> 'V') OR code IN ('ISD', 'TBV', 'TBW', 'PIJ')
  UNION ALL
  SELECT sanction_id * 2 + 1, sanction_id, verdict_id, person_id, incident_id, case_nr, sanction_nr, final_date, youth, CASE WHEN draw('monitored', sanction_id) < .06 THEN 'ET' ELSE 'VW' END, NULL
  FROM {truth.sanction} WHERE code IN ('GEV', 'JDT', 'WST') AND modality <> 'O' AND draw('supervision', sanction_id) < .55
  UNION ALL
  SELECT 4000000000000000000 + d.decision_id, NULL, d.case_id, d.person_id, c.incident_id, c.case_nr, 1, d.decision_date + 14, c.youth, 'TS', d.hours // 2
  FROM {truth.om_decision} AS d JOIN {truth.criminal_case} AS c USING (case_id) WHERE d.code = '041' AND NOT c.opposed
),
received AS (
  SELECT o.*, o.final_date + CAST(least(400, ceil(s.handover_m * exp(s.handover_s * normal(draw('handover', o.incident_id))))) AS INTEGER) AS received_date,
         CAST(least(200, ceil(s.execution_m * exp(s.execution_s * normal(draw('execution', o.incident_id))))) AS INTEGER) AS transfer_days,
         CAST(least(900, ceil(s.task_start_m * exp(s.task_start_s * normal(draw('task start', o.execution_id))))) AS INTEGER) AS start_days,
         CAST(least(900, ceil(s.task_m * exp(s.task_s * normal(draw('task days', o.execution_id))))) AS INTEGER) AS task_days,
         CAST(least(coalesce(o.substitute_days, 0), ceil(s.substitute_m * exp(s.substitute_s * normal(draw('substitute', o.execution_id))))) AS INTEGER) AS substitute_stay
  FROM ordered AS o, step AS s
)
SELECT execution_id, sanction_id, case_id, person_id, incident_id, case_nr, sanction_nr, kind, youth, final_date, received_date, received_date + transfer_days AS transfer_date,
       concat('USB', lpad(CAST(row_number() OVER (ORDER BY received_date, execution_id) AS VARCHAR), 10, '0')) AS usb_nr,
       CASE kind WHEN 'VS' THEN 'DJI' WHEN 'JD' THEN 'DJI' WHEN 'IS' THEN 'DJI' WHEN 'TB' THEN 'DJI' WHEN 'TS' THEN CASE WHEN youth THEN 'RVDK' ELSE '3RO' END ELSE '3RO' END AS executor,
       CASE WHEN kind = 'TS' THEN CASE WHEN draw('task result', execution_id) < .85 THEN 'done' WHEN draw('task result', execution_id) < .97 THEN 'failed' ELSE 'withdrawn' END
            WHEN kind IN ('VW', 'ET') THEN CASE WHEN draw('supervision result', execution_id) < .78 THEN 'done' ELSE 'failed' END END AS result,
       CASE WHEN kind IN ('TS', 'VW', 'ET') THEN received_date + transfer_days + CASE WHEN kind = 'TS' THEN start_days ELSE 7 + start_days // 4 END END AS start_date,
       CASE WHEN kind = 'TS' THEN received_date + transfer_days + start_days + task_days
            WHEN kind IN ('VW', 'ET') THEN received_date + transfer_days + 7 + start_days // 4 + 365 + CAST(floor(draw('supervision length', execution_id) * 730) AS INTEGER) END AS end_date,
       greatest(1, substitute_stay) AS substitute_stay
FROM received
