-- Everybody who enters the chain (§5) and stays in it long enough to have an incident in the years that still matter for the window.
-- Entries start {parameter.burn_in_years} years before the window. A year of factor f (§4.5) has f times the k incidents a year that one entrant a year comes to: one part of what is
-- over comes from more people with a single incident, the other from people who come back more often; and some more, because more falls inside a detention (pace.sql).
WITH span AS (
  SELECT {from} - {parameter.lead_years} AS lead_from, {from} - {parameter.burn_in_years} AS first_year
),
class AS (
  SELECT class, CAST(rate AS DOUBLE) AS rate, CAST(mean_years AS DOUBLE) AS mean_years, CAST(max_years AS DOUBLE) AS max_years, CAST(male AS DOUBLE) AS male,
         sum(CAST(share AS DOUBLE)) OVER (ORDER BY class) - CAST(share AS DOUBLE) AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY class) AS hi
  FROM {table.career_class}
),
age AS (
  SELECT CAST(age_from AS INTEGER) AS age_from, CAST(age_to AS INTEGER) AS age_to,
         sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(age_from AS INTEGER)) AS hi,
         sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(age_from AS INTEGER)) - CAST(share AS DOUBLE) AS lo
  FROM {table.entry_age}
),
-- Numbered per entry year, so that a person stays the same whatever the window is.
numbered AS MATERIALIZED (
  SELECT CAST(y.year AS BIGINT) * 10000000 + n.i AS person_id, y.year, n.i < y.entrants AS by_class
  FROM (SELECT y.year, CAST(floor({parameter.entrants_per_year} * {scale} + draw('entrants', y.year)) AS BIGINT) AS entrants, coalesce(p.newcomers, 0) AS newcomers
        FROM span, unnest(range(span.first_year, {to} + 1)) AS y(year) LEFT JOIN {truth.pace} AS p ON p.year = y.year) AS y,
       unnest(range(0, y.entrants + CAST(floor({parameter.entrants_per_year} * {scale} * y.newcomers + draw('newcomers', y.year)) AS BIGINT))) AS n(i)
),
-- Whoever has a single incident before the lead-in cannot matter any more.
classed AS MATERIALIZED (
  SELECT n.person_id, n.year, c.class, c.male, c.rate, c.mean_years, c.max_years
  FROM (SELECT person_id, year, CASE WHEN by_class THEN draw('career class', person_id) ELSE 0 END AS u_class FROM numbered) AS n
    JOIN class AS c ON n.u_class >= c.lo AND (n.u_class < c.hi OR c.hi > 0.9999), span
  WHERE c.rate > 0 OR n.year >= span.lead_from
),
drawn AS (
  SELECT e.person_id, e.class, e.male,
         CASE WHEN e.rate = 0 THEN 0
              ELSE e.rate * -ln((1 - draw('gamma 1', e.person_id)) * (1 - draw('gamma 2', e.person_id)) * (1 - draw('gamma 3', e.person_id)) * (1 - draw('gamma 4', e.person_id))) / 4 END AS rate,
         CASE WHEN e.rate = 0 THEN 0 ELSE least(e.max_years, -e.mean_years * ln(1 - draw('career length', e.person_id))) END AS drawn_years,
         a.age_from + draw('entry age', e.person_id) * (a.age_to - a.age_from + 0.9) AS entry_age,
         make_date(CAST(e.year AS INTEGER), 1, 1) + CAST(greatest(0, least(364, floor(365 * (draw('entry', e.person_id)
           - {parameter.season} / (2 * pi()) * (sin(2 * pi() * (draw('entry', e.person_id) - .62)) - sin(2 * pi() * -.62)))))) AS INTEGER) AS entry_date
  FROM classed AS e JOIN age AS a ON draw('age class', e.person_id) >= a.lo AND (draw('age class', e.person_id) < a.hi OR a.hi > 0.9999)
)
-- Nobody is active beyond the age of 86: the incidents of a longer career fall in the years that are left.
SELECT d.*, least(d.drawn_years, 86 - d.entry_age) AS years FROM drawn AS d, span
WHERE d.entry_date + CAST(ceil(least(d.drawn_years, 86 - d.entry_age) * 365.25) AS INTEGER) >= make_date(span.lead_from, 1, 1)
