-- Who is named by the Royal Marechaussee or in a dossier of a special investigation service and is nobody of the chain (§4.3): one row each, a person or a company.
-- Names come from the same lists as those of suspects. Citizen numbers lie beyond theirs: the same rule, another part of the range (§4.2).
WITH country AS (
  SELECT CAST(country_nr AS INTEGER) AS country_nr, region, abroad, (sum(share) OVER w - share) / sum(share) OVER (PARTITION BY abroad) AS lo, sum(share) OVER w / sum(share) OVER (PARTITION BY abroad) AS hi
  FROM (SELECT country_nr, region, a.abroad, CASE WHEN a.abroad AND CAST(nationality_brp AS INTEGER) = 1 THEN 0 ELSE CAST(share AS DOUBLE) END AS share FROM {table.country}, (VALUES (true), (false)) AS a(abroad))
  WINDOW w AS (PARTITION BY abroad ORDER BY CAST(country_nr AS INTEGER) ROWS UNBOUNDED PRECEDING)
),
needed AS (
  SELECT kmar_person_id * 2 AS stranger_id, 'NP' AS kind, sex, birth_year, date, 16 AS youngest, code = '9001' OR draw('traveller', kmar_person_id) < .25 AS abroad, false AS numbered FROM {truth.kmar_person} WHERE person_id IS NULL
  UNION ALL
  SELECT party_id * 2 + 1, kind, NULL, NULL, start_date, 25, false, kind = 'NP' FROM {truth.bod_party} WHERE person_id IS NULL
),
drawn AS (
  SELECT n.*, c.country_nr, c.region, coalesce(n.sex, CASE WHEN draw('stranger sex', n.stranger_id) < .64 THEN 'M' ELSE 'V' END) AS own_sex, row_number() OVER (PARTITION BY n.numbered ORDER BY n.stranger_id) AS nr, row_number() OVER (PARTITION BY n.kind ORDER BY n.stranger_id) AS kind_nr
  FROM needed AS n JOIN country AS c ON c.abroad = n.abroad AND draw('stranger country', n.stranger_id) >= c.lo AND (draw('stranger country', n.stranger_id) < c.hi OR c.hi > .99999)
),
surname AS (
  SELECT s.region, s.surname, s.prefix, n.n AS slot, max(s.hi) OVER (PARTITION BY s.region) AS slots
  FROM (SELECT region, surname, prefix, CAST(sum(CAST(weight AS BIGINT)) OVER (PARTITION BY region ORDER BY surname, prefix ROWS UNBOUNDED PRECEDING) AS BIGINT) AS hi, CAST(weight AS BIGINT) AS weight FROM {table.surname}) AS s, unnest(range(s.hi - s.weight, s.hi)) AS n(n)
),
given_name AS (
  SELECT s.sex, s.region, s.given_name, n.n AS slot, max(s.hi) OVER (PARTITION BY s.sex, s.region) AS slots
  FROM (SELECT sex, region, given_name, CAST(sum(CAST(weight AS BIGINT)) OVER (PARTITION BY sex, region ORDER BY given_name ROWS UNBOUNDED PRECEDING) AS BIGINT) AS hi, CAST(weight AS BIGINT) AS weight FROM {table.given_name}) AS s, unnest(range(s.hi - s.weight, s.hi)) AS n(n)
),
bsn AS (
  SELECT stranger_id, base * 10 + CASE WHEN (part + 2 * eighth) % 11 = 10 THEN eighth + 1 ELSE eighth END AS eight
  FROM (SELECT stranger_id, base, 2 * (nr % 5) AS eighth,
               (base // 1000000) * 9 + ((base // 100000) % 10) * 8 + ((base // 10000) % 10) * 7 + ((base // 1000) % 10) * 6 + ((base // 100) % 10) * 5 + ((base // 10) % 10) * 4 + (base % 10) * 3 AS part
        FROM (SELECT stranger_id, nr, 9000000 + ((900000 + nr // 5) * 618033) % 1000000 AS base FROM drawn WHERE numbered))
)
SELECT d.stranger_id, d.kind, CASE WHEN d.kind = 'NP' THEN d.own_sex END AS sex, d.country_nr,
       CASE WHEN d.kind = 'RP' THEN NULL WHEN d.birth_year IS NOT NULL THEN make_date(d.birth_year, 1, 1) + CAST(floor(draw('stranger birthday', d.stranger_id) * CASE WHEN d.birth_year = year(d.date) THEN 1 ELSE 365 END) AS INTEGER)
            ELSE d.date - CAST(floor(365.25 * (d.youngest + pow(draw('stranger age', d.stranger_id), 1.5) * 55)) AS INTEGER) END AS birth_date,
       CASE WHEN d.kind = 'NP' THEN s.surname
            ELSE concat(['Bouwbedrijf', 'Transport', 'Handelsonderneming', 'Agrarisch bedrijf', 'Uitzendbureau', 'Metaalbewerking', 'Horeca', 'Schoonmaakbedrijf'][1 + CAST(floor(draw('trade', d.stranger_id) * 8) AS INTEGER)], ' ',
              ['Zuidster', 'De Eik', 'Havenzicht', 'Het Kompas', 'Maanhoek', 'De Sleutel', 'Bosrand', 'Rivierland', 'De Molen', 'Duinveld'][1 + CAST(floor(draw('trade name', d.stranger_id) * 10) AS INTEGER)], ' ', 1 + d.kind_nr % 997, ' B.V.') END AS surname,
       CASE WHEN d.kind = 'NP' THEN s.prefix END AS prefix, CASE WHEN d.kind = 'NP' THEN g.given_name END AS given_names, CASE WHEN d.kind = 'NP' THEN concat(left(g.given_name, 1), '.') END AS initials,
       CASE WHEN draw('stranger in brp', d.stranger_id) < .85 THEN CAST(b.eight * 10 + ((b.eight // 10000000) * 9 + ((b.eight // 1000000) % 10) * 8 + ((b.eight // 100000) % 10) * 7 + ((b.eight // 10000) % 10) * 6 + ((b.eight // 1000) % 10) * 5
         + ((b.eight // 100) % 10) * 4 + ((b.eight // 10) % 10) * 3 + (b.eight % 10) * 2) % 11 AS VARCHAR) END AS bsn,
       CASE WHEN d.kind = 'RP' THEN CAST(90000000 + ((5000000 + d.kind_nr) * 7654321) % 10000000 AS VARCHAR) END AS kvk
FROM drawn AS d JOIN surname AS s ON s.region = d.region AND s.slot = CAST(floor(draw('stranger surname', d.stranger_id) * s.slots) AS BIGINT)
  JOIN given_name AS g ON g.sex = d.own_sex AND g.region = d.region AND g.slot = CAST(floor(draw('stranger given name', d.stranger_id) * g.slots) AS BIGINT)
  LEFT JOIN bsn AS b ON b.stranger_id = d.stranger_id
