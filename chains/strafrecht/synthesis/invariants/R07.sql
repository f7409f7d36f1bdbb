-- R7: an execution order only for what is at least partly unconditional, or as supervision with what is at least partly suspended, and after irrevocability; for a penal order at once.
SELECT e.execution_id, e.kind
FROM {truth.execution} AS e LEFT JOIN {truth.sanction} AS s ON s.sanction_id = e.sanction_id
WHERE e.sanction_id IS NOT NULL AND (s.sanction_id IS NULL OR s.person_id <> e.person_id OR e.received_date < s.final_date
  OR CASE WHEN e.kind IN ('VW', 'ET') THEN s.modality = 'O' ELSE s.modality = 'V' END)
UNION ALL
SELECT e.execution_id, e.kind
FROM {truth.execution} AS e LEFT JOIN {truth.om_decision} AS d ON d.decision_id = e.execution_id - 4000000000000000000
WHERE e.sanction_id IS NULL AND (d.decision_id IS NULL OR d.kind <> 'STRB' OR e.received_date < d.decision_date)
