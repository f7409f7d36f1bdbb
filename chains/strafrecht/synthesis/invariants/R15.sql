-- R15: an appeal references a verdict against which it was lodged, one appeal a verdict; and the other way round.
SELECT a.appeal_id AS id, a.case_nr
FROM {truth.appeal} AS a LEFT JOIN {truth.verdict} AS v ON v.verdict_id = a.verdict_id
WHERE v.verdict_id IS NULL OR NOT v.appealed OR v.party = 'N' OR v.case_nr <> a.case_nr OR v.person_id <> a.person_id OR a.appeal_date < v.verdict_date
UNION ALL
SELECT v.verdict_id, v.case_nr FROM {truth.verdict} AS v LEFT JOIN {truth.appeal} AS a ON a.verdict_id = v.verdict_id WHERE v.appealed GROUP BY v.verdict_id, v.case_nr HAVING count(a.appeal_id) <> 1
