-- R11: whoever is sent to Halt was 12 to 17 at the offence and never found guilty before.
SELECT h.halt_id, h.person_id, h.offence_date
FROM {truth.halt_case} AS h JOIN {truth.person} AS p USING (person_id)
WHERE h.offence_date < p.birth_date + INTERVAL 12 YEAR OR h.offence_date >= p.birth_date + INTERVAL 18 YEAR
  OR EXISTS (SELECT 1 FROM {truth.verdict} AS v WHERE v.person_id = h.person_id AND v.code IN ('VMS', '9A') AND v.verdict_date < h.offence_date)
  OR EXISTS (SELECT 1 FROM {truth.criminal_case} AS c WHERE c.person_id = h.person_id AND c.decision = 'STRB' AND NOT c.opposed AND c.decision_date < h.offence_date)
