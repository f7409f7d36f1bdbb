-- Registered crimes (§6.1, §6.2, §7): the cleared ones come from careers, the others from each row's share x (1 - clearance) and the year factor.
WITH row_of AS (
  SELECT CAST(crime_nr AS INTEGER) AS crime_nr, mk, CAST(scm AS VARCHAR) AS scm, CAST(share AS DOUBLE) / sum(CAST(share AS DOUBLE)) OVER () AS share, CAST(clearance AS DOUBLE) / 100 AS clearance FROM {table.crime}
),
step AS (
  SELECT * FROM (SELECT step, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma FROM {table.duration})
    PIVOT (max(median) AS m, max(sigma) AS s FOR step IN ('kennisname', 'kennisname_sexual', 'kennisname_fraud'))
),
unit AS (
  SELECT CAST(unit AS INTEGER) AS unit, sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(unit AS INTEGER)) / 100 AS hi,
         (sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(unit AS INTEGER)) - CAST(share AS DOUBLE)) / 100 AS lo
  FROM {table.unit}
),
cleared AS (
  SELECT r.crime_id, min(r.crime_incident_id) AS report_id, min(r.crime_nr) AS crime_nr, min(r.unit) AS unit, min(r.offence_date) AS offence_date, min(r.reported_date) AS reported_date,
         min(i.hearing_date) AS cleared_date
  FROM {truth.registration} AS r JOIN {truth.incident} AS i USING (incident_id)
  WHERE r.reported_date <= make_date({to}, 12, 31)
  GROUP BY r.crime_id
),
open_count AS (
  SELECT r.crime_nr, r.scm, r.mk, y.year,
         CAST(floor({parameter.crimes_per_year} * {scale} * coalesce(CAST(f.crimes AS DOUBLE), 1) * r.share * (1 - r.clearance) + draw('open crimes', CAST(y.year AS BIGINT) * 1000 + r.crime_nr)) AS BIGINT) AS n
  FROM row_of AS r, unnest(range({from}, {to} + 1)) AS y(year) LEFT JOIN {table.year_factor} AS f ON CAST(f.year AS INTEGER) = y.year
),
open_crime AS (
  SELECT 1000000000000000 + (CAST(o.year AS BIGINT) * 1000 + o.crime_nr) * 10000000 + n.n AS crime_id, o.crime_nr, o.scm, o.year,
         CASE WHEN o.mk = 'A72' THEN .25 ELSE {parameter.season} END AS season
  FROM open_count AS o, unnest(range(0, o.n)) AS n(n)
),
-- Season by moving a uniform moment of the year towards August (§6.1).
dated AS (
  SELECT o.crime_id, o.crime_nr, o.scm, u.unit,
         make_date(CAST(o.year AS INTEGER), 1, 1) + CAST(greatest(0, least(364, floor((draw('open moment', o.crime_id) - o.season / (2 * pi()) * (sin(2 * pi() * (draw('open moment', o.crime_id) - .62)) - sin(2 * pi() * -.62))) * 365))) AS INTEGER) AS reported_date
  FROM open_crime AS o JOIN unit AS u ON draw('open unit', o.crime_id) >= u.lo AND (draw('open unit', o.crime_id) < u.hi OR u.hi > 0.9999)
),
together AS (
  SELECT crime_id, report_id, crime_nr, unit, offence_date, reported_date, cleared_date FROM cleared
  UNION ALL
  SELECT d.crime_id, d.crime_id, d.crime_nr, d.unit,
         d.reported_date - CAST(CASE WHEN draw('reported at once', d.crime_id) < .6 THEN 0
           WHEN d.scm LIKE '33%' THEN least(3650, ceil(s.kennisname_sexual_m * exp(s.kennisname_sexual_s * normal(draw('kennisname', d.crime_id)))))
           WHEN d.scm = '121' THEN least(3650, ceil(s.kennisname_fraud_m * exp(s.kennisname_fraud_s * normal(draw('kennisname', d.crime_id)))))
           ELSE least(3650, ceil(s.kennisname_m * exp(s.kennisname_s * normal(draw('kennisname', d.crime_id))))) END AS INTEGER),
         d.reported_date, CAST(NULL AS DATE)
  FROM dated AS d, step AS s
),
municipality AS (
  SELECT right(concat('0000', regexp_replace(CAST(code AS VARCHAR), '[^0-9]', '', 'g')), 4) AS code, CAST(unit AS INTEGER) AS unit, CAST(population AS BIGINT) AS population
  FROM {reference.gemeente}
  WHERE coalesce(try_cast(CAST(valid_from AS VARCHAR) AS DATE), DATE '1900-01-01') <= make_date({from}, 1, 1) AND coalesce(try_cast(CAST(valid_to AS VARCHAR) AS DATE), DATE '9999-01-01') >= make_date({to}, 12, 31)
),
place AS (
  SELECT m.code, m.unit, row_number() OVER (ORDER BY m.unit, m.code, s.s) - 1 AS slot FROM municipality AS m, unnest(range(0, greatest(1, m.population // 1000))) AS s(s)
),
places AS (
  SELECT u.unit, coalesce(min(p.slot), 0) AS lo, CASE WHEN min(p.slot) IS NULL THEN (SELECT count(*) FROM place) ELSE count(*) END AS slots
  FROM unit AS u LEFT JOIN place AS p USING (unit) GROUP BY u.unit
),
-- One registration number a report, in the order of the reports of a unit in a year (§4.2).
report AS (
  SELECT report_id, min(unit) AS unit, min(reported_date) AS reported_date FROM together GROUP BY report_id
),
numbered AS (
  SELECT report_id, concat('PL', lpad(CAST(unit AS VARCHAR), 2, '0'),
           CASE WHEN draw('number of a team', report_id) < .08 THEN concat(substr('ABCDEFGHJK', 1 + CAST(floor(draw('team letter', report_id) * 10) AS INTEGER), 1), 1 + CAST(floor(draw('team digit', report_id) * 9) AS INTEGER)) ELSE '00' END,
           '-', year(reported_date), lpad(CAST(row_number() OVER (PARTITION BY unit, year(reported_date) ORDER BY reported_date, report_id) AS VARCHAR), 6, '0')) AS registration_nr
  FROM report
)
SELECT t.crime_id, t.report_id, n.registration_nr, CAST(row_number() OVER (PARTITION BY t.report_id ORDER BY t.crime_id) AS BIGINT) AS offence_nr,
       t.crime_nr, r.mk, r.scm, t.unit, t.offence_date, t.reported_date, t.cleared_date, p.code AS municipality,
       draw('attempt', t.crime_id) < CASE WHEN r.scm IN ('111', '112') THEN .09 WHEN r.scm = '34' THEN .7 ELSE .01 END AS attempt,
       draw('domestic', t.report_id) < CASE WHEN r.scm = '31' THEN .14 WHEN r.scm LIKE '32%' THEN .12 ELSE 0 END AS domestic,
       CASE WHEN r.mk = 'F90' THEN true WHEN r.mk IN ('F636', 'F620') THEN draw('cyber', t.crime_id) < .6 ELSE false END AS cyber
FROM together AS t JOIN row_of AS r USING (crime_nr) JOIN numbered AS n USING (report_id) JOIN places AS ps ON ps.unit = t.unit
  JOIN place AS p ON p.slot = ps.lo + CAST(floor(draw('place', t.report_id) * ps.slots) AS BIGINT)
