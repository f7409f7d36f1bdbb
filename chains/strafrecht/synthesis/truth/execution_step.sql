-- Steps of an execution order (§6.10, §8.6). For custody the steps are those of the stay itself.
WITH served AS (
  SELECT sanction_id, min(date_in) AS first_in, max(date_out) AS last_out, max(date_out) FILTER (kind <> 'VH') AS sentence_out, min(date_in) FILTER (kind <> 'VH') AS sentence_in
  FROM {truth.stay} WHERE kind IN ('VH', 'VS', 'JDET', 'ISD') AND sanction_id IS NOT NULL GROUP BY sanction_id
),
base AS (
  SELECT e.*, i.way_in, s.first_in, s.last_out, s.sentence_in, s.sentence_out
  FROM {truth.execution} AS e JOIN {truth.incident} AS i ON i.incident_id = e.incident_id LEFT JOIN served AS s ON s.sanction_id = e.sanction_id AND e.kind IN ('VS', 'JD', 'IS')
  UNION ALL
  SELECT e.*, 'none', NULL, NULL, NULL, NULL FROM {truth.execution} AS e WHERE e.incident_id >= 900000000000000 AND e.incident_id < 1000000000000000
),
event AS (
  SELECT execution_id, 1 AS ord, '10' AS status, received_date AS date FROM base WHERE transfer_date > received_date + 7  -- passed on within a week: one step
  UNION ALL SELECT execution_id, 2, '20', transfer_date FROM base
  -- tasks and supervision
  UNION ALL SELECT execution_id, 3, '30', start_date FROM base WHERE kind IN ('TS', 'VW', 'ET') AND result <> 'withdrawn'
  UNION ALL SELECT execution_id, 3, '90', start_date FROM base WHERE result = 'withdrawn'
  UNION ALL SELECT execution_id, 4, CASE WHEN result = 'done' THEN '40' ELSE '41' END, end_date FROM base WHERE kind IN ('TS', 'VW', 'ET') AND result <> 'withdrawn'
  UNION ALL SELECT execution_id, 5, '42', end_date + 20 FROM base WHERE kind = 'TS' AND result = 'failed'
  -- custody: from the stay; served in remand altogether: closed at once; never found
  UNION ALL SELECT execution_id, 3, '30', greatest(transfer_date, coalesce(sentence_in, transfer_date)) FROM base WHERE kind IN ('VS', 'JD', 'IS') AND (sentence_in IS NOT NULL OR way_in = 'remand')
  UNION ALL SELECT execution_id, 4, '40', greatest(transfer_date, coalesce(sentence_in, transfer_date), coalesce(sentence_out, last_out, transfer_date)) FROM base WHERE kind IN ('VS', 'JD', 'IS') AND (sentence_in IS NOT NULL OR way_in = 'remand')
  UNION ALL SELECT execution_id, 3, '50', transfer_date + 120 FROM base WHERE kind IN ('VS', 'JD', 'IS') AND sentence_in IS NULL AND way_in <> 'remand'
  UNION ALL SELECT execution_id, 4, '70', transfer_date + 120 + 2190 + CAST(floor(draw('lapsed', execution_id) * 2190) AS INTEGER) FROM base WHERE kind IN ('VS', 'JD', 'IS') AND sentence_in IS NULL AND way_in <> 'remand'
  UNION ALL SELECT execution_id, 3, '30', transfer_date + 60 FROM base WHERE kind = 'TB'
)
SELECT row_number() OVER (ORDER BY v.execution_id, v.ord) AS step_id, v.execution_id, e.person_id, e.case_nr, e.sanction_nr, e.kind, e.executor, e.usb_nr, e.final_date, e.received_date, e.transfer_date, CAST(row_number() OVER (PARTITION BY v.execution_id ORDER BY v.ord) AS BIGINT) AS step_nr, v.status, v.date AS step_date
FROM event AS v JOIN {truth.execution} AS e USING (execution_id)
