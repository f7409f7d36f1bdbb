-- RVDR_STRAF (§8.5): what was imposed, with the verdict.
SELECT s.sanction_id AS _id, s.person_id AS _person, s.verdict_date AS _known, replace(s.case_nr, '/', '-') AS zaaknummer, CAST(1 AS BIGINT) AS "uitspraakVolgnummer", s.sanction_nr AS "strafVolgnummer",
       s.code AS "strafCode", CASE s.modality WHEN 'O' THEN 'onvoorwaardelijk' WHEN 'D' THEN 'deels' ELSE 'voorwaardelijk' END AS modaliteit, s.duration AS duur, s.unit AS eenheid, CAST(s.unconditional AS BIGINT) AS "onvoorwaardelijkDeel",
       CAST(s.probation_months AS BIGINT) AS "proeftijdMaanden", s.amount AS bedrag, s.substitute_days AS "vervangendeHechtenisDagen",
       CASE WHEN s.modality <> 'O' AND draw('conditions', s.sanction_id) < .55 THEN ['MELD', 'MELD BEH', 'MELD CONV', 'MELD BEH DRUG', 'LOCV EC', 'CONV', 'MELD BGW', 'SCHV'][1 + CAST(floor(draw('which conditions', s.sanction_id) * 8) AS INTEGER)] END AS voorwaarden,
       s.pretrial AND s.code IN ('GEV', 'JDT') AS "aftrekVoorarrest"
FROM {truth.sanction} AS s
WHERE s.verdict_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
