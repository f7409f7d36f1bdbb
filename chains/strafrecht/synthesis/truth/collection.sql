-- Orders of the collection office (§6.11): penal orders, court fines, compensation, unlawful gain, transactions, and the penal orders for infractions that never are a case.
WITH step AS (
  SELECT * FROM (SELECT step, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma FROM {table.duration})
    PIVOT (max(median) AS m, max(sigma) AS s FOR step IN ('handover', 'order'))
),
supplier AS (
  SELECT code, letter, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma, (sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) - CAST(share AS DOUBLE)) / 100 AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) / 100 AS hi
  FROM {table.order_supplier}
),
result AS (
  SELECT code, (sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) - CAST(share AS DOUBLE)) / 100 AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) / 100 AS hi FROM {table.order_result}
),
ordered AS (
  SELECT d.decision_id AS order_id, d.person_id, d.case_id, CAST(NULL AS BIGINT) AS sanction_id, c.case_nr, CASE WHEN d.code = '030' THEN 'TR' ELSE 'SB' END AS kind, 'OM' AS supplier, CAST(NULL AS VARCHAR) AS offence_code,
         c.offence_date, d.decision_date, d.decision_date + 1 + CAST(floor(draw('order days', d.decision_id) * 6) AS INTEGER) AS received_date, CAST(d.amount * 100 AS BIGINT) AS amount_ct, c.opposed, CAST(NULL AS BIGINT) AS substitute_days, c.intake_kind
  FROM {truth.om_decision} AS d JOIN {truth.criminal_case} AS c USING (case_id) WHERE d.code IN ('030', '040', '044')
  UNION ALL
  SELECT 2000000000000000000 + s.sanction_id, s.person_id, s.verdict_id, s.sanction_id, s.case_nr, CASE s.code WHEN 'GBO' THEN 'BV' WHEN 'SVM' THEN 'SV' ELSE 'OV' END, 'OM', NULL,
         c.offence_date, s.verdict_date, s.final_date + CAST(least(400, ceil(t.handover_m * exp(t.handover_s * normal(draw('handover', s.incident_id))))) AS INTEGER), CAST(s.amount * 100 AS BIGINT), false, s.substitute_days, 0
  FROM {truth.sanction} AS s JOIN {truth.criminal_case} AS c ON c.case_id = s.verdict_id, step AS t WHERE s.code IN ('GBO', 'SVM', 'ONT') AND s.modality <> 'V'
),
infraction AS (
  SELECT 3000000000000000000 + CAST(y.year AS BIGINT) * 10000000 + n.n AS order_id, y.year
  FROM unnest(range({from}, {to} + 1)) AS y(year), unnest(range(0, CAST(floor({parameter.infractions_per_year} * {scale} + .5) AS BIGINT))) AS n(n)
),
infraction_order AS (
  SELECT i.order_id, i.order_id AS person_id, CAST(NULL AS BIGINT) AS case_id, CAST(NULL AS BIGINT) AS sanction_id, CAST(NULL AS VARCHAR) AS case_nr, 'SB' AS kind, p.code AS supplier,
         concat(p.letter, lpad(CAST(100 + CAST(floor(pow(draw('offence code', i.order_id), 2) * 60) AS INTEGER) AS VARCHAR), 3, '0')) AS offence_code,
         make_date(CAST(i.year AS INTEGER), 1, 1) + CAST(floor(draw('infraction', i.order_id) * 365) AS INTEGER) AS received_date,
         CAST(least(360, ceil(s.order_m * exp(s.order_s * normal(draw('infraction days', i.order_id))))) AS INTEGER) AS days,
         CAST(greatest(20, round(p.median * exp(p.sigma * normal(draw('infraction amount', i.order_id))) / 10) * 10) * 100 AS BIGINT) AS amount_ct
  FROM infraction AS i JOIN supplier AS p ON draw('supplier', i.order_id) >= p.lo AND (draw('supplier', i.order_id) < p.hi OR p.hi > .9999), step AS s
),
together AS (
  SELECT * FROM ordered
  UNION ALL
  SELECT order_id, person_id, case_id, sanction_id, case_nr, kind, supplier, offence_code, received_date - 1 - days, received_date - 1, received_date, amount_ct, false, NULL, 0 FROM infraction_order
),
numbered AS (
  SELECT t.*, lpad(concat(CASE kind WHEN 'SB' THEN 2 WHEN 'BV' THEN 3 WHEN 'SV' THEN 4 WHEN 'OV' THEN 5 ELSE 6 END, lpad(CAST(year(received_date) % 100 AS VARCHAR), 2, '0'),
           lpad(CAST(row_number() OVER (PARTITION BY kind, year(received_date) ORDER BY received_date, order_id) AS VARCHAR), 12, '0')), 15, '0') AS body
  FROM together AS t
),
-- Check digit: weights 2,4,8,5,10,9,7,3,6,1 from the right, 11 - (sum mod 11), 10 -> 1, 11 -> 0 (§4.2).
checked AS (
  SELECT n.*, 11 - list_sum(list_transform([2, 4, 8, 5, 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10], lambda w, i: w * CAST(substr(n.body, 16 - CAST(i AS INTEGER), 1) AS INTEGER))) % 11 AS c FROM numbered AS n
)
SELECT c.order_id, c.person_id, c.case_id, c.sanction_id, c.case_nr, concat(CASE c.c WHEN 10 THEN 1 WHEN 11 THEN 0 ELSE c.c END, c.body) AS cjib_nr, c.kind, c.supplier, c.offence_code, c.offence_date, c.decision_date, c.received_date, c.amount_ct,
       CASE WHEN c.kind = 'SB' THEN 900 ELSE 0 END AS costs_ct, c.substitute_days,
       -- how it ends: penal orders by §6.11; court fines 75% collected, 6% custody; unlawful gain 45% never in full
       CASE WHEN c.opposed THEN 'opposed'
            WHEN c.kind IN ('SB', 'TR') THEN CASE WHEN c.case_id IS NOT NULL AND c.kind = 'SB' THEN CASE WHEN draw('return', c.case_id) < .04 AND c.intake_kind = 10 THEN 'returned' WHEN r.code IN ('opposed', 'returned') THEN 'paid' ELSE r.code END ELSE r.code END
            WHEN c.kind = 'OV' THEN CASE WHEN draw('collected', c.order_id) < .55 THEN 'instalments' ELSE 'written_off' END
            WHEN c.kind = 'SV' THEN CASE WHEN draw('collected', c.order_id) < .50 THEN 'paid' WHEN draw('collected', c.order_id) < .85 THEN 'instalments' WHEN draw('collected', c.order_id) < .90 AND c.substitute_days > 0 THEN 'custody' ELSE 'written_off' END
            ELSE CASE WHEN draw('collected', c.order_id) < .45 THEN 'paid' WHEN draw('collected', c.order_id) < .75 THEN 'reminded' WHEN draw('collected', c.order_id) < .81 AND c.substitute_days > 0 THEN 'custody' WHEN draw('collected', c.order_id) < .93 THEN 'open' ELSE 'written_off' END END AS result
FROM checked AS c JOIN result AS r ON draw('order result', c.order_id) >= r.lo AND (draw('order result', c.order_id) < r.hi OR r.hi > .9999)
