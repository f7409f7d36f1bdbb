-- V02: decisions by outcome, kind and quarter.
SELECT u.uitkomst AS Uitkomst, s.soort AS Aanvraagsoort, concat(year(decision_date), 'KW0', quarter(decision_date)) AS period, count(*) AS beslissingen
FROM {truth.application}, unnest([outcome, 'TOT']) AS u(uitkomst), unnest(list_distinct([CASE WHEN kind <> 'ASIEL' THEN kind WHEN repeated THEN 'ASIELH' ELSE 'ASIEL1' END, kind, 'TOT'])) AS s(soort)
WHERE decision_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
