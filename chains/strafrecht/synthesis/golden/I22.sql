-- I22: supervision that started and ended, by framework.
SELECT year(date) AS period, gebeurtenis, kader, count(*) AS value
FROM (
  SELECT start_date AS date, 'BEG' AS gebeurtenis, framework AS kader FROM {truth.probation_product} WHERE product LIKE 'TZ%'
  UNION ALL
  SELECT end_date, 'EIND', framework FROM {truth.probation_product} WHERE product LIKE 'TZ%'
)
WHERE date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
