-- I05: people registered as a suspect at least once in a year, by sex, and their number per ten thousand inhabitants of twelve years and older (dates as in I04).
SELECT s.period, s.geslacht AS "Geslacht", s.persons AS verdachten, 10000.0 * s.persons / p.persons AS per_10000
FROM (SELECT year(CASE WHEN s.kmar THEN s.reported_date ELSE s.hearing_date END) AS period, p.sex AS geslacht, count(DISTINCT s.person_id) AS persons FROM {truth.suspect} AS s JOIN {truth.person} AS p USING (person_id) WHERE s.hearing_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND NOT (s.kmar AND s.reported_date < make_date({from}, 1, 1)) GROUP BY ALL) AS s
  JOIN (SELECT year, sum(persons) AS persons FROM {truth.population} WHERE age <> '0-11' GROUP BY year) AS p ON p.year = s.period
ORDER BY ALL
