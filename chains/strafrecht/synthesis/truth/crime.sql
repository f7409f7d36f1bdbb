-- Registered crimes (§6.1, §6.2, §7) of the police and the Royal Marechaussee: the cleared ones come from careers, the others from each row's share x (1 - clearance), as many as the year's number
-- by its factor (§4.5) still lacks. Until July 2018 only the heaviest crime of a report counts (§9.8); reports of online fraud count since June 2015.
-- What a special investigation service handles is no registered crime.
WITH row_of AS (
  SELECT CAST(crime_nr AS INTEGER) AS crime_nr, mk, CAST(scm AS VARCHAR) AS scm, CAST(share AS DOUBLE) / sum(CAST(share AS DOUBLE)) OVER () AS share, CAST(clearance AS DOUBLE) / 100 AS clearance, CAST(max_years AS DOUBLE) AS max_years FROM {table.crime}
),
-- The codes of the Royal Marechaussee by kind of crime, and its brigades (§8.2).
kmar_code AS (
  SELECT mk, CAST(code AS VARCHAR) AS code, CAST(scm AS VARCHAR) AS scm, CAST(open_share AS DOUBLE) AS open_share, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER (PARTITION BY mk) AS lo, sum(CAST(share AS DOUBLE)) OVER w / sum(CAST(share AS DOUBLE)) OVER (PARTITION BY mk) AS hi
  FROM {table.kmar_crime} WINDOW w AS (PARTITION BY mk ORDER BY CAST(code AS INTEGER) ROWS UNBOUNDED PRECEDING)
),
brigade AS (
  SELECT CAST(brigade AS VARCHAR) AS brigade, letters, right(concat('0000', municipality), 4) AS municipality, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo, sum(CAST(share AS DOUBLE)) OVER w / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.kmar_brigade} WINDOW w AS (ORDER BY CAST(brigade AS INTEGER) ROWS UNBOUNDED PRECEDING)
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
  SELECT *, row_number() OVER (PARTITION BY report_id ORDER BY crime_id) AS offence_nr FROM (
    SELECT r.crime_id, min(r.crime_incident_id) AS report_id, min(r.crime_nr) AS crime_nr, min(r.unit) AS unit, min(r.offence_date) AS offence_date, min(r.reported_date) AS reported_date,
           min(i.hearing_date) AS cleared_date, coalesce(bool_or(o.service = 'KMAR'), false) AS kmar
    FROM {truth.registration} AS r JOIN {truth.incident} AS i USING (incident_id) LEFT JOIN {truth.other_service} AS o ON o.incident_id = r.crime_incident_id
    WHERE r.reported_date <= make_date({to}, 12, 31) AND o.service IS DISTINCT FROM 'BOD'
    GROUP BY r.crime_id
  )
),
heaviest AS (
  SELECT c.report_id, min_by(c.crime_id, (-r.max_years, r.scm, c.crime_id)) AS crime_id FROM cleared AS c JOIN row_of AS r USING (crime_nr) WHERE NOT c.kmar AND c.reported_date < DATE '2018-07-01' GROUP BY c.report_id
),
counted AS (
  SELECT year(c.reported_date) AS year, count(*) AS n FROM cleared AS c LEFT JOIN heaviest AS h USING (crime_id)
  WHERE c.reported_date >= DATE '2018-07-01' OR c.kmar OR h.crime_id IS NOT NULL GROUP BY year(c.reported_date)
),
weight AS (
  SELECT r.crime_nr, r.scm, r.mk, y.year, r.share * (1 - r.clearance) * CASE WHEN r.mk <> 'F636' OR y.year > 2015 THEN 1 WHEN y.year = 2015 THEN 7.0 / 12 ELSE 0 END AS weight
  FROM row_of AS r, unnest(range({from}, {to} + 1)) AS y(year)
),
open_count AS (
  SELECT w.crime_nr, w.scm, w.mk, w.year,
         CAST(floor(greatest(0, {parameter.crimes_per_year} * {scale} * coalesce(CAST(f.crimes AS DOUBLE), 1) - coalesce(c.n, 0)) * w.weight / sum(w.weight) OVER (PARTITION BY w.year)
           + draw('open crimes', CAST(w.year AS BIGINT) * 1000 + w.crime_nr)) AS BIGINT) AS n
  FROM weight AS w LEFT JOIN {table.year_factor} AS f ON CAST(f.year AS INTEGER) = w.year LEFT JOIN counted AS c ON c.year = w.year
),
open_crime AS (
  SELECT 1000000000000000 + (CAST(o.year AS BIGINT) * 1000 + o.crime_nr) * 10000000 + n.n AS crime_id, o.crime_nr, o.scm, o.year,
         CASE WHEN o.mk = 'A72' THEN .25 ELSE {parameter.season} END AS season, CASE WHEN o.mk = 'F636' AND o.year = 2015 THEN 5.0 / 12 ELSE 0 END AS from_moment
  FROM open_count AS o, unnest(range(0, o.n)) AS n(n)
),
-- Season by moving a uniform moment of the year towards August (§6.1).
dated AS (
  SELECT o.crime_id, o.crime_nr, o.scm, u.unit,
         make_date(CAST(o.year AS INTEGER), 1, 1) + CAST(greatest(365 * o.from_moment, least(364, floor((o.from_moment + (1 - o.from_moment) * (draw('open moment', o.crime_id)
           - o.season / (2 * pi()) * (sin(2 * pi() * (draw('open moment', o.crime_id) - .62)) - sin(2 * pi() * -.62)))) * 365))) AS INTEGER) AS reported_date
  FROM open_crime AS o JOIN unit AS u ON draw('open unit', o.crime_id) >= u.lo AND (draw('open unit', o.crime_id) < u.hi OR u.hi > 0.9999)
),
together AS MATERIALIZED (
  SELECT crime_id, report_id, offence_nr, crime_nr, unit, offence_date, reported_date, cleared_date, kmar FROM cleared
  UNION ALL
  SELECT d.crime_id, d.crime_id, 1, d.crime_nr, d.unit,
         d.reported_date - CAST(CASE WHEN draw('reported at once', d.crime_id) < .6 THEN 0
           WHEN d.scm LIKE '33%' THEN least(3650, ceil(s.kennisname_sexual_m * exp(s.kennisname_sexual_s * normal(draw('kennisname', d.crime_id)))))
           WHEN d.scm = '121' THEN least(3650, ceil(s.kennisname_fraud_m * exp(s.kennisname_fraud_s * normal(draw('kennisname', d.crime_id)))))
           ELSE least(3650, ceil(s.kennisname_m * exp(s.kennisname_s * normal(draw('kennisname', d.crime_id))))) END AS INTEGER),
         d.reported_date, CAST(NULL AS DATE), draw('kmar open', d.crime_id) < coalesce(k.open_share, 0)
  FROM dated AS d JOIN row_of AS r USING (crime_nr) LEFT JOIN (SELECT mk, sum(open_share) AS open_share FROM kmar_code GROUP BY mk) AS k ON k.mk = r.mk, step AS s
),
place AS (
  SELECT m.code, m.unit, row_number() OVER (ORDER BY m.unit, m.code, s.s) - 1 AS slot FROM (SELECT * FROM {truth.municipality} WHERE code = origin) AS m, unnest(range(0, greatest(1, m.population // 1000))) AS s(s)
),
places AS (
  SELECT u.unit, coalesce(min(p.slot), 0) AS lo, CASE WHEN min(p.slot) IS NULL THEN (SELECT count(*) FROM place) ELSE count(*) END AS slots
  FROM unit AS u LEFT JOIN place AS p USING (unit) GROUP BY u.unit
),
-- One registration number a report, in the order of the reports of a unit in a year (§4.2); all its crimes have its unit and its day.
numbered AS (
  SELECT report_id, concat('PL', lpad(CAST(unit AS VARCHAR), 2, '0'),
           CASE WHEN draw('number of a team', report_id) < .08 THEN concat(substr('ABCDEFGHJK', 1 + CAST(floor(draw('team letter', report_id) * 10) AS INTEGER), 1), 1 + CAST(floor(draw('team digit', report_id) * 9) AS INTEGER)) ELSE '00' END,
           '-', year(reported_date), lpad(CAST(row_number() OVER (PARTITION BY unit, year(reported_date) ORDER BY reported_date, report_id) AS VARCHAR), 6, '0')) AS registration_nr
  FROM together WHERE offence_nr = 1
),
-- A crime of the Marechaussee has a number of its own, in one sequence with its other incidents (kmar_incident).
other_day AS (SELECT date, sum(count(*)) OVER (PARTITION BY year(date) ORDER BY date) AS n FROM {truth.kmar_other} GROUP BY date),
kmar_ranked AS (
  SELECT t.crime_id, t.report_id, t.reported_date, r.mk, row_number() OVER (PARTITION BY year(t.reported_date) ORDER BY t.reported_date, t.crime_id) AS nr FROM together AS t JOIN row_of AS r USING (crime_nr) WHERE t.kmar
),
kmar_counted AS (
  SELECT k.crime_id, k.report_id, k.reported_date, k.mk, k.nr + coalesce(o.n, 0) AS nr FROM kmar_ranked AS k ASOF LEFT JOIN other_day AS o ON year(o.date) = year(k.reported_date) AND k.reported_date > o.date
),
kmar_crime AS (
  SELECT k.crime_id, concat('27', b.letters, '/', lpad(CAST(year(k.reported_date) % 100 AS VARCHAR), 2, '0'), '-', lpad(CAST(k.nr AS VARCHAR), 6, '0')) AS kmar_nr, c.code, c.scm, b.brigade, b.municipality
  FROM kmar_counted AS k JOIN kmar_code AS c ON c.mk = k.mk AND draw('kmar code', k.crime_id) >= c.lo AND (draw('kmar code', k.crime_id) < c.hi OR c.hi > .99999)
    JOIN brigade AS b ON draw('brigade', k.report_id) >= b.lo AND (draw('brigade', k.report_id) < b.hi OR b.hi > .99999)
)
SELECT t.crime_id, t.report_id, coalesce(q.kmar_nr, n.registration_nr) AS registration_nr, CASE WHEN t.kmar THEN 1 ELSE t.offence_nr END AS offence_nr,
       t.crime_nr, r.mk, coalesce(q.scm, r.scm) AS scm, t.unit, t.offence_date, t.reported_date, t.cleared_date, t.reported_date >= DATE '2018-07-01' OR t.crime_id >= 1000000000000000 OR t.kmar OR h.crime_id IS NOT NULL AS counts, coalesce(q.municipality, p.code) AS place, coalesce(q.municipality, m.code) AS municipality, t.kmar, q.code AS kmar_code, q.brigade,
       draw('attempt', t.crime_id) < CASE WHEN r.scm IN ('111', '112') THEN .09 WHEN r.scm = '34' THEN .7 ELSE .01 END AS attempt,
       draw('domestic', t.report_id) < CASE WHEN r.scm = '31' THEN .14 WHEN r.scm LIKE '32%' THEN .12 ELSE 0 END AS domestic,
       CASE WHEN r.mk = 'F90' THEN true WHEN r.mk IN ('F636', 'F620') THEN draw('cyber', t.crime_id) < .6 ELSE false END AS cyber
FROM together AS t JOIN row_of AS r USING (crime_nr) JOIN numbered AS n USING (report_id) JOIN places AS ps ON ps.unit = t.unit LEFT JOIN kmar_crime AS q ON q.crime_id = t.crime_id LEFT JOIN heaviest AS h ON h.crime_id = t.crime_id
  JOIN place AS p ON p.slot = ps.lo + CAST(floor(draw('place', t.report_id) * ps.slots) AS BIGINT)
  JOIN {truth.municipality} AS m ON m.origin = p.code AND t.reported_date BETWEEN m.valid_from AND m.valid_to
