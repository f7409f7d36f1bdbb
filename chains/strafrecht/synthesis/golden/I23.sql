-- I23: entries into an institution by the title of the first day (youth detention under the sentence, as the prison service writes it).
SELECT year(date_in) AS period, CASE WHEN kind LIKE 'VVH%' THEN 'VVH' WHEN kind = 'JDET' THEN 'VS' ELSE kind END AS "Titel", count(*) AS insluitingen
FROM {truth.stay} WHERE is_entry AND date_in BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL ORDER BY ALL
