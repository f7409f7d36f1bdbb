-- Victims (§7, §8.1): a person or a business for each crime that has one, sometimes a second person. Crimes of the window only.
WITH crime AS (
  SELECT c.crime_id, c.registration_nr, c.offence_nr, c.scm, c.reported_date, c.domestic, c.place, c.municipality, c.kmar, k.victim
  FROM {truth.crime} AS c JOIN {table.crime} AS k ON CAST(k.crime_nr AS INTEGER) = c.crime_nr
  WHERE k.victim <> 'N' AND c.reported_date >= make_date({from}, 1, 1)
),
one AS (
  SELECT *, crime_id * 2 + n AS victim_id FROM (SELECT c.*, unnest(range(0, CASE WHEN draw('victims', c.crime_id) < .05 THEN 0 WHEN c.victim = 'P' AND draw('victims', c.crime_id) > .98 THEN 2 ELSE 1 END)) AS n FROM crime AS c)
),
relation AS (
  SELECT CAST(code AS INTEGER) AS code, v.violence,
         sum(CASE WHEN v.violence THEN CAST(violence_share AS DOUBLE) ELSE CAST(share AS DOUBLE) END) OVER (PARTITION BY v.violence ORDER BY CAST(code AS INTEGER)) / 100 AS hi,
         (sum(CASE WHEN v.violence THEN CAST(violence_share AS DOUBLE) ELSE CAST(share AS DOUBLE) END) OVER (PARTITION BY v.violence ORDER BY CAST(code AS INTEGER)) - CASE WHEN v.violence THEN CAST(violence_share AS DOUBLE) ELSE CAST(share AS DOUBLE) END) / 100 AS lo
  FROM {table.victim_relation}, (VALUES (true), (false)) AS v(violence)
),
drawn AS (
  SELECT o.*, o.scm LIKE '3%' AS violence, draw('relation', o.victim_id) * .9999 AS u_relation FROM one AS o
)
SELECT d.victim_id, d.crime_id, d.registration_nr, d.offence_nr, d.n + 1 AS victim_nr, d.kmar, d.reported_date, CASE WHEN d.victim = 'B' THEN 'RP' ELSE 'NP' END AS kind,
       CASE WHEN d.victim = 'B' THEN NULL WHEN draw('victim sex', d.victim_id) < CASE WHEN d.scm LIKE '33%' THEN .12 ELSE .54 END THEN 'M' ELSE 'V' END AS sex,
       CASE WHEN d.victim = 'B' THEN NULL ELSE year(d.reported_date) - CASE WHEN d.scm IN ('334', '335') THEN 8 + CAST(floor(draw('victim age', d.victim_id) * 9) AS INTEGER)
         ELSE 13 + CAST(floor(pow(draw('victim age', d.victim_id), 1.3) * 70) AS INTEGER) END END AS birth_year,
       d.place, d.municipality, CASE WHEN d.victim = 'B' THEN 0 WHEN d.domestic THEN [1, 1, 2, 2, 3, 4, 5][1 + CAST(floor(draw('domestic relation', d.victim_id) * 7) AS INTEGER)] ELSE r.code END AS relation,
       CAST(CASE WHEN d.victim = 'B' OR NOT d.violence THEN 0 WHEN d.scm = '34' THEN 2 + floor(draw('injury', d.victim_id) * 3) ELSE floor(pow(draw('injury', d.victim_id), 2) * 4) END AS BIGINT) AS injury,
       draw('wants information', d.victim_id) < .31 AS wants_information
FROM drawn AS d LEFT JOIN relation AS r ON d.victim = 'P' AND r.violence = d.violence AND d.u_relation >= r.lo AND d.u_relation < r.hi
