-- Departure cases: of most asylum seekers whose application failed, after an appeal if there was one, and of people who were found. Not every case ends in a
-- departure; one that would come after a new application does not.
WITH asylum AS (
  SELECT *, lead(application_date) OVER (PARTITION BY person_id ORDER BY application_date, application_id) AS next_application FROM {truth.application} WHERE kind = 'ASIEL'
),
opened AS (
  SELECT application_id AS case_id, person_id, 'asylum' AS origin, next_application,
         coalesce(appeal_date + CAST(round(110 * exp(.5 * normal(draw('court days', application_id)))) AS INTEGER), decision_date) + 3 + CAST(floor(draw('handover days', application_id) * 50) AS INTEGER) AS handover_date
  FROM asylum WHERE outcome <> 'INW' AND draw('handover', application_id) < {parameter.handover}
  UNION ALL
  SELECT person_id, person_id, 'found', NULL, make_date(CAST(person_id // 10000000 AS INTEGER), 1, 1) + CAST(floor(draw('found day', person_id) * 365) AS INTEGER)
  FROM {truth.person} WHERE origin = 'found'
),
way AS (
  SELECT origin, way, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / 100 AS lo, CASE WHEN way_nr = max(way_nr) OVER (PARTITION BY origin) THEN 1 ELSE sum(CAST(share AS DOUBLE)) OVER w / 100 END AS hi
  FROM {table.departure_way} WINDOW w AS (PARTITION BY origin ORDER BY way_nr)
),
planned AS (
  SELECT o.*, w.way, CASE WHEN draw('departs', o.case_id) < {parameter.departs} THEN o.handover_date + CAST(round(60 * exp(.9 * normal(draw('departure days', o.case_id)))) AS INTEGER) END AS departure_date
  FROM opened AS o JOIN way AS w ON w.origin = o.origin AND draw('departure way', o.case_id) >= w.lo AND draw('departure way', o.case_id) < w.hi
)
SELECT p.case_id, p.person_id, concat('V', p.case_id // 10000000, lpad(CAST(p.case_id % 10000000 AS VARCHAR), 7, '0')) AS case_nr, p.origin, p.handover_date,
       CASE WHEN p.next_application IS NULL OR p.departure_date < p.next_application THEN p.departure_date END AS departure_date,
       CASE WHEN p.departure_date IS NOT NULL AND (p.next_application IS NULL OR p.departure_date < p.next_application) THEN p.way END AS way
FROM planned AS p
