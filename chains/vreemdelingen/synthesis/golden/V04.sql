-- V04: applications pending on the last day of a month, by age and kind.
WITH pending AS (
  SELECT a.*, last_day(m.first_day) AS day FROM {truth.application} AS a, unnest(range(make_date({from}, 1, 1), make_date({to} + 1, 1, 1), INTERVAL 1 MONTH)) AS m(first_day) WHERE a.application_date <= last_day(m.first_day) AND a.decision_date > last_day(m.first_day)
),
aged AS (
  SELECT *, CASE WHEN day <= application_date + INTERVAL 3 MONTH THEN 'M03' WHEN day <= application_date + INTERVAL 6 MONTH THEN 'M06' WHEN day <= application_date + INTERVAL 12 MONTH THEN 'M12' ELSE 'MEER' END AS age FROM pending
)
SELECT o.ouderdom AS Ouderdom, s.soort AS Aanvraagsoort, strftime(day, '%YMM%m') AS period, count(*) AS aanvragen
FROM aged, unnest([age, CASE WHEN age IN ('M03', 'M06') THEN 'BINNEN' ELSE 'BUITEN' END, 'TOT']) AS o(ouderdom), unnest(list_distinct([CASE WHEN kind <> 'ASIEL' THEN kind WHEN repeated THEN 'ASIELH' ELSE 'ASIEL1' END, kind, 'TOT'])) AS s(soort)
GROUP BY ALL ORDER BY ALL
