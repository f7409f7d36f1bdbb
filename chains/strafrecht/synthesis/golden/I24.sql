-- I24: people in detention on 30 September, by legal ground (youth detention under the sentence, as the prison service writes it).
SELECT y.year AS period, CASE WHEN s.kind LIKE 'VVH%' THEN 'VVH' WHEN s.kind = 'JDET' THEN 'VS' ELSE s.kind END AS "Titel", count(*) AS gedetineerden
FROM {truth.stay} AS s, unnest(range({from}, {to} + 1)) AS y(year)
WHERE make_date(CAST(y.year AS INTEGER), 9, 30) <= {complete_to}
  AND s.date_in <= make_date(CAST(y.year AS INTEGER), 9, 30) AND s.date_out > make_date(CAST(y.year AS INTEGER), 9, 30) GROUP BY ALL ORDER BY ALL
