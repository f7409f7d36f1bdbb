-- R4: a verdict only in a case that was summoned (DAGV) or called after an opposition or a failed penal order (OPRV), and not joined to another.
SELECT v.verdict_id, v.case_id
FROM {truth.verdict} AS v JOIN {truth.criminal_case} AS c USING (case_id)
WHERE c.joined_case_id IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM {truth.om_decision} AS d WHERE d.case_id = v.case_id AND d.kind IN ('DAGV', 'OPRV') AND d.decision_date <= v.verdict_date)
UNION ALL
SELECT NULL, d.case_id FROM {truth.om_decision} AS d JOIN {truth.criminal_case} AS c USING (case_id)
WHERE d.kind IN ('DAGV', 'OPRV') AND c.joined_case_id IS NULL AND NOT EXISTS (SELECT 1 FROM {truth.verdict} AS v WHERE v.case_id = d.case_id)
