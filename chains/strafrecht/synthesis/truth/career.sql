-- Careers (§5): everybody who entered the chain and has an incident in the years that still matter for the window.
-- Entries start {parameter.burn_in_years} years before the window. A year's incidents are thinned to the year factor (§4.5) and the season (§6.1).
WITH span AS (
  SELECT {from} - {parameter.lead_years} AS lead_from, {from} - {parameter.burn_in_years} AS first_year,
         max(CAST(suspects AS DOUBLE)) FILTER (CAST(year AS INTEGER) BETWEEN {from} - {parameter.lead_years} AND {to}) AS top
  FROM {table.year_factor}
),
class AS (
  SELECT class, CAST(rate AS DOUBLE) AS rate, CAST(mean_years AS DOUBLE) AS mean_years, CAST(max_years AS DOUBLE) AS max_years, CAST(male AS DOUBLE) AS male,
         sum(CAST(share AS DOUBLE)) OVER (ORDER BY class) - CAST(share AS DOUBLE) AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY class) AS hi
  FROM {table.career_class}
),
unit AS (
  SELECT CAST(unit AS INTEGER) AS unit, sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(unit AS INTEGER)) / 100 AS hi,
         (sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(unit AS INTEGER)) - CAST(share AS DOUBLE)) / 100 AS lo
  FROM {table.unit}
),
age AS (
  SELECT CAST(age_from AS INTEGER) AS age_from, CAST(age_to AS INTEGER) AS age_to,
         sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(age_from AS INTEGER)) AS hi,
         sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(age_from AS INTEGER)) - CAST(share AS DOUBLE) AS lo
  FROM {table.entry_age}
),
-- Numbered per entry year, so that a person stays the same whatever the window is.
entrant AS (
  SELECT CAST(y.year AS BIGINT) * 10000000 + n.i AS person_id, y.year,
         draw('career class', CAST(y.year AS BIGINT) * 10000000 + n.i) AS u_class
  FROM span, unnest(range(span.first_year, {to} + 1)) AS y(year),
       unnest(range(0, CAST(ceil({parameter.entrants_per_year} * {scale} * span.top * (1 + {parameter.season})) AS BIGINT))) AS n(i)
),
classed AS (
  SELECT e.person_id, e.year, c.class, c.male,
         CASE WHEN c.rate = 0 THEN 0
              ELSE c.rate * -ln((1 - draw('gamma 1', e.person_id)) * (1 - draw('gamma 2', e.person_id)) * (1 - draw('gamma 3', e.person_id)) * (1 - draw('gamma 4', e.person_id))) / 4 END AS rate,
         CASE WHEN c.rate = 0 THEN 0 ELSE -- nobody is active beyond the age of 86
              least(c.max_years, 86 - a.age_from - draw('entry age', e.person_id) * (a.age_to - a.age_from + 0.9), -c.mean_years * ln(1 - draw('career length', e.person_id))) END AS years,
         a.age_from + draw('entry age', e.person_id) * (a.age_to - a.age_from + 0.9) AS entry_age,
         CAST(make_date(CAST(e.year AS INTEGER), 1, 1) AS DATE) + CAST(floor(draw('entry', e.person_id) * 365) AS INTEGER) AS entry_date
  FROM entrant AS e JOIN class AS c ON e.u_class >= c.lo AND (e.u_class < c.hi OR c.hi > 0.9999)
    JOIN age AS a ON draw('age class', e.person_id) >= a.lo AND (draw('age class', e.person_id) < a.hi OR a.hi > 0.9999)
),
-- Whoever stopped before the lead-in cannot matter any more.
reachable AS (
  SELECT c.* FROM classed AS c, span
  WHERE c.entry_date + CAST(ceil(c.years * 365.25) AS INTEGER) >= make_date(span.lead_from, 1, 1)
),
-- Number of further incidents: Poisson by inversion, over a grid of means in steps of five per cent; given the number, moments are uniform.
mean AS (
  SELECT g.g, 0.02 * pow(1.05, g.g) AS mean FROM unnest(range(0, 210)) AS g(g)
),
count_from AS (
  SELECT g, list(u_from ORDER BY u_from) AS u_from
  FROM (
    SELECT m.g, round(sum(exp(-m.mean + k.k * ln(m.mean) - lgamma(k.k + 1))) OVER (PARTITION BY m.g ORDER BY k.k ROWS UNBOUNDED PRECEDING), 12) AS u_from
    FROM mean AS m, unnest(range(0, CAST(ceil(m.mean + 5 * sqrt(m.mean) + 4) AS BIGINT))) AS k(k)
  ) GROUP BY g
),
repeating AS (
  SELECT person_id, entry_date, years, CAST(greatest(0, least(209, round(ln(greatest(rate * years, 0.0001) / 0.02) / ln(1.05)))) AS BIGINT) AS g,
         draw('incident count', person_id) AS u
  FROM reachable WHERE rate > 0
),
counted AS (
  SELECT r.person_id, r.entry_date, r.years, least(len(list_filter(c.u_from, lambda x: x <= r.u)), 998) AS n
  FROM repeating AS r JOIN count_from AS c USING (g)
),
incident AS (
  SELECT person_id, person_id * 1000 AS incident_id, entry_date AS offence_date FROM reachable
  UNION ALL
  SELECT c.person_id, c.person_id * 1000 + k.k, c.entry_date + CAST(floor(draw('incident moment', c.person_id * 1000 + k.k) * c.years * 365.25) AS INTEGER)
  FROM counted AS c, unnest(range(1, c.n + 1)) AS k(k)
),
kept AS (
  SELECT i.* FROM incident AS i CROSS JOIN span
    LEFT JOIN {table.year_factor} AS f ON CAST(f.year AS INTEGER) = year(i.offence_date)
  WHERE i.offence_date <= make_date({to}, 12, 31)
    AND draw('incident kept', i.incident_id) < least(1, coalesce(CAST(f.suspects AS DOUBLE), 1) / span.top)
          * (1 + {parameter.season} * cos(2 * pi() * (dayofyear(i.offence_date) - 227) / 365.25)) / (1 + {parameter.season})
),
person AS (
  SELECT person_id, list(struct_pack(incident_id := incident_id, offence_date := offence_date) ORDER BY offence_date, incident_id) AS incidents
  FROM kept GROUP BY person_id
  HAVING max(offence_date) >= make_date((SELECT lead_from FROM span), 1, 1)
)
SELECT p.person_id, r.class, r.entry_date, r.years AS career_years,
       CASE WHEN draw('sex', p.person_id) < r.male THEN 'M' ELSE 'V' END AS sex,
       r.entry_date - CAST(floor(r.entry_age * 365.25) AS INTEGER) - 4 AS birth_date,
       u.unit, p.incidents
FROM person AS p JOIN reachable AS r USING (person_id)
  JOIN unit AS u ON draw('unit', p.person_id) >= u.lo AND (draw('unit', p.person_id) < u.hi OR u.hi > 0.9999)
