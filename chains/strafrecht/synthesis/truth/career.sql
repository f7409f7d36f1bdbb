-- Careers (§5): everybody who entered the chain and has an incident in the years that still matter for the window.
-- Entries start {parameter.burn_in_years} years before the window. A year of factor f (§4.5) has f times the k incidents a year that one entrant a year comes to: one part of what is
-- over comes from more people with a single incident, the other from people who come back more often; and some more, because more falls inside a detention.
-- Before the lead-in years are like 2023. Repeats are drawn for the busiest year and thinned to the year and the season (§6.1); first incidents are not, so that
-- careers keep their length.
WITH factor AS (
  SELECT y.year, f.factor * (1 + {parameter.kept_in} * (f.factor - 1)) AS factor, {parameter.newcomers} * {parameter.incidents_per_career} * greatest(0, f.factor - 1) AS newcomers
  FROM unnest(range({from} - {parameter.lead_years}, {to} + 1)) AS y(year)
    JOIN (SELECT CAST(year AS INTEGER) AS year, CAST(suspects AS DOUBLE) AS factor, CASE WHEN row_number() OVER (ORDER BY CAST(year AS INTEGER)) = 1 THEN 0 ELSE CAST(year AS INTEGER) END AS year_from,
                 coalesce(lead(CAST(year AS INTEGER)) OVER (ORDER BY CAST(year AS INTEGER)), 9999) AS year_to FROM {table.year_factor}) AS f ON y.year >= f.year_from AND y.year < f.year_to
),
pace AS (
  SELECT year, newcomers, ({parameter.incidents_per_career} * factor - 1 - newcomers) / ({parameter.incidents_per_career} - 1) AS pace FROM factor
),
span AS (
  SELECT {from} - {parameter.lead_years} AS lead_from, {from} - {parameter.burn_in_years} AS first_year, greatest(1, max(pace)) AS top FROM pace
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
country AS (
  SELECT CAST(country_nr AS INTEGER) AS country_nr, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo, sum(CAST(share AS DOUBLE)) OVER w / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.country} WINDOW w AS (ORDER BY CAST(country_nr AS INTEGER))
),
-- Numbered per entry year, so that a person stays the same whatever the window is.
entrant AS (
  SELECT CAST(y.year AS BIGINT) * 10000000 + n.i AS person_id, y.year,
         CASE WHEN n.i < y.entrants THEN draw('career class', CAST(y.year AS BIGINT) * 10000000 + n.i) ELSE 0 END AS u_class
  FROM (SELECT y.year, CAST(floor({parameter.entrants_per_year} * {scale} + draw('entrants', y.year)) AS BIGINT) AS entrants, coalesce(p.newcomers, 0) AS newcomers
        FROM span, unnest(range(span.first_year, {to} + 1)) AS y(year) LEFT JOIN pace AS p ON p.year = y.year) AS y,
       unnest(range(0, y.entrants + CAST(floor({parameter.entrants_per_year} * {scale} * y.newcomers + draw('newcomers', y.year)) AS BIGINT))) AS n(i)
),
classed AS (
  SELECT e.person_id, e.year, c.class, c.male,
         CASE WHEN c.rate = 0 THEN 0
              ELSE c.rate * -ln((1 - draw('gamma 1', e.person_id)) * (1 - draw('gamma 2', e.person_id)) * (1 - draw('gamma 3', e.person_id)) * (1 - draw('gamma 4', e.person_id))) / 4 END AS rate,
         CASE WHEN c.rate = 0 THEN 0 ELSE least(c.max_years, -c.mean_years * ln(1 - draw('career length', e.person_id))) END AS drawn_years,
         a.age_from + draw('entry age', e.person_id) * (a.age_to - a.age_from + 0.9) AS entry_age,
         make_date(CAST(e.year AS INTEGER), 1, 1) + CAST(greatest(0, least(364, floor(365 * (draw('entry', e.person_id)
           - {parameter.season} / (2 * pi()) * (sin(2 * pi() * (draw('entry', e.person_id) - .62)) - sin(2 * pi() * -.62)))))) AS INTEGER) AS entry_date
  FROM entrant AS e JOIN class AS c ON e.u_class >= c.lo AND (e.u_class < c.hi OR c.hi > 0.9999)
    JOIN age AS a ON draw('age class', e.person_id) >= a.lo AND (draw('age class', e.person_id) < a.hi OR a.hi > 0.9999)
),
-- Nobody is active beyond the age of 86: the incidents of a longer career fall in the years that are left. Whoever stopped before the lead-in cannot matter any more.
reachable AS (
  SELECT c.*, least(c.drawn_years, 86 - c.entry_age) AS years FROM classed AS c, span
  WHERE c.entry_date + CAST(ceil(least(c.drawn_years, 86 - c.entry_age) * 365.25) AS INTEGER) >= make_date(span.lead_from, 1, 1)
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
  SELECT person_id, entry_date, years, CAST(greatest(0, least(209, round(ln(greatest({parameter.repeats} * rate * drawn_years * span.top * (1 + {parameter.season}), 0.0001) / 0.02) / ln(1.05)))) AS BIGINT) AS g,
         draw('incident count', person_id) AS u
  FROM reachable, span WHERE rate > 0
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
    LEFT JOIN pace AS f ON f.year = year(i.offence_date)
  WHERE i.offence_date <= make_date({to}, 12, 31)
    AND (i.incident_id % 1000 = 0 OR draw('incident kept', i.incident_id) < least(1, coalesce(f.pace, 1) / span.top)
          * (1 + {parameter.season} * cos(2 * pi() * (dayofyear(i.offence_date) - 227) / 365.25)) / (1 + {parameter.season}))
),
person AS (
  SELECT person_id, list(struct_pack(incident_id := incident_id, offence_date := offence_date) ORDER BY offence_date, incident_id) AS incidents
  FROM kept GROUP BY person_id
  HAVING max(offence_date) >= make_date((SELECT lead_from FROM span), 1, 1)
)
SELECT p.person_id, r.class, r.entry_date, r.years AS career_years,
       CASE WHEN draw('sex', p.person_id) < r.male THEN 'M' ELSE 'V' END AS sex,
       r.entry_date - CAST(floor(r.entry_age * 365.25) AS INTEGER) - 4 AS birth_date,
       u.unit, c.country_nr,
       draw('brp', p.person_id) >= CASE WHEN c.country_nr = 1 THEN {parameter.not_in_brp_born_here} ELSE {parameter.not_in_brp_born_abroad} END AS in_brp, p.incidents
FROM person AS p JOIN reachable AS r USING (person_id)
  JOIN unit AS u ON draw('unit', p.person_id) >= u.lo AND (draw('unit', p.person_id) < u.hi OR u.hi > 0.9999)
  JOIN country AS c ON draw('birth country', p.person_id) >= c.lo AND (draw('birth country', p.person_id) < c.hi OR c.hi > 0.99999)
