-- RVDR_FEITBESLISSING (§8.5): the decision on each primary charge, with the verdict.
SELECT h.charge_id AS _id, h.person_id AS _person, v.verdict_date AS _known, replace(v.case_nr, '/', '-') AS zaaknummer, CAST(1 AS BIGINT) AS "uitspraakVolgnummer", CAST(h.charge_nr AS BIGINT) AS "feitVolgnummer",
       d.decision AS beslissing, CASE WHEN d.decision = 'BEW' THEN h.article END AS "kwalificatieArtikel"
FROM {truth.verdict} AS v JOIN {truth.charge} AS h ON h.case_id = v.case_id,
     LATERAL (SELECT CASE WHEN v.code IN ('VMS', '9A') THEN CASE WHEN h.weight_order > 1 AND draw('charge verdict', h.charge_id) < .12 THEN 'VRS' ELSE 'BEW' END WHEN v.code IN ('VRS', 'NDV', 'OBV', 'NVV') THEN 'VRS' WHEN v.code = 'OVZ' THEN 'OVR' ELSE 'NOO' END AS decision) AS d
WHERE NOT h.subsidiary AND v.verdict_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
