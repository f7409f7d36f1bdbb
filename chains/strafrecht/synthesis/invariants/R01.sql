-- R1: a case has exactly one person, and at least one charge that is not an alternative.
SELECT c.case_id, c.person_id, p.persons, coalesce(h.charges, 0) AS charges
FROM {truth.criminal_case} AS c
  LEFT JOIN (SELECT person_id, count(*) AS persons FROM (SELECT person_id FROM {truth.person} UNION ALL SELECT person_id FROM {truth.legal_person}) AS a GROUP BY person_id) AS p ON p.person_id = c.person_id
  LEFT JOIN (SELECT case_id, count(*) FILTER (NOT subsidiary) AS charges, count(DISTINCT person_id) AS charged, min(person_id) AS charged_id FROM {truth.charge} GROUP BY case_id) AS h ON h.case_id = c.case_id
WHERE coalesce(p.persons, 0) <> 1 OR coalesce(h.charges, 0) = 0 OR h.charged <> 1 OR h.charged_id <> c.person_id
