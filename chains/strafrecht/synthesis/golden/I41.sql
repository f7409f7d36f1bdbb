-- I41: incidents of the Royal Marechaussee that are no crime, by kind and brigade.
SELECT year(date) AS period, CASE code WHEN '9001' THEN 'WEIG' WHEN '9002' THEN 'ASSI' WHEN '9003' THEN 'SIGN' WHEN '9004' THEN 'VERL' END AS "Soort", brigade AS "Brigade", count(*) AS incidenten
FROM {truth.kmar_incident} WHERE crime_id IS NULL AND date BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL ORDER BY ALL
