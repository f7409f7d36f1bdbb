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
  SELECT c.person_id, i.x.incident_id AS incident_id, i.x.offence_date AS offence_date, c.unit AS home_unit,
         i.x.incident_id = c.incidents[1].incident_id AS first_incident,
         1 + least(6, CAST(floor(ln(1 - draw('registrations', i.x.incident_id)) / ln(0.28)) AS BIGINT)) AS registrations,
         CAST(floor(draw('first offence', c.person_id) * 65536) AS BIGINT) AS first_slot
  FROM {truth.career} AS c, unnest(c.incidents) AS i(x)
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
own AS (
  SELECT r.*, s.crime_nr FROM registered AS r JOIN slot AS s USING (slot)
),
-- The neighbours in the same unit that are crimes of their own suspect.
neighbour AS (
  SELECT registration_id, person_id, offence_date, attaches,
         last_value(CASE WHEN NOT attaches THEN struct_pack(registration_id := registration_id, incident_id := incident_id, person_id := person_id, crime_nr := crime_nr, offence_date := offence_date) END IGNORE NULLS)
           OVER (PARTITION BY unit ORDER BY offence_date, hash_order, registration_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
         first_value(CASE WHEN NOT attaches THEN struct_pack(registration_id := registration_id, incident_id := incident_id, person_id := person_id, crime_nr := crime_nr, offence_date := offence_date) END IGNORE NULLS)
           OVER (PARTITION BY unit ORDER BY offence_date, hash_order, registration_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS after
  FROM (SELECT *, draw('within the day', registration_id) AS hash_order FROM own
        WHERE offence_date >= make_date({from} - {parameter.lead_years}, 1, 1) - 5)
),
target AS (
  SELECT registration_id, person_id,
         CASE WHEN before.person_id <> person_id AND before.offence_date >= offence_date - 3 THEN before
              WHEN after.person_id <> person_id AND after.offence_date <= offence_date + 3 THEN after END AS target
  FROM neighbour WHERE attaches
),
-- A person is a suspect of one crime once.
attached AS (
  SELECT registration_id, target FROM target WHERE target IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY person_id, target.registration_id ORDER BY registration_id) = 1
),
crime_of AS (
  SELECT o.registration_id, o.incident_id, o.person_id, o.n, o.unit, a.target IS NOT NULL AS co_suspect,
         coalesce(a.target.registration_id, o.registration_id) AS crime_id,
         coalesce(a.target.incident_id, o.incident_id) AS crime_incident_id,
         coalesce(a.target.crime_nr, o.crime_nr) AS crime_nr,
         coalesce(a.target.offence_date, o.offence_date) AS offence_date,
         CASE WHEN a.target IS NOT NULL THEN a.target.crime_nr ELSE first_value(o.crime_nr) OVER (PARTITION BY o.incident_id ORDER BY a.target IS NOT NULL, o.n) END AS report_crime_nr
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
