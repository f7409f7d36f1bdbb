-- Careers (§5): everybody who has an incident in the years that still matter for the window.
WITH unit AS (
  SELECT CAST(unit AS INTEGER) AS unit, sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(unit AS INTEGER)) / 100 AS hi,
         (sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(unit AS INTEGER)) - CAST(share AS DOUBLE)) / 100 AS lo
  FROM {table.unit}
),
country AS (
  SELECT CAST(country_nr AS INTEGER) AS country_nr, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo, sum(CAST(share AS DOUBLE)) OVER w / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.country} WINDOW w AS (ORDER BY CAST(country_nr AS INTEGER))
)
SELECT e.person_id, e.class, e.entry_date, e.years AS career_years, p.incidents,
       CASE WHEN draw('sex', e.person_id) < e.male THEN 'M' ELSE 'V' END AS sex,
       e.entry_date - CAST(floor(e.entry_age * 365.25) AS INTEGER) - 4 AS birth_date,
       u.unit, c.country_nr,
       draw('brp', e.person_id) >= CASE WHEN c.country_nr = 1 THEN {parameter.not_in_brp_born_here} ELSE {parameter.not_in_brp_born_abroad} END AS in_brp
FROM {truth.entrant} AS e JOIN (SELECT person_id, count(*) AS incidents FROM {truth.career_incident} GROUP BY person_id) AS p USING (person_id)
  JOIN unit AS u ON draw('unit', e.person_id) >= u.lo AND (draw('unit', e.person_id) < u.hi OR u.hi > 0.9999)
  JOIN country AS c ON draw('birth country', e.person_id) >= c.lo AND (draw('birth country', e.person_id) < c.hi OR c.hi > 0.99999)
