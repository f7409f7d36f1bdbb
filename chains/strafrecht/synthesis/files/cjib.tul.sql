-- CJIB_TUL (§8.6): the steps of execution orders.
SELECT s.step_id AS _id, s.person_id AS _person, s.step_date AS _known, s.usb_nr AS USBNR, s.step_nr AS STAPNR, replace(replace(s.case_nr, '/', ''), '-', '') AS PARKETNR10, CAST(s.sanction_nr AS BIGINT) AS SANCTIEVOLGNR, s.kind AS SRT_SANCTIE,
       s.final_date AS DT_ONHERR, s.received_date AS DT_ONTV, CASE WHEN s.status <> '10' THEN s.transfer_date END AS DT_OVERDR, s.executor AS UITV, s.status AS STATUS, s.step_date AS DT_STATUS
FROM {truth.execution_step} AS s
WHERE s.step_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
