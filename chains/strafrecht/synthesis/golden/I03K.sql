-- I03 by year of report: crimes that were cleared by the day of which is asked, and those that were not.
SELECT year(reported_date) AS period, CASE WHEN cleared_date <= {complete_to} THEN 'J' ELSE 'N' END AS "Opgehelderd", count(*) AS misdrijven
FROM {truth.crime} WHERE reported_date BETWEEN make_date({from}, 1, 1) AND {complete_to} AND counts GROUP BY ALL ORDER BY ALL
