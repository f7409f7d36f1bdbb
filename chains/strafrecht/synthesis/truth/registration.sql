-- Every suspicion of a career before detention is taken into account (§5): one incident yields 1 + geometric registrations;
-- some attach, as co-suspect, to a crime of another suspect in the same unit within three days.
WITH crime AS (
  SELECT CAST(crime_nr AS INTEGER) AS crime_nr, substr(CAST(scm AS VARCHAR), 1, 1) AS main, CAST(scm AS VARCHAR) AS scm, mk,
         CAST(share AS DOUBLE) * CAST(clearance AS DOUBLE) AS weight
  FROM {table.crime}
),
-- Whole millionths, so that sums are exact: the first offence follows share x clearance.
ranged AS (
  SELECT *, CAST(sum(CAST(round(weight * 1000) AS BIGINT)) OVER (ORDER BY crime_nr ROWS UNBOUNDED PRECEDING) AS BIGINT) AS hi,
         CAST(sum(CAST(round(weight * 1000) AS BIGINT)) OVER () AS BIGINT) AS total
  FROM crime
),
slot AS (
  SELECT s.slot, r.crime_nr, r.main
  FROM (SELECT *, coalesce(lag(hi) OVER (ORDER BY crime_nr), 0) AS lo FROM ranged) AS r,
       unnest(range((r.lo * 65536) // r.total, (r.hi * 65536) // r.total)) AS s(slot)
),
main_range AS (SELECT main, min(slot) AS lo, max(slot) + 1 AS hi FROM slot GROUP BY main),
unit AS (
  SELECT CAST(unit AS INTEGER) AS unit, sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(unit AS INTEGER)) / 100 AS hi,
         (sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(unit AS INTEGER)) - CAST(share AS DOUBLE)) / 100 AS lo
  FROM {table.unit}
),
incident AS (
  SELECT i.person_id, i.incident_id, i.offence_date, c.unit AS home_unit, i.is_first AS first_incident,
         1 + least(6, CAST(floor(ln(1 - draw('registrations', i.incident_id)) / ln(0.28)) AS BIGINT)) AS registrations,
         CAST(floor(draw('first offence', i.person_id) * 65536) AS BIGINT) AS first_slot
  FROM {truth.career_incident} AS i JOIN {truth.career} AS c USING (person_id)
),
placed AS (
  SELECT i.*, CASE WHEN draw('other unit', i.incident_id) < {parameter.other_unit} THEN u.unit ELSE i.home_unit END AS unit, m.lo AS main_lo, m.hi AS main_hi
  FROM incident AS i
    JOIN unit AS u ON draw('incident unit', i.incident_id) >= u.lo AND (draw('incident unit', i.incident_id) < u.hi OR u.hi > 0.9999)
    JOIN slot AS s ON s.slot = i.first_slot
    JOIN main_range AS m ON m.main = s.main
),
registered AS (
  SELECT p.incident_id * 8 + n.n AS registration_id, p.incident_id, p.person_id, n.n, p.offence_date, p.unit,
         CASE WHEN p.first_incident AND n.n = 0 THEN p.first_slot
              WHEN draw('same group', p.incident_id * 8 + n.n) < 0.5
                THEN p.main_lo + CAST(floor(draw('offence', p.incident_id * 8 + n.n) * (p.main_hi - p.main_lo)) AS BIGINT)
              ELSE CAST(floor(draw('offence', p.incident_id * 8 + n.n) * 65536) AS BIGINT) END AS slot,
         n.n = 0 AND p.offence_date >= make_date({from} - {parameter.lead_years}, 1, 1)
           AND draw('co-suspect', p.incident_id) < {parameter.co_suspect} AS attaches
  FROM placed AS p, unnest(range(0, p.registrations)) AS n(n)
),
own AS MATERIALIZED (
  SELECT r.*, s.crime_nr FROM registered AS r JOIN slot AS s USING (slot)
),
-- The neighbours in the same unit that are crimes of their own suspect.
neighbour AS (
  SELECT registration_id, person_id, offence_date, attaches,
         last_value(CASE WHEN NOT attaches THEN registration_id END IGNORE NULLS) OVER (PARTITION BY unit ORDER BY offence_date, hash_order, registration_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_id,
         first_value(CASE WHEN NOT attaches THEN registration_id END IGNORE NULLS) OVER (PARTITION BY unit ORDER BY offence_date, hash_order, registration_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS after_id
  FROM (SELECT *, draw('within the day', registration_id) AS hash_order FROM own
        WHERE offence_date >= make_date({from} - {parameter.lead_years}, 1, 1) - 5)
),
target AS (
  SELECT n.registration_id, n.person_id, CASE WHEN b.person_id <> n.person_id AND b.offence_date >= n.offence_date - 3 THEN n.before_id
           WHEN a.person_id <> n.person_id AND a.offence_date <= n.offence_date + 3 THEN n.after_id END AS target_id
  FROM neighbour AS n LEFT JOIN own AS b ON b.registration_id = n.before_id LEFT JOIN own AS a ON a.registration_id = n.after_id
  WHERE n.attaches
),
-- A person is a suspect of one crime once.
attached AS (
  SELECT t.registration_id, o.registration_id AS crime_id, o.incident_id, o.crime_nr, o.offence_date
  FROM (SELECT registration_id, target_id FROM target WHERE target_id IS NOT NULL QUALIFY row_number() OVER (PARTITION BY person_id, target_id ORDER BY registration_id) = 1) AS t
    JOIN own AS o ON o.registration_id = t.target_id
),
crime_of AS (
  SELECT o.registration_id, o.incident_id, o.person_id, o.n, o.unit, a.crime_id IS NOT NULL AS co_suspect,
         coalesce(a.crime_id, o.registration_id) AS crime_id,
         coalesce(a.incident_id, o.incident_id) AS crime_incident_id,
         coalesce(a.crime_nr, o.crime_nr) AS crime_nr,
         coalesce(a.offence_date, o.offence_date) AS offence_date
  FROM own AS o LEFT JOIN attached AS a USING (registration_id)
),
step AS (
  SELECT * FROM (SELECT step, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma FROM {table.duration})
    PIVOT (max(median) AS m, max(sigma) AS s FOR step IN ('kennisname', 'kennisname_sexual', 'kennisname_fraud'))
)
-- Offence to report (§6.1): one report for all crimes of an incident, so by the incident of the crime.
SELECT c.registration_id, c.incident_id, c.person_id, c.n, c.unit, c.co_suspect, c.crime_id, c.crime_incident_id, c.crime_nr, c.offence_date,
       c.offence_date + CAST(CASE
         WHEN draw('reported at once', c.crime_incident_id) < 0.6 THEN 0
         ELSE least(3650, ceil(s.kennisname_m * exp(s.kennisname_s * normal(draw('kennisname', c.crime_incident_id))))) END AS INTEGER) AS reported_date
FROM crime_of AS c, step AS s
