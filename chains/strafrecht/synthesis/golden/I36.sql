-- I36: victims by main group of the SCM; the Royal Marechaussee registers no organisations.
SELECT year(v.reported_date) AS period, left(c.scm, 1) AS "Delictgroep", count(*) AS slachtoffers
FROM {truth.victim} AS v JOIN {truth.crime} AS c USING (crime_id) WHERE NOT (v.kmar AND v.kind = 'RP') AND v.reported_date BETWEEN make_date({from}, 1, 1) AND {complete_to} AND c.counts GROUP BY ALL ORDER BY ALL
