-- I03 by year of clearance, for crimes reported in the window.
SELECT year(cleared_date) AS period, left(scm, 1) AS "Delictgroep", count(*) AS misdrijven
FROM {truth.crime} WHERE reported_date BETWEEN make_date({from}, 1, 1) AND {complete_to} AND cleared_date <= {complete_to} AND counts GROUP BY ALL ORDER BY ALL
