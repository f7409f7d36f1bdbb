-- Halt cases (§6.3, §6.12, §8.10): half are the crimes that the police referred, half infractions of young people who were never sent to the prosecution
-- service (R11: 12 to 17 years, nothing earlier).
WITH span AS (SELECT make_date({from}, 1, 1) AS first_day, make_date({to}, 12, 31) AS last_day),
offence AS (
  SELECT offence, kind, CAST(scm AS VARCHAR) AS scm, penalty, (sum(CAST(share AS DOUBLE)) OVER (ORDER BY offence) - CAST(share AS DOUBLE)) / 100 AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY offence) / 100 AS hi FROM {table.halt_offence} WHERE kind = 'OVT'
  UNION ALL
  SELECT offence, kind, CAST(scm AS VARCHAR), penalty, 0, 0 FROM {table.halt_offence} WHERE kind = 'MIS'
),
report AS (
  SELECT incident_id, min(registration_nr) AS registration_nr, min(crime_nr) AS crime_nr FROM {truth.suspect} WHERE police_outcome = 'HALT' GROUP BY incident_id
),
-- Halt has a list of its own; what is not in it is typed in as the nearest entry.
referred AS (
  SELECT i.incident_id AS origin, 'MIS' AS kind, i.person_id, r.registration_nr, i.first_offence AS offence_date, i.hearing_date, i.sent_date,
         CASE WHEN k.mk = 'A50' THEN 'winkeldiefstal' WHEN k.mk = 'A80' THEN 'verduistering' WHEN i.scm = '14' THEN 'heling' WHEN i.scm LIKE '12%' THEN 'oplichting online' WHEN i.scm LIKE '13%' THEN 'identiteitsbewijs vals' WHEN i.scm LIKE '1%' THEN 'diefstal'
              WHEN i.scm LIKE '21%' THEN CASE WHEN draw('graffiti', i.incident_id) < .3 THEN 'graffiti' ELSE 'vernieling' END WHEN i.scm = '23' THEN 'brandstichting klein' WHEN i.scm = '224' THEN 'hacken' WHEN i.scm LIKE '221%' THEN 'openlijk geweld'
              WHEN i.scm LIKE '32%' THEN 'bedreiging' WHEN i.scm LIKE '33%' THEN 'sexting' WHEN i.scm LIKE '3%' THEN 'mishandeling' WHEN i.scm LIKE '2%' OR i.scm = '4' THEN 'belediging' WHEN i.scm = '7' THEN 'wapen' ELSE 'vuurwerk misdrijf' END AS offence,
         draw('halt referrer', i.incident_id) AS u
  FROM {truth.incident} AS i JOIN report AS r USING (incident_id) JOIN {table.crime} AS k ON CAST(k.crime_nr AS INTEGER) = i.crime_nr
  WHERE i.police_outcome = 'HALT'
),
-- Young people in the registration of persons, before they are first sent in.
candidate AS (
  SELECT p.person_id, y.year, p.person_id * 32 + (y.year - {from} + 1) AS origin, p.birth_date,
         make_date(CAST(y.year AS INTEGER), 1, 1) + CAST(floor(draw('infraction day', p.person_id * 32 + (y.year - {from} + 1)) * 365) AS INTEGER) AS offence_date
  FROM {truth.person} AS p LEFT JOIN (SELECT person_id, min(intake_date) AS first_intake FROM {truth.incident} GROUP BY person_id) AS i USING (person_id), unnest(range({from} - 1, {to} + 1)) AS y(year)
  WHERE p.in_brp AND p.birth_date BETWEEN make_date(CAST(y.year AS INTEGER) - 17, 1, 1) AND make_date(CAST(y.year AS INTEGER) - 13, 12, 31) AND coalesce(i.first_intake > make_date(CAST(y.year AS INTEGER), 12, 31), true)
),
ranked AS (
  SELECT c.*, row_number() OVER (PARTITION BY c.year ORDER BY draw('infraction', c.origin), c.origin) AS nr FROM candidate AS c WHERE (c.offence_date - c.birth_date) / 365.25 BETWEEN 12 AND 17.99
),
infraction AS (
  SELECT r.origin, 'OVT' AS kind, r.person_id, CAST(NULL AS VARCHAR) AS registration_nr, r.offence_date, CAST(NULL AS DATE) AS hearing_date, r.offence_date + CAST(floor(draw('infraction sent', r.origin) * 25) AS INTEGER) AS sent_date, o.offence, draw('halt referrer', r.origin) AS u
  FROM ranked AS r LEFT JOIN {table.year_factor} AS f ON CAST(f.year AS INTEGER) = r.year, offence AS o
  WHERE r.nr <= CAST(floor({parameter.halt_infractions_per_year} * {scale} * coalesce(CAST(f.suspects AS DOUBLE), 1) + draw('infractions', r.year)) AS BIGINT)
    AND o.kind = 'OVT' AND draw('infraction kind', r.origin) >= o.lo AND (draw('infraction kind', r.origin) < o.hi OR o.hi > .9999)
),
together AS (SELECT * FROM referred UNION ALL SELECT * FROM infraction),
entered AS (
  SELECT t.*, t.sent_date + 2 AS received_date, t.sent_date + 4 + CAST(floor(draw('halt entry', t.origin) * 12) AS INTEGER) AS entry_date, draw('halt result', t.origin) AS u_result FROM together AS t
),
numbered AS (
  SELECT e.*, row_number() OVER (ORDER BY e.entry_date, e.kind, e.origin) AS halt_id, row_number() OVER (PARTITION BY year(e.entry_date) ORDER BY e.entry_date, e.kind, e.origin) AS nr
  FROM entered AS e, span WHERE e.entry_date BETWEEN span.first_day AND span.last_day
)
SELECT n.halt_id, concat('H', lpad(CAST(year(n.entry_date) % 100 AS VARCHAR), 2, '0'), lpad(CAST(n.nr AS VARCHAR), 6, '0')) AS halt_nr, n.kind, n.person_id, n.registration_nr, n.offence_date, n.hearing_date, n.received_date, n.entry_date,
       CASE WHEN n.kind = 'MIS' THEN CASE WHEN n.u < .8 THEN 'Politie' ELSE 'OM' END WHEN n.offence = 'leerplicht' THEN 'Leerplicht' WHEN n.u < .43 THEN 'Politie' WHEN n.u < .77 THEN 'BOA' ELSE 'OM' END AS referrer,
       n.offence, o.scm, o.penalty, CAST(2 * (1 + floor(draw('halt hours', n.halt_id) * CASE WHEN o.penalty = 'Kort' THEN 2 ELSE 10 END)) AS BIGINT) AS hours,
       CASE WHEN n.u_result < .90 THEN 'Geslaagd' WHEN n.u_result < .97 THEN 'Mislukt' ELSE 'Niet in behandeling' END AS outcome,
       n.entry_date + CASE WHEN n.u_result < .97 THEN 25 + CAST(floor(draw('halt days', n.halt_id) * 90) AS INTEGER) ELSE 7 END AS closed_date
FROM numbered AS n JOIN offence AS o ON o.offence = n.offence
