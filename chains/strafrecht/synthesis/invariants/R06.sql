-- R6: a sanction only with a verdict of guilty with a penalty, and of its person; amounts, hours and disqualification by the OM only in a penal order or a transaction.
SELECT s.sanction_id AS id, s.code
FROM {truth.sanction} AS s LEFT JOIN {truth.verdict} AS v ON v.verdict_id = s.verdict_id
WHERE v.verdict_id IS NULL OR v.code <> 'VMS' OR v.person_id <> s.person_id
UNION ALL
SELECT decision_id, code FROM {truth.om_decision} WHERE (amount IS NOT NULL OR hours IS NOT NULL OR disqualified_months IS NOT NULL) AND kind NOT IN ('STRB', 'TRAN')
UNION ALL
SELECT v.verdict_id, v.code FROM {truth.verdict} AS v WHERE v.code = 'VMS' AND NOT EXISTS (SELECT 1 FROM {truth.sanction} AS s WHERE s.verdict_id = v.verdict_id)
