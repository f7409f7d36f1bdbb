-- I01: registered crimes, of the police and the Royal Marechaussee, by year of report and main group of the SCM.
SELECT year(reported_date) AS period, left(scm, 1) AS "Delictgroep", count(*) AS misdrijven
FROM {truth.crime} WHERE reported_date BETWEEN make_date({from}, 1, 1) AND {complete_to} AND counts GROUP BY ALL ORDER BY ALL
