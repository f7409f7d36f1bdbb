-- R5: a case joined at the hearing (VTTZ) points to an existing case of the same person, which is tried itself and not joined to another; and the decision stands with it.
SELECT c.case_id, c.joined_case_id
FROM {truth.criminal_case} AS c LEFT JOIN {truth.criminal_case} AS j ON j.case_id = c.joined_case_id
WHERE c.joined_case_id IS NOT NULL AND (j.case_id IS NULL OR j.person_id <> c.person_id OR j.case_id = c.case_id OR j.joined_case_id IS NOT NULL OR j.verdict_date IS NULL OR j.verdict_date <> c.joined_date)
UNION ALL
SELECT d.case_id, NULL FROM {truth.om_decision} AS d JOIN {truth.criminal_case} AS c USING (case_id) WHERE (d.code = '051') AND c.joined_case_id IS NULL
