-- om_beslissing (§8.4): a decision, and again when the suspect opposes a penal order.
WITH version AS (
  SELECT d.*, d.decision_date AS known, CAST(NULL AS DATE) AS opposed_on FROM {truth.om_decision} AS d
  UNION ALL
  SELECT d.*, d.opposed_date, d.opposed_date FROM {truth.om_decision} AS d WHERE d.opposed_date IS NOT NULL
)
SELECT v.decision_id AS _id, v.person_id AS _person, v.known AS _known, c.case_nr AS parketnr, v.decision_nr AS besl_volgnr, v.decision_date AS besl_dat, v.code AS besl_code, v.ground AS sepotgrond,
       v.amount AS sb_bedrag, v.hours AS sb_uren, v.disqualified_months AS sb_obm_mnd, v.opposed_on IS NOT NULL AS sb_verzet, v.opposed_on AS verzet_dat,
       CASE WHEN v.kind IN ('DAGV', 'OPRV') THEN v.decision_date END AS dagv_dat, v.hearing_kind AS zitting_soort, concat('OvJ', lpad(CAST(c.parket AS VARCHAR), 2, '0'), lpad(CAST(CAST(floor(draw('officer', c.case_id) * 60) AS INTEGER) AS VARCHAR), 3, '0')) AS officier_id
FROM version AS v JOIN {truth.criminal_case} AS c USING (case_id)
WHERE v.decision_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND v.known <= make_date({to}, 12, 31)
