-- The incidents of careers (§5): the first on entry, repeats at moments that are drawn for the busiest year and thinned to the year and the season (§6.1); first
-- incidents are not, so that careers keep their length. Of whoever has none in the lead-in or later, none is left.
WITH span AS (
  SELECT {from} - {parameter.lead_years} AS lead_from, greatest(1, max(pace)) AS top FROM {truth.pace}
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
  FROM {truth.entrant}, span WHERE rate > 0
),
counted AS (
  SELECT r.person_id, r.entry_date, r.years, least(len(list_filter(c.u_from, lambda x: x <= r.u)), 998) AS n
  FROM repeating AS r JOIN count_from AS c USING (g)
),
incident AS (
  SELECT person_id, person_id * 1000 AS incident_id, entry_date AS offence_date FROM {truth.entrant}
  UNION ALL
  SELECT c.person_id, c.person_id * 1000 + k.k, c.entry_date + CAST(floor(draw('incident moment', c.person_id * 1000 + k.k) * c.years * 365.25) AS INTEGER)
  FROM counted AS c, unnest(range(1, c.n + 1)) AS k(k)
),
kept AS MATERIALIZED (
  SELECT i.incident_id, i.person_id, i.offence_date FROM incident AS i CROSS JOIN span
    LEFT JOIN {truth.pace} AS f ON f.year = year(i.offence_date)
  WHERE i.offence_date <= make_date({to}, 12, 31)
    AND (i.incident_id % 1000 = 0 OR draw('incident kept', i.incident_id) < least(1, coalesce(f.pace, 1) / span.top)
          * (1 + {parameter.season} * cos(2 * pi() * (dayofyear(i.offence_date) - 227) / 365.25)) / (1 + {parameter.season}))
)
SELECT k.*, k.incident_id % 1000 = 0 AS is_first
FROM kept AS k SEMI JOIN (SELECT person_id FROM kept, span WHERE offence_date >= make_date(span.lead_from, 1, 1)) AS p ON p.person_id = k.person_id
