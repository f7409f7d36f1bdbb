-- Control file of the judicial documentation (§8.11): the leading decision of 99.3% of the cases, as it stands at the end of the window.
WITH last_decision AS (
  SELECT case_id, max_by(kind, decision_nr) AS kind, max(decision_date) AS date FROM {truth.om_decision}
  WHERE kind <> 'EVENT' AND decision_date <= make_date({to}, 12, 31) GROUP BY case_id
)
SELECT c.case_id AS control_id, c.person_id, c.case_nr, p.skn, l.kind, l.date
FROM last_decision AS l JOIN {truth.criminal_case} AS c USING (case_id) JOIN {truth.person} AS p ON p.person_id = c.person_id
WHERE l.date >= make_date({from}, 1, 1) AND draw('in control file', c.case_id) < .993
