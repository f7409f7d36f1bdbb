-- I36: victims by main group of the SCM.
SELECT year(v.reported_date) AS period, left(c.scm, 1) AS "Delictgroep", count(*) AS slachtoffers
FROM {truth.victim} AS v JOIN {truth.crime} AS c USING (crime_id) WHERE v.reported_date BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL ORDER BY ALL
