-- V09: events by month.
WITH event AS (
  SELECT 'INGEDIEND' AS event, application_date AS day FROM {truth.application}
  UNION ALL SELECT 'BESLIST', decision_date FROM {truth.application}
  UNION ALL SELECT 'BEROEP', appeal_date FROM {truth.application} WHERE decision_date >= make_date({from}, 1, 1)
  UNION ALL SELECT 'OPVANG_IN', date_in FROM {truth.stay}
  UNION ALL SELECT 'OPVANG_UIT', date_out FROM {truth.stay}
  UNION ALL SELECT 'VERTREK_START', handover_date FROM {truth.departure}
  UNION ALL SELECT 'VERTREK', departure_date FROM {truth.departure}
)
SELECT event AS Gebeurtenis, strftime(day, '%YMM%m') AS period, count(*) AS gebeurtenissen
FROM event WHERE day BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
