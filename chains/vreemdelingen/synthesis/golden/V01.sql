-- V01: applications by kind and month, every total included, as the published table counts them.
SELECT s.soort AS Aanvraagsoort, strftime(application_date, '%YMM%m') AS period, count(*) AS aanvragen
FROM {truth.application}, unnest(list_distinct([CASE WHEN kind <> 'ASIEL' THEN kind WHEN repeated THEN 'ASIELH' ELSE 'ASIEL1' END, kind, 'TOT'])) AS s(soort)
WHERE application_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
