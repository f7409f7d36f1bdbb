-- Products of the probation service (§6.10, §6.12, §8.8): work penalties and supervision follow from execution orders, supervision also from suspended
-- remand, release and conditional dismissals, advice from summonses. Only what is open in the window.
WITH span AS (SELECT make_date({from}, 1, 1) AS first_day, make_date({to}, 12, 31) AS last_day),
kind AS (
  SELECT code, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma, (sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) - CAST(share AS DOUBLE)) / 100 AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) / 100 AS hi
  FROM {table.advice_kind}
),
-- Tasks and supervision that were ordered.
ordered AS (
  SELECT e.execution_id AS origin, 1 AS part, e.person_id, e.case_nr, e.received_date, e.start_date, e.end_date, e.result, draw('probation outcome', e.execution_id) AS u,
         CASE WHEN e.kind = 'TS' AND e.sanction_id IS NULL THEN 'WSB' WHEN e.kind = 'TS' THEN CASE WHEN draw('converted task', e.execution_id) < .01 THEN 'WSO' ELSE 'WS' END WHEN e.kind = 'ET' THEN 'TZE' ELSE 'TZ' END AS product,
         'CJIB' AS principal, CASE WHEN e.kind = 'TS' THEN 'overig' WHEN draw('other framework', e.execution_id) < .12 THEN 'overig' ELSE 'voorwaardelijke veroordeling' END AS framework,
         CASE WHEN e.kind = 'TS' THEN coalesce(d.hours, s.unconditional) END AS hours
  FROM {truth.execution} AS e
    LEFT JOIN {truth.sanction} AS s ON s.sanction_id = e.sanction_id AND e.kind = 'TS'
    LEFT JOIN {truth.om_decision} AS d ON d.decision_id = e.execution_id - 4000000000000000000 AND e.sanction_id IS NULL, span
  WHERE e.executor = '3RO' AND e.end_date >= span.first_day AND e.received_date <= span.last_day
),
-- Supervision without an order: 25% suspended remand, 10% release, 3% hospital orders, 5% conditional dismissals.
attached AS (
  SELECT s.stay_id AS origin, 2 AS part, s.person_id, s.case_nr, s.date_out AS received_date, 'TZS' AS product, 'ZM' AS principal, 'schorsing' AS framework, 60 AS days_from, 300 AS days_range
  FROM {truth.stay} AS s, span
  WHERE s.kind = 'VH' AND s.verdict_date > s.date_out AND s.date_out BETWEEN span.first_day - 360 AND span.last_day AND draw('suspended remand', s.stay_id) < {parameter.suspended_remand}
  UNION ALL
  SELECT s.stay_id, 3, s.person_id, s.case_nr, s.date_out, CASE WHEN s.date_out - s.entry_date > 365 THEN 'TZV' ELSE 'TZP' END, 'DJI', 'VI/PP', 90, 360
  FROM {truth.stay} AS s, span
  WHERE s.kind = 'VS' AND s.date_out - s.entry_date > 120 AND s.date_out BETWEEN span.first_day - 450 AND span.last_day AND draw('supervised release', s.stay_id) < {parameter.supervised_release}
  UNION ALL
  SELECT s.sanction_id, 4, s.person_id, s.case_nr, s.final_date, 'TZ', 'ZM', 'tbs', 400, 330
  FROM {truth.sanction} AS s, span
  WHERE s.code IN ('TBV', 'TBW') AND s.final_date BETWEEN span.first_day - 730 AND span.last_day
  UNION ALL
  SELECT d.decision_id, 5, d.person_id, c.case_nr, d.decision_date, 'TZ', 'OM', 'sepot', 180, 185
  FROM {truth.om_decision} AS d JOIN {truth.criminal_case} AS c USING (case_id), span
  WHERE d.code = '023' AND NOT c.youth AND NOT c.legal AND d.decision_date BETWEEN span.first_day - 365 AND span.last_day AND draw('supervised dismissal', d.decision_id) < .10
),
-- Advice in 35% of the summonses, and on every hospital order.
advised AS (
  SELECT c.case_id AS origin, 6 AS part, c.person_id, c.case_nr, c.intake_date, c.decision_date, k.code AS product, k.median, k.sigma
  FROM {truth.criminal_case} AS c, kind AS k, span
  WHERE c.decision = 'DAGV' AND NOT c.youth AND NOT c.legal AND c.intake_date BETWEEN span.first_day - 200 AND span.last_day AND draw('advice', c.case_id) < .35
    AND draw('advice kind', c.case_id) >= k.lo AND (draw('advice kind', c.case_id) < k.hi OR k.hi > .9999)
  UNION ALL
  SELECT s.sanction_id, 7, s.person_id, s.case_nr, s.verdict_date - 120, s.verdict_date - 120, 'ADB', 80, .3
  FROM {truth.sanction} AS s, span
  WHERE s.code IN ('TBV', 'TBW', 'ISD') AND s.verdict_date BETWEEN span.first_day - 100 AND span.last_day + 120
),
-- Guidance beside supervision, and mediation beside a summons.
guided AS (
  SELECT o.origin, 8 AS part, o.person_id, o.case_nr, o.start_date AS received_date, CASE WHEN draw('guidance', o.origin) < .75 THEN 'GI' ELSE 'RIN' END AS product, o.principal, o.framework
  FROM ordered AS o WHERE o.product = 'TZ' AND draw('guided', o.origin) < .14
  UNION ALL
  SELECT c.case_id, 9, c.person_id, c.case_nr, c.intake_date + 10, 'HV', 'OM', 'overig'
  FROM {truth.criminal_case} AS c, span
  WHERE c.with_victim AND NOT c.legal AND c.intake_date BETWEEN span.first_day - 100 AND span.last_day AND draw('mediation', c.case_id) < .01
),
together AS (
  SELECT origin, part, person_id, case_nr, product, principal, framework, received_date, CASE WHEN result = 'withdrawn' THEN NULL ELSE start_date END AS start_date, CASE WHEN result = 'withdrawn' THEN start_date ELSE end_date END AS end_date, hours, result, u
  FROM ordered
  UNION ALL
  SELECT origin, part, person_id, case_nr, product, principal, framework, received_date, received_date + 1 + CAST(floor(draw('supervision wait', origin) * 14) AS INTEGER),
         received_date + 15 + days_from + CAST(floor(draw('supervision days', origin) * days_range) AS INTEGER), NULL, CASE WHEN draw('supervision result', origin) < .78 THEN 'done' ELSE 'failed' END, draw('probation outcome', origin)
  FROM attached
  UNION ALL
  SELECT origin, part, person_id, case_nr, product, CASE WHEN draw('advice principal', origin) < .6 THEN 'OM' ELSE 'ZM' END, 'overig', CASE WHEN product = 'ADV' THEN intake_date ELSE decision_date END, CASE WHEN product = 'ADV' THEN intake_date ELSE decision_date END + 1,
         CASE WHEN product = 'ADV' THEN intake_date ELSE decision_date END + 1 + CAST(least(200, ceil(median * exp(sigma * normal(draw('advice days', origin))))) AS INTEGER), NULL, 'advice', draw('probation outcome', origin)
  FROM advised
  UNION ALL
  SELECT origin, part, person_id, case_nr, product, principal, framework, received_date, received_date + 20, received_date + 60 + CAST(floor(draw('guidance days', origin) * 120) AS INTEGER), NULL, CASE WHEN draw('guidance result', origin) < .8 THEN 'done' ELSE 'failed' END, draw('probation outcome', origin)
  FROM guided
),
numbered AS (
  SELECT t.*, CASE WHEN draw('probation organisation', t.person_id) < .68 THEN 1 WHEN draw('probation organisation', t.person_id) < .90 THEN 2 ELSE 3 END AS organisation,
         row_number() OVER (ORDER BY t.received_date, t.part, t.origin) AS product_id
  FROM together AS t, span WHERE t.received_date <= span.last_day AND t.end_date >= span.first_day
)
SELECT n.product_id, lpad(CAST(n.product_id AS VARCHAR), 9, '0') AS product_nr, n.person_id, ['RN', 'SVG', 'LdH'][n.organisation] AS organisation,
       -- the client number is local to the organisation
       concat(n.organisation, lpad(CAST(dense_rank() OVER (PARTITION BY n.organisation ORDER BY n.person_id) AS VARCHAR), 7, '0')) AS client_nr,
       n.product, n.principal, n.framework, n.case_nr, n.received_date, n.start_date, n.end_date, CAST(n.hours AS BIGINT) AS hours,
       CAST(CASE WHEN n.result = 'done' THEN n.hours WHEN n.result = 'failed' THEN floor(n.hours * draw('hours done', n.product_id) * .8) END AS BIGINT) AS hours_done,
       CASE WHEN n.product LIKE 'TZ%' THEN CAST(1 + floor(pow(draw('supervision level', n.product_id), .8) * 3) AS BIGINT) END AS level,
       CASE n.result
         WHEN 'withdrawn' THEN CASE WHEN n.u < .4 THEN 'retour opdrachtgever' WHEN n.u < .68 THEN 'ingetrokken' WHEN n.u < .73 THEN 'overleden' ELSE 'niet gestart' END
         WHEN 'done' THEN CASE WHEN n.hours IS NOT NULL THEN 'conform uren' WHEN n.product LIKE 'TZ%' AND n.u < .12 THEN 'tijd verstreken' ELSE 'positief' END
         WHEN 'failed' THEN CASE WHEN n.u < .25 THEN 'voortijdig negatief recidive' WHEN n.u < .80 OR n.hours IS NULL THEN CASE WHEN n.u > .95 THEN CASE WHEN n.u > .98 THEN 'onbekend' ELSE 'overgedragen' END ELSE 'negatief overtreden voorwaarden' END ELSE 'gedeeltelijk' END END AS outcome
FROM numbered AS n
