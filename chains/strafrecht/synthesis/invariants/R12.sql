-- R12: dates are in order: offence, report, hearing, sending in, intake, decision, hearing in court, verdict, irrevocability, handing over, start, end.
SELECT 'crime' AS what, crime_id AS id FROM {truth.crime} WHERE offence_date > reported_date OR cleared_date < reported_date
UNION ALL
SELECT 'suspect', s.suspect_id FROM {truth.suspect} AS s WHERE s.reported_date > s.hearing_date OR s.sent_date < s.hearing_date
UNION ALL
SELECT 'incident', incident_id FROM {truth.incident} WHERE first_offence > offence_date OR offence_date > reported_date OR reported_date > hearing_date OR hearing_date > sent_date OR sent_date > intake_date
UNION ALL
SELECT 'case', case_id FROM {truth.criminal_case} WHERE offence_date > intake_date OR intake_date > decision_date OR decision_date > verdict_date OR verdict_date > final_date OR verdict_date > appeal_verdict_date OR appeal_verdict_date > final_date
UNION ALL
SELECT 'dossier', dossier_id FROM {truth.bod_dossier} WHERE period_from > period_to OR period_to > start_date OR start_date > sent_date OR sent_date > intake_date OR start_date > stop_date
UNION ALL
SELECT 'charge', h.charge_id FROM {truth.charge} AS h JOIN {truth.bod_dossier} AS d ON d.dossier_nr = h.registration_nr WHERE h.offence_date NOT BETWEEN d.period_from AND d.period_to
UNION ALL
SELECT 'returned case', c.case_id FROM {truth.criminal_case} AS c JOIN {truth.criminal_case} AS b ON b.case_id = c.previous_case_id WHERE c.intake_date < b.decision_date
UNION ALL
SELECT 'decision', d.decision_id FROM {truth.om_decision} AS d JOIN {truth.criminal_case} AS c USING (case_id) WHERE d.decision_date < c.decision_date OR d.opposed_date < d.decision_date
UNION ALL
SELECT 'verdict', verdict_id FROM {truth.verdict} WHERE summons_date > first_hearing_date OR first_hearing_date > verdict_date OR verdict_date > appeal_date OR appeal_date > appeal_verdict_date OR verdict_date > final_date
UNION ALL
SELECT 'execution', execution_id FROM {truth.execution} WHERE final_date > received_date OR received_date > transfer_date OR transfer_date > start_date OR start_date > end_date
UNION ALL
SELECT 'step', step_id FROM (SELECT step_id, step_date, lag(step_date) OVER (PARTITION BY execution_id ORDER BY step_nr) AS before FROM {truth.execution_step}) AS s WHERE before > step_date
UNION ALL
SELECT 'order', order_id FROM {truth.collection} WHERE offence_date > decision_date OR decision_date > received_date
UNION ALL
SELECT 'booking', b.booking_id FROM {truth.booking} AS b JOIN {truth.collection} AS o USING (order_id) WHERE b.booking_date < o.received_date
UNION ALL
SELECT 'probation', product_id FROM {truth.probation_product} WHERE received_date > start_date OR start_date > end_date
UNION ALL
SELECT 'protection', protection_id FROM {truth.child_protection_case} WHERE reported_date > start_date OR start_date > end_date
UNION ALL
SELECT 'halt', halt_id FROM {truth.halt_case} WHERE offence_date > hearing_date OR hearing_date > received_date OR offence_date > received_date OR received_date > entry_date OR entry_date > closed_date
