-- Persons as they truly are (§5, §4.2, §4.3): everybody with an incident in the years that matter.
-- Numbers are running numbers over a total order, spread by a multiplication modulo a power of ten or nine, so that they are unique without any look-up.
WITH known AS (
  SELECT c.person_id, c.class, c.entry_date, c.birth_date, c.sex, c.unit, c.country_nr, c.in_brp, i.first_hearing, i.first_intake
  FROM {truth.career} AS c
    JOIN (SELECT person_id, min(hearing_date) AS first_hearing, min(intake_date) AS first_intake FROM {truth.incident} GROUP BY person_id) AS i USING (person_id)
),
country AS (
  SELECT CAST(country_nr AS INTEGER) AS country_nr, region FROM {table.country}
),
born AS (
  SELECT k.*,
         -- a name of another family for one in four who were born here
         CASE WHEN k.country_nr = 1 AND draw('second generation', k.person_id) < .25
              THEN ['TR', 'MA', 'SR', 'CW', 'AR', 'MA', 'SR', 'PL'][1 + CAST(floor(draw('name family', k.person_id) * 8) AS INTEGER)] ELSE c.region END AS region,
         row_number() OVER (ORDER BY k.person_id) AS n,
         row_number() OVER (ORDER BY k.first_hearing, k.person_id) AS skn_n
  FROM known AS k JOIN country AS c USING (country_nr)
),
surname AS (
  SELECT s.region, s.surname, s.prefix, n.n AS slot, count(*) OVER (PARTITION BY s.region) AS slots
  FROM (SELECT region, surname, prefix, CAST(sum(CAST(weight AS BIGINT)) OVER (PARTITION BY region ORDER BY surname, prefix ROWS UNBOUNDED PRECEDING) AS BIGINT) AS hi, CAST(weight AS BIGINT) AS weight FROM {table.surname}) AS s,
       unnest(range(s.hi - s.weight, s.hi)) AS n(n)
),
given_name AS (
  SELECT s.sex, s.region, s.given_name, n.n AS slot, count(*) OVER (PARTITION BY s.sex, s.region) AS slots
  FROM (SELECT sex, region, given_name, CAST(sum(CAST(weight AS BIGINT)) OVER (PARTITION BY sex, region ORDER BY given_name ROWS UNBOUNDED PRECEDING) AS BIGINT) AS hi, CAST(weight AS BIGINT) AS weight FROM {table.given_name}) AS s,
       unnest(range(s.hi - s.weight, s.hi)) AS n(n)
),
-- One slot per thousand inhabitants of the municipalities that there were at first.
place AS (
  SELECT m.code, m.unit, row_number() OVER (ORDER BY m.unit, m.code, s.s) - 1 AS slot
  FROM (SELECT * FROM {truth.municipality} WHERE code = origin) AS m, unnest(range(0, greatest(1, m.population // 1000))) AS s(s)
),
places AS (SELECT unit, min(slot) AS lo, count(*) AS slots FROM place GROUP BY unit),
all_places AS (SELECT count(*) AS slots FROM place),
-- A-number: the last three digits make both sums right (§4.2).
tail AS (
  SELECT s.s, w.w, p.p, min(t.t) AS tail
  FROM unnest(range(0, 11)) AS s(s), unnest(range(0, 11)) AS w(w), unnest(range(0, 10)) AS p(p), unnest(range(0, 1000)) AS t(t)
  WHERE t.t // 100 <> p.p AND t.t // 100 <> (t.t // 10) % 10 AND (t.t // 10) % 10 <> t.t % 10
    AND (s.s + t.t // 100 + (t.t // 10) % 10 + t.t % 10) % 11 IN (0, 5)
    AND (w.w + (t.t // 100) * 256 + ((t.t // 10) % 10) * 512 + (t.t % 10) * 1024) % 11 = 0
  GROUP BY ALL
),
head AS (
  SELECT person_id, list_reduce([c % 9, (c // 9) % 9, (c // 81) % 9, (c // 729) % 9, (c // 6561) % 9, (c // 59049) % 9],
           lambda a, x: a * 10 + (a % 10 + 1 + x) % 10, 1 + (c // 531441) % 9) AS head
  FROM (SELECT person_id, (n * 3141593) % 4782969 AS c FROM born WHERE in_brp)
),
digits AS (
  SELECT person_id, head, head // 1000000 AS d1, (head // 100000) % 10 AS d2, (head // 10000) % 10 AS d3, (head // 1000) % 10 AS d4, (head // 100) % 10 AS d5, (head // 10) % 10 AS d6, head % 10 AS d7 FROM head
),
a_number AS (
  SELECT d.person_id, lpad(CAST(d.head * 1000 + t.tail AS VARCHAR), 10, '0') AS a_number
  FROM digits AS d JOIN tail AS t ON t.s = (d.d1 + d.d2 + d.d3 + d.d4 + d.d5 + d.d6 + d.d7) % 11
    AND t.w = (d.d1 * 2 + d.d2 * 4 + d.d3 * 8 + d.d4 * 16 + d.d5 * 32 + d.d6 * 64 + d.d7 * 128) % 11 AND t.p = d.d7
),
-- BSN: seven digits and an eighth that never leaves remainder ten.
bsn AS (
  SELECT person_id, base * 10 + CASE WHEN (part + 2 * eighth) % 11 = 10 THEN eighth + 1 ELSE eighth END AS eight
  FROM (SELECT person_id, base, 2 * (n % 5) AS eighth,
               (base // 1000000) * 9 + ((base // 100000) % 10) * 8 + ((base // 10000) % 10) * 7 + ((base // 1000) % 10) * 6 + ((base // 100) % 10) * 5 + ((base // 10) % 10) * 4 + (base % 10) * 3 AS part
        FROM (SELECT person_id, n, 9000000 + ((n // 5) * 618033) % 1000000 AS base FROM born WHERE in_brp))
),
bsn_full AS (
  SELECT person_id, CAST(eight * 10 + ((eight // 10000000) * 9 + ((eight // 1000000) % 10) * 8 + ((eight // 100000) % 10) * 7 + ((eight // 10000) % 10) * 6 + ((eight // 1000) % 10) * 5
           + ((eight // 100) % 10) * 4 + ((eight // 10) % 10) * 3 + (eight % 10) * 2) % 11 AS VARCHAR) AS bsn
  FROM bsn
)
SELECT b.person_id, b.class, b.entry_date, b.sex, b.birth_date, b.country_nr, s.surname, s.prefix,
       concat_ws(' ', g.given_name, CASE WHEN draw('second given name', b.person_id) < .35 THEN h.given_name END) AS given_names,
       concat(left(g.given_name, 1), '.', CASE WHEN draw('second given name', b.person_id) < .35 THEN concat(left(h.given_name, 1), '.') ELSE '' END) AS initials,
       b.unit, b.in_brp, m.code AS place, n.code AS municipality, u.bsn, a.a_number,
       CASE WHEN b.in_brp AND b.country_nr = 1 OR draw('v-number', b.person_id) >= .55 OR (b.in_brp AND draw('v-number', b.person_id) >= .2) THEN NULL
            ELSE CAST(2700000000 + (b.n * 7654321) % 100000000 AS VARCHAR) END AS v_number,
       CAST(10000000 + b.skn_n AS VARCHAR) AS skn,
       -- who gives the number out (§6.13), and the few who are given a second one
       CASE WHEN draw('skn', b.person_id) < .78 THEN 1 WHEN draw('skn', b.person_id) < .96 THEN 2 ELSE 3 END AS skn_station,
       CASE WHEN draw('second skn', b.person_id) < .008 THEN CAST(60000000 + b.skn_n AS VARCHAR) END AS second_skn,
       CASE WHEN b.in_brp THEN concat(1000 + (CAST(m.code AS INTEGER) * 37 + CAST(floor(draw('postcode', b.person_id) * 40) AS INTEGER)) % 8999,
         substr('ABCDEGHJKLNPRSTVWXZ', 1 + CAST(floor(draw('postcode letter 1', b.person_id) * 19) AS INTEGER), 1), substr('ABCDEGHJKLNPRSTVWXZ', 1 + CAST(floor(draw('postcode letter 2', b.person_id) * 19) AS INTEGER), 1)) END AS postcode,
       CASE WHEN b.in_brp THEN CAST(1 + CAST(floor(pow(draw('house number', b.person_id), 2) * 299) AS INTEGER) AS VARCHAR) END AS house_number
FROM born AS b
  JOIN (SELECT region, max(slots) AS slots FROM surname GROUP BY region) AS sn ON sn.region = b.region
  JOIN surname AS s ON s.region = b.region AND s.slot = CAST(floor(draw('surname', b.person_id) * sn.slots) AS BIGINT)
  JOIN (SELECT sex, region, max(slots) AS slots FROM given_name GROUP BY sex, region) AS gn ON gn.sex = b.sex AND gn.region = b.region
  JOIN given_name AS g ON g.sex = b.sex AND g.region = b.region AND g.slot = CAST(floor(draw('given name', b.person_id) * gn.slots) AS BIGINT)
  JOIN given_name AS h ON h.sex = b.sex AND h.region = b.region AND h.slot = CAST(floor(draw('other given name', b.person_id) * gn.slots) AS BIGINT)
  CROSS JOIN all_places AS ap
  LEFT JOIN places AS pu ON pu.unit = b.unit
  JOIN place AS m ON m.slot = CASE WHEN draw('home in unit', b.person_id) < .78 AND pu.slots IS NOT NULL
      THEN pu.lo + CAST(floor(draw('home', b.person_id) * pu.slots) AS BIGINT) ELSE CAST(floor(draw('home', b.person_id) * ap.slots) AS BIGINT) END
  -- the code at the end of the window; files give that of their date
  JOIN {truth.municipality} AS n ON n.origin = m.code AND make_date({to}, 12, 31) BETWEEN n.valid_from AND n.valid_to
  LEFT JOIN bsn_full AS u ON u.person_id = b.person_id
  LEFT JOIN a_number AS a ON a.person_id = b.person_id
