-- I04: registrations of suspects by year of hearing, main group of the SCM and sex. The kind of a crime that was reported
-- before the window is in no delivery: it counts as unknown. The Royal Marechaussee gives no date of hearing: its suspects count by the
-- report, and those of earlier reports are in no delivery.
SELECT year(CASE WHEN s.kmar THEN s.reported_date ELSE s.hearing_date END) AS period, CASE WHEN s.reported_date < make_date({from}, 1, 1) THEN 'ONB' ELSE left(s.scm, 1) END AS "Delictgroep", p.sex AS "Geslacht", count(*) AS registraties
FROM {truth.suspect} AS s JOIN {truth.person} AS p USING (person_id) WHERE s.hearing_date BETWEEN make_date({from}, 1, 1) AND {complete_to} AND NOT (s.kmar AND s.reported_date < make_date({from}, 1, 1)) GROUP BY ALL ORDER BY ALL
