-- I22: supervision that started and ended, by framework.
SELECT year(date) AS period, gebeurtenis AS "Gebeurtenis", count(*) AS toezichten
FROM (
  SELECT start_date AS date, 'BEG' AS gebeurtenis FROM {truth.probation_product} WHERE product LIKE 'TZ%'
  UNION ALL
  SELECT end_date, 'EIND' FROM {truth.probation_product} WHERE product LIKE 'TZ%'
)
WHERE date BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL ORDER BY ALL
