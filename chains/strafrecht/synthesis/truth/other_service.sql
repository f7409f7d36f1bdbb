-- Incidents that the Royal Marechaussee or a special investigation service handles instead of the police (§8.2, §8.3): a share of the incidents of their kinds.
-- The Marechaussee when it has a code for each suspicion; a special service the single suspicion of an adult that goes to the public prosecution service.
WITH crime AS (
  SELECT CAST(crime_nr AS INTEGER) AS crime_nr, mk FROM {table.crime}
),
kmar AS (SELECT mk, sum(CAST(share AS DOUBLE)) AS share FROM {table.kmar_crime} GROUP BY mk),
bod AS (
  SELECT mk, theme, 1 - sum(CAST(share AS DOUBLE)) OVER w AS lo, 1 - sum(CAST(share AS DOUBLE)) OVER w + CAST(share AS DOUBLE) AS hi FROM {table.bod_crime} WINDOW w AS (PARTITION BY mk ORDER BY theme ROWS UNBOUNDED PRECEDING)
),
brigade AS (
  SELECT CAST(brigade AS VARCHAR) AS brigade, CAST(parket AS INTEGER) AS parket, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo, sum(CAST(share AS DOUBLE)) OVER w / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.kmar_brigade} WINDOW w AS (ORDER BY CAST(brigade AS INTEGER) ROWS UNBOUNDED PRECEDING)
),
incident AS (
  SELECT i.incident_id, i.person_id, i.to_om, i.age, i.registrations, c.mk, draw('other service', i.incident_id) AS u
  FROM {truth.incident} AS i JOIN crime AS c USING (crime_nr) WHERE c.mk IN (SELECT mk FROM kmar UNION ALL SELECT mk FROM bod)
),
-- all registrations of these incidents: of crimes of their own, and of which kinds
registered AS (
  SELECT r.incident_id, bool_and(r.crime_incident_id = r.incident_id) AS own, bool_and(k.mk IS NOT NULL) AS kmar_kinds
  FROM {truth.registration} AS r JOIN incident AS i USING (incident_id) JOIN crime AS c ON c.crime_nr = r.crime_nr LEFT JOIN kmar AS k ON k.mk = c.mk GROUP BY r.incident_id
),
shared AS (SELECT DISTINCT crime_incident_id AS incident_id FROM {truth.registration} WHERE crime_incident_id <> incident_id)
SELECT i.incident_id, i.person_id, 'KMAR' AS service, b.brigade, b.parket, CAST(NULL AS VARCHAR) AS theme
FROM incident AS i JOIN registered AS r USING (incident_id) JOIN kmar AS k ON k.mk = i.mk
  JOIN brigade AS b ON draw('brigade', i.incident_id) >= b.lo AND (draw('brigade', i.incident_id) < b.hi OR b.hi > .99999)
WHERE r.own AND r.kmar_kinds AND i.u < k.share
UNION ALL
SELECT i.incident_id, i.person_id, 'BOD', NULL, 81, b.theme
FROM incident AS i JOIN registered AS r USING (incident_id) JOIN bod AS b ON b.mk = i.mk AND i.u >= b.lo AND i.u < b.hi
WHERE r.own AND i.registrations = 1 AND i.to_om AND i.age >= 25 AND i.incident_id NOT IN (SELECT incident_id FROM shared)
