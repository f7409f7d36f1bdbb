-- V07: departures by manner and month.
SELECT w.wijze AS Vertrekwijze, strftime(departure_date, '%YMM%m') AS period, count(*) AS vertrekken
FROM {truth.departure}, unnest(CASE way WHEN 'zelfstandig' THEN ['ZELF', 'AANT', 'TOT'] WHEN 'gedwongen' THEN ['GEDW', 'AANT', 'TOT'] ELSE ['ZOND', 'TOT'] END) AS w(wijze)
WHERE departure_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
