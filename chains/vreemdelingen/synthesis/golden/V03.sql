-- V03: decisions within and after six calendar months, and days to a decision, by kind and quarter.
SELECT t.termijn AS Termijn, s.soort AS Aanvraagsoort, concat(year(decision_date), 'KW0', quarter(decision_date)) AS period, count(*) AS beslissingen,
       quantile_cont(decision_date - application_date, .5) AS p50, quantile_cont(decision_date - application_date, .9) AS p90
FROM {truth.application}, unnest([CASE WHEN decision_date <= application_date + INTERVAL 6 MONTH THEN 'BINNEN' ELSE 'BUITEN' END, 'TOT']) AS t(termijn), unnest(list_distinct([CASE WHEN kind <> 'ASIEL' THEN kind WHEN repeated THEN 'ASIELH' ELSE 'ASIEL1' END, kind, 'TOT'])) AS s(soort)
WHERE decision_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
