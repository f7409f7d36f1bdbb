-- CJIB_OPDRACHT (§8.6). Persons behind infractions are made here: they are in no other file.
WITH surname AS (SELECT surname, row_number() OVER (ORDER BY region, surname, prefix) - 1 AS n, count(*) OVER () AS total FROM {table.surname} WHERE prefix IS NULL OR CAST(prefix AS VARCHAR) = ''),
ordered AS (
  SELECT o.*, row_number() OVER (ORDER BY o.order_id) AS n, o.case_id IS NULL AS stranger FROM {truth.collection} AS o
  WHERE o.received_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
),
-- numbers of strangers lie beyond those of suspects: the same rule, another part of the range (§4.2)
stranger AS (
  SELECT order_id, base * 10 + CASE WHEN (part + 2 * eighth) % 11 = 10 THEN eighth + 1 ELSE eighth END AS eight
  FROM (SELECT order_id, base, 2 * (n % 5) AS eighth,
               (base // 1000000) * 9 + ((base // 100000) % 10) * 8 + ((base // 10000) % 10) * 7 + ((base // 1000) % 10) * 6 + ((base // 100) % 10) * 5 + ((base // 10) % 10) * 4 + (base % 10) * 3 AS part
        FROM (SELECT order_id, n, 9000000 + ((500000 + n // 5) * 618033) % 1000000 AS base FROM ordered WHERE stranger))
),
drawn AS (
  SELECT o.*, s.surname AS stranger_name,
         CASE WHEN draw('stranger brp', o.order_id) < .93 THEN CAST(t.eight * 10 + ((t.eight // 10000000) * 9 + ((t.eight // 1000000) % 10) * 8 + ((t.eight // 100000) % 10) * 7 + ((t.eight // 10000) % 10) * 6 + ((t.eight // 1000) % 10) * 5
           + ((t.eight // 100) % 10) * 4 + ((t.eight // 10) % 10) * 3 + (t.eight % 10) * 2) % 11 AS VARCHAR) END AS stranger_bsn
  FROM ordered AS o LEFT JOIN stranger AS t USING (order_id) LEFT JOIN surname AS s ON o.stranger AND s.n = CAST(floor(draw('stranger name', o.order_id) * s.total) AS BIGINT)
)
SELECT d.order_id AS _id, CASE WHEN d.stranger THEN NULL ELSE d.person_id END AS _person, d.received_date AS _known,
       d.cjib_nr AS CJIBNR, d.kind AS SRT_ZAAK, d.supplier AS AANLEV, replace(replace(d.case_nr, '/', ''), '-', '') AS PARKETNR10, d.offence_code AS FEITCODE, d.offence_date AS DTPLEEG, d.decision_date AS DTBESL, d.received_date AS DTINSTR,
       d.amount_ct AS BEDRAG_CT, CAST(d.costs_ct AS BIGINT) AS ADM_CT, CASE WHEN d.stranger THEN d.stranger_bsn ELSE p.bsn END AS BSN,
       CASE WHEN d.stranger THEN NULL WHEN p.skn_station > 2 THEN NULL ELSE p.skn END AS SKN,
       left(CASE WHEN d.stranger THEN concat(upper(d.stranger_name), ',', substr('ABCDEFGHJKLMNPRSTW', 1 + CAST(floor(draw('stranger initial', d.order_id) * 18) AS INTEGER), 1), '.')
                 WHEN l.name IS NOT NULL THEN upper(l.name) ELSE concat_ws(' ', concat(upper(p.surname), ',', p.initials), upper(p.prefix)) END, 60) AS NAAMREGEL,
       CASE WHEN d.stranger THEN d.offence_date - 6600 - CAST(floor(pow(draw('stranger age', d.order_id), 1.4) * 20000) AS INTEGER) ELSE p.birth_date END AS GEBDT,
       CASE WHEN d.stranger THEN concat(1000 + CAST(floor(draw('stranger postcode', d.order_id) * 8999) AS INTEGER), substr('ABCDEGHJKLNPRSTVWXZ', 1 + CAST(floor(draw('stranger letter', d.order_id) * 19) AS INTEGER), 1), 'A') ELSE p.postcode END AS PC,
       CASE WHEN d.stranger THEN CAST(1 + CAST(floor(draw('stranger house', d.order_id) * 240) AS INTEGER) AS VARCHAR) ELSE p.house_number END AS HNR
FROM drawn AS d LEFT JOIN {truth.person} AS p ON p.person_id = d.person_id LEFT JOIN {truth.legal_person} AS l ON l.person_id = d.person_id
