-- V10: people by the month of their first asylum application and the furthest step that they reached within the window.
WITH first AS (
  SELECT person_id, application_date FROM {truth.application} WHERE kind = 'ASIEL' AND NOT repeated AND application_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
),
reached AS (
  SELECT f.*, EXISTS (FROM {truth.stay} AS s WHERE s.person_id = f.person_id AND s.date_in BETWEEN f.application_date AND make_date({to}, 12, 31)) AS received,
         EXISTS (FROM {truth.departure} AS d WHERE d.person_id = f.person_id AND d.departure_date BETWEEN f.application_date AND make_date({to}, 12, 31)) AS departed
  FROM first AS f
)
SELECT k.stap AS Ketenstap, strftime(application_date, '%YMM%m') AS period, count(*) AS asielzoekers
FROM reached, unnest([CASE WHEN departed THEN 'VERTREK' WHEN received THEN 'OPVANG' ELSE 'AANVRAAG' END, 'TOT']) AS k(stap) GROUP BY ALL ORDER BY ALL
