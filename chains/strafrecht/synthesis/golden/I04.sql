-- I04: registrations of suspects by year of hearing, main group of the SCM and sex.
SELECT year(s.hearing_date) AS period, left(s.scm, 1) AS scm, p.sex AS geslacht, count(*) AS value
FROM {truth.suspect} AS s JOIN {truth.person} AS p USING (person_id) WHERE s.hearing_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
