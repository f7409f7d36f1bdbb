-- I02: registered crimes per thousand inhabitants of 1 January, by main group of the SCM.
SELECT year(c.reported_date) AS period, left(c.scm, 1) AS "Delictgroep", 1000.0 * count(*) / any_value(p.persons) AS per_1000
FROM {truth.crime} AS c JOIN (SELECT year, sum(persons) AS persons FROM {truth.population} GROUP BY year) AS p ON p.year = year(c.reported_date)
WHERE c.reported_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND c.counts GROUP BY ALL ORDER BY ALL
