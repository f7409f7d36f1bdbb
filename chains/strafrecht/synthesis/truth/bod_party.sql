-- Parties in a dossier (§8.3): who is brought to the public prosecution service, or the first suspect of a dossier that is not; and others. One in five of the other
-- natural persons is a person of the chain.
WITH known_person AS (
  SELECT person_id, row_number() OVER (ORDER BY person_id) - 1 AS n FROM {truth.person} WHERE in_brp AND birth_date <= make_date({from} - 30, 1, 1)
),
together AS (
  SELECT d.dossier_id, 0 AS part, c.person_id, CASE WHEN c.legal THEN 'RP' ELSE 'NP' END AS kind, 'hoofdverdachte' AS role FROM {truth.bod_dossier} AS d JOIN {truth.criminal_case} AS c ON c.case_id = d.case_id
  UNION ALL
  SELECT d.dossier_id, 1, c.person_id, 'NP', 'leidinggever' FROM {truth.bod_dossier} AS d JOIN {truth.criminal_case} AS c ON c.case_id = d.second_case_id
  UNION ALL
  SELECT dossier_id, 2, NULL, CASE WHEN draw('first party', dossier_id) < CASE WHEN stop_date IS NULL THEN .75 ELSE .45 END THEN 'RP' ELSE 'NP' END, 'hoofdverdachte' FROM {truth.bod_dossier} WHERE case_id IS NULL
  UNION ALL
  SELECT d.dossier_id, 3 + n.n, NULL, CASE WHEN draw('other party', d.dossier_id * 8 + n.n) < .15 THEN 'RP' ELSE 'NP' END,
         ['medeverdachte', 'medeverdachte', 'leidinggever', 'overig'][1 + CAST(floor(draw('party role', d.dossier_id * 8 + n.n) * 4) AS INTEGER)]
  FROM {truth.bod_dossier} AS d, unnest(range(0, CASE WHEN draw('parties', d.dossier_id) < .48 THEN 0 WHEN draw('parties', d.dossier_id) < .84 THEN 1 WHEN draw('parties', d.dossier_id) < .97 THEN 2 ELSE 3 END)) AS n(n)
),
placed AS (
  SELECT t.*, CASE WHEN t.person_id IS NULL AND t.kind = 'NP' AND draw('party known', t.dossier_id * 8 + t.part) < .2 THEN CAST(floor(draw('which party', t.dossier_id * 8 + t.part) * k.total) AS BIGINT) END AS place
  FROM together AS t, (SELECT count(*) AS total FROM known_person) AS k
)
SELECT t.dossier_id * 8 + t.part AS party_id, t.dossier_id, CAST(row_number() OVER (PARTITION BY t.dossier_id ORDER BY t.part) AS BIGINT) AS party_nr, t.kind, t.role, coalesce(t.person_id, k.person_id) AS person_id, d.start_date
FROM placed AS t JOIN {truth.bod_dossier} AS d USING (dossier_id) LEFT JOIN known_person AS k ON k.n = t.place
