-- DJI_VERBLIJF (§8.7): every stay that has a day in the window, open while it lasts and again when it has ended. A prison's first delivery holds who was already inside.
WITH stay AS (
  SELECT s.*, lead(s.date_in) OVER (PARTITION BY s.detention_nr ORDER BY s.part_nr) AS next_in FROM {truth.stay} AS s
),
-- a transfer halfway through some longer sentences
part AS (
  SELECT *, 0 AS half, CASE WHEN moved THEN date_in + 30 ELSE date_out END AS part_out, date_in AS part_in FROM (SELECT *, date_out - date_in > 90 AND kind = 'VS' AND draw('transfer', stay_id) < .35 AS moved FROM stay)
  UNION ALL
  SELECT *, 1, date_out, date_in + 30 FROM (SELECT *, true AS moved FROM stay WHERE date_out - date_in > 90 AND kind = 'VS' AND draw('transfer', stay_id) < .35)
),
segment AS (
  SELECT *, CAST(row_number() OVER (PARTITION BY detention_nr ORDER BY part_nr, half) AS BIGINT) AS segment, lead(part_in) OVER (PARTITION BY detention_nr ORDER BY part_nr, half) = part_out AS goes_on FROM part
),
version AS (
  SELECT *, greatest(part_in, make_date({from}, 1, 1)) AS known, false AS ended FROM segment WHERE part_out > greatest(part_in, make_date({from}, 1, 1))
  UNION ALL
  SELECT *, part_out, true FROM segment
),
local AS (SELECT person_id, 1000000 + row_number() OVER (ORDER BY min(date_in), person_id) AS local_nr FROM {truth.stay} GROUP BY person_id)
SELECT v.stay_id AS _id, v.person_id AS _person, v.known AS _known,
       CAST(l.local_nr AS VARCHAR) AS Registratienummer, p.skn AS SKN, p.bsn AS BSN, p.a_number AS "A-nummer", CASE v.sex WHEN 'M' THEN 'Man' ELSE 'Vrouw' END AS Geslacht, p.birth_date AS Geboortedatum, c.dutch AS Geboorteland,
       CASE WHEN draw('dutch nationality', p.person_id) < CASE WHEN p.in_brp THEN .6 ELSE .05 END THEN 'Nederlandse' ELSE c.nationality END AS Nationaliteit,
       CAST(100000000 + v.detention_nr AS VARCHAR) AS Insluitnummer, v.segment AS Segment, v.part_in AS "Datum in", CASE WHEN v.ended THEN v.part_out END AS "Datum uit",
       CASE v.kind WHEN 'VH' THEN CASE WHEN v.date_out - v.date_in <= 17 THEN 'Bewaring' ELSE 'Gevangenhouding' END WHEN 'VS' THEN 'Gevangenisstraf' WHEN 'JDET' THEN 'Gevangenisstraf' WHEN 'ISD' THEN 'ISD' WHEN 'VVHT' THEN 'Vervangende hechtenis taakstraf'
            WHEN 'VVHB' THEN 'Vervangende hechtenis geldboete' WHEN 'VVHS' THEN 'Vervangende hechtenis schadevergoeding' ELSE 'Gijzeling Wahv' END AS Titel,
       CASE WHEN v.institution = 'JJI' THEN ['JJI Noord', 'JJI Midden', 'JJI Zuid'][1 + CAST(v.stay_id % 3 AS INTEGER)] WHEN v.half = 1 THEN 'Veenhuizen Esserheem' ELSE v.institution END AS Inrichting,
       CASE WHEN v.institution = 'JJI' THEN 'JJI' WHEN v.sex = 'V' THEN 'VRW' WHEN v.kind = 'VH' THEN 'HVB' WHEN v.kind = 'ISD' THEN 'ISD' WHEN v.kind = 'VS' THEN CASE WHEN v.half = 1 THEN 'GEV' WHEN draw('regime', v.stay_id) < .06 THEN 'ZBBI' WHEN draw('regime', v.stay_id) < .1 THEN 'PPC' ELSE 'GEV' END ELSE 'ARR' END AS Bestemming,
       CASE WHEN v.segment > 1 THEN 'Overplaatsing' WHEN v.kind = 'VH' THEN 'Preventief' WHEN v.way_in = 'self' THEN 'Zelfmelder' ELSE 'Arrestant' END AS "Wijze van binnenkomst",
       CASE WHEN NOT v.ended THEN NULL WHEN coalesce(v.goes_on, false) THEN 'Overplaatsing' WHEN v.kind = 'VH' THEN CASE WHEN draw('reason out', v.stay_id) < .45 THEN 'Schorsing' ELSE 'Opheffing' END
            WHEN v.kind = 'VS' AND v.date_out - v.date_in > 365 THEN 'VI' ELSE 'Einde straf' END AS "Reden uit"
FROM version AS v JOIN {truth.person} AS p USING (person_id) JOIN {table.country} AS c ON CAST(c.country_nr AS INTEGER) = p.country_nr JOIN local AS l USING (person_id)
WHERE v.part_out >= make_date({from}, 1, 1) AND v.part_in <= make_date({to}, 12, 31) AND v.known <= make_date({to}, 12, 31)
