-- Who is named in what the Royal Marechaussee registers in the window (§8.2): suspects (V), victims (S), and witnesses and others (G). The persons behind other
-- incidents are in nobody's career, but for a part of those arrested on a warrant.
WITH wanted AS (
  SELECT person_id, row_number() OVER (ORDER BY person_id) - 1 AS n FROM {truth.person} WHERE birth_date <= make_date({from} - 18, 1, 1)
),
other AS (
  SELECT k.kmar_id, k.persons, k.date,
         CASE WHEN k.code = '9003' AND draw('wanted', k.kmar_id) < {parameter.wanted_known} THEN CAST(floor(draw('who is wanted', k.kmar_id) * w.total) AS BIGINT) END AS place
  FROM {truth.kmar_incident} AS k, (SELECT count(*) AS total FROM wanted) AS w
),
together AS (
  SELECT s.crime_id AS kmar_id, 1 AS part, s.suspect_id AS origin, 'V' AS role, s.person_id, s.suspect_id, CAST(NULL AS VARCHAR) AS sex, CAST(NULL AS INTEGER) AS birth_year, s.hearing_date AS known
  FROM {truth.suspect} AS s WHERE s.kmar
  UNION ALL
  SELECT v.crime_id, 2, v.victim_id, 'S', NULL, NULL, v.sex, CAST(v.birth_year AS INTEGER), v.reported_date FROM {truth.victim} AS v WHERE v.kmar AND v.kind = 'NP'
  UNION ALL
  SELECT k.kmar_id, 3, k.kmar_id, 'G', NULL, NULL, NULL, NULL, k.date FROM {truth.kmar_incident} AS k WHERE k.crime_id IS NOT NULL AND draw('witness', k.kmar_id) < .12
  UNION ALL
  SELECT k.kmar_id, 4, k.kmar_id * 2 + n.n, 'G', w.person_id, NULL, NULL, NULL, k.date
  FROM other AS k CROSS JOIN unnest(range(0, k.persons)) AS n(n) LEFT JOIN wanted AS w ON w.n = k.place
)
SELECT row_number() OVER (ORDER BY t.kmar_id, t.part, t.origin) AS kmar_person_id, t.kmar_id, k.kmar_nr, k.code,
       CAST(row_number() OVER (PARTITION BY t.kmar_id ORDER BY t.part, t.origin) AS BIGINT) AS person_nr, t.role, t.person_id, t.suspect_id, t.sex, t.birth_year, t.known, k.date
FROM together AS t JOIN {truth.kmar_incident} AS k USING (kmar_id)
