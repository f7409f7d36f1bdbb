-- R19: the flow closes at every station: what was there on 1 January and what came in that year is what left and what is there on the next 1 January; and what one station passes on the next receives.
WITH passage AS (
  SELECT 'police' AS station, hearing_date AS date_in, coalesce(sent_date, hearing_date) AS date_out FROM {truth.incident}
  UNION ALL SELECT 'prosecution', c.intake_date, d.decided FROM {truth.criminal_case} AS c LEFT JOIN (SELECT case_id, min(decision_date) AS decided FROM {truth.om_decision} WHERE kind <> 'EVENT' GROUP BY case_id) AS d ON d.case_id = c.case_id
  UNION ALL SELECT 'court', decision_date, coalesce(verdict_date, joined_date) FROM {truth.criminal_case} WHERE decision IN ('DAGV', 'OPRV', 'OPRF')
  UNION ALL SELECT 'appeal', appeal_date, appeal_verdict_date FROM {truth.appeal}
  UNION ALL SELECT 'execution', e.received_date, s.ended FROM {truth.execution} AS e LEFT JOIN (SELECT execution_id, max(step_date) AS ended FROM {truth.execution_step} GROUP BY execution_id) AS s ON s.execution_id = e.execution_id
  UNION ALL SELECT 'prison', date_in, date_out FROM {truth.stay}
  UNION ALL SELECT 'probation', received_date, end_date FROM {truth.probation_product}
  UNION ALL SELECT 'protection', reported_date, end_date FROM {truth.child_protection_case}
  UNION ALL SELECT 'Halt', entry_date, closed_date FROM {truth.halt_case}
),
year AS (
  SELECT CAST(y.year AS INTEGER) AS year FROM unnest(range({from}, {to} + 1)) AS y(year)
),
flow AS (
  SELECT p.station, y.year,
         count(*) FILTER (p.date_in < make_date(y.year, 1, 1) AND (p.date_out IS NULL OR p.date_out >= make_date(y.year, 1, 1))) AS at_start,
         count(*) FILTER (p.date_in >= make_date(y.year, 1, 1) AND p.date_in <= make_date(y.year, 12, 31)) AS came,
         count(*) FILTER (p.date_out >= make_date(y.year, 1, 1) AND p.date_out <= make_date(y.year, 12, 31)) AS went,
         count(*) FILTER (p.date_in <= make_date(y.year, 12, 31) AND (p.date_out IS NULL OR p.date_out > make_date(y.year, 12, 31))) AS at_end
  FROM passage AS p, year AS y GROUP BY p.station, y.year
)
SELECT station, year, at_start, came, went, at_end FROM flow WHERE at_start + came - went <> at_end
UNION ALL
-- from the police to the prosecution, from the prosecution to the court, from the court to the appeal court and to execution
SELECT 'police to prosecution', NULL, s.sent, NULL, NULL, s.received
FROM (SELECT (SELECT count(*) FROM {truth.incident} WHERE to_om) AS sent, (SELECT count(*) FROM {truth.criminal_case} WHERE intake_kind IN (10, 11, 12) AND NOT legal) AS received) AS s WHERE s.sent <> s.received
UNION ALL
SELECT 'prosecution to court', NULL, s.sent, NULL, NULL, s.received
FROM (SELECT (SELECT count(*) FROM {truth.criminal_case} WHERE decision IN ('DAGV', 'OPRV', 'OPRF')) AS sent, (SELECT count(*) FROM {truth.verdict}) + (SELECT count(*) FROM {truth.criminal_case} WHERE joined_case_id IS NOT NULL) AS received) AS s WHERE s.sent <> s.received
UNION ALL
SELECT 'court to appeal', NULL, s.sent, NULL, NULL, s.received
FROM (SELECT (SELECT count(*) FROM {truth.verdict} WHERE appealed) AS sent, (SELECT count(*) FROM {truth.appeal}) AS received) AS s WHERE s.sent <> s.received
UNION ALL
SELECT 'court to execution', NULL, s.sent, NULL, NULL, s.received
FROM (SELECT (SELECT count(*) FROM {truth.sanction} WHERE code IN ('GEV', 'JDT', 'WST') AND modality <> 'V' OR code IN ('ISD', 'TBV', 'TBW', 'PIJ')) AS sent,
             (SELECT count(*) FROM {truth.execution} WHERE sanction_id IS NOT NULL AND kind NOT IN ('VW', 'ET')) AS received) AS s WHERE s.sent <> s.received
UNION ALL
SELECT 'court to collection', NULL, s.sent, NULL, NULL, s.received
FROM (SELECT (SELECT count(*) FROM {truth.sanction} WHERE code IN ('GBO', 'SVM', 'ONT') AND modality <> 'V') AS sent, (SELECT count(*) FROM {truth.collection} WHERE kind IN ('BV', 'SV', 'OV')) AS received) AS s WHERE s.sent <> s.received
