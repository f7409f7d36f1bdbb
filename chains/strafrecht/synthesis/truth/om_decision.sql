-- Decisions of the public prosecution service (§6.5, §6.6, §8.4), with the later events that are no new decision. The last one that counts is leading.
WITH ground AS (
  SELECT kind, lpad(CAST(ground AS VARCHAR), 2, '0') AS ground,
         (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER (PARTITION BY kind) AS lo,
         sum(CAST(share AS DOUBLE)) OVER w / sum(CAST(share AS DOUBLE)) OVER (PARTITION BY kind) AS hi
  FROM {table.sepot_ground} WINDOW w AS (PARTITION BY kind ORDER BY CAST(ground AS INTEGER) ROWS UNBOUNDED PRECEDING)
),
step AS (SELECT max(CAST(median AS DOUBLE)) AS fine_m, max(CAST(sigma AS DOUBLE)) AS fine_s FROM {table.duration} WHERE step = 'fine'),
-- 0: the decision on the case
first_decision AS (
  SELECT case_id, person_id, 0 AS seq, decision_date AS date, draw('decision kind', case_id) AS u, chamber, scm, max_years, legal, opposed,
         CASE decision
           WHEN 'DAGV' THEN CASE WHEN express THEN '015' WHEN chamber IN ('MK', 'MKJ') THEN '010' WHEN chamber = 'EPR' THEN '012' WHEN chamber = 'KR' THEN '013' ELSE '011' END
           WHEN 'OPRV' THEN '016' WHEN 'OPRF' THEN '017' WHEN 'SEPT' THEN '020' WHEN 'SEPB' THEN '021' WHEN 'SEPX' THEN '022' WHEN 'SEPV' THEN '023'
           WHEN 'TRAN' THEN CASE WHEN draw('decision kind', case_id) < .85 THEN '030' ELSE '031' END
           WHEN 'STRB' THEN CASE WHEN scm = '52' AND draw('decision kind', case_id) < .2 THEN '042' WHEN draw('decision kind', case_id) < .215 AND NOT legal THEN '041'
                                 WHEN draw('decision kind', case_id) > .985 THEN '043' WHEN draw('decision kind', case_id) > .965 THEN '044' ELSE '040' END
           ELSE CASE WHEN draw('decision kind', case_id) < .35 THEN '050' WHEN draw('decision kind', case_id) < .6 THEN '060' WHEN draw('decision kind', case_id) < .65 THEN '061'
                     WHEN draw('decision kind', case_id) < .85 THEN '070' WHEN draw('decision kind', case_id) < .95 THEN '071' ELSE '099' END END AS code
  FROM {truth.criminal_case}
),
-- 1: what happens to it later
event AS (
  SELECT case_id, person_id, 1 AS seq, date + 90 + CAST(floor(draw('condition days', case_id) * 270) AS INTEGER) AS date, u, chamber, scm, max_years, legal, false AS opposed,
         CASE WHEN code = '023' THEN CASE WHEN draw('return', case_id) < .03 THEN '025' ELSE '024' END ELSE CASE WHEN draw('transaction paid', case_id) < .88 THEN '032' ELSE '033' END END AS code
  FROM first_decision WHERE code IN ('023', '030', '031')
  UNION ALL
  SELECT f.case_id, f.person_id, 1, c.joined_date, f.u, f.chamber, f.scm, f.max_years, f.legal, false, '051'
  FROM first_decision AS f JOIN {truth.criminal_case} AS c USING (case_id) WHERE c.joined_case_id IS NOT NULL
),
together AS (SELECT * FROM first_decision UNION ALL SELECT * FROM event)
SELECT t.case_id * 4 + t.seq AS decision_id, t.case_id, t.person_id, CAST(t.seq + 1 AS BIGINT) AS decision_nr, t.date AS decision_date, t.code,
       CASE WHEN t.code IN ('024', '025', '032', '033') THEN 'EVENT' WHEN t.code <= '015' THEN 'DAGV' WHEN t.code <= '017' THEN 'OPRV' WHEN t.code <= '022' THEN 'SEPO' WHEN t.code = '023' THEN 'SEPV' WHEN t.code <= '031' THEN 'TRAN'
            WHEN t.code <= '045' THEN 'STRB' WHEN t.code = '050' THEN 'VADI' WHEN t.code = '051' THEN 'VTTZ' WHEN t.code <= '061' THEN 'OVDR' ELSE 'OVER' END AS kind,
       CASE WHEN t.code = '022' THEN '80' WHEN t.code IN ('020', '021', '023') THEN CASE WHEN g.ground = '04' AND t.date >= DATE '2022-07-01' THEN '02' ELSE g.ground END END AS ground,
       -- a fine of a penal order: hundreds, in tens
       CASE WHEN t.code IN ('040', '030', '044') THEN CAST(greatest(50, least(50000, round(s.fine_m * .8 * exp(.6 * normal(draw('order amount', t.case_id))) / 10) * 10)) AS DECIMAL(18, 2)) END AS amount,
       CASE WHEN t.code IN ('041', '031') THEN CAST(10 + 2 * floor(draw('order hours', t.case_id) * 46) AS BIGINT) END AS hours,
       CASE WHEN t.code = '042' THEN CAST(1 + floor(draw('order months', t.case_id) * 6) AS BIGINT) END AS disqualified_months,
       CASE WHEN t.opposed AND t.code BETWEEN '040' AND '045' THEN t.date + 3 + CAST(floor(draw('opposition days', t.case_id) * 12) AS INTEGER) END AS opposed_date,
       CASE WHEN t.code BETWEEN '010' AND '017' THEN CASE WHEN t.chamber = 'MKJ' THEN 'MK' ELSE t.chamber END END AS hearing_kind
FROM together AS t CROSS JOIN step AS s
  LEFT JOIN ground AS g ON t.code IN ('020', '021', '023') AND g.kind = CASE WHEN t.code = '020' THEN 'HA' ELSE 'PO' END AND draw('ground', t.case_id) >= g.lo AND (draw('ground', t.case_id) < g.hi OR g.hi > .99999)
